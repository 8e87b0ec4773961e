import type { layers } from "@tensorflow/tfjs";
import type { TensorFlow } from "../engine/tensorflow.js";
import { encoderBlock } from "./encoderBlock.js";
import { type LayerConfig, type LayerForm, layerClass } from "./layerClass.js";
import { masterAttention } from "./masterAttention.js";
import { yearHarmonics } from "./yearHarmonics.js";

const forms = { yearHarmonics, encoderBlock, masterAttention };

/** The project's own layers. */
export type CustomLayers = Readonly<
  Record<keyof typeof forms, (config: LayerConfig) => layers.Layer>
>;

const known = new WeakMap<TensorFlow, CustomLayers>();

/** The project's own layers, registered so that saved networks with them load. */
export function customLayers(tf: TensorFlow): CustomLayers {
  const found = known.get(tf);
  if (found) return found;
  const define = ([name, form]: [string, LayerForm]) => {
    const defined = layerClass(tf, form);
    tf.serialization.registerClass(defined);
    return [name, (config: LayerConfig) => new defined(config)];
  };
  const made = Object.fromEntries(Object.entries(forms).map(define)) as CustomLayers;
  known.set(tf, made);
  return made;
}
