"""Scores, loss and gradients of the networks by PyTorch, one JSON file each beside this script.

python networks.py: needs torch 2.11 and numpy. Weights are drawn here in the order and layout of the
project's networks and moved into PyTorch's modules; gradients come back the same way. The loss is taken
in training mode (batch statistics) without dropout, the scores in evaluation mode.
"""
import json
import math
from pathlib import Path

import numpy as np
import torch
from torch import nn

dates, channels, units, classes, samples = 6, 5, 8, 3, 12
harmonics, epsilon = 8, 1e-3
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)


def same(a):
    return a


def turned(a):
    return a.transpose(*range(a.ndim)[::-1])


def dense(layer):
    return [("kernel", layer.weight, turned), ("bias", layer.bias, same)]


def norm(layer):
    return [("gamma", layer.weight, same), ("beta", layer.bias, same)]


def running(layer):
    return [("mean", layer.running_mean, same), ("variance", layer.running_var, same)]


def year_harmonics(series):
    angle = torch.atan2(series[..., -2], series[..., -1])
    more = [f(k * angle) for k in range(2, harmonics + 1) for f in (torch.sin, torch.cos)]
    return torch.cat([series, torch.stack(more, -1)], -1)


class Lstm(nn.Module):
    shape = {"kind": "lstm", "layers": 2, "bidirectional": True, "layerNorm": True}

    def __init__(self):
        super().__init__()
        self.series_norm = nn.LayerNorm(channels, eps=epsilon)
        self.lstm = nn.LSTM(channels, units, 2, batch_first=True, bidirectional=True)
        self.state_norm = nn.LayerNorm(2 * units, eps=epsilon)
        self.classes = nn.Linear(2 * units, classes)
        for layer in ("l0", "l0_reverse", "l1", "l1_reverse"):
            bias = getattr(self.lstm, f"bias_hh_{layer}")
            bias.data.zero_()
            bias.requires_grad_(False)

    def forward(self, series):
        _, (states, _) = self.lstm(self.series_norm(series))
        return self.classes(self.state_norm(torch.cat([states[-2], states[-1]], 1)))

    def weights(self):
        cells = [
            (f"{part} {layer}", getattr(self.lstm, f"{name}_{layer}"), turned)
            for layer in ("l0", "l0_reverse", "l1", "l1_reverse")
            for part, name in (("kernel", "weight_ih"), ("recurrent", "weight_hh"), ("bias", "bias_ih"))
        ]
        return [*norm(self.series_norm), *cells, *norm(self.state_norm), *dense(self.classes)]

    def kept(self):
        return []


class TempCnn(nn.Module):
    shape = {"kind": "tempcnn", "layers": 2}

    def __init__(self):
        super().__init__()
        sizes = [channels, units, units]
        self.convolutions = nn.ModuleList(
            nn.Conv1d(a, b, 5, padding="same") for a, b in zip(sizes, sizes[1:])
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(units, eps=epsilon) for _ in range(2))
        self.dense = nn.Linear(dates * units, 4 * units)
        self.dense_norm = nn.BatchNorm1d(4 * units, eps=epsilon)
        self.classes = nn.Linear(4 * units, classes)

    def forward(self, series):
        x = series.transpose(1, 2)
        for convolution, batch_norm in zip(self.convolutions, self.norms):
            x = torch.relu(batch_norm(convolution(x)))
        x = self.dense(x.transpose(1, 2).flatten(1))
        return self.classes(torch.relu(self.dense_norm(x)))

    def weights(self):
        parts = [
            part
            for convolution, batch_norm in zip(self.convolutions, self.norms)
            for part in (*dense(convolution), *norm(batch_norm))
        ]
        return [*parts, *dense(self.dense), *norm(self.dense_norm), *dense(self.classes)]

    def kept(self):
        return [part for layer in (*self.norms, self.dense_norm) for part in running(layer)]


