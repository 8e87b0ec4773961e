/**
 * Receives the state of a long computation.
 *
 * @param done units finished
 * @param total units altogether
 * @param note what is being worked on, such as `epoch 3 of 15, loss 0.412`
 */
export type OnProgress = (done: number, total: number, note?: string) => void;

/**
 * A progress reporter for notebooks and logs: prints `label 43 % (note)` on stdout when the share
 * has moved by at least `step` (0-1) or the work is finished.
 */
export function printProgress(label: string, step = 0.1): OnProgress {
  let printed = Number.NEGATIVE_INFINITY;
  return (done, total, note) => {
    const share = total > 0 ? done / total : 1;
    if (share - printed < step && (share < 1 || printed >= 1)) return;
    printed = share;
    const detail = note ? ` (${note})` : "";
    process.stdout.write(`${label} ${Math.floor(share * 100)} %${detail}\n`);
  };
}
