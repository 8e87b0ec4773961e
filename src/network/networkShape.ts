import type { Parameters } from "../manifest/manifest.js";
import type { NetworkKind } from "./networkKinds.js";

/** What kind of network a study chooses, and how large. */
export interface NetworkForm {
  /** `lstm` unless given. */
  readonly kind?: NetworkKind;
  /** Width: units of an LSTM layer and direction, filters, or length of a date's embedding. */
  readonly units: number;
  /** LSTM layers, convolutions or encoder blocks; the kind's own number unless given. */
  readonly layers?: number;
  /** Whether LSTM layers read the series in both directions. */
  readonly bidirectional?: boolean;
  /** Whether an LSTM normalises its series and its last states. */
  readonly layerNorm?: boolean;
  /** Share of values that dropout takes while training; the kind's own unless given. */
  readonly dropout?: number;
}

/** A network without its weights. */
export interface NetworkShape extends NetworkForm {
  readonly dates: number;
  /** Channels of a date; the last three are valid flag, sine and cosine of the day of the year. */
  readonly channels: number;
  readonly classes: number;
}

/** Number of layers and dropout of each kind where a study does not choose. */
const own: Readonly<Record<NetworkKind, { readonly layers: number; readonly dropout: number }>> =
  Object.freeze({
    lstm: { layers: 1, dropout: 0.5 },
    tempcnn: { layers: 3, dropout: 0.2 },
    transformer: { layers: 2, dropout: 0.1 },
    ltae: { layers: 1, dropout: 0.2 },
  });

/** A form or shape with nothing left open. */
export function completed<T extends NetworkForm>(form: T): T & Required<NetworkForm> {
  const { kind = "lstm", bidirectional = false, layerNorm = false } = form;
  return { ...own[kind], ...form, kind, bidirectional, layerNorm };
}

/** The network that a study's parameters ask for. */
export function networkForm({ network, ...parameters }: Parameters): NetworkForm {
  const { units, layers, bidirectional, layerNorm, dropout } = parameters;
  return {
    ...{ kind: network, units, bidirectional, layerNorm },
    ...(layers === undefined ? {} : { layers }),
    ...(dropout === undefined ? {} : { dropout }),
  };
}

/** Whether the compiled kernel learns the network: one LSTM layer and a dense one. */
export function learnsCompiled(form: NetworkForm): boolean {
  const { kind, layers, bidirectional, layerNorm } = completed(form);
  return kind === "lstm" && layers === 1 && !bidirectional && !layerNorm;
}
