"""Accuracy of scikit-learn's random forest on generated rows, written to scikit-forest.json.

Run with scikit-learn installed: python test/forest/golden/scikit-forest.py
The rows come from a linear congruential generator, so that the test makes the same ones.
"""
import json, os
import numpy as np
import sklearn
from sklearn.ensemble import RandomForestClassifier

STATE = 1


def uniform():
    global STATE
    STATE = (1664525 * STATE + 1013904223) % 2**32
    return STATE / 2**32


ROWS, FEATURES, CLASSES, SPREAD = 1500, 12, 5, 0.9
centres = [[uniform() for _ in range(FEATURES)] for _ in range(CLASSES)]


def rows(wrong):
    """Rows around the centres; a share `wrong` of the labels is drawn anew."""
    values, labels = [], []
    for i in range(ROWS):
        c = i % CLASSES
        values.append([centres[c][f] + SPREAD * (uniform() + uniform() - 1) for f in range(FEATURES)])
        labels.append(int(uniform() * CLASSES) if uniform() < wrong else c)
    return np.array(values, np.float32), np.array(labels)


X, y = rows(0.1)
U, z = rows(0)
# Feature 0 is missing more often in higher classes; a row counts by its class.
G, V = X.copy(), U.copy()
for table, labels in ((G, y), (V, z)):
    for i in range(ROWS):
        if uniform() < 0.2 * labels[i]:
            table[i, 0] = np.nan
weights = 0.5 + y


def forests(known, asked, **options):
    """Mean over five seeds of the accuracy, the balanced accuracy and the Gini importance."""
    found = []
    for seed in range(5):
        forest = RandomForestClassifier(100, max_features="sqrt", min_samples_leaf=2, random_state=seed, **options)
        forest.fit(known, y, **({"sample_weight": weights} if "class_weight" not in options else {}))
        hits = forest.predict(asked) == z
        found.append([hits.mean(), hits[z == 0].mean(), *forest.feature_importances_])
    accuracy, first, *importance = (float(x) for x in np.mean(found, 0))
    return {"accuracy": accuracy, "firstClass": first, "importance": importance}


balanced = {"class_weight": "balanced_subsample"}
out = {
    "version": sklearn.__version__,
    "checksum": float(X.astype(np.float64).sum()),
    "balanced": forests(X, U, **balanced),
    "missing": forests(G, V, **balanced),
    "weighted": forests(X, U),
}
with open(os.path.join(os.path.dirname(__file__), "scikit-forest.json"), "w") as file:
    file.write(json.dumps(out, indent=2) + "\n")
