import type { layers, Shape, serialization, Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "../engine/tensorflow.js";
import type { CallOptions } from "./dropout.js";

/** Settings of a layer; `name` and, for the first layer, `inputShape` among them. */
export type LayerConfig = Readonly<Record<string, string | number | readonly number[]>>;

/** What a layer that TensorFlow.js does not have consists of. */
export interface LayerForm {
  /** Name of the class in saved networks. */
  readonly className: string;
  /** Settings that a saved network keeps. */
  readonly settings: readonly string[];
  /** Shapes of the weights by name for so many channels of the input. */
  weights(channels: number, config: LayerConfig): Readonly<Record<string, number[]>>;
  /** Shape of the output, without the sample. */
  outputShape(dates: number, channels: number, config: LayerConfig): number[];
  /** The output for series [sample, date, channel]. */
  call(
    tf: TensorFlow,
    series: Tensor,
    weights: Readonly<Record<string, Tensor>>,
    config: LayerConfig,
    options: CallOptions,
  ): Tensor;
}

/** The class of a layer; `registerClass` makes it known to the loading of saved networks. */
export function layerClass(
  tf: TensorFlow,
  form: LayerForm,
): serialization.SerializableConstructor<layers.Layer> {
  return class extends tf.layers.Layer {
    static readonly className = form.className;
    readonly #config: LayerConfig;
    readonly #weights = new Map<string, { read(): Tensor }>();

    constructor(config: LayerConfig) {
      super(config as ConstructorParameters<typeof layers.Layer>[0]);
      this.#config = config;
    }

    override build(inputShape: Shape | Shape[]): void {
      const channels = (inputShape as number[]).at(-1)!;
      const start = tf.initializers.zeros();
      for (const [name, shape] of Object.entries(form.weights(channels, this.#config))) {
        this.#weights.set(name, this.addWeight(name, shape, "float32", start));
      }
      super.build(inputShape);
    }

    override computeOutputShape(inputShape: Shape | Shape[]): Shape {
      const [, dates, channels] = inputShape as [null, number, number];
      return [null, ...form.outputShape(dates, channels, this.#config)];
    }

    override call(inputs: Tensor | Tensor[], options: CallOptions): Tensor {
      return tf.tidy(() => {
        const series = Array.isArray(inputs) ? inputs[0]! : inputs;
        const weights = [...this.#weights].map(([name, weight]) => [name, weight.read()] as const);
        return form.call(tf, series, Object.fromEntries(weights), this.#config, {
          ...options,
          ...(options.random ? { random: options.random.split(this.name) } : {}),
        });
      });
    }

    override getConfig(): serialization.ConfigDict {
      const settings = form.settings.map((key) => [key, this.#config[key] as number]);
      return { ...super.getConfig(), ...Object.fromEntries(settings) };
    }
  };
}
