import { randomUUID } from "node:crypto";
import { display, inNotebook, type MimeBundle } from "./display.js";
import { escapeHtml } from "./figures/escape.js";

/**
 * Receives the state of a long computation.
 *
 * @param done units finished
 * @param total units altogether
 * @param note what is being worked on, such as `epoch 3 of 15, loss 0.412`
 */
export type OnProgress = (done: number, total: number, note?: string) => void;

/** A reporter that has said nothing for this long says where the work stands, milliseconds. */
const LONGEST_SILENCE = 4000;

/** Least movement of a bar in a notebook, percent. */
const BAR_STEP = 1;

/**
 * A progress reporter: in a notebook one bar that moves in place, elsewhere lines on stdout such as
 * `label 43 % (note)`. Both speak when the share has moved by at least `step` (0-1; a bar by 0.01
 * or less), after 4 s of silence when it has moved at all, and when the work is finished.
 */
export function printProgress(label: string, step = 0.1): OnProgress {
  const bar = inNotebook() ? { id: `progress-${randomUUID()}` } : undefined;
  const least = bar === undefined ? step * 100 : Math.min(step * 100, BAR_STEP);
  let shown = Number.NEGATIVE_INFINITY;
  let at = Number.NEGATIVE_INFINITY;
  return (done, total, note) => {
    const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
    const silent = percent > shown && performance.now() - at >= LONGEST_SILENCE;
    if (percent - shown < least && !silent && (percent < 100 || shown >= 100)) return;
    shown = percent;
    at = performance.now();
    const state = `${percent} %${note ? ` (${note})` : ""}`;
    if (bar === undefined) process.stdout.write(`${label} ${state}\n`);
    else display(barBundle(label, percent, state), bar);
  };
}

function barBundle(label: string, percent: number, state: string): MimeBundle {
  const bar = `<progress max="100" value="${percent}"></progress>`;
  return {
    "text/html": `<div>${escapeHtml(label)} ${bar} ${escapeHtml(state)}</div>`,
    "text/plain": `${label} ${state}`,
  };
}
