import { compiledKernel } from "../engine/lstmKernel.js";
import { type Engine, loadTensorFlow } from "../engine/tensorflow.js";
import { compileNetwork } from "./compiledNetwork.js";
import { loadNetwork, readNetworkFiles, type SavedNetwork } from "./networkFiles.js";
import { type Predictor, predictNetwork } from "./predict.js";

/**
 * Opens the network of a folder by the fastest way that this process has: the compiled kernel where
 * TensorFlow would compute on the processor anyway, else the engine's TensorFlow.js.
 *
 * @param onEngine called when TensorFlow.js is used
 * @throws FileError when a file is missing or not of this form
 */
export async function openPredictor(
  folder: string,
  onEngine: (engine: Engine) => void,
): Promise<Predictor> {
  const saved = await readNetworkFiles(folder);
  const compiled = compiledPredictor(saved);
  if (compiled) return compiled;
  const engine = await loadTensorFlow({ announce: false });
  onEngine(engine);
  const model = await loadNetwork(engine, saved);
  return { predict: (series) => predictNetwork(engine, model, series) };
}

/**
 * Whether a folder's network is computed without TensorFlow.js, so that threads can do it.
 *
 * @throws FileError when a file is missing or not of this form
 */
export async function predictsCompiled(folder: string): Promise<boolean> {
  return compiledPredictor(await readNetworkFiles(folder)) !== null;
}

function compiledPredictor(saved: SavedNetwork): Predictor | null {
  const kernel = compiledKernel();
  return kernel && compileNetwork(saved, kernel);
}
