import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { FileError, isPhenocoverError } from "../errors.js";
import { Secret } from "./secret.js";

/** A name and its secret: user and password, or access key and secret key. */
export interface Credentials {
  readonly name: string;
  readonly secret: Secret;
  /** Where they were found, for messages: never a value. */
  readonly source: string;
}

/** Where the credentials of one service may lie. */
export interface CredentialPlaces {
  /** Group in the key file. */
  readonly key: string;
  /** Environment variables of name and secret. */
  readonly variables: readonly [string, string];
  /** Host in `.netrc`. */
  readonly machine: string;
}

/** Account of the Copernicus Data Space, for HTTPS. */
export const dataSpaceAccount: CredentialPlaces = {
  key: "cdse",
  variables: ["CDSE_USERNAME", "CDSE_PASSWORD"],
  machine: "identity.dataspace.copernicus.eu",
};

/** Access keys of the Copernicus Data Space, for S3. */
export const dataSpaceKeys: CredentialPlaces = {
  key: "cdse-s3",
  variables: ["CDSE_S3_ACCESS_KEY", "CDSE_S3_SECRET_KEY"],
  machine: "eodata.dataspace.copernicus.eu",
};

/** Variable that holds the path of the key file: JSON, a group with `name` and `secret` a service. */
export const keyFileVariable = "PHENOCOVER_CREDENTIALS";

/**
 * Credentials of a service: from the environment, else from `.netrc` (or the file that `NETRC`
 * names), else from the key file.
 *
 * @returns null where there are none
 * @throws FileError when a file cannot be understood or others may read it
 */
export function findCredentials(
  places: CredentialPlaces,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Credentials | null {
  return fromEnvironment(places, env) ?? fromNetrc(places, env) ?? fromKeyFile(places, env);
}

function fromEnvironment({ variables }: CredentialPlaces, env: Environment): Credentials | null {
  const [name, secret] = variables.map((variable) => env[variable]);
  if (!name || !secret) return null;
  return { name, secret: new Secret(secret), source: `environment (${variables.join(", ")})` };
}

type Environment = Readonly<Record<string, string | undefined>>;

function fromNetrc({ machine }: CredentialPlaces, env: Environment): Credentials | null {
  const path = env.NETRC || join(env.HOME || homedir(), ".netrc");
  const text = readPrivate(path);
  if (text === null) return null;
  const words = text.replace(/^\s*#.*$/gm, "").match(/\S+/g) ?? [];
  const start = words.findIndex((word, i) => word === "machine" && words[i + 1] === machine);
  if (start < 0) return null;
  let name: string | undefined;
  let secret: string | undefined;
  for (let i = start + 2; i < words.length; i += 2) {
    if (words[i] === "machine" || words[i] === "default" || words[i] === "macdef") break;
    if (words[i] === "login") name = words[i + 1];
    if (words[i] === "password") secret = words[i + 1];
  }
  if (!name || !secret) {
    throw new FileError(path, `machine ${machine} without login and password`);
  }
  return { name, secret: new Secret(secret), source: ".netrc" };
}

function fromKeyFile({ key }: CredentialPlaces, env: Environment): Credentials | null {
  const path = env[keyFileVariable];
  if (!path) return null;
  const text = readPrivate(path);
  if (text === null) throw new FileError(path, `no such file, named by ${keyFileVariable}`);
  let groups: Record<string, { name?: unknown; secret?: unknown } | undefined>;
  try {
    groups = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new FileError(path, "not JSON, expected groups with name and secret");
  }
  const group = groups[key];
  if (!group) return null;
  const { name, secret } = group;
  if (typeof name !== "string" || typeof secret !== "string") {
    throw new FileError(path, `group ${key} without name and secret`);
  }
  return { name, secret: new Secret(secret), source: "key file" };
}

/** Text of a file that only its owner may read; null where there is none. */
function readPrivate(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return null;
  if (process.platform !== "win32" && found.mode & 0o077) {
    throw new FileError(path, "others may read it, expected mode 600 for a file with secrets");
  }
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (isPhenocoverError(cause)) throw cause;
    throw new FileError(path, "cannot be read", { cause });
  }
}
