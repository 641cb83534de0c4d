"""`fit dictionary` against SPAMS trainDL: the time to an equal objective on windows never seen.

Both learn K = 256 atoms from the same windows, their means removed. Each is tried with a few batches and
numbers of passes; the goal is what both reach, and the quickest setting of each that comes within half a
per cent of it is timed, A B A B.
"""
import math
from dataclasses import dataclass

import numpy as np

import load
import model
from exact import save_dictionary
from report import Row
from rounds import alternate, quickest
from sides import Command, Peer

CODE, PENALTY, WITHIN = 256, 0.1, 1.005
BATCHES, PASSES = (256, 512), (1, 2, 4)


@dataclass
class Try:
    """A setting, what it took and what it reached."""

    batch: int
    passes: int
    seconds: float
    energy: float

    def __str__(self):
        return f"batch {self.batch}, {self.passes} passes"


class Goal:
    """The mean energy of exact codes of windows held out, computed in double."""

    def __init__(self, bench, folder):
        self.bench, self.windows = bench, folder / "held-out.npy"
        self.model, self.codes = folder / "goal.bin", folder / "codes.npy"
        bench.patches(self.windows, "--sample 5000 -s 3", bench.camera)
        x = np.load(self.windows).reshape(5000, -1)
        self.x = x - x.mean(1, keepdims=True)

    def energy(self, atoms):
        save_dictionary(self.model, atoms, PENALTY)
        solver = f"{self.bench.bin}/encode -m {self.model} --solver homotopy --gap 1e-5 -j {load.PROCESSORS}"
        Command(f"{solver} < {self.windows}").save(self.codes)
        return model.Lasso(self.x, atoms, PENALTY).agreement(np.load(self.codes))[0]


class Learning:
    """Both sides on the same windows."""

    def __init__(self, bench):
        folder = bench.folder("dictionary")
        self.bench, self.goal = bench, Goal(bench, folder)
        self.count = 8000 if bench.quick else 40000
        self.windows, self.records = folder / "windows.npy", folder / "records.npy"
        self.model, self.atoms = folder / "w.bin", folder / "atoms.npy"
        bench.patches(self.windows, f"--sample {self.count} -s 2")
        x = np.load(self.windows).reshape(self.count, -1)
        np.save(self.records, x - x.mean(1, keepdims=True))

    def ours(self, batch, passes):
        return Command(
            f"{self.bench.bin}/fit dictionary -q --center --code {CODE} --lambda {PENALTY} "
            f"--batch {batch} --epochs {passes} -j {load.PROCESSORS} --no-encoder -o {self.model} "
            f"< {self.windows}"
        )

    def peer(self, batch, passes):
        return Peer(
            "spams_dictionary.py", self.records, CODE, PENALTY, batch,
            math.ceil(passes * self.count / batch), "float32", threads=load.PROCESSORS,
        )

    def try_ours(self, batch, passes):
        seconds = quickest(self.ours(batch, passes))
        atoms = model.load(self.model)[0]["decoder.weight"]
        return Try(batch, passes, seconds, self.goal.energy(atoms))

    def try_peer(self, batch, passes):
        with self.peer(batch, passes) as peer:
            seconds = quickest(peer)
            peer.save(self.atoms)
        return Try(batch, passes, seconds, self.goal.energy(np.load(self.atoms)))


def measure(bench):
    if not load.version("spams-bin"):
        return
    learning = Learning(bench)
    settings = [(batch, passes) for batch in BATCHES for passes in PASSES[: 2 if bench.quick else 3]]
    ours = [learning.try_ours(*setting) for setting in settings]
    peers = [learning.try_peer(*setting) for setting in settings]
    goal = WITHIN * max(min(t.energy for t in tries) for tries in (ours, peers))
    a, b = (
        min((t for t in tries if t.energy <= goal), key=lambda t: t.seconds)
        for tries in (ours, peers)
    )
    with learning.peer(b.batch, b.passes) as peer:
        outcome = alternate(learning.ours(a.batch, a.passes), peer, bench.plan)
    curves = "; ".join(
        f"{name}: " + ", ".join(f"{t} {t.seconds:.2f} s {t.energy:.5f}" for t in tries)
        for name, tries in (("ours", ours), ("SPAMS", peers))
    )
    yield Row(
        f"{learning.count:,} windows of 12×12, λ = {PENALTY}",
        "SPAMS trainDL, float32", load.PROCESSORS, outcome,
        f"held-out energy {a.energy:.5f}, peer's {b.energy:.5f}",
        f"goal: {goal:.5f}; ours with {a}, SPAMS with {b}; tried, with held-out energies, {curves}",
    )
