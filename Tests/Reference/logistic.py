"""Multinomial logistic regression by plain NumPy: writes Tests/Reference/logistic/*.npy.

min 1/N Σ −log softmax_y(C z + b) + μ/2 ‖C diag(σ)‖², σ the features' standard deviations (the penalty
is on features scaled to unit variance), b free, by Newton's method with the whole Hessian.
Run in this folder: python3 logistic.py
"""

import numpy as np

SEED = 20240519
RECORDS, FEATURES, CLASSES = 150, 6, 3
DECAY = 0.01


def main():
    random = np.random.default_rng(SEED)
    labels = random.integers(0, CLASSES, RECORDS)
    centres = random.normal(size=(CLASSES, FEATURES))
    scales = np.array([0.1, 1, 10, 1, 3, 0.01])
    z = ((centres[labels] + random.normal(size=(RECORDS, FEATURES))) * scales).astype("<f4")
    np.save("logistic/features.npy", z)
    np.save("logistic/labels.npy", labels.astype("<i4"))
    z = z.astype(float)
    deviations = z.std(0)
    design = np.hstack([z / deviations, np.ones((RECORDS, 1))])
    width = FEATURES + 1
    ridge = np.kron(np.eye(CLASSES), np.diag([DECAY] * FEATURES + [0]))
    point = np.zeros(CLASSES * width)
    for _ in range(50):
        scores = design @ point.reshape(CLASSES, width).T
        scores -= scores.max(1, keepdims=True)
        p = np.exp(scores)
        p /= p.sum(1, keepdims=True)
        delta = p - np.eye(CLASSES)[labels]
        gradient = (delta.T @ design).ravel() / RECORDS + ridge @ point
        hessian = ridge.copy()
        for i in range(CLASSES):
            for j in range(CLASSES):
                weight = p[:, i] * ((i == j) - p[:, j])
                block = (design * weight[:, None]).T @ design / RECORDS
                hessian[i * width:(i + 1) * width, j * width:(j + 1) * width] += block
        # Adding a constant to all biases changes nothing: least squares takes the smallest step.
        point -= np.linalg.lstsq(hessian, gradient, rcond=1e-12)[0]
    weights = point.reshape(CLASSES, width)
    np.save("logistic/weight.npy", (weights[:, :FEATURES] / deviations).astype("<f4"))
    np.save("logistic/bias.npy", (weights[:, FEATURES] - weights[:, FEATURES].mean()).astype("<f4"))
    scores = design @ weights.T
    loss = np.log(np.exp(scores).sum(1)) - scores[np.arange(RECORDS), labels]
    penalty = 0.5 * DECAY * (weights[:, :FEATURES] ** 2).sum()
    np.save("logistic/loss.npy", np.array([loss.mean() + penalty]))
    print("gradient", np.abs(gradient).max(), "loss", loss.mean() + penalty)


main()
