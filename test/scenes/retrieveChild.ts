import { inspect } from "node:util";
import { main } from "../../src/cli/main.js";
import { buildCube } from "../../src/cube/buildCube.js";
import { retrieveScenes } from "../../src/scenes/retrieveScenes.js";
import { openStudy } from "../../src/study/openStudy.js";

/**
 * Searches, measures and builds the cube of a region in a process of its own, and prints all that
 * it learns, errors in full: manifest, run folder, further commands.
 */
const [manifest, runDir, ...commands] = process.argv.slice(2) as [string, string, ...string[]];
const { stdout, stderr } = process;
const context = { stdout, stderr, signal: new AbortController().signal };
for (const command of commands) await main([command], context);
await main(["search", manifest, "--debug", "--quicklooks", `${runDir}.html`], context);
try {
  const study = await openStudy({ manifest, runDir, workers: 2 });
  const decisions = await retrieveScenes(study, { onNote: console.log });
  console.log(inspect(decisions, { depth: 9, showHidden: true }));
  console.log(JSON.stringify(await buildCube(study, decisions)));
} catch (error) {
  console.error(inspect(error, { depth: 9, showHidden: true }));
  process.exitCode = 1;
}
