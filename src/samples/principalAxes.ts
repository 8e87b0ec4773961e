/**
 * Principal axes of rows [n][features], by Jacobi rotations of their covariance.
 *
 * @returns axes as rows [features][features], widest first
 */
export function principalAxes(rows: Float32Array, features: number): Float64Array {
  const d = features;
  const a = covariance(rows, d);
  const axes = new Float64Array(d * d);
  for (let k = 0; k < d; k++) axes[k * d + k] = 1;
  for (let sweep = 0; sweep < 50; sweep++) {
    let off = 0;
    for (let p = 0; p < d; p++) for (let q = 0; q < p; q++) off += a[p * d + q]! ** 2;
    if (off < 1e-20) break;
    for (let p = 0; p < d; p++) for (let q = p + 1; q < d; q++) rotate(a, axes, d, p, q);
  }
  const order = Array.from({ length: d }, (_, k) => k).sort(
    (p, q) => a[q * d + q]! - a[p * d + p]! || p - q,
  );
  return Float64Array.from(
    { length: d * d },
    (_, i) => axes[order[Math.floor(i / d)]! * d + (i % d)]!,
  );
}

/** Coordinates of rows [n][features] along axes; distances stay as they are. */
export function projectRows(
  rows: Float32Array,
  axes: Float64Array,
  features: number,
): Float32Array {
  const out = new Float32Array(new SharedArrayBuffer(rows.length * 4));
  for (let row = 0; row < rows.length; row += features) {
    for (let k = 0; k < features; k++) {
      let sum = 0;
      for (let f = 0; f < features; f++) sum += axes[k * features + f]! * rows[row + f]!;
      out[row + k] = sum;
    }
  }
  return out;
}

function covariance(rows: Float32Array, d: number): Float64Array {
  const n = rows.length / d;
  const mean = new Float64Array(d);
  for (let i = 0; i < rows.length; i++) mean[i % d]! += rows[i]! / n;
  const a = new Float64Array(d * d);
  for (let row = 0; row < rows.length; row += d) {
    for (let p = 0; p < d; p++) {
      const e = (rows[row + p]! - mean[p]!) / n;
      for (let q = 0; q <= p; q++) a[p * d + q]! += e * (rows[row + q]! - mean[q]!);
    }
  }
  for (let p = 0; p < d; p++) for (let q = 0; q < p; q++) a[q * d + p] = a[p * d + q]!;
  return a;
}

/** Turns the axes p and q so that the covariance between them vanishes. */
function rotate(a: Float64Array, axes: Float64Array, d: number, p: number, q: number): void {
  const between = a[p * d + q]!;
  if (between === 0) return;
  const theta = (a[q * d + q]! - a[p * d + p]!) / (2 * between);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < d; k++) {
    const kp = a[k * d + p]!;
    const kq = a[k * d + q]!;
    a[k * d + p] = c * kp - s * kq;
    a[k * d + q] = s * kp + c * kq;
  }
  for (let k = 0; k < d; k++) {
    const pk = a[p * d + k]!;
    const qk = a[q * d + k]!;
    a[p * d + k] = c * pk - s * qk;
    a[q * d + k] = s * pk + c * qk;
    const pa = axes[p * d + k]!;
    const qa = axes[q * d + k]!;
    axes[p * d + k] = c * pa - s * qa;
    axes[q * d + k] = s * pa + c * qa;
  }
}
