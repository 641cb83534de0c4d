#!/usr/bin/env python3
"""Runs the programs on mutated files: python3 Fuzz/programs.py FOLDER_OF_PROGRAMS

Every program has to end by itself with status 0 or 1 (or 2, where options do not fit what the file
turns out to be), within 10 seconds and 2 GiB; where it fails, with one line on standard error and no
file of -o. FUZZ_CASES cases (default 400), FUZZ_SEED.
"""
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = pathlib.Path(sys.argv[1]).resolve()
MEMORY = 2 << 30
COMMANDS = {
    "npy": ["pool", "pool --window 2", "decode", "encode", "inspect", "inspect --compare", "mosaic",
            "mosaic --maps", "patches --size 2", "patches -r", "fit whiten -q -o OUT", "encode -j 3",
            "fit dictionary -q --code 2 --epochs 1 -o OUT", "mosaic --record 2"],
    "model": ["encode -m IN", "decode -m IN", "pool -m IN", "classify -m IN", "inspect IN", "mosaic IN",
              "patches -m IN"],
    "image": ["patches IN", "patches --size 2 --color IN", "patches --size full IN",
              "patches --sample 2 --size 1 IN", "patches --size 1", "patches --contrast 3 --size 1 IN"],
    "labels": ["patches --labels IN --labels-out OUT --size 1 IMAGE IMAGE"],
}
SOURCES = {"npy": ["npy"], "model": ["model"], "image": ["png", "pnm", "idx"], "labels": ["labels", "idx"]}


def files(kind, seeds):
    """Good files, from the seeds and the golden cases."""
    found = [path for name in SOURCES[kind] for path in sorted((seeds / name).iterdir())]
    if kind == "npy":
        found += sorted((HERE.parent / "Tests/Cases").glob("*/*/in.npy"))
    return found


def mutated(data, choice):
    data = bytearray(data)
    for _ in range(choice.choice([0, 0, 1, 1, 2])):
        position = choice.randrange(len(data) + 1)
        kind = choice.randrange(5)
        if kind == 0 and data:
            data[position % len(data)] = choice.randrange(256)
        elif kind == 1:
            del data[position:]
        elif kind == 2:
            data[position:position] = data[:choice.randrange(40)]
        elif kind == 3:
            del data[position:position + choice.randrange(8)]
        else:
            data[position:position + 1] = choice.choice([b"9", b"-", b"99999999", b"\0", b"\xff\xff"])
    return bytes(data)


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def fault(result, output):
    if result.returncode not in (0, 1, 2):
        return "exit status %d" % result.returncode
    lines = result.stderr.decode(errors="replace").splitlines()
    if result.returncode != 0:
        if len(lines) != 1 or not result.stderr.endswith(b"\n"):
            return "%d lines on standard error" % len(lines)
        if output.exists():
            return "failed, and left a file"
    return None


def main():
    seed = int(os.environ.get("FUZZ_SEED", "1"))
    choice = random.Random(seed)
    ended = {0: 0, 1: 0, 2: 0}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.executable, HERE / "seeds.py", folder / "seeds"], check=True)
        kinds = {kind: files(kind, folder / "seeds") for kind in COMMANDS}
        (folder / "image.pgm").write_bytes(b"P5 2 2 255\n\0\1\2\3")
        for case in range(int(os.environ.get("FUZZ_CASES", "400"))):
            kind = choice.choice(list(COMMANDS))
            command = choice.choice(COMMANDS[kind])
            source = choice.choice(kinds[kind])
            data = mutated(source.read_bytes(), choice)
            (folder / "in").write_bytes(data)
            names = {"IN": "in", "OUT": "out", "IMAGE": "image.pgm"}
            words = [names.get(word, word) for word in command.split()]
            stream = HERE.parent / "Tests/Cases/pool/notes/in.npy"
            given = data if "IN" not in command.split() else stream.read_bytes()
            (folder / "out").unlink(missing_ok=True)
            try:
                result = subprocess.run(
                    [PROGRAMS / words[0], *words[1:]], input=given, capture_output=True, cwd=folder,
                    timeout=10, preexec_fn=limit, env={"LC_ALL": "C"})
                problem = fault(result, folder / "out")
            except subprocess.TimeoutExpired:
                problem = "more than 10 seconds"
            if problem:
                print("programs: case %d of seed %d: %s on a mutation of %s: %s" % (
                    case, seed, command, source.name, problem))
                print(result.stderr.decode(errors="replace"))
                return 1
            ended[result.returncode] += 1
    print("programs: %d cases of seed %d: %d taken, %d refused in one line" % (
        sum(ended.values()), seed, ended[0], ended[1] + ended[2]))
    return 0


sys.exit(main())
