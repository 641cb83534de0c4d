#!/usr/bin/env python3
"""Writes the first inputs of the fuzz targets: small files of every kind that the readers know.

    python3 Fuzz/seeds.py FOLDER

The corpus beside this script began with them; libFuzzer found the rest.
"""
import gzip
import itertools
import json
import pathlib
import struct
import sys
import zlib

FOLDER = pathlib.Path(sys.argv[1])


def save(target, name, data):
    folder = FOLDER / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def literal(shape, code="<f4", fortran=False, notes=""):
    axes = "(%s)" % "".join("%d, " % axis for axis in shape)
    text = "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }" % (code, fortran, axes)
    return (text + (" # sparsepipe " + notes if notes else "")).encode()


def npy(shape, data, code="<f4", fortran=False, notes="", version=1):
    header = literal(shape, code, fortran, notes)
    length = struct.pack("<H" if version == 1 else "<I", len(header) + 1)
    return b"\x93NUMPY" + bytes([version, 0]) + length + header + b"\n" + data


def floats(count, code="<f"):
    return b"".join(struct.pack(code, (index * 7 % 11 - 4) / 8) for index in range(count))


def streams():
    sizes = {"b1": 1, "i1": 1, "u1": 1, "i2": 2, "u2": 2, "i4": 4, "u4": 4, "i8": 8, "u8": 8, "f2": 2}
    for (code, size), order, fortran in itertools.product(sizes.items(), "<>", (False, True)):
        data = bytes(index * 37 % 200 if index % size == 0 else 0 for index in range(6 * size))
        name = "%s-%s-%s" % (code, "big" if order == ">" else "little", "fortran" if fortran else "c")
        save("npy", name, npy([2, 3], data, order + code, fortran))
    save("npy", "f4-two", npy([2, 3], floats(6)) + npy([4], floats(4, ">f"), ">f4", version=2))
    save("npy", "f8-fortran", npy([2, 1, 3], floats(6, "<d"), "<f8", True, version=3))
    save("npy", "empty-array", npy([0, 3], b"") + npy([], floats(1)))
    save("npy", "notes", npy([1, 2, 2], floats(4), notes="record=2 image=2x3 stride=1 padding=0"))
    for index, text in enumerate((
        b"record=3 model=9f3a%20b pools=consecutive:4 dc=1 image=512x512 stride=1 padding=2",
        b"domain=preprocessed pools=model other=x", b"record=9", b"stride=1", b"image=1xx stride=0")):
        save("header", "notes-%d" % index, literal([2, 2, 3]) + b" # sparsepipe " + text + b"\n")
    for index, text in enumerate((
        b"{'descr': [('a', '<f4'), ('b', '|b1', (2,))], 'fortran_order': False, 'shape': (3,), }",
        b"{\"shape\": (3L, 0x1), # a comment\n 'fortran_order': None, 'descr': '|S\\'1'}",
        b"{'descr': '>u8', 'fortran_order': True, 'shape': (-1, 99999999999999999999), }",
        b"((((((1,),), [2, [3]]), {}), {'a': {}}))")):
        save("header", "literal-%d" % index, text)


def tensors(kind, entries, **metadata):
    return safetensors(entries, format="sparsepipe", version="1", kind=kind, record="2,2,1", **metadata)


def safetensors(entries, **metadata):
    header, data = {"__metadata__": metadata}, b""
    codes = {"F32": "<f", "F64": "<d", "F16": "<e", "I32": "<i", "I64": "<q", "U8": "B"}
    for name, (dtype, shape, values) in entries.items():
        part = b"".join(struct.pack(codes[dtype], value) for value in values)
        header[name] = dict(dtype=dtype, shape=shape, data_offsets=[len(data), len(data) + len(part)])
        data += part
    return json.dumps(header, separators=(",", ":")).encode(), data


def matrix(rows, columns, dtype="F32"):
    return dtype, [rows, columns], [(index * 5 % 7 - 3) / 4 for index in range(rows * columns)]


