import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { io, LayersModel } from "@tensorflow/tfjs";
import type { Engine } from "../engine/tensorflow.js";
import { FileError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import { customLayers } from "./customLayers.js";
import { adaptLayers } from "./model.js";

/**
 * Writes a network into a folder in TensorFlow.js's own form: `weights.bin`, then `model.json`.
 * The bytes depend on the network only.
 */
export async function saveNetwork(
  engine: Engine,
  model: LayersModel,
  folder: string,
): Promise<void> {
  let artifacts: io.ModelArtifacts | undefined;
  await model.save(
    engine.tf.io.withSaveHandler(async (saved) => {
      artifacts = saved;
      return {
        // The field is required; the date of the format's own example keeps the bytes constant.
        modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" },
      };
    }),
  );
  const { modelTopology, weightSpecs, weightData, generatedBy } = artifacts!;
  await writeNetworkFiles(folder, {
    topology: modelTopology as object,
    generatedBy: generatedBy!,
    weightSpecs: weightSpecs!,
    weightData: engine.tf.io.CompositeArrayBuffer.join(weightData),
  });
}

/** Writes `weights.bin`, then `model.json`. */
export async function writeNetworkFiles(
  folder: string,
  saved: SavedNetwork & { readonly generatedBy: string },
): Promise<void> {
  const description = {
    modelTopology: saved.topology,
    format: "layers-model",
    generatedBy: saved.generatedBy,
    convertedBy: null,
    weightsManifest: [{ paths: ["weights.bin"], weights: saved.weightSpecs }],
  };
  await writeFileAtomic(join(folder, "weights.bin"), new Uint8Array(saved.weightData));
  await writeFileAtomic(join(folder, "model.json"), `${JSON.stringify(description)}\n`);
}

/** A network's files as they lie in its folder. */
export interface SavedNetwork {
  /** Layers in Keras' terms. */
  readonly topology: object;
  readonly weightSpecs: readonly io.WeightsManifestEntry[];
  readonly weightData: ArrayBuffer;
}

/**
 * Reads the files that {@link saveNetwork} wrote.
 *
 * @throws FileError when a file is missing or not of this form
 */
export async function readNetworkFiles(folder: string): Promise<SavedNetwork> {
  const path = join(folder, "model.json");
  let description: {
    modelTopology: object;
    weightsManifest: { paths: string[]; weights: io.WeightsManifestEntry[] }[];
  };
  try {
    description = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new FileError(path, "is not a saved network", { cause });
  }
  const group = description.weightsManifest?.[0];
  if (!group?.paths?.[0] || !group.weights) throw new FileError(path, "names no weights");
  const weights = join(folder, group.paths[0]);
  const bytes = await readFile(weights).catch((cause: unknown) => {
    throw new FileError(weights, "cannot be read", { cause });
  });
  const expected = group.weights.reduce((sum, { shape }) => sum + 4 * shape.reduce(product, 1), 0);
  if (bytes.length !== expected) {
    throw new FileError(weights, `${bytes.length} bytes, expected ${expected}`);
  }
  return {
    topology: description.modelTopology,
    weightSpecs: group.weights,
    weightData: new Uint8Array(bytes).buffer,
  };
}

const product = (a: number, b: number): number => a * b;

/** The network of its files, its layers adapted to the engine. */
export async function loadNetwork(engine: Engine, saved: SavedNetwork): Promise<LayersModel> {
  customLayers(engine.tf);
  const model = await engine.tf.loadLayersModel(
    engine.tf.io.fromMemory({
      modelTopology: saved.topology,
      weightSpecs: [...saved.weightSpecs],
      weightData: saved.weightData,
    }),
  );
  adaptLayers(engine, model);
  return model;
}
