/** Agreement of one class between consecutive years as the paper prints it. */
export interface PaperAgreement {
  /** Class name, `all` for the whole map. */
  readonly class: string;
  /** Multi-year network: 2018-2019 and 2019-2020. */
  readonly multiYear: readonly [number, number];
  /** Networks of one year each. */
  readonly singleYear: readonly [number, number];
}

/** Reference printed beside the figures. */
export const PAPER =
  "Sedona, Paris, Tian, Riedel, Cavallaro, IGARSS 2022, DOI 10.1109/IGARSS46834.2022.9883655";

/**
 * Agreement between consecutive output maps over Trentino, 2018-2020, from the slides of the paper.
 * How it was computed per class is not stated there; overall it can only be pixel agreement.
 */
export const paperAgreement: readonly PaperAgreement[] = [
  { class: "Artificial", multiYear: [0.89, 0.68], singleYear: [0.93, 0.62] },
  { class: "Grass", multiYear: [0.69, 0.6], singleYear: [0.61, 0.42] },
  { class: "Crops", multiYear: [0.76, 0.81], singleYear: [0.65, 0.85] },
  { class: "Mineral", multiYear: [0.33, 0.51], singleYear: [0.34, 0.43] },
  { class: "Rocks", multiYear: [0.43, 0.46], singleYear: [0.45, 0.43] },
  { class: "Sand", multiYear: [0.14, 0.31], singleYear: [0.05, 0.16] },
  { class: "Broadleaves", multiYear: [0.85, 0.87], singleYear: [0.79, 0.84] },
  { class: "Conifers", multiYear: [0.81, 0.78], singleYear: [0.79, 0.77] },
  { class: "Shrubland", multiYear: [0.64, 0.66], singleYear: [0.63, 0.62] },
  { class: "Water", multiYear: [0.97, 0.98], singleYear: [0.98, 0.95] },
  { class: "all", multiYear: [0.78, 0.78], singleYear: [0.74, 0.74] },
];
