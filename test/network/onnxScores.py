"""Scores of an ONNX network by onnxruntime: MODEL SERIES DATES CHANNELS OUT, series and scores as float32."""
import sys
import numpy as np
import onnxruntime

model, series, dates, channels, out = sys.argv[1:]
session = onnxruntime.InferenceSession(model)
values = np.fromfile(series, np.float32).reshape(-1, int(dates), int(channels))
scores, probabilities = session.run(["scores", "probabilities"], {"series": values})
np.concatenate([scores, probabilities], 1).astype(np.float32).tofile(out)
print(session.get_modelmeta().custom_metadata_map["classes"])