def models():
    vector = lambda count: ("F32", [count], [(index % 3) / 4 for index in range(count)])
    encoder = {"encoder.weight": matrix(4, 4), "encoder.recurrent": matrix(4, 4, "F64"),
               "encoder.threshold": vector(4), "encoder.gain": vector(4)}
    pools = {"pools.offsets": ("I64", [3], [0, 2, 4]), "pools.members": ("U8", [4], [0, 1, 2, 3]),
             "pools.weights": vector(4)}
    white = {"input.mean": vector(4), "input.whitening": matrix(3, 4), "input.unwhitening": matrix(4, 3)}
    lasso = dict(**{"lambda": "0.1"}, iterations="2")
    samples = {
        "plain": tensors("dictionary", {"decoder.weight": matrix(4, 5)}, dc="1", **lasso),
        "nonnegative": tensors("dictionary", {"decoder.weight": matrix(4, 4, "F16")}, nonnegative="1",
                               pools="consecutive:2", preprocessing="center,normalize", **lasso),
        "encoder": tensors("dictionary", {"decoder.weight": matrix(4, 4), **encoder, **pools},
                           nonlinearity="tanh", lipschitz="3.5", **lasso),
        "steps": tensors("lista", {
            "decoder.weight": matrix(4, 4), "encoder.weight": matrix(4, 4),
            "encoder.recurrent": ("F32", [2, 4, 4], matrix(8, 4)[2]),
            "encoder.threshold": matrix(3, 4)}, nonlinearity="relu", encoder="parallel", **lasso),
        "coordinate": tensors("psd", {"decoder.weight": matrix(4, 4), **encoder},
                              nonlinearity="shrink", encoder="coordinate", **lasso),
        "coordinate-derived": tensors("dictionary", {"decoder.weight": matrix(4, 5)}, dc="1",
                                      encoder="coordinate", penalty="l1", **lasso),
        "group": tensors("autoencoder", {"decoder.weight": matrix(4, 4), **encoder},
                         nonlinearity="tanh", penalty="group", pools="consecutive:2", **lasso),
        "whitening": tensors("whitening", white, preprocessing="mean,whitening"),
        "white": tensors("dictionary", {"decoder.weight": matrix(3, 4), **white},
                         preprocessing="mean,whitening", note="caf\u00e9 \"\n", **lasso),
        "classifier": tensors("classifier", {"classifier.weight": matrix(3, 4),
                                             "classifier.bias": vector(3)}),
    }
    for name, (header, data) in samples.items():
        save("model", name, struct.pack("<Q", len(header)) + header + data)
        save("model", name + "-text", header + b"\n" + data)


def checkpoints():
    statistics = {"statistics.code": matrix(2, 2, "F64"), "statistics.records": matrix(2, 4, "F64"),
                  "tally.usage": ("F64", [2], [1, 2]), "tally.worst": ("F64", [1, 2], [3, 0.25])}
    tally = {"records": "4", "tally.energy": "0.5", "tally.nonzeros": "3", "tally.records": "2"}
    parts = {"encoder.weight": (4, 4), "encoder.recurrent": (4, 4), "encoder.threshold": (1, 4)}
    steps = {name + part: matrix(*shape) for part, shape in parts.items()
             for name in ("", "first.", "second.")}
    steps["in-use"] = matrix(1, 4)
    sums = {"steps": "2", "records": "4", "sum.loss": "0.25", "count.loss": "4", "nonzeros": "3", "values": "8", "tally": "2",
            "first-loss": "0.5"}
    samples = {
        "start": ("lista", 0, {}, {}), "dictionary": (
            "dictionary", 1, {"atoms": matrix(2, 4), **statistics}, tally),
        "lista": ("lista", 1, steps, sums), "best": ("lista", 2, steps, sums),
    }
    for name, (objective, epoch, entries, numbers) in samples.items():
        prefixes = ["state."] + (["best.state."] if name == "best" else [])
        metadata = {prefix + key: value for prefix in prefixes for key, value in numbers.items()}
        metadata.update({"format": "sparsepipe-checkpoint", "version": "2", "epoch": str(epoch),
                         "batch": "1", "figures": "loss=0.5 validation=0.25" if epoch else "",
                         "run.objective": objective, "run.seed": "0"})
        if name == "best":
            metadata.update({"best.epoch": "1", "best.figures": "loss=0.5 validation=0.125"})
        header, data = safetensors(
            {prefix + key: value for prefix in prefixes for key, value in entries.items()}, **metadata)
        save("checkpoint", name, struct.pack("<Q", len(header)) + header + data)
        save("checkpoint", name + "-text", header + b"\n" + data)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(height, width, depth, color, interlaced=0, extra=b"", level=0):
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color]
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
              (1, 0, 2, 1)] if interlaced else [(0, 0, 1, 1)]
    rows = b""
    for top, left, down, across in passes:
        across_count = len(range(left, width, across))
        length = (across_count * samples * depth + 7) // 8
        for row in range(len(range(top, height, down)) if across_count else 0):
            rows += bytes([row % 5]) + bytes((row * 50 + index * 31) % 256 if color != 3 else 0
                                             for index in range(length))
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra
            + chunk(b"IDAT", zlib.compress(rows, level)) + chunk(b"IEND", b""))


