"""PyTorch, float32: trains LISTA from an unrolled start, on data in memory; timed without its imports.

torch_lista.py START.npz RECORDS.npy CODES.npy BATCH EPOCHS RATE: START has We, S, θ and T. The result is
[K, D + K + 1]: We, S and θ side by side. Of a few ways to write it the fastest is taken.
"""
import math
import os
import sys

import numpy as np
import torch

from serving import seconds, serve

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
start = np.load(sys.argv[1])
names = ("weight", "recurrent", "threshold")
passes = int(start["iterations"])
records, codes = (torch.from_numpy(np.load(path)) for path in sys.argv[2:4])
batch, epochs, rate = int(sys.argv[4]), int(sys.argv[5]), float(sys.argv[6])


def by_clamp(v, threshold):
    return v - v.clamp(-threshold, threshold)


def by_relu(v, threshold):
    return (v - threshold).relu() - (-v - threshold).relu()


class Shrink(torch.autograd.Function):
    """Its derivative by hand: what is not 0 passes."""

    @staticmethod
    def forward(context, v, threshold):
        z = v - v.clamp(-threshold, threshold)
        context.save_for_backward(z)
        return z

    @staticmethod
    def backward(context, delta):
        sign = context.saved_tensors[0].sign()
        return delta * sign.abs(), -(delta * sign).sum(0)


def train(shrink, fused, epochs, limit=len(records)):
    """`epochs` over the first `limit` records; at most as many as there are."""
    generator = torch.Generator().manual_seed(0)
    weight, recurrent, threshold = parameters = [
        torch.from_numpy(start[name].copy()).requires_grad_() for name in names
    ]
    adam = torch.optim.Adam(parameters, lr=rate, fused=fused)
    steps = epochs * math.ceil(limit / batch)
    for epoch in range(epochs):
        # Shuffled as a whole: batches are slices.
        order = torch.randperm(limit, generator=generator)
        x, target = records[order], codes[order]
        for index, begin in enumerate(range(0, limit, batch)):
            done = (epoch * math.ceil(limit / batch) + index) / steps
            # As --schedule cosine of fit: down to a hundredth.
            adam.param_groups[0]["lr"] = rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
            end = min(begin + batch, limit)
            drive = x[begin:end] @ weight.T
            z = shrink(drive, threshold)
            for _ in range(passes):
                z = shrink(torch.addmm(drive, z, recurrent.T), threshold)
            loss = 0.5 * (z - target[begin:end]).square().sum() / (end - begin)
            adam.zero_grad()
            loss.backward()
            adam.step()
            with torch.no_grad():
                threshold.clamp_(min=0)
    return np.hstack([p.detach().numpy().reshape(len(threshold), -1) for p in parameters])


part = min(len(records), 30 * batch)
ways = [(shrink, fused) for shrink in (by_clamp, by_relu, Shrink.apply) for fused in (False, True)]
train(*ways[0], 1, part)
way = min(ways, key=lambda way: min(seconds(lambda: train(*way, 1, part)) for _ in range(3)))
serve(lambda: train(*way, epochs), {"way": ways.index(way)})
