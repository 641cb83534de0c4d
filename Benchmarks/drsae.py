"""`fit drsae` beside PyTorch, and a model of it for the encoders that are timed.

An epoch in which all three criteria are learned, by the seconds column of `--log`, against one of PyTorch
that does the same: Adam, the gradient clipped, bounds after each step, figures. Both begin with an epoch
without labels and one with, and the last is timed; then both models are tried on the test set.
"""
import csv
import gzip
from pathlib import Path

import numpy as np

import load
import model
from report import Row
from rounds import alternate
from sides import Command, Peer

PASSES, CODE, BATCH, RATE = 10, 400, 128, 0.005
PENALTY, CLASSIFICATION = 0.018, 0.1
UNSUPERVISED, EPOCHS = 1, 2
OPTIONS = (
    f"--code {CODE} --iterations {PASSES} --lambda {PENALTY} --reconstruction 1 --classification "
    f"{CLASSIFICATION} --unsupervised-epochs {UNSUPERVISED} --average none"
)


class LastEpoch(Command):
    """A training, of which only the last epoch counts, as its log has it."""

    def __init__(self, line, log, threads):
        program, source = line.split(" < ")
        super().__init__(f"{program} --log {log} < {source}", threads)
        self.log = Path(log)

    def run(self):
        super().run()
        before, last = self.rows()[-2:]
        return float(last["seconds"]) - float(before["seconds"])

    def rows(self):
        with open(self.log) as file:
            return list(csv.DictReader(file, delimiter="\t"))


def labels(images):
    """The labels beside a file of images, IDX both."""
    path = images.with_name(images.name.replace("images-idx3", "labels-idx1"))
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path) as file:
        return path, np.frombuffer(file.read()[8:], np.uint8).astype("<i4")


def normalized(records):
    x = np.load(records)
    x = x.reshape(len(x), -1)
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-30)


def codes(x, weight, recurrent, threshold):
    drive = x @ weight.T - threshold
    z = np.maximum(drive, 0)
    for _ in range(PASSES):
        z = np.maximum(drive + z @ recurrent.T, 0)
    return z


class Work:
    """Digits to train on and digits to test with, and both models."""

    def __init__(self, bench):
        folder, count = bench.folder("drsae"), 6000 if bench.quick else 60000
        self.bench, self.count, self.model, self.log = bench, count, folder / "drsae.bin", folder / "log.tsv"
        self.digits, self.test = folder / "digits.npy", folder / "test.npy"
        self.records, self.labels = folder / "records.npy", folder / "labels.npy"
        self.result = folder / "result.npy"
        test = next(bench.digits.parent.glob("t10k-images*"))
        bench.call(f"{bench.bin}/patches --size full --range 0:{count} {bench.digits} -o {self.digits}")
        bench.call(f"{bench.bin}/patches --size full {test} -o {self.test}")
        np.save(self.records, normalized(self.digits).astype("<f4"))
        np.save(self.labels, labels(bench.digits)[1][:count])
        self.unseen, self.truth = normalized(self.test), labels(test)[1]

    def ours(self, threads):
        return LastEpoch(
            f"{self.bench.bin}/fit drsae -q --labels {self.labels} {OPTIONS} --epochs {EPOCHS} "
            f"--batch {BATCH} --rate {RATE} --schedule constant -j {threads} -o {self.model} "
            f"< {self.digits}", self.log, threads,
        )

    def peer(self, threads):
        return Peer(
            "torch_drsae.py", self.records, self.labels, CODE, PASSES, BATCH, UNSUPERVISED, EPOCHS,
            RATE, PENALTY, CLASSIFICATION, threads=threads,
        )

    def figures(self, weight, recurrent, threshold, atoms, classifier):
        """Energy, wrong labels and density on the test set, as text."""
        z = codes(self.unseen, weight, recurrent, threshold)
        energy = 0.5 * np.square(self.unseen - z @ atoms).sum(1).mean() + PENALTY * z.sum(1).mean()
        wrong = np.mean((z @ classifier.T).argmax(1) != self.truth)
        return f"energy {energy:.4f}, {100 * wrong:.1f} % wrong, {100 * np.mean(z > 0):.0f} % density"

    def our_figures(self):
        tensors = model.load(self.model)[0]
        encoder = (tensors[f"encoder.{n}"] for n in ("weight", "recurrent", "threshold"))
        return self.figures(*encoder, tensors["decoder.weight"].T, tensors["classifier.weight"])

    def peer_figures(self, peer):
        peer.save(self.result)
        length = self.unseen.shape[1]
        ends = np.cumsum([length, CODE, 1, length])
        weight, recurrent, threshold, atoms, classifier = np.split(np.load(self.result), ends, axis=1)
        return self.figures(weight, recurrent, threshold[:, 0], atoms, classifier.T)


def measure(bench):
    if not load.version("torch"):
        return
    work = Work(bench)
    for threads in bench.threads:
        ours = work.ours(threads)
        with work.peer(threads) as peer:
            outcome = alternate(ours, peer, bench.plan)
            figures = work.our_figures(), work.peer_figures(peer)
        density = 100 * float(ours.rows()[-1]["density"])
        yield Row(
            f"an epoch of `fit drsae`, {work.count:,} of {bench.digits_name}, K = {CODE}, T = {PASSES}, batch "
            f"{BATCH}, {density:.0f} % density", "PyTorch: an epoch alone", threads, outcome,
            f"{figures[0]}; peer's {figures[1]}",
            f"Adam at {RATE}, after {UNSUPERVISED} epoch without labels and {EPOCHS - 1} with; energies, errors and "
            "densities are of the test set after the epoch",
        )


def trained(bench, epochs=6):
    """A model that is trained in short, where none is given."""
    if bench.drsae:
        return bench.drsae
    folder = bench.folder("digits")
    path, images = folder / "drsae.bin", bench.digits
    count = 6000 if bench.quick else 50000
    truth = folder / "labels.npy"
    np.save(truth, labels(images)[1][:count])
    bench.call(
        f"{bench.bin}/patches --size full --range 0:{count} {images} | {bench.bin}/fit drsae -q {OPTIONS} "
        f"--labels {truth} --epochs {epochs} -o {path}"
    )
    return path
