/**
 * Networks that a study can choose: long short-term memory; convolutions over time (Pelletier et al.
 * 2019); a Transformer encoder (Vaswani et al. 2017); lightweight temporal attention (Garnot and
 * Landrieu 2020).
 */
export const networkKinds = Object.freeze(["lstm", "tempcnn", "transformer", "ltae"] as const);

export type NetworkKind = (typeof networkKinds)[number];
