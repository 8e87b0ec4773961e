"""PyTorch or Keras with the network, series and batches of ../lstm/lstmBenchmark.ts, on the processor.

python networks.py torch|keras FOLDER
"""
import os, sys

os.environ.update(CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="2", KERAS_BACKEND="tensorflow")
import numpy as np
from measure import measure

library, folder = sys.argv[1:]
BATCHES = (256, 1024)
RATE, DECAY, EPSILON, NORM = 2e-3, 1e-6, 1e-7, 1.0


def read(name, kind):
    return np.fromfile(os.path.join(folder, name), kind)


dates, channels, units, classes = map(int, read("shape.i32", np.int32))
values = read("train.f32", np.float32).reshape(-1, dates, channels)
labels = read("train.u8", np.uint8)
sizes = [channels * 4 * units, units * 4 * units, 4 * units, units * classes]
kernel, recurrent, bias, dense, dense_bias = np.split(read("weights.bin", np.float32), np.cumsum(sizes))
kernel, recurrent = kernel.reshape(channels, -1), recurrent.reshape(units, -1)
dense = dense.reshape(units, classes)
# Stored integers of a block of an image cube [date][channel][pixel]; 10 000 a unit.
stored = read("block.i16", np.int16).reshape(dates, channels, -1)


def order(batch):
    return read(f"batches-{batch}.u32", np.uint32).reshape(-1, batch).astype(np.int64)


def with_torch():
    import torch

    torch.set_num_threads(os.cpu_count())

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = torch.nn.LSTM(channels, units, batch_first=True)
            self.dense = torch.nn.Linear(units, classes)
            with torch.no_grad():
                self.lstm.weight_ih_l0.copy_(torch.from_numpy(kernel.T.copy()))
                self.lstm.weight_hh_l0.copy_(torch.from_numpy(recurrent.T.copy()))
                self.lstm.bias_ih_l0.copy_(torch.from_numpy(bias.copy()))
                self.lstm.bias_hh_l0.zero_()
                self.dense.weight.copy_(torch.from_numpy(dense.T.copy()))
                self.dense.bias.copy_(torch.from_numpy(dense_bias.copy()))
            # One bias, as in the other programs.
            self.lstm.bias_hh_l0.requires_grad_(False)

        def forward(self, series):
            return self.dense(self.lstm(series)[0][:, -1])

    x, y = torch.from_numpy(values), torch.from_numpy(labels.astype(np.int64))

    def train(batches):
        network = Network()
        learned = [p for p in network.parameters() if p.requires_grad]
        adam = torch.optim.AdamW(learned, RATE, eps=EPSILON, weight_decay=DECAY, fused=True)
        total = 0.0
        for members in batches:
            adam.zero_grad()
            loss = torch.nn.functional.cross_entropy(network(x[members]), y[members])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learned, NORM)
            adam.step()
            total += loss.item()
        return total / len(batches)

    network = Network().eval()

    def predict():
        parts = []
        with torch.inference_mode():
            for first in range(0, stored.shape[2], 4096):
                part = torch.from_numpy(stored[:, :, first : first + 4096]).permute(2, 0, 1)
                series = part.to(torch.float32, memory_format=torch.contiguous_format).mul_(1e-4).clamp_(0, 1)
                parts.append(network(series.contiguous()).softmax(1))
        return torch.cat(parts).numpy()

    return train, predict


def with_keras():
    import keras

    def network():
        model = keras.Sequential(
            [keras.layers.Input((dates, channels)), keras.layers.LSTM(units, use_cudnn=False), keras.layers.Dense(classes)]
        )
        model.set_weights([kernel, recurrent, bias, dense, dense_bias])
        return model

    def train(batches):
        model = network()
        adam = keras.optimizers.AdamW(RATE, epsilon=EPSILON, weight_decay=DECAY, global_clipnorm=NORM)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(adam, loss, jit_compile=False)
        losses = [model.train_on_batch(values[members], labels[members]) for members in batches]
        return float(np.mean(losses))

    model = network()

    def predict():
        series = np.clip(stored.transpose(2, 0, 1) * np.float32(1e-4), 0, 1)
        scores = model.predict(series, batch_size=4096, verbose=0)
        powers = np.exp(scores - scores.max(1, keepdims=True))
        return powers / powers.sum(1, keepdims=True)

    return train, predict


train, predict = {"torch": with_torch, "keras": with_keras}[library]()
for batch in BATCHES:
    train(order(batch)[:2])
    measure(f"LSTM training, batch {batch}", lambda: train(order(batch)), lambda loss: {"loss": loss})
predict()
rate = stored.shape[2]
measure("LSTM maps", predict, lambda found: {"first": float(found[0, 0])})
