/** A stream of pseudo-random numbers; the only door to randomness in the package. */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number;
  /** Uniform integer in [0, n). */
  integer(n: number): number;
  /** Standard normal deviate. */
  normal(): number;
  /** Shuffles the array in place (Fisher-Yates) and returns it. */
  shuffle<T extends { length: number; [index: number]: unknown }>(values: T): T;
  /** An independent stream named by a label: the same label of the same parent gives the same stream. */
  split(label: string | number): Random;
}

/** FNV-1a over the label, mixed with the parent's key: 32 bits. */
function mix(key: number, label: string): number {
  let hash = key ^ 0x811c9dc5;
  for (let i = 0; i < label.length; i++) {
    hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * A seeded generator (sfc32, C. Doty-Humphrey, PractRand) that can be split by label, so that
 * parallel work draws the same numbers for any number of workers.
 *
 * @param seed any integer
 */
export function createRandom(seed: number): Random {
  return fromKey(mix(0x9e3779b9, `seed:${Math.trunc(seed)}`));
}

function fromKey(key: number): Random {
  let a = key | 0;
  let b = Math.imul(key, 0x9e3779b1) | 0;
  let c = (key ^ 0xdeadbeef) | 0;
  let counter = 1;
  const bits = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) bits();
  let spare = Number.NaN;
  const uniform = () => bits() / 4294967296;
  const integer = (n: number) => Math.floor(uniform() * n);
  return {
    uniform,
    integer,
    normal() {
      if (!Number.isNaN(spare)) {
        const value = spare;
        spare = Number.NaN;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    shuffle(values) {
      for (let i = values.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        const held = values[i];
        values[i] = values[j];
        values[j] = held;
      }
      return values;
    },
    split: (label) => fromKey(mix(key, String(label))),
  };
}
