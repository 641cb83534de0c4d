#!/usr/bin/env python3
"""robust.py: every `fit` without an option that is not needed, on every kind of data, and once more with
pools of four units for those that know pools; then units of windows, --geometry conv and local, on small images.

Each training has to end well and within a minute (fit drsae with 1,000 units, many times the work of the
others, on 2,000 of the records), its loss on records held out below that before training
(for fit whiten: the correlation of neighbours, for fit classifier: the errors of the commonest label), and
at most half of its units dead. Prints a table; ends with 1 where a training falls short.

usage: robust.py --programs DIR --photographs DIR --garments DIR [--quick]
"""
import argparse
import array
import math
import os
import random
import re
import subprocess
import sys
import tempfile
import time

HELD_OUT = 500
LIMIT = 60  # seconds
# Records for fit drsae with 1,000 units.
FEW = 2000
POOLS = "--penalty group --pools consecutive:4"
PHOTOGRAPHS = ["astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png"]
# Images for units of windows, and what these are: eight maps, or a unit at each of sixteen places.
IMAGES = 200
IMAGES_HELD_OUT = 40
GEOMETRIES = {
    "conv": (8, "--geometry conv --kernel 5 --code 8"),
    "local": (16, "--geometry local --kernel 5 --period 4"),
}
PLACES = POOLS + " --pool-window 2"
# Which of the kinds of data, geometries and fits a quick run has.
QUICK = [("contrast", "conv", "dictionary"), ("contrast", "conv", "lista"), ("contrast", "conv", "autoencoder"),
         ("contrast", "local", "autoencoder"), ("garments", "conv", "drsae")]
# A classifier learns the quadrant of a record that is the brightest; of garments what they are.
QUADRANTS = 4
# What falls short and is known to: where atoms hardly overlap, as those of whitened windows and of noise, the
# untrained encoder is as good as exact, and steps of the usual rate only take it away from there.
KNOWN = {("whitened", units, "lista") for units in [32, 256, 1000]}
KNOWN |= {("noise", 32, "lista"), ("whitened", 32, "lista pools")}


