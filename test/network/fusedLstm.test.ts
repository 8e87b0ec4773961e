import assert from "node:assert/strict";
import { test } from "node:test";
import type { layers, Tensor, Tensor2D, Tensor3D, Variable } from "@tensorflow/tfjs";
import { lstmKernel } from "../../src/engine/lstmKernel.js";
import { loadTensorFlow } from "../../src/engine/tensorflow.js";
import { blockLstm } from "../../src/network/blockLstm.js";
import { fuseLstm, type HiddenStates } from "../../src/network/fusedLstm.js";
import { kernelLstm } from "../../src/network/kernelLstm.js";
import { createRandom } from "../../src/random.js";

const engine = await loadTensorFlow({ announce: false });
const compiled = lstmKernel();
const { tf } = engine;
const skip = {
  kernel: compiled ? false : "the LSTM kernel is not built",
  block: engine.name === "wasm" ? "TensorFlow is not built" : false,
};

// More samples than a block of the kernel, units and channels that fill no whole tile.
const [samples, dates, channels, units] = [101, 6, 3, 10];

/** A stock layer with random weights, random series and a random weight of every hidden state. */
function example(sequences: boolean, reverse: boolean) {
  const random = createRandom(5);
  const normal = (...shape: number[]) =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 0.4 * random.normal()),
      shape,
    );
  const series = normal(samples, dates, channels) as Tensor3D;
  const layer = tf.layers.lstm({
    units,
    recurrentActivation: "sigmoid",
    returnSequences: sequences,
    goBackwards: reverse,
  });
  layer.apply(series);
  layer.setWeights([normal(channels, 4 * units), normal(units, 4 * units), normal(4 * units)]);
  const weight = sequences ? normal(samples, dates, units) : normal(samples, units);
  return { series, layer, weight };
}

const close = (found: Tensor, expected: Tensor, what: string) => {
  const [a, b] = [found.dataSync(), expected.dataSync()];
  const largest = Math.max(...Array.from(b, Math.abs));
  assert.equal(a.length, b.length);
  for (let i = 0; i < a.length; i++) {
    assert.ok(Math.abs(a[i]! - b[i]!) <= 1e-5 * largest, `${what}, value ${i}`);
  }
};

const forms: Record<keyof typeof skip, (sequences: boolean, reverse: boolean) => HiddenStates> = {
  kernel: (sequences, reverse) => kernelLstm(tf, compiled!, sequences, reverse),
  block: (sequences, reverse) => blockLstm(engine, sequences, reverse),
};

for (const [name, form] of Object.entries(forms)) {
  test(`${name}: states and gradients are the stock layer's in all forms`, {
    skip: skip[name as keyof typeof skip],
  }, () => {
    for (const sequences of [false, true]) {
      for (const reverse of [false, true]) {
        const { series, layer, weight } = example(sequences, reverse);
        const weights = layer.trainableWeights.map((w) => (w as unknown as { val: Variable }).val);
        const states = form(sequences, reverse);
        const use = { training: true, seriesGradient: true };
        const [kernel, recurrent, bias] = weights as unknown as [Tensor2D, Tensor2D, Tensor];
        const compute = (hidden: (series: Tensor3D) => Tensor) => {
          const score = (x: Tensor3D) => tf.sum(tf.mul(hidden(x), weight)).asScalar();
          const { grads } = tf.variableGrads(() => score(series), weights);
          return [
            hidden(series),
            tf.grad(score as (x: Tensor) => Tensor)(series),
            ...weights.map((variable) => grads[variable.name]!),
          ];
        };
        const stock = compute((x) => layer.apply(x) as Tensor);
        const fused = compute((x) => states(x, kernel, recurrent, bias, use));
        stock.forEach((expected, part) => {
          close(fused[part]!, expected, `sequences ${sequences}, reverse ${reverse}, part ${part}`);
        });
      }
    }
  });
}

