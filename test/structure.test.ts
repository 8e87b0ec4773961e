import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../src/packageRoot.js";

const root = packageRoot();
const source = join(root, "src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => join(source, name));

/** Folder of a source file below `src`, or "" for the top level. */
const stage = (file: string): string => {
  const [first, rest] = relative(source, file).split(sep, 2);
  return rest === undefined ? "" : first!;
};

/** Files of the package that a source file imports, type imports included. */
function imports(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map((match) =>
    resolve(dirname(file), match[1]!.replace(/\.js$/, ".ts")),
  );
}

/** Stages that know notebooks, kernels, run folders or the command line; nothing below them may import them. */
const surface = new Set(["notebook", "kernel", "run", "view", "cli", ""]);
const utilities = new Set([
  "errors.ts",
  "random.ts",
  "progress.ts",
  "packageRoot.ts",
  "display.ts",
]);

test("the core never imports notebook, kernel, run or command line", () => {
  const wrong: string[] = [];
  for (const file of files) {
    if (surface.has(stage(file))) continue;
    for (const target of imports(file)) {
      if (utilities.has(relative(source, target))) continue;
      if (surface.has(stage(target)))
        wrong.push(`${relative(root, file)} -> ${relative(root, target)}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("only the image source and the assessment know the simulator", () => {
  const knowing = files
    .filter((file) => stage(file) !== "simulate")
    .filter((file) => imports(file).some((target) => stage(target) === "simulate"))
    .map(stage);
  assert.deepEqual([...new Set(knowing)].sort(), ["assess", "scenes"]);
});

test("randomness comes through a generator and the clock stays out of the core", () => {
  const wrong: string[] = [];
  for (const file of files) {
    const code = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    if (/\bMath\.random\b/.test(code)) wrong.push(`${relative(root, file)}: Math.random`);
    // Tokens expire and services ask to wait: requests have a clock, handed in like a generator.
    if (surface.has(stage(file)) || relative(source, file) === join("http", "clock.ts")) continue;
    if (/\bDate\.now\b|new Date\(\)/.test(code)) wrong.push(`${relative(root, file)}: clock`);
  }
  assert.deepEqual(wrong, []);
});
