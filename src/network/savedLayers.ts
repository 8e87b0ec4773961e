import type { SavedNetwork } from "./networkFiles.js";

/** A weight of a saved layer. */
export interface SavedWeight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A layer of a saved network. */
export interface SavedLayer {
  /** Class of the layer, such as `LSTM`. */
  readonly kind: string;
  /** Settings as Keras names them. */
  readonly config: Readonly<Record<string, unknown>>;
  /** By name without that of the layer, such as `kernel`. */
  readonly weights: Readonly<Record<string, SavedWeight>>;
}

/** A saved network whose layers follow one another, from its series to a softmax. */
export interface SavedLayers {
  readonly dates: number;
  readonly channels: number;
  readonly classes: number;
  /** Without the softmax at the end and without dropout, which prediction does not have. */
  readonly layers: readonly SavedLayer[];
}

/** A layer as Keras describes it. */
interface Description {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>> & { readonly name: string };
}

/**
 * The layers of a saved network.
 *
 * @returns null when it is no sequence of layers with a softmax at its end
 */
export function savedLayers(saved: SavedNetwork): SavedLayers | null {
  const { class_name, config } = saved.topology as {
    class_name: string;
    config: { layers: Description[] };
  };
  const input = config.layers[0]?.config.batch_input_shape as [null, number, number] | undefined;
  const last = config.layers.at(-1);
  if (class_name !== "Sequential" || input?.length !== 3) return null;
  if (last?.class_name !== "Activation" || last.config.activation !== "softmax") return null;
  const weights = weightsByName(saved);
  const layers = config.layers
    .slice(0, -1)
    .filter(({ class_name: kind }) => kind !== "Dropout" && kind !== "InputLayer")
    .map(({ class_name: kind, config: settings }): SavedLayer => {
      const prefix = `${settings.name}/`;
      const own = [...weights].filter(([name]) => name.startsWith(prefix));
      const named = own.map(([name, weight]) => [name.slice(prefix.length), weight] as const);
      return { kind, config: settings, weights: Object.fromEntries(named) };
    });
  const classes = layers.at(-1)?.config.units as number;
  return { dates: input[1], channels: input[2], classes, layers };
}

function weightsByName({ weightSpecs, weightData }: SavedNetwork): Map<string, SavedWeight> {
  let start = 0;
  return new Map(
    weightSpecs.map(({ name, shape }) => {
      const length = shape.reduce((a, b) => a * b, 1);
      const values = new Float32Array(weightData, start, length);
      start += 4 * length;
      return [name, { shape, values }];
    }),
  );
}
