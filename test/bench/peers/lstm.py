"""ONNX Runtime on one core with the network and series of ../lstm/lstmBenchmark.ts."""
import os, sys
import numpy as np
import onnxruntime
from measure import measure

folder = sys.argv[1]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(os.path.join(folder, "network.onnx"), options)
dates, channels = session.get_inputs()[0].shape[1:]
series = np.fromfile(os.path.join(folder, "test.f32"), np.float32).reshape(-1, dates, channels)


def predict():
    parts = range(0, len(series), 4096)
    return np.concatenate(
        [session.run(["probabilities"], {"series": series[i : i + 4096]})[0] for i in parts]
    )


measure("LSTM prediction", predict, lambda found: {"first": float(found[0, 0])})
