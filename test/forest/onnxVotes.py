"""Votes of an ONNX forest by onnxruntime: MODEL VALUES FEATURES OUT, values and shares as float32."""
import sys
import numpy as np
import onnxruntime

model, values, features, out = sys.argv[1:]
session = onnxruntime.InferenceSession(model)
rows = np.fromfile(values, np.float32).reshape(-1, int(features))
label, shares = session.run(["label", "shares"], {"values": rows})
shares.astype(np.float32).tofile(out)
label.astype(np.float32).tofile(out + ".labels")
