"""Encoders against PyTorch, and against themselves with one thread."""
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import drsae
import load
import model
from report import Row
from rounds import alternate
from sides import Command, Peer, script


@dataclass
class Work:
    """An encoder, as a model of ours and in plain arrays, and what it encodes."""

    name: str
    records: Path
    encoder: Path
    flags: str
    codes: Path

    def ours(self, bench, threads):
        return Command(f"{bench.bin}/encode {self.flags} -j {threads} < {self.records}")

    def describe(self, bench):
        """Encodes once and notes shapes and the density of the code after every pass."""
        passes = int(np.load(self.encoder)["iterations"])
        densities = []
        for count in range(passes + 1):
            self.ours_with(bench, count).save(self.codes)
            codes = np.load(self.codes)
            densities.append(np.mean(codes != 0))
        shape = "×".join(map(str, np.load(self.records, mmap_mode="r").shape))
        after = ", ".join(f"{100 * value:.0f}" for value in densities)
        self.note = (
            f"{self.name}: {shape} → {codes.shape[-1]}, codes from {codes.min():.3g} to "
            f"{codes.max():.3g}, density after f(We x) and after each pass {after} %"
        )
        self.name += f", {100 * densities[-1]:.0f} % density"
        return self

    def ours_with(self, bench, passes):
        return Command(f"{bench.bin}/encode {self.flags} --iterations {passes} < {self.records}")


def photographs(bench):
    """The built-in model on windows of photographs."""
    folder = bench.folder("windows")
    work = Work(
        "built-in model, T = 3", folder / "windows.npy", folder / "encoder.npz", "", folder / "codes.npy"
    )
    bench.patches(work.records, f"--sample {20000 if bench.quick else 200000} -s 2")
    np.savez(work.encoder, **model.encoder(bench.built_in), nonlinearity="shrink")
    return work.describe(bench)


def digits(bench):
    """A model of `fit drsae` on whole images, which it brings to norm 1."""
    folder, trained = bench.folder("digits"), drsae.trained(bench)
    parts = model.encoder(trained)
    work = Work(
        f"DrSAE, T = {parts['iterations']}, {bench.digits_name}", folder / "digits.npy",
        folder / "encoder.npz", f"-m {trained}", folder / "codes.npy",
    )
    count = 6000 if bench.quick else 60000
    bench.call(f"{bench.bin}/patches --size full --range 0:{count} {bench.digits} -o {work.records}")
    np.savez(work.encoder, **parts, nonlinearity="relu", normalize=True)
    return work.describe(bench)


def against_torch(bench, work):
    for threads in bench.threads:
        ours = work.ours(bench, threads)
        ours.save(work.codes)
        codes = np.load(work.codes)
        with Peer("torch_encoder.py", work.encoder, work.records, threads=threads) as peer:
            tile = peer.about["tile"]
            peer.save(work.codes)
            theirs = np.load(work.codes).reshape(codes.shape)
            equal = f"codes differ by ≤ {np.abs(codes - theirs).max():.0e}"
            told = f"PyTorch, tiles of {min(tile, len(codes))}: forward pass alone"
            yield Row(
                work.name, told, threads, alternate(ours, peer, bench.plan), equal, work.note
            )
        once = script("torch_encoder.py", work.encoder, work.records, tile, "--once")
        outcome = alternate(ours, Command(once, threads), bench.plan)
        yield Row(work.name, "PyTorch: whole process", threads, outcome, equal, work.note)


def measure(bench):
    if not load.version("torch"):
        return
    for work in bench.works:
        yield from against_torch(bench, work)


def scaling(bench):
    """One thread as the peer of two."""
    for work in bench.works:
        one, two = work.ours(bench, 1), work.ours(bench, 2)
        outputs = []
        for side in (one, two):
            side.save(work.codes)
            outputs.append(work.codes.read_bytes())
        equal = "the same bytes" if outputs[0] == outputs[1] else "**different bytes**"
        outcome = alternate(two, one, bench.plan)
        yield Row(work.name, "ourselves", "2 against 1", outcome, equal, work.note)
