import { runFolder, type Study } from "./study.js";

/** A study without its functions, as it travels to child processes. */
export type PlainStudy = Omit<Study, "folder"> & { readonly root: string };

/** Takes the functions out of a study. */
export function plainStudy({ folder, ...rest }: Study): PlainStudy {
  return { ...rest, root: folder.root };
}

/** The study that {@link plainStudy} was made from. */
export function restoreStudy({ root, ...rest }: PlainStudy): Study {
  return { ...rest, folder: runFolder(root) };
}
