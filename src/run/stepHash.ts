import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { addonStamp } from "../engine/addon.js";
import type { Manifest } from "../manifest/manifest.js";
import { packageRoot } from "../packageRoot.js";
import { type FileChecksum, hashOf, hashOfValue } from "./checksum.js";
import type { Input } from "./inputs.js";
import type { Step } from "./steps.js";

/** Hashes of what a step depends on; the names serve to say what changed. */
export interface StepBasis {
  readonly notebook: string;
  readonly code: string;
  readonly engine: string;
  readonly parameters: string;
  readonly inputs: string;
  readonly earlier: string;
}

/** Folders of the package that drive a run without entering its results. */
const outside = new Set(["cli", "run", "notebook"]);

/** Hash of the built package: every module, compiled addon and legend that can enter a result. */
export function codeHash(): string {
  const source = dirname(dirname(fileURLToPath(import.meta.url)));
  const files = readdirSync(source, { recursive: true, encoding: "utf8" })
    .map((name) => name.split(sep).join("/"))
    .filter((name) => name.endsWith(".js") && !outside.has(name.split("/")[0]!))
    .sort();
  const legends = join(packageRoot(), "data-manifests", "legends");
  return hashOfValue([
    ...files.map((name) => [name, hashOf(readFileSync(join(source, relative(".", name))))]),
    ...readdirSync(legends)
      .sort()
      .map((name) => [name, hashOf(readFileSync(join(legends, name)))]),
    ...["lstm", "hmm", "kmeans"].map((name) => [name, addonStamp(name)]),
  ]);
}

/** Hash of a notebook's cells: kind, text and tags; outputs and counts do not matter. */
export async function notebookHash(path: string): Promise<string> {
  const { cells } = JSON.parse(await readFile(path, "utf8")) as {
    cells: {
      cell_type: string;
      source: string | string[];
      metadata?: { tags?: string[] };
    }[];
  };
  return hashOfValue(
    cells.map(({ cell_type, source, metadata }) => [
      cell_type,
      [source].flat().join(""),
      metadata?.tags ?? [],
    ]),
  );
}

/** What a step's hash is made of besides notebook and code. */
export interface StepSettings {
  readonly step: Step;
  readonly manifest: Manifest;
  readonly years: readonly number[];
  readonly seed: number;
  readonly engine: string;
  readonly inputs: readonly Input[];
  /** Products of the steps before. */
  readonly earlier: readonly FileChecksum[];
}

/** The basis of a step from its settings and the hashes of notebook and code. */
export function stepBasis(settings: StepSettings, notebook: string, code: string): StepBasis {
  const { step, seed } = settings;
  // The training seed stands beside the manifest; where it is given there it must not count twice.
  const { file: _file, title, attribution, licence, ...rest } = settings.manifest;
  const { parameters, reference, otherMaps, interpretation, terrain, ...manifest } = rest;
  const unread = new Set<string>(["seed", ...step.unread]);
  const read = Object.entries(parameters).filter(([name]) => !unread.has(name));
  const inputs = settings.inputs.filter((input) => step.reference || input.role !== "reference");
  return {
    notebook,
    code,
    engine: settings.engine,
    parameters: hashOfValue({
      manifest,
      names: step.named ? { title, attribution, licence } : null,
      parameters: Object.fromEntries(read),
      reference: step.reference ? { reference, otherMaps, interpretation, terrain } : null,
      years: settings.years,
      seed: step.seeded ? seed : null,
    }),
    inputs: hashOfValue(inputs.map(({ path, sha256 }) => [path, sha256])),
    earlier: hashOfValue(settings.earlier.map(({ path, sha256 }) => [path, sha256]).sort(byPath)),
  };
}

function byPath(a: string[], b: string[]): number {
  return a[0]! < b[0]! ? -1 : 1;
}

/** Names of the parts in which two bases differ, as a reader knows them. */
export function changedParts(before: StepBasis, now: StepBasis): string[] {
  const names: Readonly<Record<keyof StepBasis, string>> = {
    notebook: "notebook",
    code: "code of the package",
    engine: "engine",
    parameters: "manifest, years or seed",
    inputs: "input files",
    earlier: "products of earlier steps",
  };
  return (Object.keys(names) as (keyof StepBasis)[])
    .filter((key) => before[key] !== now[key])
    .map((key) => names[key]);
}
