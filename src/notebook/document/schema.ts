import { Ajv, type ValidateFunction } from "ajv";

const text = { oneOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] };
const count = { type: ["integer", "null"], minimum: 0 };
const bundle = {
  type: "object",
  patternProperties: { "^application/(.*\\+)?json$": {} },
  additionalProperties: text,
};
const tags = { type: "array", uniqueItems: true, items: { type: "string", pattern: "^[^,]+$" } };
const cellMetadata = {
  type: "object",
  properties: {
    tags,
    name: { type: "string", minLength: 1 },
    jupyter: { type: "object" },
    collapsed: { type: "boolean" },
    scrolled: { enum: [true, false, "auto"] },
    format: { type: "string" },
    execution: { type: "object", additionalProperties: { type: "string" } },
  },
};
const id = { type: "string", pattern: "^[a-zA-Z0-9-_]+$", minLength: 1, maxLength: 64 };

function record(required: Record<string, unknown>, optional: Record<string, unknown> = {}) {
  return {
    type: "object",
    required: Object.keys(required),
    properties: { ...required, ...optional },
    additionalProperties: false,
  };
}

const outputs = {
  stream: record({ output_type: {}, name: { type: "string" }, text }),
  display_data: record({ output_type: {}, data: bundle, metadata: { type: "object" } }),
  execute_result: record({
    output_type: {},
    data: bundle,
    metadata: { type: "object" },
    execution_count: count,
  }),
  error: record({
    output_type: {},
    ename: { type: "string" },
    evalue: { type: "string" },
    traceback: { type: "array", items: { type: "string" } },
  }),
};

const textCell = record(
  { id, cell_type: {}, metadata: cellMetadata, source: text },
  { attachments: { type: "object", additionalProperties: bundle } },
);

const cells = {
  markdown: textCell,
  raw: textCell,
  code: record({
    id,
    cell_type: {},
    metadata: cellMetadata,
    source: text,
    outputs: { type: "array", items: choose("output_type", outputs) },
    execution_count: count,
  }),
};

/** One of several records, told apart by a field; unlike `oneOf` it yields one telling error. */
function choose(field: string, records: Record<string, unknown>) {
  return {
    type: "object",
    required: [field],
    properties: { [field]: { enum: Object.keys(records) } },
    allOf: Object.entries(records).map(([name, then]) => ({
      if: { properties: { [field]: { const: name } } },
      then,
    })),
  };
}

/** Rules of nbformat 4.5 as a JSON Schema. */
export const notebookSchema = {
  ...record({
    nbformat: { const: 4 },
    nbformat_minor: { type: "integer", minimum: 5 },
    metadata: {
      type: "object",
      properties: {
        kernelspec: {
          type: "object",
          required: ["name", "display_name"],
          properties: { name: { type: "string" }, display_name: { type: "string" } },
        },
        language_info: {
          type: "object",
          required: ["name"],
          properties: { name: { type: "string" } },
        },
      },
    },
    cells: { type: "array", items: choose("cell_type", cells) },
  }),
};

let validate: ValidateFunction | undefined;

/** What is wrong with a document under nbformat 4.5, as `place: problem`; empty when it is valid. */
export function notebookProblems(document: unknown): string[] {
  validate ??= new Ajv({ allErrors: false, allowUnionTypes: true, strict: false }).compile(
    notebookSchema,
  );
  if (validate(document)) return duplicateIds(document as { cells: { id: string }[] });
  return (validate.errors ?? [])
    .filter((error) => error.keyword !== "if")
    .map((error) => {
      const place = error.instancePath.slice(1).replaceAll("/", ".") || "document";
      const extra =
        error.keyword === "additionalProperties" ? ` (${error.params.additionalProperty})` : "";
      return `${place}: ${error.message}${extra}`;
    });
}

function duplicateIds(document: { cells: { id: string }[] }): string[] {
  const seen = new Set<string>();
  for (const cell of document.cells) {
    if (seen.has(cell.id)) return [`cells: the id ${cell.id} is used twice`];
    seen.add(cell.id);
  }
  return [];
}
