import { existsSync } from "node:fs";
import { join } from "node:path";

import ts = require("typescript");

import { FileError } from "../errors.js";

/** Settings of a project that say how strictly its code is checked and against which types. */
const followed = [
  "strict",
  "alwaysStrict",
  "exactOptionalPropertyTypes",
  "lib",
  "noFallthroughCasesInSwitch",
  "noImplicitAny",
  "noImplicitOverride",
  "noImplicitReturns",
  "noImplicitThis",
  "noPropertyAccessFromIndexSignature",
  "noUncheckedIndexedAccess",
  "strictBindCallApply",
  "strictFunctionTypes",
  "strictNullChecks",
  "strictPropertyInitialization",
  "types",
  "useUnknownInCatchVariables",
] as const;

/**
 * What the `tsconfig.json` of a project says about checks, `extends` included; nothing where there
 * is none. How modules are found and written is the kernel's matter, and cells may leave names
 * unused.
 *
 * @throws FileError when it cannot be read or holds an unknown value
 */
export function projectOptions(root: string, system = ts.sys): ts.CompilerOptions {
  const file = join(root, "tsconfig.json");
  if (!existsSync(file)) return {};
  const { config, error } = ts.readConfigFile(file, system.readFile);
  if (error !== undefined) throw wrong(file, error);
  // Which files the project consists of does not matter here.
  const host = { ...system, readDirectory: () => [] };
  const { options, errors } = ts.parseJsonConfigFileContent({ ...config, files: [] }, host, root);
  const NO_FILES = 18002;
  const problem = errors.find(({ code }) => code !== NO_FILES);
  if (problem !== undefined) throw wrong(file, problem);
  return Object.fromEntries(
    followed.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}

function wrong(file: string, { messageText }: ts.Diagnostic): FileError {
  return new FileError(file, ts.flattenDiagnosticMessageText(messageText, " "));
}
