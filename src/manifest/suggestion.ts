/** Number of single-letter edits between two words, letter case ignored (Levenshtein). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[j]! + 1, current[j - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}

/**
 * The known word nearest to a misspelt one.
 *
 * @returns undefined when none is within a third of its length (at least two edits)
 */
export function closestWord(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((name) => ({ name, edits: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best && best.edits <= Math.max(2, Math.ceil(best.name.length / 3)) ? best.name : undefined;
}

/** `, did you mean x?` or, where nothing is near, `, expected one of ...`. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = closestWord(word, known);
  return near ? `, did you mean ${near}?` : `, expected one of ${known.join(", ")}`;
}
