import { join } from "node:path";
import { packageRoot } from "../../src/packageRoot.js";

/** The spectra tables that the embedded region is made from. */
export const spectraFolder = join(packageRoot(), "data-manifests", "data", "demo-alps");
