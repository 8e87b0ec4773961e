/** UTF-16 offset of the place after `count` Unicode characters, which is how Jupyter counts. */
export function offsetOfCodePoint(text: string, count: number): number {
  let offset = 0;
  for (let seen = 0; seen < count && offset < text.length; seen++) {
    offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  }
  return offset;
}

/** Number of Unicode characters before a UTF-16 offset. */
export function codePointOfOffset(text: string, offset: number): number {
  return [...text.slice(0, offset)].length;
}
