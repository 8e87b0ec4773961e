"""scikit-learn's random forest on the rows of ../forest/forestBenchmark.ts."""
import os, sys
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from measure import measure

folder = sys.argv[1]


def rows(name):
    labels = np.fromfile(os.path.join(folder, name + ".u8"), np.uint8)
    return np.fromfile(os.path.join(folder, name + ".f32"), np.float32).reshape(len(labels), -1), labels


known, labels = rows("train")
forest = RandomForestClassifier(100, max_features="sqrt", n_jobs=2, random_state=1)
measure("forest training", lambda: forest.fit(known, labels))

unseen, expected = rows("test")
measure(
    "forest prediction",
    lambda: forest.predict_proba(unseen),
    lambda shares: {"accuracy": float((shares.argmax(1) == expected).mean())},
)
