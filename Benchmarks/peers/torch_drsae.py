"""PyTorch, float32: trains a discriminative recurrent sparse auto-encoder on data in memory.

torch_drsae.py RECORDS.npy LABELS.npy CODE PASSES BATCH UNSUPERVISED EPOCHS RATE LAMBDA CLASSIFICATION: records
of norm 1. What `fit drsae` does: Adam, the gradient clipped, bounds after each step, figures of an epoch. It
trains through all epochs but the last, which is what it repeats. The result is [K, D + K + 1 + D + Y]: E, S, b,
Dᵀ and Cᵀ side by side. Of a few ways to write it the fastest is taken.
"""
import copy
import math
import os
import sys

import numpy as np
import torch
from torch.nn.functional import cross_entropy, normalize

from serving import seconds, serve

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
records, labels = (torch.from_numpy(np.load(path)) for path in sys.argv[1:3])
labels = labels.long()
code, passes, batch, unsupervised, epochs = map(int, sys.argv[3:8])
rate, penalty, classification = map(float, sys.argv[8:11])
length, classes, uses = records.shape[1], int(labels.max()) + 1, passes + 1
threshold_backward = torch.ops.aten.threshold_backward


def by_autograd(x, weight, recurrent, threshold):
    drive = torch.addmm(-threshold, x, weight.T)
    z = drive.relu()
    for _ in range(passes):
        z = torch.addmm(drive, z, recurrent.T).relu()
    return z


class Recurrent(torch.autograd.Function):
    """Backwards by hand: the gradient of S is one product over all passes."""

    @staticmethod
    def forward(context, x, weight, recurrent, threshold):
        drive = torch.addmm(-threshold, x, weight.T)
        codes = torch.empty(uses, *drive.shape)
        torch.clamp_min(drive, 0, out=codes[0])
        for t in range(1, uses):
            torch.addmm(drive, codes[t - 1], recurrent.T, out=codes[t]).relu_()
        context.save_for_backward(x, recurrent, codes)
        return codes[-1]

    @staticmethod
    def backward(context, gradient):
        x, recurrent, codes = context.saved_tensors
        deltas = torch.empty_like(codes)
        deltas[-1] = threshold_backward(gradient, codes[-1], 0)
        for t in range(passes, 0, -1):
            deltas[t - 1] = threshold_backward(deltas[t] @ recurrent, codes[t - 1], 0)
        drive = deltas.sum(0)
        before, after = codes[:-1].reshape(-1, code), deltas[1:].reshape(-1, code)
        return None, drive.T @ x, after.T @ before, -drive.sum(0)


class Training:
    """A start, and epochs from there in one way of writing them."""

    def __init__(self, encode, fused):
        self.encode, self.random = encode, torch.Generator().manual_seed(0)
        atoms = normalize(torch.randn(code, length, generator=self.random))
        atoms += 0.25 * records[torch.randperm(len(records), generator=self.random)[:code]]
        atoms = normalize(atoms)
        step = 1.25 / uses
        start = (
            step * atoms, torch.eye(code) - step * atoms @ atoms.T, torch.full((code,), 1e-5), atoms,
            normalize(torch.randn(classes, code, generator=self.random)),
        )
        self.parameters = [value.clone().requires_grad_() for value in start]
        self.bounds = list(zip((0, 3, 4), (step, 1, 5)))
        factors = (1 / uses, 1 / uses, 1 / uses, 1, 5)
        groups = [{"params": [p], "lr": rate * f} for p, f in zip(self.parameters, factors)]
        self.adam = torch.optim.Adam(groups, betas=(0.9, 0.99), eps=1e-4, fused=fused)

    def step(self, x, y, weight):
        """One step; its energy, cross entropy, errors and density, and units in use."""
        *encoder, atoms, classifier = self.parameters
        z = self.encode(x, *encoder)
        energy = 0.5 * (x - z @ atoms).square().sum() + penalty * z.sum()
        entropy, wrong = torch.zeros(()), torch.zeros(())
        if weight:
            scores = normalize(z) @ classifier.T
            entropy = cross_entropy(scores, y, reduction="sum")
            wrong = (scores.detach().argmax(1) != y).sum()
        self.adam.zero_grad()
        ((energy + weight * entropy) / len(x)).backward()
        used = [p for p in self.parameters if p.grad is not None]
        torch.nn.utils.clip_grad_norm_(used, 1.0)
        self.adam.step()
        with torch.no_grad():
            for index, bound in self.bounds:
                rows = self.parameters[index]
                rows.mul_((bound / rows.norm(dim=1, keepdim=True)).clamp_max_(1))
            active = z.detach() > 0
            return torch.stack([energy.detach(), entropy.detach(), wrong, active.sum()]), active.any(0)

    def epoch(self, weight, limit=len(records)):
        """Its figures, a record, and how many units were never in use."""
        order = torch.randperm(len(records), generator=self.random)[:limit]
        x, y = records[order], labels[order]
        sums, in_use = torch.zeros(4), torch.zeros(code, dtype=bool)
        for begin in range(0, limit, batch):
            figures, units = self.step(x[begin : begin + batch], y[begin : begin + batch], weight)
            sums += figures
            in_use |= units
        if not math.isfinite(sums[0]):
            sys.exit("exploded")
        return sums / limit, code - int(in_use.sum())


part = min(len(records), 40 * batch)
ways = [(encode, fused) for encode in (by_autograd, Recurrent.apply) for fused in (False, True)]


def speed(way):
    training = Training(*way)
    training.epoch(classification, part // 4)
    return min(seconds(lambda: training.epoch(classification, part)) for _ in range(2))


way = min(ways, key=speed)
training = Training(*way)
for _ in range(unsupervised):
    training.epoch(0)
for _ in range(epochs - 1):
    training.epoch(classification)
before = [p.detach().clone() for p in training.parameters]
moments, chance = copy.deepcopy(training.adam.state_dict()), training.random.get_state()


def last():
    """The last epoch, each time from the same place."""
    training.random.set_state(chance)
    training.adam.load_state_dict(moments)
    with torch.no_grad():
        for p, start in zip(training.parameters, before):
            p.copy_(start)
    training.epoch(classification)
    weight, recurrent, threshold, atoms, classifier = (p.detach() for p in training.parameters)
    return np.hstack([weight, recurrent, threshold[:, None], atoms, classifier.T])


serve(last, {"way": ways.index(way)})
