"""Forward-backward and error matrices in NumPy on the files of ../consistency/consistencyBenchmark.ts."""
import os, sys
import numpy as np
from measure import measure

folder = sys.argv[1]
years, classes, blocks, draws = 3, 11, 900, 1000
percent = np.fromfile(os.path.join(folder, "percent.u8"), np.uint8).reshape(years, classes, -1)
pixels = percent.shape[2]

# Classes in legend order: Artificial, Grass, Crops, Mineral, Rocks, Sand, Broadleaves, Conifers,
# Shrubland, Water, Snow. Weights of change as in src/consistency/transitions.ts.
ART, GRA, CRO, MIN, ROC, SAN, BRO, CON, SHR, WAT, SNO = range(classes)
w = np.full((classes, classes), 0.05)
w[np.ix_([GRA, CRO, BRO, CON, SHR, ROC, SAN, MIN], [ART, MIN])] = 1
w[np.ix_([BRO, CON], [SHR, GRA, ROC])] = 1
for a, b in ((CRO, GRA), (ROC, SNO), (SAN, WAT)):
    w[a, b] = w[b, a] = 1
w[GRA, SHR], w[ROC, SAN], w[ROC, GRA], w[SAN, ROC] = 0.3, 0.1, 0.1, 0.1
w[SHR, [BRO, CON]] = 0.1
w[CON, BRO] = w[BRO, CON] = 0.01
w[ART] = 0.01
w[WAT, [BRO, CON]] = 0
np.fill_diagonal(w, 0)
A = 0.03 * w / w.sum(1, keepdims=True)
np.fill_diagonal(A, 0.97)


def plain():
    changed = 0
    for first in range(0, pixels, 100_000):
        e = np.maximum(percent[:, :, first : first + 100_000].transpose(0, 2, 1) / 100, 1e-4)
        a = [e[0] / e[0].sum(1, keepdims=True)]
        for y in range(1, years):
            f = e[y] * (a[-1] @ A)
            a.append(f / f.sum(1, keepdims=True))
        b = np.ones_like(e[0])
        z = [a[-1].argmax(1)]
        for y in range(years - 2, -1, -1):
            b = (e[y + 1] * b) @ A.T
            b /= b.sum(1, keepdims=True)
            z.append((a[y] * b).argmax(1))
        changed += int((z[-1] != z[-2]).sum())
    return changed


measure("plain HMM, 3 years x 11 classes", plain, lambda n: {"changed": n / pixels})

maps = np.fromfile(os.path.join(folder, "maps.u8"), np.uint8).reshape(2, -1)


def agreement():
    n = maps.shape[1]
    block = np.arange(n, dtype=np.int64) * blocks // n
    cell = (maps[0].astype(np.int64) - 1) * classes + maps[1] - 1
    size = classes * classes
    counts = np.bincount(block * size + cell, minlength=blocks * size).reshape(blocks, size)
    rng = np.random.default_rng(1)
    times = np.stack([np.bincount(rng.integers(0, blocks, blocks), minlength=blocks) for _ in range(draws)])
    sums = (times @ counts).reshape(draws, classes, classes)
    np.quantile(np.trace(sums, axis1=1, axis2=2) / sums.sum((1, 2)), [0.025, 0.975])
    total = counts.sum(0).reshape(classes, classes)
    return float(np.trace(total) / total.sum())


measure("agreement of two maps with intervals", agreement, lambda share: {"agreement": share})