def images():
    kinds = [(0, d) for d in (1, 2, 4, 8, 16)] + [(2, 8), (2, 16), (3, 1), (3, 4), (3, 8), (4, 8),
                                                  (4, 16), (6, 8), (6, 16)]
    for (color, depth), interlaced in itertools.product(kinds, (0, 1)):
        extra = chunk(b"PLTE", bytes(range(6))) if color == 3 else b""
        if interlaced and color in (0, 2, 3):
            extra += chunk(b"tRNS", {0: b"\0\1", 2: b"\0\1\0\2\0\3", 3: b"\x80"}[color])
        data = png(5, 6, depth, color, interlaced, extra, level=6 if depth == 16 else 0)
        save("png", "color%d-%d-%d" % (color, depth, interlaced), data)
    save("png", "chunks", png(1, 1, 8, 0, extra=chunk(b"gAMA", b"\0\0\1\0") + chunk(b"tEXt", b"a\0b")))
    for name, text in {
        "p1": b"P1\n# comment\n3 2\n010 1 0#x\n1", "p2": b"P2 2 2 9\n0 5\n9 1", "p3": b"P3 1 1 65535 1 2 3",
        "p4": b"P4 9 2\n\x01\x80\xff\x00", "p5": b"P5 2 2 255\n\0\1\2\3 P5 1 1 300\n\1\2",
        "p6": b"P6\n1 2\n255\nabcdef"}.items():
        save("pnm", name, text)
    for name, (code, shape, size) in {
        "bytes": (8, [2, 2, 3], 1), "signed": (9, [2, 2], 1), "short": (11, [1, 2, 2, 3], 2),
        "int": (12, [3, 1, 1], 4), "float": (13, [2, 1, 2], 4), "double": (14, [1, 2, 1], 8),
        "labels": (8, [5], 1), "none": (8, [0, 2, 2], 1)}.items():
        count = size
        for axis in shape:
            count *= axis
        data = bytes([0, 0, code, len(shape)]) + b"".join(struct.pack(">I", axis) for axis in shape)
        data += bytes(index * 3 % 64 for index in range(count))
        save("idx", name, data)
        save("idx", name + "-gz", gzip.compress(data, 0, mtime=0))
    save("idx", "members", gzip.compress(data[:10], mtime=0) + gzip.compress(data[10:], 9, mtime=0))
    for name, text in {"plain": b"0\n1\n-3\n", "crlf": b" 7 \r\n+2147483647\r\n\r\n", "gz": gzip.compress(
            b"1\n2", mtime=0), "wrong": b"1\n\n2\n", "long": b"5" + b" " * 70 + b"\n6"}.items():
        save("labels", name, text)


def programs():
    def program(name, number, options, stream):
        save("programs", name, bytes([number, options]) + stream)

    for options in range(4):
        program("encode-%d" % options, 0, options, npy([3, 2, 2, 1], floats(12), notes="record=3"))
    program("encode-flat", 0, 0, literal([2, 4], "<f2") + b"\n" + bytes(16))
    program("decode", 1, 0, npy([2, 1, 5], floats(10), notes="record=1 dc=1 image=2x2 stride=1"))
    program("pool", 2, 0, npy([2, 8], floats(16), notes="record=1 pools=consecutive:4"))
    program("pool-dc", 2, 4, npy([2, 5], floats(10), notes="record=1 pools=consecutive:2 dc=1"))
    program("pool-window", 2, 0x23, npy([1, 3, 3, 4], floats(36)))
    program("pool-grid", 2, 0x4a, literal([4, 2, 4]) + b"\n")
    program("classify", 3, 0, npy([2, 2, 2, 1], floats(8)))
    for options in (0, 3, 0x25, 0x40, 0x81):
        program("cut-%d" % options, 4, options, png(4, 5, 8, 2))
    program("cut-maps", 4, 0x4, npy([2, 3, 3, 2], floats(36)))
    program("cut-bytes", 4, 0x1, npy([3, 4, 3], bytes(range(36)), "|u1"))
    program("cut-idx", 4, 0x80, bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2]) + bytes(8))
    program("back", 5, 0, npy([2, 2, 2, 2, 1], floats(16), notes="record=3 image=3x3 stride=1"))
    program("back-flags", 5, 0x13, literal([1, 2, 2, 2, 3]) + b"\n")
    program("mosaic", 6, 1, npy([3, 2, 2], floats(12)))
    program("mosaic-notes", 6, 0, npy([3, 2, 2, 1], floats(12), notes="record=3"))
    program("mosaic-maps", 6, 4, npy([2, 2, 3], floats(12)))
    program("fit", 7, 0, npy([3, 2, 2], floats(12), notes="record=2") * 2)
    for options in range(4, 8):
        program("encode-%d" % options, 0, options, npy([3, 2, 2, 1], floats(12), notes="record=3"))
    program("compare-records", 7, 1, npy([2, 2, 1], floats(4), notes="record=2") * 2)
    program("compare", 7, 1, npy([2, 2], floats(4)) * 2)
    program("inspect", 7, 2, npy([2, 2], struct.pack("<4f", 1, 2, float("nan"), float("inf"))))
    header, data = tensors("classifier", {"classifier.weight": matrix(3, 4),
                                          "classifier.bias": ("F32", [3], [0, 1, 2])}, card="x\ny")
    program("inspect-model", 7, 3, struct.pack("<Q", len(header)) + header + data)


streams()
models()
checkpoints()
images()
programs()