test("the kernel's gradient is that of central differences within 2 %", {
  skip: skip.kernel,
}, () => {
  const classes = 4;
  const pass = { samples, dates, channels, units, reverse: false };
  const random = createRandom(9);
  const normal = (length: number, scale: number) =>
    Float32Array.from({ length }, () => scale * random.normal());
  const series = normal(samples * dates * channels, 1);
  const shares = new Float32Array(samples * classes);
  for (let i = 0; i < samples; i++) shares[i * classes + random.integer(classes)] = 1;
  const sizes = [4 * channels * units, 4 * units * units, 4 * units, units * classes, classes];
  const parameters = normal(
    sizes.reduce((a, b) => a + b),
    0.4,
  );
  const unused = new Float32Array(parameters.length);
  const loss = (at: number, step: number) => {
    const moved = parameters.slice();
    moved[at]! += step;
    return compiled!.lossAndGradient(pass, classes, series, shares, moved, unused, 1);
  };
  const gradient = new Float32Array(parameters.length);
  compiled!.lossAndGradient(pass, classes, series, shares, parameters, gradient, 1);
  let first = 0;
  for (const [part, size] of sizes.entries()) {
    const own = gradient.subarray(first, first + size);
    const differences = own.map((_, i) => {
      return (loss(first + i, 1e-2) - loss(first + i, -1e-2)) / 2e-2;
    });
    const largest = Math.max(...own.map(Math.abs));
    own.forEach((value, i) => {
      const error = Math.abs(value - differences[i]!);
      assert.ok(error < 0.02 * largest, `part ${part}, ${i}: ${value}, ${differences[i]}`);
    });
    first += size;
  }
});

test("the kernel hands on what is not a number and saturates on large input", {
  skip: skip.kernel,
}, () => {
  const pass = { samples: 2, dates: 1, channels: 1, units: 1, sequences: false, reverse: false };
  const weights = {
    kernel: Float32Array.of(1, 1, 1, 1),
    recurrent: new Float32Array(4),
    bias: new Float32Array(4),
  };
  const hidden = compiled!.forward(pass, Float32Array.of(Number.NaN, 1e6), weights, null);
  assert.ok(Number.isNaN(hidden[0]));
  assert.ok(Math.abs(hidden[1]! - Math.tanh(1)) < 1e-6);
});

test("the kernel's dense layer is a product and a bias, for any number of outputs", {
  skip: skip.kernel,
}, () => {
  const [inputs, outputs] = [5, 19];
  const values = Float32Array.from({ length: samples * inputs }, (_, i) => (i % 7) - 3);
  const kernel = Float32Array.from({ length: inputs * outputs }, (_, i) => (i % 5) - 2);
  const bias = Float32Array.from({ length: outputs }, (_, i) => i);
  const found = compiled!.dense(samples, values, kernel, bias);
  assert.equal(found.length, samples * outputs);
  found.forEach((value, at) => {
    const [sample, k] = [Math.floor(at / outputs), at % outputs];
    let expected = bias[k]!;
    for (let i = 0; i < inputs; i++) {
      expected += values[sample * inputs + i]! * kernel[i * outputs + k]!;
    }
    assert.equal(value, expected);
  });
});

test("the kernel refuses arrays of another length", { skip: skip.kernel }, () => {
  const pass = { samples: 2, dates: 1, channels: 1, units: 1, sequences: false, reverse: false };
  const weights = {
    kernel: new Float32Array(4),
    recurrent: new Float32Array(4),
    bias: new Float32Array(4),
  };
  assert.throws(
    () => compiled!.forward(pass, new Float32Array(3), weights, null),
    /series is not a Float32Array of 2 values/,
  );
  const values = new Float32Array(2);
  assert.throws(
    () => compiled!.lossAndGradient(pass, 1, values, values, new Float32Array(13), values, 1),
    /parameters is not a Float32Array of 14 values/,
  );
  assert.throws(
    () => compiled!.dense(1, values, new Float32Array(3), values),
    /kernel is not a Float32Array of 4 values/,
  );
});

test("a layer that the fused forms cannot compute is refused", {
  skip: skip.kernel && skip.block,
}, () => {
  const layer: layers.Layer = tf.layers.lstm({ units: 4 });
  assert.throws(() => fuseLstm(engine, layer), /recurrentActivation is \w+, expected sigmoid/);
});
