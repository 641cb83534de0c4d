#!/usr/bin/env python3
"""Which solver for `fit classifier`: classifier_solvers.py FEATURES.npy LABELS.npy

The loss of multinomial logistic regression after so many passes over the data and so many seconds,
for L-BFGS, Nesterov's accelerated gradient and Adam on batches of 128, all in NumPy and float64, the
features scaled to unit variance as in the program. Needs numpy and scipy.
"""
import sys
import time

import numpy as np
from scipy.optimize import minimize

CHECKPOINTS = (30, 100, 200)
DECAY = 1e-4

x = np.load(sys.argv[1]).astype(np.float64)
y = np.load(sys.argv[2])
x = x.reshape(len(y), -1)
deviation = x.std(0)
x = x / np.where(deviation > 1e-6, deviation, np.inf)
n, d = x.shape
classes = int(y.max()) + 1
one_hot = np.eye(classes)[y]


def loss(point, rows=slice(None)):
    weight, bias = point[: classes * d].reshape(classes, d), point[classes * d :]
    scores = x[rows] @ weight.T + bias
    scores -= scores.max(1, keepdims=True)
    exponentials = np.exp(scores)
    sums = exponentials.sum(1, keepdims=True)
    delta = (exponentials / sums - one_hot[rows]) / len(scores)
    value = -(one_hot[rows] * (scores - np.log(sums))).sum() / len(scores)
    value += 0.5 * DECAY * (weight**2).sum()
    return value, np.concatenate([(delta.T @ x[rows] + DECAY * weight).ravel(), delta.sum(0)])


def start():
    return np.zeros(classes * (d + 1)), time.time()


def tell(name, passes, value, begin):
    print(f"{name:10} {passes:4} passes  loss {value:.4f}  {time.time() - begin:6.1f} s", flush=True)


for passes in CHECKPOINTS:
    point, begin = start()
    options = {"maxfun": passes, "maxiter": passes, "maxcor": 10}
    tell("l-bfgs", passes, minimize(loss, point, jac=True, method="L-BFGS-B", options=options).fun, begin)

point, begin = start()
ahead, momentum = point, 1.0
lipschitz = np.linalg.eigvalsh(x.T @ x / n)[-1] / 2 + DECAY
for passes in range(1, CHECKPOINTS[-1] + 1):
    following = ahead - loss(ahead)[1] / lipschitz
    next_momentum = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
    ahead = following + (momentum - 1) / next_momentum * (following - point)
    point, momentum = following, next_momentum
    if passes in CHECKPOINTS:
        tell("nesterov", passes, loss(point)[0], begin)

random = np.random.default_rng(0)
for rate in (3e-4, 1e-3):
    point, begin = start()
    first, second, step = np.zeros_like(point), np.zeros_like(point), 0
    for passes in range(1, CHECKPOINTS[-1] + 1):
        now = rate * (1 + np.cos(np.pi * passes / CHECKPOINTS[-1])) / 2
        for batch in np.array_split(random.permutation(n), n // 128):
            gradient = loss(point, batch)[1]
            step += 1
            first = 0.9 * first + 0.1 * gradient
            second = 0.999 * second + 0.001 * gradient**2
            point = point - now * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        if passes in CHECKPOINTS:
            tell(f"adam {rate:g}", passes, loss(point)[0], begin)
