import { buildCube } from "../../src/cube/buildCube.js";
import { retrieveScenes } from "../../src/scenes/retrieveScenes.js";
import { studyOf } from "./smallScenes.js";

/**
 * Builds the small cube in a process of its own, to be killed: folder, run, memory in bytes. Sends
 * the share of the work that is done.
 */
const [folder, run, memory] = process.argv.slice(2);
const study = studyOf(folder!, run!, 2, Number(memory));
const scenes = await retrieveScenes(study);
await buildCube(study, scenes, { onProgress: (done, total) => process.send!(done / total) });
process.disconnect();
