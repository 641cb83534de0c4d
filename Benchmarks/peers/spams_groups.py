"""SPAMS with norms of pools: spams_groups.py RECORDS.npy DICTIONARY.npy λ POOLS.npy METHOD TOLERANCE SETTINGS

½‖x − Dz‖² + λ Σ ‖z_g‖₂ in float32 over pools, [P, K], True where a unit is in a pool. METHOD is `tree`, pools each
of a unit and all below it, under one root; `flat`, pools of equal size one after another; `graph`, any. SETTINGS
is JSON, what else SPAMS is told.
"""
import contextlib
import json
import os
import sys

import numpy as np
import scipy.sparse
import spams

from serving import serve


def in_order(members, unit):
    """A unit and all below it, as a tree is gone through."""
    below = np.flatnonzero(members[unit])
    children = [
        other for other in below
        if other != unit and members[below, other].sum() == members[below, unit].sum() + 1
    ]
    return [unit] + [node for child in children for node in in_order(members, child)]


def tree(members, order):
    """Its nodes in order, a variable of its own each."""
    inside = members[np.ix_(order, order)]
    count, depths = len(order), inside.sum(0)
    parents = inside & (depths[:, None] == depths[None] - 1)
    return {
        "eta_g": np.ones(count, np.float32), "groups": scipy.sparse.csc_matrix(parents.T, dtype=bool),
        "own_variables": np.arange(count, dtype=np.int32), "N_own_variables": np.ones(count, np.int32),
    }


def graph(members):
    count = len(members)
    return {
        "eta_g": np.ones(count, np.float32),
        "groups": scipy.sparse.csc_matrix((count, count), dtype=bool),
        "groups_var": scipy.sparse.csc_matrix(members.T, dtype=bool),
    }


x = np.asfortranarray(np.load(sys.argv[1]).T.astype("f4"))
dictionary = np.load(sys.argv[2]).astype("f4")
members, method = np.load(sys.argv[4]), sys.argv[5]
units = members.shape[1]
order = np.array(in_order(members, int(members.sum(1).argmax())) if method == "tree" else range(units))
options = {
    "loss": "square", "lambda1": float(sys.argv[3]), "tol": float(sys.argv[6]), "max_it": 100_000,
    "numThreads": int(os.environ["OMP_NUM_THREADS"]), **json.loads(sys.argv[7]),
}
atoms = np.asfortranarray(dictionary[:, order])
if options.get("fixed_step"):
    options["L0"] = 1.001 * float(np.linalg.eigvalsh(atoms.T.astype(float) @ atoms)[-1])
zeros = np.zeros((units, x.shape[1]), np.float32, order="F")
if method == "tree":
    nodes = tree(members, order)
elif method == "graph":
    nodes = graph(members)


def work():
    if method == "tree":
        codes = spams.fistaTree(x, atoms, zeros, nodes, regul="tree-l2", **options)
    elif method == "graph":
        codes = spams.fistaGraph(x, atoms, zeros, nodes, regul="graph-l2", admm=True, **options)
    else:
        size = int(members[0].sum())
        codes = spams.fistaFlat(x, atoms, zeros, regul="group-lasso-l2", size_group=size, **options)
    return codes.T[:, np.argsort(order)]


# SPAMS writes what it is to standard output.
answers = os.dup(1)
os.dup2(2, 1)
sys.stdout = os.fdopen(answers, "w")
serve(work, {})
