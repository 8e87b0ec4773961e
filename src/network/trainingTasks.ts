/** What the workers of a training do. */
export { readTask } from "./readTask.js";
export { trainTask } from "./trainTask.js";
