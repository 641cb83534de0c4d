"""Exact codes of an image by kernels, against sporco at an equal energy.

The image has zeros around it, as wide as a kernel less one, and twice that below and beside it for sporco, whose
convolutions go round: both minimise the same energy, over the same places and some that no code uses.
"""
import re
import subprocess

import numpy as np

import load
import model
from report import Row
from rounds import alternate
from sides import Command, Peer

KERNEL, CODE, SIDE, GAP = 8, 32, 128, 1e-3
# λ beside the largest that leaves any code: sparse and less so.
SHARES = (0.1, 0.05)


def dictionary(bench):
    """Kernels [K, h, w] of images of normalised contrast."""
    folder = bench.folder("sparse-images")
    images, path = folder / "images.npy", folder / "kernels.bin"
    photographs = " ".join(str(photograph) for photograph in bench.photographs)
    bench.call(
        f"{bench.bin}/patches --contrast 13 --size 32 --sample {100 if bench.quick else 400} -s 1 {photographs} -o {images} && "
        f"{bench.bin}/fit dictionary -q --geometry conv --kernel {KERNEL} --code {CODE} --border full --iterations 0 "
        f"--lambda norm:0.1 --batch 16 --epochs 2 -s 1 -o {path} < {images}")
    return model.load(path)[0]["decoder.weight"].T.reshape(CODE, KERNEL, KERNEL)


def image(bench):
    """Part of a photograph of normalised contrast, [SIDE, SIDE]."""
    path = bench.folder("sparse-images") / "camera.npy"
    bench.call(f"{bench.bin}/patches --contrast 13 --size full {bench.camera} -o {path}")
    return np.load(path).reshape(512, 512)[128 : 128 + SIDE, 128 : 128 + SIDE]


def padded(x, end):
    return np.pad(x, ((KERNEL - 1, end), (KERNEL - 1, end)))


def largest(x, kernels):
    """The λ from which on no code is left."""
    windows = np.lib.stride_tricks.sliding_window_view(padded(x, KERNEL - 1), (KERNEL, KERNEL))
    return np.abs(np.einsum("yxij,kij->yxk", windows, kernels, optimize=True)).max()


def figures(bench, path, given):
    """Energy, gap and density of our codes."""
    line = f"{bench.bin}/encode -m {path} --solver cd --gap {GAP} --stats < {given}"
    told = subprocess.run(line, shell=True, check=True, capture_output=True).stderr.decode()
    return [float(value) for value in re.search(r"energy (\S+)\s+gap (\S+)\s+density (\S+)", told).groups()]


def measure(bench):
    if not load.version("sporco"):
        return
    folder = bench.folder("sparse-images")
    kernels, x = dictionary(bench), image(bench)
    path, given, wide, peers_kernels = (
        folder / name for name in ("exact.bin", "padded.npy", "wide.npy", "kernels.npy"))
    np.save(given, padded(x, KERNEL - 1)[None, :, :, None])
    np.save(wide, padded(x, 2 * KERNEL - 2))
    np.save(peers_kernels, kernels)
    for share in SHARES:
        penalty = float(np.float32(share * largest(x, kernels)))
        card = {
            "format": "sparsepipe", "version": 1, "kind": "dictionary", "record": f"{KERNEL},{KERNEL},1",
            "geometry": "conv", "stride": 1, "padding": 0, "lambda": penalty, "iterations": 0,
        }
        model.save(path, {"decoder.weight": kernels.reshape(CODE, -1).T}, card)
        energy, gap, density = figures(bench, path, given)
        ours = Command(f"{bench.bin}/encode -m {path} --solver cd --gap {GAP} < {given}")
        with Peer("sporco_images.py", wide, peers_kernels, penalty, energy * (1 + GAP), threads=1) as peer:
            outcome = alternate(ours, peer, bench.plan)
            peer.save(folder / "result.npy")
        theirs, iterations = np.load(folder / "result.npy")
        yield Row(
            f"exact codes of {SIDE}×{SIDE} pixels, {CODE} kernels of {KERNEL}×{KERNEL}, λ = {share} of the largest, "
            f"{100 * density:.2f} % density", f"sporco ConvBPDN, {iterations:.0f} iterations", 1, outcome,
            f"energy {energy:.6g} at a gap of {gap:.0e}, peer's {theirs:.6g}", "one thread, float32")
