import { access, constants, mkdir, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { FileError } from "../../errors.js";
import { replaceFile } from "../../files/atomic.js";
import { isJsonObject, type Json, type JsonObject, type Notebook } from "./notebook.js";
import { isJsonMime } from "./readNotebook.js";

/** A notebook as JSON text in nbformat's own layout: sorted keys, one space, a string a line. */
export function formatNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => {
    const result: JsonObject = { ...(cell as unknown as JsonObject), source: lines(cell.source) };
    if (cell.cell_type === "code") {
      result.outputs = cell.outputs.map((output) => {
        if (output.output_type === "stream") return { ...output, text: lines(output.text) };
        if (output.output_type === "error") return { ...output };
        const data: JsonObject = {};
        for (const [type, value] of Object.entries(output.data)) {
          data[type] = typeof value === "string" && !isJsonMime(type) ? lines(value) : value;
        }
        return { ...(output as unknown as JsonObject), data };
      });
    }
    return result;
  });
  return `${JSON.stringify(sorted({ ...notebook, cells } as JsonObject), null, 1)}\n`;
}

/**
 * Writes a notebook so that the file is always a complete one.
 *
 * @param path file, or `-` for stdout
 * @throws FileError when the place cannot be written
 */
export async function writeNotebook(path: string, notebook: Notebook): Promise<void> {
  const content = formatNotebook(notebook);
  if (path === "-") {
    await new Promise<void>((done, fail) =>
      process.stdout.write(content, (error) => (error ? fail(error) : done())),
    );
    return;
  }
  try {
    await replaceFile(path, (temporary) => writeFile(temporary, content));
  } catch (cause) {
    throw new FileError(path, `cannot be written (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
    });
  }
}

/**
 * Makes the folder of an output and checks that it can be written, before work begins.
 *
 * @throws FileError when it cannot
 */
export async function requireWritable(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new FileError(path, `its folder cannot be written (${code})`, { cause });
  }
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isDirectory()) throw new FileError(path, "is a folder, expected a notebook");
}

function lines(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\n", at) + 1 || text.length;
    found.push(text.slice(at, end));
    at = end;
  }
  return found;
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value).sort()) {
    if (value[key] !== undefined) result[key] = sorted(value[key]!);
  }
  return result;
}