class Matrix:
    """What NPY needs of NumPy: [N,D] and the shape of a record."""

    def __init__(self, values, count, shape):
        self.values, self.count, self.shape = values, count, shape
        self.length = len(values) // count

    def write(self, path):
        text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {(self.count, *self.shape)}, }}"
        text += f" # sparsepipe record={len(self.shape)}"
        text += " " * (-(len(text) + 11) % 64) + "\n"
        with open(path, "wb") as file:
            file.write(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode())
            self.values.tofile(file)

    def row(self, index):
        return self.values[index * self.length : (index + 1) * self.length]

    @staticmethod
    def read(path, count=None):
        """The first `count` records, or all, of the only array of a file."""
        with open(path, "rb") as file:
            data = file.read()
        start = 10 + int.from_bytes(data[8:10], "little")
        shape = [int(n) for n in re.search(rb"'shape': \(([^)]*)\)", data[:start])[1].split(b",") if n.strip()]
        values = array.array("f")
        values.frombytes(data[start:])
        count = count or shape[0]
        return Matrix(values[: len(values) // shape[0] * count], count, shape[1:])


class Runs:
    def __init__(self, arguments, folder):
        self.arguments, self.folder = arguments, folder
        self.count = 3000 if arguments.quick else 5000
        self.failed = 0

    def shell(self, line):
        path = os.path.abspath(self.arguments.programs) + ":" + os.environ["PATH"]
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", line], cwd=self.folder, text=True,
            capture_output=True, env={**os.environ, "PATH": path})

    def must(self, line):
        outcome = self.shell(line)
        if outcome.returncode != 0:
            sys.exit(f"robust: {line}: {outcome.stderr}")

    def path(self, name):
        return os.path.join(self.folder, name)

    def data(self):
        """Writes the records of every kind, NAME.npy, and their labels, NAME.labels; yields the names."""
        n = self.count
        pictures = " ".join(
            os.path.join(os.path.abspath(self.arguments.photographs), name) for name in PHOTOGRAPHS)
        garments = os.path.join(os.path.abspath(self.arguments.garments), "train-images-idx3-ubyte.gz")
        labels = os.path.join(os.path.abspath(self.arguments.garments), "train-labels-idx1-ubyte.gz")
        self.must(f"patches --sample {n} -s 1 {pictures} -o raw.npy")
        self.must(f"patches --color --size 8 --sample {n} -s 1 {pictures} -o colour.npy")
        self.must("fit whiten -q -o white.bin <raw.npy && encode -m white.bin -o whitened.npy <raw.npy")
        self.must(f"patches --size full --range 0:{n} {garments} --labels {labels} "
                  "--labels-out whole.labels -o whole.npy")
        self.must("encode <raw.npy | pool -o codes.npy")
        uniform = random.Random(1)
        noise = Matrix(array.array("f", (uniform.random() for _ in range(n * 100))), n, (10, 10, 1))
        noise.write(self.path("noise.npy"))
        self.label("raw", 12, 1, ["raw", "whitened", "codes"])
        self.label("colour", 8, 3, ["colour"])
        self.label("noise", 10, 1, ["noise"])
        return ["raw", "colour", "whitened", "whole", "codes", "noise"]

    def images(self):
        """The same of images of 12x12."""
        n, side = IMAGES, 12
        pictures = " ".join(
            os.path.join(os.path.abspath(self.arguments.photographs), name) for name in PHOTOGRAPHS)
        garments = os.path.join(os.path.abspath(self.arguments.garments), "train-images-idx3-ubyte.gz")
        kinds = {"raw": pictures, "contrast": "--contrast 9 " + pictures, "colour": "--color " + pictures,
                 "garments": garments}
        for name, options in kinds.items():
            self.must(f"patches --size {side} --sample {n} -s 1 {options} -o image-{name}.npy")
        uniform = random.Random(2)
        noise = array.array("f", (uniform.random() for _ in range(n * side * side)))
        Matrix(noise, n, (side, side, 1)).write(self.path("image-noise.npy"))
        names = [*kinds, "noise"]
        for name in names:
            self.label("image-" + name, side, 3 if name == "colour" else 1, ["image-" + name])
        return names

    def label(self, source, side, channels, names):
        records = Matrix.read(self.path(source + ".npy"))
        width, half, text = side * channels, side // 2, []
        for index in range(records.count):
            row, sums = records.row(index), [0.0] * QUADRANTS
            for y in range(side):
                line = row[y * width : (y + 1) * width]
                sums[2 * (y // half)] += sum(line[: width // 2])
                sums[2 * (y // half) + 1] += sum(line[width // 2 :])
            text.append(f"{sums.index(max(sums))}\n")
        for name in names:
            with open(self.path(name + ".labels"), "w") as file:
                file.writelines(text)

    def labels(self, name):
        with open(self.path(f"{name}.labels"), "rb") as file:
            data = file.read()
        if not data.startswith(b"\x93NUMPY"):
            return data.split()
        values = array.array("i")
        values.frombytes(data[10 + int.from_bytes(data[8:10], "little") :])
        return list(values)

    def correlation(self, name, units):
        """Mean |r| of neighbouring columns."""
        records = Matrix.read(self.path(name))
        columns = [records.values[i :: records.length] for i in range(records.length)]
        total, pairs = 0.0, 0
        for a, b in zip(columns, columns[1:]):
            ma, mb = sum(a) / len(a), sum(b) / len(b)
            saa = sum((x - ma) ** 2 for x in a)
            sbb = sum((x - mb) ** 2 for x in b)
            if saa > 0 and sbb > 0:
                total += abs(sum((x - ma) * (y - mb) for x, y in zip(a, b))) / math.sqrt(saa * sbb)
                pairs += 1
        return total / max(1, pairs)

    def fit(self, name, kind, units, structure, held_out=HELD_OUT):
        """One training: seconds, loss before and after, share of dead units, and what is wrong."""
        options = {
            "lista": "-m dictionary.bin", "drsae": f"--labels {name}.labels {structure}",
            "whiten": "", "classifier": f"--labels {name}.labels",
        }.get(kind, structure)  # lista has that of its dictionary
        held_out = "" if kind == "whiten" else f"--validation {held_out}"
        out = "dictionary.bin" if kind == "dictionary" else "model.bin"
        began = time.monotonic()
        source = name
        if kind == "drsae" and units == 1000:
            source = "few"
            Matrix.read(self.path(f"{name}.npy"), FEW).write(self.path("few.npy"))
            with open(self.path("few.labels"), "w") as file:
                file.writelines(f"{int(label)}\n" for label in self.labels(name)[:FEW])
            options = options.replace(f"{name}.labels", "few.labels")
        outcome = self.shell(f"fit {kind} {options} {held_out} -o {out} <{source}.npy")
        seconds = time.monotonic() - began
        if outcome.returncode != 0:
            return seconds, None, None, None, outcome.stderr.strip().splitlines()[-1]
        words, wrong = outcome.stderr, []
        dead = re.findall(r"  dead (\S+)", words)
        share = float(dead[-1]) / units if dead else None
        if kind == "whiten":
            start = self.correlation(f"{name}.npy", units)
            self.must(f"encode -m model.bin -o after.npy <{name}.npy")
            # What is not correlated stays so, but for chance.
            start, end = max(start, 2 / math.sqrt(self.count)), self.correlation("after.npy", units)
        elif kind == "classifier":
            labels = self.labels(name)
            start = 1 - max(labels.count(label) for label in set(labels)) / len(labels)
            end = float(re.search(r"validation (\S+) % wrong", words).group(1)) / 100
        else:
            losses = [float(loss) for loss in re.findall(r"validation (\S+)", words)]
            start, end = losses[0], losses[-1]
        if not end < start:
            wrong.append("no gain")
        if share is not None and share > 0.5:
            wrong.append("dead units")
        if seconds > LIMIT:
            wrong.append("slow")
        return seconds, start, end, share, ", ".join(wrong)

    def table(self):
        print(f"{self.count} records, {HELD_OUT} of them held out")
        print(f"{'data':9} {'K':>5} {'fit':24} {'s':>6} {'start':>9} {'end':>9} {'dead':>6}", flush=True)
        for name in self.data():
            for units in [32, 256] if self.arguments.quick else [32, 256, 1000]:
                kinds = ["dictionary", "lista", "psd", "autoencoder", "drsae"]
                if units == 32:
                    kinds += ["whiten", "classifier"]  # have no K
                if self.arguments.quick and units == 256:
                    kinds = kinds[:4]  # drsae takes its time
                rows = [(kind, False) for kind in kinds]
                if units <= (32 if self.arguments.quick else 256):
                    rows += [(kind, True) for kind in kinds if kind not in ("whiten", "classifier")]
                for kind, pools in rows:
                    structure = f"--code {units}" + (" " + POOLS if pools else "")
                    self.row(name, units, kind + (" pools" if pools else ""),
                             self.fit(name, kind, units, structure))

    def table_of_images(self):
        print(f"{IMAGES} images, {IMAGES_HELD_OUT} of them held out", flush=True)
        for name in self.images():
            for geometry, (units, structure) in GEOMETRIES.items():
                for pools, more in [("", ""), (" pools", POOLS), (" places", PLACES)]:
                    for kind in ["dictionary", "lista", "psd", "autoencoder", "drsae"]:
                        if self.arguments.quick and (pools or (name, geometry, kind) not in QUICK):
                            continue
                        if pools == " places" and (geometry == "local" or kind == "lista"):
                            continue  # pools of local units are of places already; lista refuses them
                        self.row(name, units, f"{geometry} {kind}{pools}", self.fit(
                            "image-" + name, kind, units, f"{structure} {more}", IMAGES_HELD_OUT))

    def row(self, name, units, title, outcome):
        def number(value):
            return "" if value is None else f"{value:.4g}"

        seconds, start, end, dead, wrong = outcome
        if wrong and (name, units, title) in KNOWN:
            wrong = f"known: {wrong}"
        elif wrong:
            self.failed += 1
        print(
            f"{name:9} {units if title not in ('whiten', 'classifier') else '':>5} {title:24} "
            f"{seconds:6.1f} {number(start):>9} {number(end):>9} "
            f"{'' if dead is None else f'{100 * dead:.0f} %':>6}  {wrong or 'ok'}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for option in ["--programs", "--photographs", "--garments"]:
        parser.add_argument(option, required=True)
    parser.add_argument("--quick", action="store_true")
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(parser.parse_args(), folder)
        runs.table()
        runs.table_of_images()
    if runs.failed:
        sys.exit(f"robust: {runs.failed} trainings fell short")


main()