class Transformer(nn.Module):
    shape = {"kind": "transformer", "layers": 2}

    def __init__(self):
        super().__init__()
        self.embedding = nn.Linear(channels + 2 * (harmonics - 1), units)
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(
                units, 4, 2 * units, dropout=0, layer_norm_eps=epsilon, batch_first=True, norm_first=True
            )
            for _ in range(2)
        )
        self.norm = nn.LayerNorm(units, eps=epsilon)
        self.classes = nn.Linear(units, classes)

    def forward(self, series):
        x = self.embedding(year_harmonics(series))
        for block in self.blocks:
            x = block(x)
        return self.classes(self.norm(x).max(1).values)

    def weights(self):
        parts = []
        for block in self.blocks:
            attention = block.self_attn
            parts += [
                *norm(block.norm1),
                ("kernel", attention.in_proj_weight, turned),
                ("bias", attention.in_proj_bias, same),
                *dense(attention.out_proj),
                *norm(block.norm2),
                *dense(block.linear1),
                *dense(block.linear2),
            ]
        return [*dense(self.embedding), *parts, *norm(self.norm), *dense(self.classes)]

    def kept(self):
        return []


class Ltae(nn.Module):
    shape = {"kind": "ltae"}
    heads, keys = 8, 8

    def __init__(self):
        super().__init__()
        self.embedding = nn.Linear(channels + 2 * (harmonics - 1), units)
        self.norm = nn.LayerNorm(units, eps=epsilon)
        self.query = nn.Parameter(torch.zeros(self.heads, self.keys))
        self.key = nn.Linear(units, self.heads * self.keys)
        self.dense = nn.Linear(units, units)
        self.dense_norm = nn.BatchNorm1d(units, eps=epsilon)
        self.classes = nn.Linear(units, classes)

    def forward(self, series):
        x = self.norm(self.embedding(year_harmonics(series)))
        key = self.key(x).view(len(x), dates, self.heads, self.keys)
        scores = torch.einsum("nthk,hk->nht", key, self.query) / math.sqrt(self.keys)
        parts = x.view(len(x), dates, self.heads, units // self.heads)
        x = torch.einsum("nht,nthp->nhp", scores.softmax(-1), parts).flatten(1)
        return self.classes(torch.relu(self.dense_norm(self.dense(x))))

    def weights(self):
        return [
            *dense(self.embedding),
            *norm(self.norm),
            ("query", self.query, same),
            *dense(self.key),
            *dense(self.dense),
            *norm(self.dense_norm),
            *dense(self.classes),
        ]

    def kept(self):
        return running(self.dense_norm)


def rounded(values):
    return [float(f"{value:.8g}") for value in np.asarray(values, np.float32).ravel()]


def golden(network, random):
    series = random.uniform(0, 1, (samples, dates, channels))
    angle = 2 * np.pi * (np.arange(dates) * 60 + random.uniform(0, 20, (samples, dates))) / 365
    series[..., -2], series[..., -1] = np.sin(angle), np.cos(angle)
    series = torch.tensor(series, dtype=torch.float32)
    labels = torch.tensor(random.integers(0, classes, samples))
    state = []
    with torch.no_grad():
        for name, parameter, layout in [*network.weights(), *network.kept()]:
            values = 0.3 * random.standard_normal(layout(parameter.numpy()).shape)
            if name in ("gamma", "variance"):
                values = random.uniform(0.5, 1.5, values.shape)
            values = values.astype(np.float32)
            state += rounded(values)
            parameter.copy_(torch.tensor(layout(values).copy()))
    network.eval()
    with torch.no_grad():
        scores = network(series).numpy()
    network.train()
    loss = nn.functional.cross_entropy(network(series), labels)
    loss.backward()
    gradient = [value for _, p, layout in network.weights() for value in rounded(layout(p.grad.numpy()))]
    sizes = {"dates": dates, "channels": channels, "units": units, "classes": classes}
    return {
        "shape": {**network.shape, **sizes},
        "state": state,
        "series": rounded(series.numpy()),
        "labels": labels.tolist(),
        "scores": rounded(scores),
        "loss": float(loss.detach()),
        "gradient": gradient,
    }


for number, kind in enumerate((Lstm, TempCnn, Transformer, Ltae)):
    result = golden(kind(), np.random.default_rng(20 + number))
    path = Path(__file__).with_name(f"{kind.shape['kind']}.json")
    path.write_text(json.dumps(result) + "\n")
