/** Settings of {@link createAdam}. */
export interface AdamOptions {
  /** Decay of the running means of the gradient and of its square. */
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Share of a parameter taken off a step, times the learning rate. */
  readonly weightDecay?: number;
  /** A gradient with a larger Euclidean norm is scaled down to this norm. */
  readonly maxNorm?: number;
}

/** What continues a training to the same bytes. */
export interface AdamState {
  readonly step: number;
  readonly mean: Float32Array;
  readonly square: Float32Array;
}

/** An optimiser over one flat parameter vector. */
export interface Adam {
  /** Moves the parameters by one step against the gradient; both keep their length. */
  update(parameters: Float32Array, gradient: Float32Array, learningRate: number): void;
  /** A copy of the state. */
  state(): AdamState;
}

/**
 * Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019) and clipping
 * by the global norm, on flat arrays: no backend is involved, so its steps are the same on all.
 *
 * @param size number of parameters
 * @param start state to continue from
 */
export function createAdam(size: number, options: AdamOptions = {}, start?: AdamState): Adam {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, weightDecay = 1e-6, maxNorm = 1 } = options;
  const mean = start ? start.mean.slice() : new Float32Array(size);
  const square = start ? start.square.slice() : new Float32Array(size);
  let step = start?.step ?? 0;
  return {
    update(parameters, gradient, learningRate) {
      step++;
      let norm = 0;
      for (let i = 0; i < size; i++) norm += gradient[i]! * gradient[i]!;
      norm = Math.sqrt(norm);
      const scale = norm > maxNorm ? maxNorm / norm : 1;
      const rate = learningRate / (1 - beta1 ** step);
      const correction = 1 / Math.sqrt(1 - beta2 ** step);
      for (let i = 0; i < size; i++) {
        const g = gradient[i]! * scale;
        const m = beta1 * mean[i]! + (1 - beta1) * g;
        const v = beta2 * square[i]! + (1 - beta2) * g * g;
        mean[i] = m;
        square[i] = v;
        const decay = learningRate * weightDecay * parameters[i]!;
        parameters[i]! -= (rate * m) / (Math.sqrt(v) * correction + epsilon) + decay;
      }
    },
    state: () => ({ step, mean: mean.slice(), square: square.slice() }),
  };
}

/** Learning rate of a step: `peak` throughout, or from `peak` to 0 along half a cosine. */
export function learningRateAt(
  schedule: "constant" | "cosine",
  peak: number,
  step: number,
  steps: number,
): number {
  return schedule === "constant" ? peak : 0.5 * peak * (1 + Math.cos((Math.PI * step) / steps));
}
