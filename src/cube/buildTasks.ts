/** What the workers of a build do. */
export { buildChunk } from "./chunkTask.js";
export { loadScene } from "./loadTask.js";
export { readChannelValues } from "./scalerTask.js";
