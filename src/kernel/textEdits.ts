/** Replaces `text[start, end)` by `insert`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

/** Ends of the edits, in the new text and in the old one. */
export type EditMarks = readonly (readonly [edited: number, original: number])[];

/** Applies edits that do not overlap; those at one place keep their order. */
export function applyEdits(
  text: string,
  edits: readonly TextEdit[],
): { readonly text: string; readonly marks: EditMarks } {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const parts: string[] = [];
  const marks: [number, number][] = [];
  let at = 0;
  let length = 0;
  for (const { start, end, insert } of sorted) {
    const kept = text.slice(at, start);
    parts.push(kept, insert);
    length += kept.length + insert.length;
    at = Math.max(at, end);
    marks.push([length, at]);
  }
  parts.push(text.slice(at));
  return { text: parts.join(""), marks };
}

/** Offset in the text before the edits for one in the text after them. */
export function originalOffset(marks: EditMarks, offset: number): number {
  const [edited, original] = marks.findLast(([at]) => at <= offset) ?? [0, 0];
  return original + (offset - edited);
}
