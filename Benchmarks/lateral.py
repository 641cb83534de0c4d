"""What inhibition costs, our own programs beside each other.

`encode --solver cd` of windows of photographs by units that inhibit each other, against the same dictionary without S, its
λ such that as many values of codes are not 0. Then an epoch of `fit lateral --learn`, by the seconds column of `--log`,
against one under the S that was learned, which stays.
"""
import numpy as np

import model
from drsae import LastEpoch
from report import Row
from rounds import alternate
from sides import Command

CODE, GAP = 256, 1e-4
PREPARED = "--center --normalize --no-dc"


class Work:
    """Windows, a model with S, and its dictionary by itself."""

    def __init__(self, bench):
        folder, self.count = bench.folder("lateral"), 4000 if bench.quick else 20000
        self.bench, self.log = bench, folder / "log.tsv"
        self.windows, self.codes, self.inhibition = folder / "x.npy", folder / "z.npy", folder / "s.npy"
        self.learned, self.plain, self.other = folder / "l.bin", folder / "p.bin", folder / "o.bin"
        bench.patches(self.windows, f"--size 12 --sample {self.count} -s 2")
        fit = f"{bench.bin}/fit"
        bench.call(f"{fit} lateral -q --learn --code {CODE} {PREPARED} --epochs 5 -o {self.learned} {self.windows}")
        bench.call(
            f"{fit} dictionary -q --code {CODE} {PREPARED} --nonnegative code --epochs 0 --start {self.learned} "
            f"-o {self.plain} {self.windows}")
        np.save(self.inhibition, model.load(self.learned)[0]["lateral.weight"])

    def encode(self, path, threads, penalty=""):
        return Command(
            f"{self.bench.bin}/encode -m {path} --solver cd --gap {GAP} {penalty} -j {threads} < {self.windows}")

    def density(self, side):
        side.save(self.codes)
        return np.mean(np.load(self.codes) != 0)

    def penalty(self, wanted):
        """λ without S at which codes are as dense."""
        low, high = 0.01, 1.0
        for _ in range(12):
            middle = (low * high) ** 0.5
            dense = self.density(self.encode(self.plain, 2, f"--lambda {middle}")) > wanted
            low, high = (middle, high) if dense else (low, middle)
        return low

    def training(self, threads, options):
        return LastEpoch(
            f"{self.bench.bin}/fit lateral -q {options} --code {CODE} {PREPARED} --epochs 3 -j {threads} "
            f"-o {self.other} < {self.windows}", self.log, threads)


def measure(bench):
    work = Work(bench)
    wanted = work.density(work.encode(work.learned, 2))
    penalty = work.penalty(wanted)
    found = work.density(work.encode(work.plain, 2, f"--lambda {penalty}"))
    name = f"{work.count:,} windows of 12×12, K = {CODE}"
    for threads in bench.threads:
        ours, peer = work.encode(work.learned, threads), work.encode(work.plain, threads, f"--lambda {penalty}")
        yield Row(
            f"`encode --solver cd` under S, {name}", "ourselves, the same dictionary without S", threads,
            alternate(ours, peer, bench.plan), f"{100 * wanted:.1f} % density, {100 * found:.1f} % without S",
            f"{name}: λ {penalty:.3f} without S")
    for threads in bench.threads:
        ours, peer = work.training(threads, "--learn"), work.training(threads, f"--inhibition {work.inhibition}")
        outcome = alternate(ours, peer, bench.plan)
        densities = [100 * float(side.rows()[-1]["density"]) for side in (peer,)]
        yield Row(
            f"an epoch of `fit lateral --learn`, {name}, batch 512", "ourselves, S as it was learned, and stays", threads,
            outcome, f"{densities[0]:.1f} % density", f"{name}: the third epoch")
