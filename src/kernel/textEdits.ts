/** Replaces `text[start, end)` by `insert`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

/**
 * Applies edits that do not overlap; those at one place keep their order.
 *
 * @returns the new text and a function from offsets in it to offsets in the old one
 */
export function applyEdits(
  text: string,
  edits: readonly TextEdit[],
): { text: string; originalOffset: (offset: number) => number } {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const parts: string[] = [];
  /** ends of the pieces in the new text and in the old one */
  const marks: { readonly edited: number; readonly original: number }[] = [];
  let at = 0;
  let length = 0;
  for (const { start, end, insert } of sorted) {
    const kept = text.slice(at, start);
    parts.push(kept, insert);
    length += kept.length + insert.length;
    at = Math.max(at, end);
    marks.push({ edited: length, original: at });
  }
  parts.push(text.slice(at));
  const originalOffset = (offset: number): number => {
    let last = { edited: 0, original: 0 };
    for (const mark of marks) {
      if (mark.edited > offset) break;
      last = mark;
    }
    return last.original + (offset - last.edited);
  };
  return { text: parts.join(""), originalOffset };
}
