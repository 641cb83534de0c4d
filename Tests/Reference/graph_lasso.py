"""Codes of pools that overlap by SPAMS in double precision: writes Tests/Reference/graph_lasso/*.npy.

min ½‖x − Dz‖² + λ Σ_g ‖z_g‖₂ over the windows of a torus (pools "torus:6x8:3:2"). SPAMS has no proximal step of
these norms (`fistaGraph` with `regul="graph-l2"` ends with "Not implemented"; its other norms of graphs are of
the largest value), but minimises the energy by ADMM, admm=True. The script checks that its codes are optimal
by a dual point of its own.
Run in this folder, with SPAMS 2.6.14 (pip install spams-bin): python3 graph_lasso.py
"""

import numpy as np
import scipy.sparse
import spams

SEED = 20261129
RECORDS, LENGTH = 8, 24
ROWS, COLUMNS, WINDOW, STRIDE = 6, 8, 3, 2
UNITS = ROWS * COLUMNS
LAMBDA = 0.7
POOLS = [
    sorted(
        (top + i) % ROWS * COLUMNS + (left + j) % COLUMNS for i in range(WINDOW) for j in range(WINDOW)
    )
    for top in range(0, ROWS, STRIDE)
    for left in range(0, COLUMNS, STRIDE)
]
MEMBERS = np.array([[unit in pool for unit in range(UNITS)] for pool in POOLS])


def graph():
    """Pools as SPAMS has them: none within another, a column of its variables each."""
    return {
        "eta_g": np.ones(len(POOLS)),
        "groups": scipy.sparse.csc_matrix((len(POOLS), len(POOLS)), dtype=bool),
        "groups_var": scipy.sparse.csc_matrix(MEMBERS.T, dtype=bool),
    }


def records(random, atoms):
    """Each of the units of one window, and noise."""
    x = 0.1 * random.normal(size=(RECORDS, LENGTH))
    for record in x:
        pool = POOLS[random.integers(len(POOLS))]
        record += random.normal(size=len(pool)) @ atoms[pool]
    return x.astype("<f4")


def energy(x, atoms, z):
    norms = sum(np.linalg.norm(z[:, pool], axis=1) for pool in POOLS)
    return 0.5 * ((x - z @ atoms) ** 2).sum(1) + LAMBDA * norms


def slopes(q):
    """ξ of each pool, [P, K], no longer than 1, whose sum is nearest q/λ: FISTA with restarts."""
    xi, momentum = np.zeros((len(POOLS), UNITS)), 1.0
    ahead = xi
    for _ in range(50_000):
        new = ahead + MEMBERS * (q / LAMBDA - ahead.sum(0)) / MEMBERS.sum(0).max()
        new /= np.maximum(1, np.linalg.norm(new, axis=1, keepdims=True))
        if ((ahead - new) * (new - xi)).sum() > 0:
            momentum = 1.0
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = new + (momentum - 1) / following * (new - xi)
        xi, momentum = new, following
    return xi


def gap(x, atoms, z):
    """Relative duality gap of one record's code: what of the slopes is not q is shared out over all pools, and
    the residual made as short as the longest pool asks for."""
    residual = x - z @ atoms
    q = atoms @ residual
    xi = slopes(q)
    xi += MEMBERS * (q / LAMBDA - xi.sum(0)) / MEMBERS.sum(0)
    scale = min(1, 1 / np.linalg.norm(xi, axis=1).max())
    dual = scale * residual @ x - 0.5 * scale**2 * residual @ residual
    primal = energy(x[None], atoms, z[None])[0]
    return (primal - dual) / primal


def main():
    random = np.random.default_rng(SEED)
    atoms = random.normal(size=(UNITS, LENGTH))
    atoms /= np.linalg.norm(atoms, axis=1, keepdims=True)
    atoms = atoms.astype("<f4")
    x = records(random, atoms)
    np.save("graph_lasso/atoms.npy", atoms)
    np.save("graph_lasso/records.npy", x)
    atoms, x = atoms.astype(float), x.astype(float)
    codes = spams.fistaGraph(
        np.asfortranarray(x.T), np.asfortranarray(atoms.T),
        np.zeros((UNITS, RECORDS), order="F"), graph(), loss="square", regul="graph-l2", admm=True,
        lambda1=LAMBDA, c=10.0, tol=1e-14, max_it=200_000, numThreads=1,
    ).T
    gaps = np.array([gap(*record) for record in zip(x, [atoms] * RECORDS, codes)])
    assert (gaps > -1e-12).all() and gaps.max() < 1e-6, gaps
    assert 0.2 < (np.abs(codes) < 1e-6).mean() < 0.8, (np.abs(codes) < 1e-6).mean()
    np.save("graph_lasso/codes.npy", np.ascontiguousarray(codes).astype("<f4"))
    np.save("graph_lasso/energies.npy", energy(x, atoms, codes))


main()
