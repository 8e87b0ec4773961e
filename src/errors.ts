/**
 * Errors of the package: every one carries a literal `tag` and the fields that its message shows,
 * so that a caller can tell them apart with {@link isPhenocoverError} without reading text.
 */
abstract class TaggedError extends Error {
  abstract readonly tag: string;
  /** Exit code of a command that ends with this error: 1 failed, 2 usage or manifest. */
  readonly exitCode: number = 1;
}

/** A manifest names something that is missing, misspelt or out of range. */
export class ManifestError extends TaggedError {
  readonly tag = "ManifestError";
  override readonly exitCode = 2;
  /**
   * @param file manifest file as the user wrote it
   * @param place path inside the manifest, such as `images.maxCloud`
   * @param problem what was found and what was expected
   */
  constructor(
    readonly file: string,
    readonly place: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${place}: ${problem}`, options);
    this.name = "ManifestError";
  }
}

/** A command line or a function argument is wrong. */
export class UsageError extends TaggedError {
  readonly tag = "UsageError";
  override readonly exitCode = 2;
  constructor(
    readonly argument: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${argument}: ${problem}`, options);
    this.name = "UsageError";
  }
}

/** A notebook cannot run as asked: its kernel is not installed, a parameter is wrong or unknown. */
export class NotebookError extends TaggedError {
  readonly tag = "NotebookError";
  /**
   * @param subject notebook, parameter or cell
   */
  constructor(
    readonly subject: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${subject}: ${problem}`, options);
    this.name = "NotebookError";
  }
}

/** A file exists but does not hold what it should. */
export class FileError extends TaggedError {
  readonly tag = "FileError";
  constructor(
    readonly file: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${problem}`, options);
    this.name = "FileError";
  }
}

/** The data cannot carry the requested step: no valid date, no sample of any class. */
export class DataError extends TaggedError {
  readonly tag = "DataError";
  constructor(
    readonly subject: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${subject}: ${problem}`, options);
    this.name = "DataError";
  }
}

/** A worker, kernel or child process stopped or answered with an error. */
export class ProcessError extends TaggedError {
  readonly tag = "ProcessError";
  constructor(
    readonly process: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`${process}: ${problem}`, options);
    this.name = "ProcessError";
  }
}

/** A service on the network cannot be reached, refuses, or answers with something unusable. */
export class ServiceError extends TaggedError {
  readonly tag = "ServiceError";
  /**
   * @param address address without its query, so that no signature or key is ever shown
   * @param problem what was answered and what was expected
   * @param status HTTP status of the last answer; null where there was none
   */
  constructor(
    readonly address: string,
    readonly problem: string,
    readonly status: number | null = null,
    options?: ErrorOptions,
  ) {
    super(`${address}: ${problem}`, options);
    this.name = "ServiceError";
  }
}

/** The package's own errors. */
export type PhenocoverError =
  | ManifestError
  | UsageError
  | NotebookError
  | FileError
  | DataError
  | ProcessError
  | ServiceError;

/** Whether a caught value is one of the package's errors, optionally of the given tags. */
export function isPhenocoverError(
  value: unknown,
  ...tags: PhenocoverError["tag"][]
): value is PhenocoverError {
  return (
    value instanceof TaggedError &&
    (tags.length === 0 || (tags as readonly string[]).includes(value.tag))
  );
}
