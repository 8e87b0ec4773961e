import { buildCube } from "../../src/cube/buildCube.js";
import { retrieveScenes } from "../../src/scenes/retrieveScenes.js";
import { studyOf } from "./smallScenes.js";

/** Builds the small cube in a process of its own, to be killed: folder, run, memory in bytes. */
const [folder, run, memory] = process.argv.slice(2);
const study = studyOf(folder!, run!, 2, Number(memory));
await buildCube(study, await retrieveScenes(study));
