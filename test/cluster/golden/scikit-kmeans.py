"""scikit-learn's K-means and silhouette on generated points, written to scikit-kmeans.json.

Run with scikit-learn installed: python test/cluster/golden/scikit-kmeans.py
The points come from a linear congruential generator, so that the test makes the same ones; the
first six are the start.
"""
import json, os
import numpy as np
import sklearn
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

STATE = 1


def uniform():
    global STATE
    STATE = (1664525 * STATE + 1013904223) % 2**32
    return STATE / 2**32


POINTS, DIMENSIONS, CLUSTERS = 900, 5, 6
groups = [[3 * uniform() for _ in range(DIMENSIONS)] for _ in range(CLUSTERS)]
points = np.array([[groups[i % CLUSTERS][d] + uniform() + uniform() for d in range(DIMENSIONS)] for i in range(POINTS)], np.float32)
done = KMeans(CLUSTERS, init=points[:CLUSTERS], n_init=1, max_iter=100, tol=0, algorithm="lloyd").fit(points.astype(np.float64))
out = {
    "version": sklearn.__version__,
    "centres": [float(x) for x in done.cluster_centers_.ravel()],
    "counts": [int(x) for x in np.bincount(done.labels_)],
    "inertia": float(done.inertia_),
    "silhouette": float(silhouette_score(points.astype(np.float64), done.labels_)),
}
with open(os.path.join(os.path.dirname(__file__), "scikit-kmeans.json"), "w") as file:
    file.write(json.dumps(out, indent=2) + "\n")
