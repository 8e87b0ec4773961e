import {
  type ClassMeasure,
  type Confusion,
  diagonalOf,
  diagonalShare,
  diceOf,
  type MatrixMeasure,
} from "./confusion.js";

/** N_kk / N_k.: share of class k of the first map that is k in the second. */
export function forwardPersistence(matrix: Confusion, k: number): number {
  return diagonalOf(matrix, k) / matrix.rows[k]!;
}

/** N_kk / N_.k: share of class k of the second map that was k in the first. */
export function backwardPersistence(matrix: Confusion, k: number): number {
  return diagonalOf(matrix, k) / matrix.columns[k]!;
}

/** N_kk / (N_k. + N_.k - N_kk). */
export function intersectionOverUnion(matrix: Confusion, k: number): number {
  const both = diagonalOf(matrix, k);
  return both / (matrix.rows[k]! + matrix.columns[k]! - both);
}

/** Quantity disagreement: sum over classes of |N_k. - N_.k| / 2N. */
export function quantityDisagreement({ classes, rows, columns, total }: Confusion): number {
  let gap = 0;
  for (let k = 0; k < classes; k++) gap += Math.abs(rows[k]! - columns[k]!);
  return gap / (2 * total);
}

/** Allocation disagreement: what remains of 1 after pixel agreement and quantity. */
export function allocationDisagreement(matrix: Confusion): number {
  return 1 - diagonalShare(matrix) - quantityDisagreement(matrix);
}

/** Measures of one class, by their name in the tables. */
export const classAgreements: Readonly<Record<string, ClassMeasure>> = Object.freeze({
  forward: forwardPersistence,
  backward: backwardPersistence,
  dice: diceOf,
  iou: intersectionOverUnion,
});

/** Unweighted mean of a class measure over the classes for which it is defined. */
export function classMean(measure: ClassMeasure): MatrixMeasure {
  return (matrix) => {
    let sum = 0;
    let count = 0;
    for (let k = 0; k < matrix.classes; k++) {
      const value = measure(matrix, k);
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    return sum / count;
  };
}

/** Classes for which Dice is defined: those that some of the two maps has. */
export function classesPresent(matrix: Confusion): number {
  let count = 0;
  for (let k = 0; k < matrix.classes; k++) if (!Number.isNaN(diceOf(matrix, k))) count++;
  return count;
}

/** Agreement of two maps over all classes: `agreement`, `quantity`, `allocation`. */
export const mapAgreements: Readonly<Record<string, MatrixMeasure>> = Object.freeze({
  agreement: diagonalShare,
  quantity: quantityDisagreement,
  allocation: allocationDisagreement,
});
