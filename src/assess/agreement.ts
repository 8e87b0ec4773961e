import { columnSum, diagonalShare, diceOf, rowSum } from "./confusion.js";

/** N_kk / N_k.: share of class k of the first map that is k in the second. */
export function forwardPersistence(matrix: Float64Array, classes: number, k: number): number {
  return matrix[k * classes + k]! / rowSum(matrix, classes, k);
}

/** N_kk / N_.k: share of class k of the second map that was k in the first. */
export function backwardPersistence(matrix: Float64Array, classes: number, k: number): number {
  return matrix[k * classes + k]! / columnSum(matrix, classes, k);
}

/** N_kk / (N_k. + N_.k - N_kk). */
export function intersectionOverUnion(matrix: Float64Array, classes: number, k: number): number {
  const both = matrix[k * classes + k]!;
  return both / (rowSum(matrix, classes, k) + columnSum(matrix, classes, k) - both);
}

/** Quantity disagreement: sum over classes of |N_k. - N_.k| / 2N. */
export function quantityDisagreement(matrix: Float64Array, classes: number): number {
  let total = 0;
  let gap = 0;
  for (let k = 0; k < classes; k++) {
    const row = rowSum(matrix, classes, k);
    total += row;
    gap += Math.abs(row - columnSum(matrix, classes, k));
  }
  return gap / (2 * total);
}

/** Allocation disagreement: what remains of 1 after pixel agreement and quantity. */
export function allocationDisagreement(matrix: Float64Array, classes: number): number {
  return 1 - diagonalShare(matrix, classes) - quantityDisagreement(matrix, classes);
}

type ClassMeasure = (matrix: Float64Array, classes: number, k: number) => number;

/** Measures of one class, by their name in the tables. */
export const classAgreements: Readonly<Record<string, ClassMeasure>> = Object.freeze({
  forward: forwardPersistence,
  backward: backwardPersistence,
  dice: diceOf,
  iou: intersectionOverUnion,
});

/** Unweighted mean of a class measure over the classes for which it is defined. */
export function classMean(
  measure: ClassMeasure,
  classes: number,
): (matrix: Float64Array) => number {
  return (matrix) => {
    let sum = 0;
    let count = 0;
    for (let k = 0; k < classes; k++) {
      const value = measure(matrix, classes, k);
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    return sum / count;
  };
}

/** Agreement of two maps over all classes: `agreement`, `quantity`, `allocation`. */
export const mapAgreements: Readonly<
  Record<string, (matrix: Float64Array, classes: number) => number>
> = Object.freeze({
  agreement: diagonalShare,
  quantity: quantityDisagreement,
  allocation: allocationDisagreement,
});
