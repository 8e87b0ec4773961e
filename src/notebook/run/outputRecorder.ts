import type { KernelMessage } from "../client/message.js";
import {
  type CodeCell,
  type DataOutput,
  isJsonObject,
  type JsonObject,
  type Output,
  objectAt,
} from "../document/notebook.js";
import { WidgetStates } from "./widgetStates.js";

/**
 * Turns what a kernel publishes into outputs of cells: streams are joined, a repeated display id
 * rewrites every earlier output with that id in any cell, outputs are cleared when asked.
 */
export class OutputRecorder {
  readonly #displays = new Map<string, Set<DataOutput>>();
  readonly #clearNext = new WeakSet<CodeCell>();
  readonly #widgets = new WidgetStates();

  /**
   * Records a message for the cell whose request it answers.
   *
   * @returns what was added or replaced, a stream's new text only; undefined when nothing was
   */
  record(message: KernelMessage, cell: CodeCell): Output | undefined {
    const { type, content } = message;
    recordTiming(message, cell);
    if (typeof content.execution_count === "number") cell.execution_count = content.execution_count;
    switch (type) {
      case "stream": {
        this.#clearPending(cell);
        const name = String(content.name);
        const text = String(content.text);
        const last = cell.outputs.at(-1);
        if (last?.output_type === "stream" && last.name === name) last.text += text;
        else cell.outputs.push({ output_type: "stream", name, text });
        return { output_type: "stream", name, text };
      }
      case "error": {
        const traceback = Array.isArray(content.traceback) ? content.traceback.map(String) : [];
        return this.#add(cell, {
          output_type: "error",
          ename: String(content.ename),
          evalue: String(content.evalue),
          traceback,
        });
      }
      case "display_data":
      case "execute_result":
        return this.#show(type, content, cell);
      case "update_display_data":
        return this.#update(content).at(-1);
      case "clear_output":
        if (content.wait === true) this.#clearNext.add(cell);
        else this.#clear(cell);
        return undefined;
      default:
        if (type.startsWith("comm_")) this.#widgets.record(message);
        return undefined;
    }
  }

  /** State of the widgets for the notebook's metadata; undefined when there are none. */
  get widgets(): JsonObject | undefined {
    return this.#widgets.metadata;
  }

  #show(type: "display_data" | "execute_result", content: JsonObject, cell: CodeCell): DataOutput {
    const output: DataOutput = {
      output_type: type,
      data: objectAt(content, "data"),
      metadata: objectAt(content, "metadata"),
    };
    if (type === "execute_result") output.execution_count = cell.execution_count;
    this.#update(content);
    this.#add(cell, output);
    const id = displayId(content);
    if (id !== undefined) {
      const known = this.#displays.get(id) ?? new Set();
      this.#displays.set(id, known.add(output));
    }
    return output;
  }

  /** Rewrites the outputs with a display's id and returns them. */
  #update(content: JsonObject): DataOutput[] {
    const outputs = [...(this.#displays.get(displayId(content) ?? "") ?? [])];
    for (const output of outputs) {
      output.data = objectAt(content, "data");
      output.metadata = objectAt(content, "metadata");
    }
    return outputs;
  }

  #add<T extends Output>(cell: CodeCell, output: T): T {
    this.#clearPending(cell);
    cell.outputs.push(output);
    return output;
  }

  #clearPending(cell: CodeCell): void {
    if (this.#clearNext.delete(cell)) this.#clear(cell);
  }

  #clear(cell: CodeCell): void {
    for (const known of this.#displays.values()) {
      for (const output of cell.outputs) known.delete(output as DataOutput);
    }
    cell.outputs = [];
  }
}

function displayId(content: JsonObject): string | undefined {
  const id = objectAt(content, "transient").display_id;
  return typeof id === "string" ? id : undefined;
}

/** What a line of progress tells of an output: a stream's text or a display's text form. */
export function outputText(output: Output): string {
  if (output.output_type === "stream") return output.text;
  if (output.output_type === "error") return "";
  const text = output.data["text/plain"];
  return typeof text === "string" ? `${text}\n` : "";
}

/** Notes when the kernel passed the stages of a request, under nbclient's keys. */
export function recordTiming(message: KernelMessage, cell: CodeCell): void {
  const stage =
    message.type === "status"
      ? `iopub.status.${message.content.execution_state}`
      : message.type === "execute_input"
        ? "iopub.execute_input"
        : message.type === "execute_reply"
          ? "shell.execute_reply"
          : undefined;
  if (stage === undefined) return;
  const execution = isJsonObject(cell.metadata.execution) ? cell.metadata.execution : {};
  execution[stage] = message.date.replace(/\+00:00$/, "Z");
  cell.metadata.execution = execution;
}

/** What a terminal shows of text with carriage returns: the last writing of every line. */
export function applyCarriageReturns(text: string): string {
  return text.includes("\r") ? text.replace(/^[^\n]*\r(?!\n|$)/gm, "") : text;
}
