import type { LayersModel } from "@tensorflow/tfjs";
import type { Engine } from "../engine/tensorflow.js";
import type { Learner } from "./learner.js";
import { sharedCrossEntropy } from "./lossShares.js";
import { logits } from "./model.js";
import { saveNetwork } from "./networkFiles.js";
import { flatParameters } from "./parameters.js";

/** A network that learns by TensorFlow.js on the engine's backend. */
export async function tensorflowLearner(engine: Engine, model: LayersModel): Promise<Learner> {
  const { tf } = engine;
  const [, dates, channels] = model.inputs[0]!.shape as [null, number, number];
  const classes = model.outputs[0]!.shape[1]!;
  const parameters = await flatParameters(tf, model);
  return {
    classes,
    parameters: parameters.values,
    store: () => parameters.store(),
    async lossAndGradient(series, shares, random) {
      const batch = shares.length / classes;
      const result = tf.tidy(() => {
        // The backend may read a tensor's array after the caller has changed it.
        const inputs = tf.tensor3d(series.slice(), [batch, dates, channels]);
        const targets = tf.tensor2d(shares, [batch, classes]);
        const { value, grads } = tf.variableGrads(() => {
          const scores = logits(model, inputs, { training: true, random });
          return sharedCrossEntropy(tf, targets, scores).asScalar();
        }, [...parameters.variables]);
        return parameters.join(value, grads);
      });
      const numbers = await result.data<"float32">();
      result.dispose();
      return numbers;
    },
    async scores(series) {
      const samples = series.length / (dates * channels);
      const result = tf.tidy(() =>
        logits(model, tf.tensor3d(series.slice(), [samples, dates, channels])),
      );
      const scores = await result.data<"float32">();
      result.dispose();
      return scores;
    },
    state: () => parameters.state(),
    restore: (state) => parameters.restore(state),
    save: (folder) => saveNetwork(engine, model, folder),
    dispose: () => void model.dispose(),
  };
}
