import type { KernelMessage } from "../client/message.js";
import { isJsonObject, type JsonObject, objectAt } from "../document/notebook.js";

/** Follows the state of Jupyter widgets, so that a saved notebook can show them. */
export class WidgetStates {
  readonly #states = new Map<string, JsonObject>();
  readonly #buffers = new Map<string, Map<string, JsonObject>>();

  /** Takes a `comm_open` or `comm_msg` message. */
  record(message: KernelMessage): void {
    const { comm_id: id } = message.content;
    const data = objectAt(message.content, "data");
    if (typeof id !== "string" || !isJsonObject(data.state)) return;
    this.#states.set(id, { ...this.#states.get(id), ...data.state });
    if (!Array.isArray(data.buffer_paths)) return;
    const buffers = this.#buffers.get(id) ?? new Map<string, JsonObject>();
    data.buffer_paths.forEach((path, index) => {
      const bytes = message.buffers[index];
      if (bytes === undefined) return;
      const encoded = Buffer.from(bytes).toString("base64");
      buffers.set(JSON.stringify(path), { encoding: "base64", data: encoded, path });
    });
    this.#buffers.set(id, buffers);
  }

  /** The notebook's `widgets` metadata; undefined when no widget was made. */
  get metadata(): JsonObject | undefined {
    const state: JsonObject = {};
    for (const [id, values] of this.#states) {
      if (values._model_name === undefined) continue;
      const buffers = [...(this.#buffers.get(id)?.values() ?? [])];
      state[id] = {
        model_name: values._model_name,
        model_module: values._model_module ?? null,
        model_module_version: values._model_module_version ?? null,
        state: values,
        ...(buffers.length > 0 ? { buffers } : {}),
      };
    }
    if (Object.keys(state).length === 0) return undefined;
    return {
      "application/vnd.jupyter.widget-state+json": { state, version_major: 2, version_minor: 0 },
    };
  }
}
