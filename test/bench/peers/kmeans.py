"""scikit-learn's K-means from the given start on the points of ../kmeans/kmeansBenchmark.ts."""
import os, sys
import numpy as np
from sklearn.cluster import KMeans
from measure import measure

folder = sys.argv[1]
start = np.fromfile(os.path.join(folder, "start.f32"), np.float32).reshape(-1, 8)
points = np.fromfile(os.path.join(folder, "points.f32"), np.float32).reshape(-1, 8)
kmeans = KMeans(len(start), init=start, n_init=1, max_iter=40, tol=0, algorithm="lloyd")
measure(
    "K-means",
    lambda: kmeans.fit(points),
    lambda done: {"inertia": float(done.inertia_), "iterations": int(done.n_iter_)},
)
