"""Training LISTA beside PyTorch, and what one shot of an encoder saves beside exact codes."""
import numpy as np

import load
import model
from report import Row
from rounds import alternate
from sides import Command, Peer

SIZE, CODE, PASSES, BATCH, RATE = 10, 400, 3, 128, 3e-3
PENALTY, GAP = 0.1, 1e-4
CODING = f"--center --normalize --lambda {PENALTY}"


def shrink(v, threshold):
    return np.sign(v) * np.maximum(np.abs(v) - threshold, 0)


def prepared(windows):
    """What --center --normalize does, [N, D]."""
    x = np.load(windows).reshape(-1, SIZE * SIZE)
    x = x - x.mean(1, keepdims=True)
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-30)


class Work:
    """A dictionary of windows, windows with their optimal codes, and such that nobody learns from."""

    def __init__(self, bench):
        folder = bench.folder("lista")
        self.bench, self.count, self.epochs = bench, 4000 if bench.quick else 40000, 2
        self.dictionary, self.trained = folder / "dictionary.bin", folder / "lista.bin"
        self.start, self.records = folder / "start.npz", folder / "records.npy"
        self.windows, self.codes = folder / "windows.npy", folder / "codes.npy"
        self.unseen, self.optimal = folder / "unseen.npy", folder / "optimal.npy"
        self.result = folder / "result.npy"
        bench.patches(self.windows, f"--size {SIZE} --sample {self.count} -s 2")
        bench.patches(self.unseen, f"--size {SIZE} --sample 5000 -s 3", bench.camera)
        bench.call(
            f"{bench.bin}/fit dictionary -q {CODING} --code {CODE} --epochs 2 --no-encoder "
            f"-o {self.dictionary} < {self.windows}"
        )
        for source, codes in ((self.windows, self.codes), (self.unseen, self.optimal)):
            bench.call(
                f"{bench.bin}/encode -m {self.dictionary} --solver homotopy --gap 1e-6 "
                f"-j {load.PROCESSORS} -o {codes} < {source}"
            )
        self.unroll()
        np.save(self.records, prepared(self.windows).astype("<f4"))

    def unroll(self):
        """What both begin with: ISTA, T times."""
        atoms = model.load(self.dictionary)[0]["decoder.weight"].astype(float)
        gram = atoms.T @ atoms
        step = 1 / np.linalg.eigvalsh(gram)[-1]
        parts = (step * atoms.T, np.eye(CODE) - step * gram, np.full(CODE, step * PENALTY))
        parts = [part.astype(np.float32) for part in parts]
        np.savez(self.start, **dict(zip(("weight", "recurrent", "threshold"), parts)), iterations=PASSES)
        self.before = self.loss(*parts)

    def loss(self, weight, recurrent, threshold):
        """½‖z* − z‖² of windows never seen, their mean, in double."""
        drive = prepared(self.unseen).astype(float) @ weight.T.astype(float)
        z = shrink(drive, threshold)
        for _ in range(PASSES):
            z = shrink(drive + z @ recurrent.T, threshold)
        return 0.5 * np.square(z - np.load(self.optimal)).sum(1).mean()

    def ours(self, threads):
        return Command(
            f"{self.bench.bin}/fit lista -q -m {self.dictionary} --codes {self.codes} "
            f"--iterations {PASSES} --batch {BATCH} --epochs {self.epochs} --optimizer adam --rate {RATE} "
            f"--schedule cosine -j {threads} -o {self.trained} < {self.windows}"
        )

    def our_loss(self):
        tensors = model.load(self.trained)[0]
        return self.loss(*(tensors[f"encoder.{n}"] for n in ("weight", "recurrent", "threshold")))

    def peer(self, threads):
        return Peer(
            "torch_lista.py", self.start, self.records, self.codes, BATCH, self.epochs, RATE,
            threads=threads,
        )

    def peer_loss(self, peer):
        peer.save(self.result)
        parts = np.split(np.load(self.result), [SIZE * SIZE, SIZE * SIZE + CODE], axis=1)
        return self.loss(parts[0], parts[1], parts[2][:, 0])


def training(bench):
    work = Work(bench)
    density = 100 * np.mean(np.load(work.codes) != 0)
    for threads in bench.threads:
        ours = work.ours(threads)
        with work.peer(threads) as peer:
            outcome = alternate(ours, peer, bench.plan)
            losses = work.our_loss(), work.peer_loss(peer)
        yield Row(
            f"`fit lista`, {work.count:,} windows of {SIZE}×{SIZE}, K = {CODE}, T = {PASSES}, "
            f"batch {BATCH}, {work.epochs} epochs of Adam",
            "PyTorch: epochs alone", threads, outcome,
            f"held-out loss {losses[0]:.4f}, peer's {losses[1]:.4f}",
            f"`fit lista`: optimal codes are given, {density:.0f} % dense; held-out loss before the "
            f"training {work.before:.4f}",
        )


def one_shot(bench):
    """The encoder of `fit psd` with the exact solver of the same model as its peer."""
    folder = bench.folder("psd")
    windows, psd, codes = folder / "windows.npy", folder / "psd.bin", folder / "codes.npy"
    bench.patches(windows, f"--size {SIZE} --sample {4000 if bench.quick else 40000} -s 2")
    bench.call(f"{bench.bin}/fit psd -q {CODING} --code {CODE} --epochs 2 -o {psd} < {windows}")
    lasso = model.Lasso(prepared(windows), model.load(psd)[0]["decoder.weight"], PENALTY)
    encode = f"{bench.bin}/encode -m {psd} -j {bench.threads[-1]}"
    shot = Command(f"{encode} < {windows}")
    exact = Command(f"{encode} --solver fista --gap {GAP} < {windows}")
    told = []
    for side in (shot, exact):
        side.save(codes)
        told.append(np.load(codes))
    residual = np.square(told[0] - told[1]).sum() / np.square(told[1]).sum()
    energies = [lasso.energies(z)[0].mean() for z in told]
    work = f"`encode -m psd.bin`, {len(told[0]):,} windows of {SIZE}×{SIZE}, K = {CODE}"
    yield Row(
        work, f"ourselves, --solver fista --gap {GAP:.0e}", bench.threads[-1],
        alternate(shot, exact, bench.plan), f"relative squared distance of the codes {residual:.3f}",
        f"{work}: energy {energies[0]:.4f} in one shot, {energies[1]:.4f} at the minimum",
    )


def measure(bench):
    if load.version("torch"):
        yield from training(bench)
    yield from one_shot(bench)
