"""A network of two convolutional layers beside PyTorch's conv2d and pooling.

`encode` of the network (kernels of 7×7 with 32 maps, l2 of 2×2 places, kernels of 5×5 with 64 maps), whole processes of
ours, on digits of 28×28. Then an epoch of `fit stack` of the same network with a classifier on the largest of windows of
6×6 places, by the seconds column of `--log`, against one of PyTorch that does the same from the same start: Adam with
the same rate for each parameter, figures.
"""
import numpy as np

import load
import model
from drsae import LastEpoch, labels
from report import Row
from rounds import alternate
from sides import Command, Peer, script

BATCH, RATE = 16, 0.01
POOLING = "--pools consecutive:1 --window 2"
FEATURES = "--pools consecutive:1 --mode max --window 6 --stride 4"


def parts(path):
    """We, θ, g and padding of each layer of a network, kernels [K, h, w, C], and C and b of its classifier."""
    tensors, card = model.load(path)
    arrays = {}
    for layer in (1, 2):
        name = f"layers.{layer}."
        shape = (-1, *map(int, card[name + "record"].split(",")))
        arrays |= {
            f"weight{layer}": tensors[name + "encoder.weight"].reshape(shape),
            f"threshold{layer}": tensors[name + "encoder.threshold"],
            f"gain{layer}": tensors[name + "encoder.gain"], f"padding{layer}": int(card[name + "padding"]),
        }
    arrays["classes"], arrays["bias"] = (tensors[f"layers.3.classifier.{part}"] for part in ("weight", "bias"))
    return arrays


class Work:
    """Digits, their labels, and a network that was learned layer by layer."""

    def __init__(self, bench):
        folder, self.count = bench.folder("network"), 2000 if bench.quick else 10000
        self.bench, self.name = bench, f"{self.count:,} of {bench.digits_name}"
        self.digits, self.labels, self.net = folder / "digits.npy", folder / "labels.npy", folder / "net.bin"
        self.arrays, self.codes, self.log = folder / "net.npz", folder / "codes.npy", folder / "log.tsv"
        self.tuned, self.result = folder / "tuned.bin", folder / "result.npy"
        np.save(self.labels, labels(bench.digits)[1][: self.count])
        b, fit = bench.bin, f"{bench.bin}/fit autoencoder -q --geometry conv --border same --epochs 1"
        few = 1000
        bench.call(f"{b}/patches --size full --range 0:{self.count} {bench.digits} -o {self.digits}")
        bench.call(
            f"cd {folder} && {b}/patches --size full --range 0:{few} {bench.digits} -o few.npy"
            f" && {fit} --kernel 7 --code 32 --lambda norm:0.05 -o l1.bin few.npy"
            f" && {b}/encode -m l1.bin few.npy | {b}/pool {POOLING} -o p1.npy"
            f" && {fit} --kernel 5 --code 64 --lambda norm:0.02 -o l2.bin p1.npy"
            f" && {b}/encode -m l2.bin p1.npy | {b}/pool {FEATURES} -o f.npy")
        np.save(folder / "few-labels.npy", np.load(self.labels)[:few])
        bench.call(
            f"cd {folder} && {b}/fit classifier -q --labels few-labels.npy --decay 0.01 -o c.bin f.npy"
            f" && {b}/fit join -m l1.bin -m l2.bin -m c.bin -o net.bin")
        np.savez(self.arrays, **parts(self.net))


def encoding(work):
    for threads in work.bench.threads:
        ours = Command(f"{work.bench.bin}/encode -m {work.net} -j {threads} < {work.digits}")
        ours.save(work.codes)
        found = np.load(work.codes)
        density = 100 * np.mean(found != 0)
        note = f"{work.name} → {'×'.join(map(str, found.shape))}"
        name = f"`encode` of a network of two layers, {note}, {density:.0f} % density"
        with Peer("torch_network.py", work.arrays, work.digits, threads=threads) as peer:
            peer.save(work.codes)
            equal = f"codes differ by ≤ {np.abs(found - np.load(work.codes)).max():.0e} of {found.max():.2g}"
            tile, order = peer.about["tile"], peer.about["format"]
            told = f"PyTorch, {tile} images at once{', channels last' if order else ''}: forward pass alone"
            yield Row(name, told, threads, alternate(ours, peer, work.bench.plan), equal, note)
        once = script("torch_network.py", work.arrays, work.digits, tile, order, "--once")
        outcome = alternate(ours, Command(once, threads), work.bench.plan)
        yield Row(name, "PyTorch: whole process", threads, outcome, equal, note)


def training(work):
    for threads in work.bench.threads:
        line = (
            f"{work.bench.bin}/fit stack -q -m {work.net} --labels {work.labels} --epochs 2 --batch {BATCH} --rate "
            f"{RATE} --schedule constant -j {threads} -o {work.tuned} < {work.digits}")
        ours = LastEpoch(line, work.log, threads)
        with Peer(
            "torch_network_training.py", work.arrays, work.digits, work.labels, BATCH, RATE, threads=threads
        ) as peer:
            outcome = alternate(ours, peer, work.bench.plan)
            peer.save(work.result)
        first, (loss, error, density) = ours.rows()[0], np.load(work.result)
        equal = (
            f"loss {float(first['loss']):.3g}, {100 * float(first['error']):.1f} % wrong, "
            f"{100 * float(first['density']):.0f} % density of layer 2; peer's {loss:.3g}, {100 * error:.1f} %, "
            f"{100 * density:.0f} %")
        yield Row(
            f"an epoch of `fit stack`, two layers and a classifier, {work.name}, batch {BATCH}",
            "PyTorch: an epoch alone", threads, outcome, equal,
            f"Adam at {RATE} times the size of each parameter; the second epoch, the peer's the first; figures are of the first")


def measure(bench):
    if not load.version("torch"):
        return
    work = Work(bench)
    yield from encoding(work)
    yield from training(work)
