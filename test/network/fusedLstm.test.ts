import assert from "node:assert/strict";
import { test } from "node:test";
import type { layers, Tensor, Variable } from "@tensorflow/tfjs";
import { loadTensorFlow } from "../../src/engine/tensorflow.js";
import { fuseLstm } from "../../src/network/fusedLstm.js";
import { createRandom } from "../../src/random.js";

const engine = loadTensorFlow({ announce: false });
const skip = (await engine).name === "wasm" ? "TensorFlow is not built" : false;

test("fused kernels give the stock layer's state and gradients", { skip }, async () => {
  const { tf } = await engine;
  const random = createRandom(5);
  const normal = (...shape: number[]) =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 0.4 * random.normal()),
      shape,
    );
  const [samples, dates, channels, units] = [7, 6, 3, 8];
  const series = normal(samples, dates, channels);
  const weight = normal(samples, units);
  const layer = tf.layers.lstm({ units, recurrentActivation: "sigmoid" });
  layer.apply(series);
  layer.setWeights([normal(channels, 4 * units), normal(units, 4 * units), normal(4 * units)]);
  const variables = layer.trainableWeights.map((w) => (w as unknown as { val: Variable }).val);
  const compute = () => {
    const loss = () => tf.sum(tf.mul(layer.apply(series) as Tensor, weight)).asScalar();
    const { grads } = tf.variableGrads(loss, variables);
    const input = tf.grad((x) => tf.sum(tf.mul(layer.apply(x) as Tensor, weight)))(series);
    const state = layer.apply(series) as Tensor;
    return [state, input, ...variables.map((v) => grads[v.name]!)].map((t) => t.dataSync());
  };
  const stock = compute();
  fuseLstm(await engine, layer);
  const fused = compute();
  for (let part = 0; part < stock.length; part++) {
    for (let i = 0; i < stock[part]!.length; i++) {
      assert.ok(Math.abs(stock[part]![i]! - fused[part]![i]!) < 1e-5, `part ${part}, value ${i}`);
    }
  }
});

test("a layer that the fused kernels cannot compute is refused", { skip }, async () => {
  const { tf } = await engine;
  const layer: layers.Layer = tf.layers.lstm({ units: 4 });
  const loaded = await engine;
  assert.throws(() => fuseLstm(loaded, layer), /recurrentActivation is \w+, expected sigmoid/);
});
