import type { LayersModel, Tensor2D } from "@tensorflow/tfjs";
import type { Engine } from "../engine/tensorflow.js";
import { gatherSeries, type Learner } from "./learner.js";
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
    async lossAndGradient(set, members, shares) {
      const batch = members.length;
      const result = tf.tidy(() => {
        const values = new Float32Array(batch * dates * channels);
        gatherSeries(set, members, values);
        const series = tf.tensor3d(values, [batch, dates, channels]);
        const target = shares
          ? tf.tensor2d(shares(members), [batch, classes])
          : tf.oneHot(
              tf.tensor1d(
                Int32Array.from(members, (i) => set.labels[i]!),
                "int32",
              ),
              classes,
            );
        const { value, grads } = tf.variableGrads(() => {
          const scores = logits(model, series, { training: true });
          return shares
            ? sharedCrossEntropy(tf, target as Tensor2D, scores).asScalar()
            : tf.losses.softmaxCrossEntropy(target, scores).asScalar();
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
    save: (folder) => saveNetwork(engine, model, folder),
    dispose: () => void model.dispose(),
  };
}
