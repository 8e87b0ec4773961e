import type { Notebook } from "../document/notebook.js";
import { writeNotebook } from "../document/writeNotebook.js";
import type { SecretMask } from "./secrets.js";

/** A save that takes longer than this share of the interval makes the interval double. */
const LONGEST_SHARE = 0.25;

/** Writes a running notebook again and again, one save at a time and always a complete file. */
export class NotebookSaver {
  #saving: Promise<void> | undefined;
  #lastSave = performance.now();
  #interval: number;

  /**
   * @param path output file; null saves nowhere
   * @param interval seconds between saves inside a cell, 0 for none
   */
  constructor(
    readonly path: string | null,
    readonly notebook: Notebook,
    readonly mask: SecretMask,
    interval: number,
    readonly warn: (message: string) => void,
  ) {
    this.#interval = interval * 1000;
  }

  /** Writes the present state, after a save that is under way. */
  async save(): Promise<void> {
    await this.#saving;
    this.#lastSave = performance.now();
    if (this.path === null) return;
    this.#saving = writeNotebook(this.path, this.mask.notebook(this.notebook));
    try {
      await this.#saving;
    } finally {
      this.#saving = undefined;
    }
  }

  /** Writes the state in mid cell when the interval has passed since the last save. */
  autosave(): void {
    if (this.#interval === 0 || this.path === null || this.#saving !== undefined) return;
    const start = performance.now();
    if (start - this.#lastSave < this.#interval) return;
    this.save().then(
      () => {
        const taken = performance.now() - start;
        if (taken <= this.#interval * LONGEST_SHARE) return;
        this.#interval *= 2;
        this.warn(
          `Autosave took ${(taken / 1000).toFixed(2)} s: the next ones come every ${this.#interval / 1000} s`,
        );
      },
      (error: Error) => this.warn(`Autosave failed: ${error.message}`),
    );
  }
}
