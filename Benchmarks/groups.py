"""Exact codes of norms of pools beside SPAMS, and what such a penalty costs a fit.

½‖x − Dz‖² + λ Σ ‖z_g‖₂ with a dictionary that was learned with the same pools. Ours is a whole process at a
relative duality gap of 1e-4; SPAMS is a call on arrays in memory, with the loosest tolerance and the quickest of
its settings that come within 1e-4 of our mean energy, or below it; energies are computed again in double. Of
pools that overlap SPAMS has the ℓ2 norm by ADMM alone. The penalty in an epoch of a fit is beside the same fit
with L1, by the seconds column of `--log`.
"""
import itertools
import json
from dataclasses import dataclass

import numpy as np

import load
import model
from drsae import LastEpoch
from report import Row
from rounds import alternate, quickest
from sides import Command, Peer

PENALTY, GAP, WITHIN = 0.1, 1e-4, 1e-4
TOLERANCES = (1e-1, 3e-2, 1e-2, 5e-3, 2e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6)
# Steps of 1/L by the L that we give it, or else by its own line search.
FISTA = [
    *({"fixed_step": True, "compute_gram": g, "it0": n} for g, n in itertools.product((True, False), (5, 10))),
    {"fixed_step": False, "compute_gram": False, "it0": 10},
]
ADMM = [{"c": c} for c in (0.1, 1.0, 10.0)]


def subtrees(counts):
    """Pools of tree:COUNTS, [K, K]: a node and all below it, level by level."""
    parents, level = [], [-1]
    for count in counts:
        first = len(parents)
        parents += [parent for parent in level for _ in range(count)]
        level = range(first, len(parents))
    members = np.zeros((len(parents), len(parents)), bool)
    for unit in range(len(parents)):
        node = unit
        while node >= 0:
            members[node, unit] = True
            node = parents[node]
    return members


def windows(rows, columns, size, stride):
    """Pools of torus:ROWSxCOLUMNS:SIZE:STRIDE, [P, K]."""
    y, x = np.divmod(np.arange(rows * columns), columns)
    return np.array([
        ((y - top) % rows < size) & ((x - left) % columns < size)
        for top in range(0, rows, stride) for left in range(0, columns, stride)
    ])


@dataclass
class Pools:
    """Pools, and how SPAMS has them."""

    notation: str
    members: np.ndarray
    penalty: str
    peer: str
    method: str
    settings: list
    solvers: tuple

    def energy(self, x, atoms, z):
        """The mean of records, [N, D], in double."""
        x, atoms, z = x.astype(float), atoms.astype(float), z.astype(float)
        norms = np.sqrt(z**2 @ self.members.T).sum(1)
        return (0.5 * np.square(x - z @ atoms.T).sum(1) + PENALTY * norms).mean()


ALL = [
    Pools("tree:1,15,15", subtrees([1, 15, 15]), "tree", "fistaTree", "tree", FISTA, ("sparsa", "fista")),
    Pools(
        "tree:1,10,2,2", subtrees([1, 10, 2, 2]), "tree", "fistaTree", "tree", FISTA, ("sparsa", "fista")
    ),
    Pools(
        "consecutive:4", np.kron(np.eye(64, dtype=bool), np.ones((1, 4), bool)), "group", "fistaFlat",
        "flat", FISTA, ("sparsa", "fista"),
    ),
    Pools(
        "torus:16x16:6:2", windows(16, 16, 6, 2), "group", "fistaGraph, ADMM", "graph", ADMM, ("fista",)
    ),
]


