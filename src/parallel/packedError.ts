import {
  DataError,
  FileError,
  isPhenocoverError,
  ManifestError,
  NotebookError,
  type PhenocoverError,
  ProcessError,
  ServiceError,
  UsageError,
} from "../errors.js";

/** One of the package's errors as plain data: what threads and processes send keeps no class. */
interface PackedError {
  readonly packed: PhenocoverError["tag"];
  readonly fields: object;
  readonly stack: string | undefined;
  readonly cause: unknown;
}

type Rebuild<E> = (fields: E, options: ErrorOptions) => E;

const rebuild: { readonly [E in PhenocoverError as E["tag"]]: Rebuild<E> } = {
  ManifestError: (e, options) => new ManifestError(e.file, e.place, e.problem, options),
  UsageError: (e, options) => new UsageError(e.argument, e.problem, options),
  NotebookError: (e, options) => new NotebookError(e.subject, e.problem, options),
  FileError: (e, options) => new FileError(e.file, e.problem, options),
  DataError: (e, options) => new DataError(e.subject, e.problem, options),
  ProcessError: (e, options) => new ProcessError(e.process, e.problem, options),
  ServiceError: (e, options) => new ServiceError(e.address, e.problem, e.status, options),
};

/** What a worker sends instead of an error it caught; errors of others go as they are. */
export function packError(error: unknown): unknown {
  if (!isPhenocoverError(error)) return error;
  const { tag, stack, cause } = error;
  return {
    packed: tag,
    fields: { ...error },
    stack,
    cause: packError(cause),
  } satisfies PackedError;
}

/** The error that {@link packError} was given, of its class, with its fields, stack and cause. */
export function unpackError(sent: unknown): unknown {
  if (typeof sent !== "object" || sent === null || !("packed" in sent)) return sent;
  const { packed, fields, stack, cause } = sent as PackedError;
  const options = cause === undefined ? {} : { cause: unpackError(cause) };
  const error = (rebuild[packed] as Rebuild<unknown>)(fields, options) as PhenocoverError;
  if (stack !== undefined) error.stack = stack;
  return error;
}
