"""scikit-learn's random forest on the rows of ../forest/forestBenchmark.ts."""
import os, sys
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from measure import measure

folder = sys.argv[-1]


def rows(name):
    labels = np.fromfile(os.path.join(folder, name + ".u8"), np.uint8)
    return np.fromfile(os.path.join(folder, name + ".f32"), np.float32).reshape(len(labels), -1), labels


known, labels = rows("train")
unseen, expected = rows("test")


def train(seed):
    forest = RandomForestClassifier(100, max_features="sqrt", n_jobs=2, random_state=seed)
    return forest.fit(known, labels)


def accuracy(shares):
    return float((shares.argmax(1) == expected).mean())


def mean_of_five(found):
    half = 2.776 * np.std(found, ddof=1) / np.sqrt(5)
    return {"accuracy": float(np.mean(found)), "plus or minus": float(half)}


if "--seeds" in sys.argv:
    measure(
        "forests of 5 seeds",
        lambda: [accuracy(train(seed).predict_proba(unseen)) for seed in range(1, 6)],
        mean_of_five,
    )
else:
    forest = measure("forest training", lambda: train(1))
    measure(
        "forest prediction",
        lambda: forest.predict_proba(unseen),
        lambda shares: {"accuracy": accuracy(shares)},
    )