class Data:
    """Windows, and a dictionary that was learned of others with the pools."""

    def __init__(self, bench, pools, count):
        folder = bench.folder("groups")
        self.bench, self.pools, self.count = bench, pools, count
        learned, self.windows = folder / "learned.npy", folder / "windows.npy"
        self.records, self.dictionary = folder / "records.npy", folder / "dictionary.npy"
        self.members, self.codes, self.model = (folder / n for n in ("pools.npy", "codes.npy", "w.bin"))
        bench.patches(learned, "--sample 4000 -s 3")
        bench.patches(self.windows, f"--sample {count} -s 2")
        bench.call(
            f"{bench.bin}/fit dictionary -q --center --penalty {pools.penalty} --pools {pools.notation} "
            f"--code {pools.members.shape[1]} --lambda {PENALTY} --epochs 1 --no-encoder -o {self.model} < {learned}"
        )
        x = np.load(self.windows).reshape(count, -1)
        self.x = x - x.mean(1, keepdims=True)
        self.atoms = model.load(self.model)[0]["decoder.weight"]
        for path, array in ((self.records, self.x), (self.dictionary, self.atoms), (self.members, pools.members)):
            np.save(path, array)

    def ours(self, solver):
        return Command(
            f"{self.bench.bin}/encode -m {self.model} --solver {solver} --gap {GAP} -j 1 < {self.windows}"
        )

    def peer(self, tolerance, settings):
        arguments = (self.records, self.dictionary, PENALTY, self.members, self.pools.method, tolerance)
        return Peer("spams_groups.py", *arguments, json.dumps(settings))

    def energy(self, side):
        """Of what a side has found, and the share of units in use."""
        side.save(self.codes)
        codes = np.load(self.codes)
        return self.pools.energy(self.x, self.atoms, codes), np.mean(codes != 0)

    def quickest_peer(self, goal):
        """Seconds, tolerance, settings and energy of the quickest setting that comes to the goal; None of none."""
        tries = []
        for settings in self.pools.settings:
            for tolerance in TOLERANCES:
                with self.peer(tolerance, settings) as peer:
                    energy = self.energy(peer)[0]
                    if energy <= goal:
                        tries.append((quickest(peer), tolerance, settings, energy))
                        break
                    if tries and peer.run() > 2 * min(t[0] for t in tries):
                        break
        return min(tries, key=lambda t: t[0], default=None)


def codes(bench, pools):
    count = (1000 if bench.quick else 5000) if pools.method != "graph" else (20 if bench.quick else 60)
    data = Data(bench, pools, count)
    work = f"{count:,} windows, `{pools.notation}`, K = {pools.members.shape[1]}, λ = {PENALTY}"
    sides = [(solver, data.ours(solver)) for solver in pools.solvers]
    energies = [data.energy(side) for _, side in sides]
    found = data.quickest_peer(min(energy for energy, _ in energies) * (1 + WITHIN))
    if found is None:
        return
    _, tolerance, settings, reached = found
    told = ", ".join(f"{name} {value}" for name, value in settings.items())
    for (solver, ours), (energy, density) in zip(sides, energies):
        with data.peer(tolerance, settings) as peer:
            outcome = alternate(ours, peer, bench.plan)
        yield Row(
            f"{work}, `--solver {solver}`, {100 * density:.0f} % density", f"SPAMS {pools.peer}, float32", 1,
            outcome, f"energy {energy:.6f}, peer's {reached:.6f}",
            f"{work}: SPAMS with tol {tolerance:.0e}, {told}",
        )


def epoch(bench):
    """The penalty of overlapping pools in an epoch of a fit, beside L1."""
    folder = bench.folder("groups")
    records, count, notation = folder / "epoch.npy", 5000 if bench.quick else 20000, "torus:20x20:6:2"
    bench.patches(records, f"--sample {count} -s 2")

    def side(penalty):
        return LastEpoch(
            f"{bench.bin}/fit autoencoder -q --center --code 400 --lambda {PENALTY} --penalty {penalty} --epochs 2 "
            f"-j 1 -o {folder / 'autoencoder.bin'} < {records}", folder / "log.tsv", 1,
        )

    def density(side):
        return f"{100 * float(side.rows()[-1]['density']):.0f} %"

    ours, peer = side(f"group --pools {notation}"), side("l1")
    outcome = alternate(ours, peer, bench.plan)
    figures = []
    for one in (ours, peer):
        one.run()
        figures.append(density(one))
    yield Row(
        f"an epoch of `fit autoencoder`, {count:,} windows, K = 400, `{notation}`", "ourselves, --penalty l1", 1,
        outcome, f"density {figures[0]}, peer's {figures[1]}", "`fit autoencoder`: two epochs, of which the second counts",
    )


def measure(bench):
    if load.version("spams-bin"):
        for pools in ALL:
            yield from codes(bench, pools)
    yield from epoch(bench)
