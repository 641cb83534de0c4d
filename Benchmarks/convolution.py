"""Convolutional encoders and auto-encoders beside PyTorch's conv2d and conv_transpose2d.

`encode` of a model of `fit autoencoder --geometry conv`, whole processes of ours, on digits of 28×28 and on
photographs of 321×481 pixels; kernels of 5, 8 and 12 with 16, 64 and 128 maps. Then an epoch of the training, by the
seconds column of `--log`, against one of PyTorch that does the same from the same start: Adam, atoms bounded after
each step, figures.
"""
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import load
import model
from drsae import LastEpoch
from report import Row
from rounds import alternate
from sides import Command, Peer, script

# Sides of kernels and maps.
SIZES = ((5, 16), (8, 64), (12, 128))
# Training.
KERNEL, CODE, BATCH, RATE, PENALTY = 7, 32, 64, 0.001, 0.5


def parts(path):
    """We, θ, g, Dᵀ, padding and stride of a model, its kernels [K, h, w, C]."""
    tensors, card = model.load(path)
    shape = (-1, *map(int, card["record"].split(",")))
    threshold = tensors["encoder.threshold"]
    return {
        "weight": tensors["encoder.weight"].reshape(shape), "threshold": threshold,
        "gain": tensors.get("encoder.gain", np.ones_like(threshold)),
        "atoms": np.ascontiguousarray(tensors["decoder.weight"].T).reshape(shape),
        "padding": int(card["padding"]), "stride": int(card["stride"]),
    }


@dataclass
class Images:
    name: str
    path: Path


def digits(bench):
    count, path = 2000 if bench.quick else 10000, bench.folder("convolution") / "digits.npy"
    bench.call(f"{bench.bin}/patches --size full --range 0:{count} {bench.digits} -o {path}")
    return Images(f"{count:,} of {bench.digits_name}", path)


def contrasts(bench):
    """Digits of normalised contrast, of both signs, to train on."""
    count, path = 2000 if bench.quick else 10000, bench.folder("convolution") / "contrasts.npy"
    bench.call(
        f"{bench.bin}/patches --size full --contrast 9 --range 0:{count} {bench.digits} -o {path}")
    return Images(f"{count:,} of {bench.digits_name}", path)


def photographs(bench):
    """Parts of one photograph, ten times."""
    count, path = 4 if bench.quick else 10, bench.folder("convolution") / "photographs.npy"
    bench.patches(path, "--size full", bench.camera)
    whole = np.load(path)[0]
    parts = [whole[y : y + 321, : 481] for y in range(0, 10 * count, 10)]
    np.save(path, np.stack(parts))
    # Without notes: images are the last three axes.
    return Images(f"{count} photographs of 321×481", path)


def trained(bench, images, kernel, code):
    """A model after a short training, which is like a start."""
    folder = bench.folder("convolution")
    path, few = folder / f"{images.path.stem}-{kernel}-{code}.bin", folder / "few.npy"
    bench.call(
        f"{bench.bin}/patches --size 28 --sample 400 {images.path} -o {few} && {bench.bin}/fit autoencoder -q "
        f"--geometry conv --kernel {kernel} --code {code} --lambda 0.1 --batch 50 --epochs 1 -o {path} < {few}"
    )
    return path


def encoding(bench, images):
    folder = bench.folder("convolution")
    arrays, codes = folder / "encoder.npz", folder / "codes.npy"
    for kernel, code in SIZES:
        path = trained(bench, images, kernel, code)
        np.savez(arrays, **parts(path))
        for threads in bench.threads:
            ours = Command(f"{bench.bin}/encode -m {path} -j {threads} < {images.path}")
            ours.save(codes)
            found = np.load(codes)
            note = f"{images.name} → {'×'.join(map(str, found.shape))}, kernels of {kernel}×{kernel}"
            name = f"`encode`, {note}, {100 * np.mean(found != 0):.0f} % density"
            with Peer("torch_convolution.py", arrays, images.path, threads=threads) as peer:
                peer.save(codes)
                equal = f"codes differ by ≤ {np.abs(found - np.load(codes)).max():.0e} of {found.max():.2g}"
                tile, order = peer.about["tile"], peer.about["format"]
                told = f"PyTorch, {tile} images at once{', channels last' if order else ''}: forward pass alone"
                del found
                yield Row(name, told, threads, alternate(ours, peer, bench.plan), equal, note)
            once = script("torch_convolution.py", arrays, images.path, tile, order, "--once")
            outcome = alternate(ours, Command(once, threads), bench.plan)
            yield Row(name, "PyTorch: whole process", threads, outcome, equal, note)


def training(bench, images):
    folder = bench.folder("convolution")
    first, arrays, log = folder / "first.bin", folder / "first.npz", folder / "log.tsv"
    result = folder / "result.npy"
    line = (
        f"{bench.bin}/fit autoencoder -q --geometry conv --border full --kernel {KERNEL} --code {CODE} --lambda "
        f"{PENALTY} --batch {BATCH} --rate {RATE} --schedule constant --no-dc"
    )
    bench.call(f"{line} --epochs 1 -o {first} < {images.path}")
    np.savez(arrays, **parts(first))
    for threads in bench.threads:
        ours = LastEpoch(
            f"{line} --epochs 2 -j {threads} -o {folder / 'second.bin'} < {images.path}", log, threads)
        with Peer(
            "torch_convolution_training.py", arrays, images.path, BATCH, RATE, PENALTY, threads=threads
        ) as peer:
            outcome = alternate(ours, peer, bench.plan)
            peer.save(result)
        last, (energy, density) = ours.rows()[-1], np.load(result)
        equal = (
            f"energy {float(last['energy']):.4g}, {100 * float(last['density']):.1f} % density; peer's {energy:.4g}, "
            f"{100 * density:.1f} %"
        )
        yield Row(
            f"an epoch of `fit autoencoder --geometry conv`, {images.name}, border full, {CODE} kernels of "
            f"{KERNEL}×{KERNEL}, batch {BATCH}", "PyTorch: an epoch alone", threads, outcome, equal,
            f"Adam at {RATE}, λ = {PENALTY}; the second epoch, the peer's from our model after the first, without its "
            "moments",
        )


def measure(bench):
    if not load.version("torch"):
        return
    for images in (digits(bench), photographs(bench)):
        yield from encoding(bench, images)
    yield from training(bench, contrasts(bench))
