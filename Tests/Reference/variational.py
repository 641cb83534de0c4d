"""Variational sparse codes by a general optimiser in double precision: writes Tests/Reference/variational/*.npy.

Gaussians N(m, diag s²) for codes that minimise, over m and log s at once by L-BFGS,

    ½‖x − Dm‖² + Σ [½‖d‖²s² + λ(√(2/π) s e^(−m²/2s²) + m erf(m/s√2)) − (1/2β) log 2πe s²].

Run in this folder, where pip has SciPy: python3 variational.py
"""

import numpy as np
from scipy.optimize import minimize
from scipy.special import erf

SEED = 20260418
RECORDS, LENGTH, UNITS = 5, 12, 18
LAMBDA = 0.15
BETAS = (2, 40, 1000)


def energy(parameters, x, atoms, beta):
    """And its gradient."""
    m, s = parameters[: len(atoms)], np.exp(parameters[len(atoms) :])
    norms = (atoms**2).sum(1)
    t = m / s
    density = np.sqrt(2 / np.pi) * np.exp(-t * t / 2)
    residual = x - m @ atoms
    value = 0.5 * residual @ residual + np.sum(
        0.5 * norms * s * s + LAMBDA * (s * density + m * erf(t / np.sqrt(2)))
        - np.log(2 * np.pi * np.e * s * s) / (2 * beta))
    of_means = -atoms @ residual + LAMBDA * erf(t / np.sqrt(2))
    of_deviations = norms * s + LAMBDA * density - 1 / (beta * s)
    return value, np.concatenate([of_means, s * of_deviations])


def main():
    random = np.random.default_rng(SEED)
    atoms = random.normal(size=(UNITS, LENGTH))
    atoms *= random.uniform(0.3, 1, size=(UNITS, 1)) / np.linalg.norm(atoms, axis=1, keepdims=True)
    atoms = atoms.astype("<f4")
    x = (random.normal(size=(RECORDS, LENGTH)) / 2).astype("<f4")
    np.save("variational/atoms.npy", atoms)
    np.save("variational/records.npy", x)
    atoms, x = atoms.astype(float), x.astype(float)
    for beta in BETAS:
        means, variances, energies = [], [], []
        for record in x:
            best = np.concatenate([np.zeros(UNITS), np.full(UNITS, -0.5 * np.log(beta))])
            for _ in range(20):
                found = minimize(
                    energy, best, (record, atoms, beta), method="L-BFGS-B", jac=True,
                    options=dict(maxiter=100_000, maxfun=200_000, maxcor=50, ftol=1e-16, gtol=1e-11))
                best = found.x
            print(beta, found.fun, np.abs(found.jac).max())
            means.append(best[:UNITS])
            variances.append(np.exp(2 * best[UNITS:]))
            energies.append(found.fun)
        np.save(f"variational/means-{beta}.npy", np.array(means, "<f4"))
        np.save(f"variational/variances-{beta}.npy", np.array(variances, "<f4"))
        np.save(f"variational/energies-{beta}.npy", np.array(energies))


main()
