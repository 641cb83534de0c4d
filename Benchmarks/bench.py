#!/usr/bin/env python3
"""Programs against NumPy, scikit-learn, SPAMS and PyTorch; `make bench` runs it.

bench.py --programs FOLDER --photographs FOLDER --digits FOLDER [--digits-name NAME]
         [--drsae MODEL] [--kernels PROGRAM] [--quick] [--only SECTION…] [-o FILE]

Every comparison is equal work on the same threads, A B A B in one run (rounds.py); outputs are compared,
and rounds in which other processes used the machine are dropped (load.py). Peers are scripts in peers/.
"""
import argparse
import functools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import convolution
import dictionary
import drsae
import encoder
import exact
import groups
import lateral
import limits
import lista
import load
import network
import photograph
import sparse_images
from report import section
from rounds import Plan
from sides import environment

METHOD = """
Written by `make bench`. Both sides in turn, A B A B, in one run; a figure is the median of the rounds,
the ratio that of a round (least–most). A round in which other processes kept more than a twentieth of a
processor busy is dropped; the load beside the rounds kept is that of others, in processors. Our side is
always a whole process, from its start to its end, file in and null out, all in memory. A peer called
*forward pass alone*, or a function of a library, is timed inside a process that has its arrays in memory
and has warmed up; a script is a whole process with its imports. Peers compute in float32 unless told.
"""
TRAINING = "astronaut brick chelsea coffee coins grass gravel moon motorcycle_left".split()


class Bench:
    """Where things are, and how long a comparison may take."""

    def __init__(self, options, work):
        self.bin, self.work, self.quick = options.programs.resolve(), Path(work), options.quick
        self.camera = options.photographs / "camera.png"
        self.photographs = [options.photographs / f"{name}.png" for name in TRAINING]
        self.digits = next(options.digits.glob("train-images*"))
        self.digits_name, self.drsae = options.digits_name, options.drsae
        self.built_in = Path(__file__).parent / "../Sources/Common/CBuiltInModel/default.bin"
        self.plan = Plan(3, 2, 4) if self.quick else Plan(8, 3, 5)
        most = min(2, load.PROCESSORS)
        self.threads = [most] if self.quick else sorted({1, most})

    def folder(self, name):
        folder = self.work / name
        folder.mkdir(exist_ok=True)
        return folder

    def call(self, line, threads=load.PROCESSORS):
        subprocess.run(line, shell=True, check=True, env=environment(threads))

    def patches(self, output, flags, *photographs):
        names = " ".join(map(str, photographs or self.photographs))
        self.call(f"{self.bin}/patches {flags} {names} -o {output}")

    @functools.cached_property
    def works(self):
        """What encoders are timed on."""
        return [encoder.photographs(self), encoder.digits(self)]


SECTIONS = {
    "encoder": (
        "Encoders against PyTorch", "T counts passes through S after z₀ = f(We x); T = 10 is what Rolfe & LeCun "
        "2013 call 11.", encoder.measure),
    "convolution": (
        "Convolutions against PyTorch", convolution.__doc__.split("\n\n", 1)[1], convolution.measure),
    "network": (
        "Networks of layers against PyTorch", network.__doc__.split("\n\n", 1)[1], network.measure),
    "sparse-images": (
        "Exact codes of images against sporco", sparse_images.__doc__.split("\n\n", 1)[1], sparse_images.measure),
    "threads": ("One thread more", "The peer is our own program with one thread.", encoder.scaling),
    "exact": (
        "Exact codes", "½‖x − Dz‖² + λ‖z‖₁ with the dictionary of the built-in model, K = 256, to a relative "
        "duality gap of 1e-4 (gaps and energies below were computed again in double).", exact.measure),
    "dictionary": ("Learning a dictionary", dictionary.__doc__.split("\n\n", 1)[1], dictionary.measure),
    "lateral": (
        "Units that inhibit each other", lateral.__doc__.split("\n\n", 1)[1], lateral.measure),
    "lista": (
        "Encoders that predict optimal codes", "Ours is the whole process, from windows to the model.",
        lista.measure),
    "drsae": ("Training DrSAE", drsae.__doc__.split("\n\n", 1)[1], drsae.measure),
    "photograph": (
        "One photograph, `patches | encode | pool`", "Whole processes, imports and decoding of the PNG "
        "included.", photograph.measure),
}


def results(bench, options):
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    yield "# Benchmarks\n" + METHOD
    yield "\n".join(load.machine(swift.split(" (")[0].strip() or "Swift of unknown version"))
    wanted = options.only or ["kernels", *SECTIONS, "limits"]
    if "kernels" in wanted and options.kernels and os.access(options.kernels, os.X_OK):
        yield "\n## Kernels against the multiply-add limit\n"
        with load.Load() as beside:
            kernels = subprocess.run([options.kernels], check=True, capture_output=True, text=True)
        yield f"{kernels.stdout.strip()}\n\nForeign load meanwhile: {beside.foreign:.2f} processors."
    for name in wanted:
        if name in SECTIONS:
            title, text, measure = SECTIONS[name]
            yield from section(title, text, measure(bench))
    if "limits" in wanted:
        yield from limits.measure(bench)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--photographs", type=Path, required=True)
    parser.add_argument("--digits", type=Path, required=True)
    parser.add_argument("--digits-name", default="Fashion-MNIST")
    parser.add_argument("--drsae", type=Path, help="a model of fit drsae to encode with; or a short training")
    parser.add_argument("--kernels", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="+", choices=["kernels", *SECTIONS, "limits"])
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    text = []
    with tempfile.TemporaryDirectory(prefix="sparsepipe-bench-", dir=memory) as work:
        for line in results(Bench(options, work), options):
            print(line, flush=True)
            text.append(line)
    if options.output:
        options.output.write_text("\n".join(text) + "\n")


if __name__ == "__main__":
    sys.exit(main())
