"""Safetensors files written and read by hand, with json, struct and numpy: the oracle of ModelFile.

    python3 safetensors_files.py write FILE   writes the file that ModelFileTests read
    python3 safetensors_files.py read FILE    prints a file's tensors and metadata as JSON

Where the safetensors package is installed, both also compare what it makes of the file.
"""

import json
import struct
import sys

import numpy as np


def bfloat16(values):
    """The upper half of each float's bits; the values have to be exact in it."""
    bits = np.asarray(values, "<f4").view("<u4")
    assert not np.any(bits & 0xFFFF)
    return (bits >> 16).astype("<u2")


TYPES = {"F32": "<f4", "F64": "<f8", "F16": "<f2", "I32": "<i4", "I64": "<i8", "U8": "|u1"}


def fixture():
    """Name, type, array: unsorted, odd lengths first so that later data lies off any boundary."""
    halves = (np.arange(6) - 3) / 2
    return [
        ("odd.u8", "U8", np.array([0, 127, 255], "|u1")),
        ("half", "F16", halves.reshape(2, 3).astype("<f2")),
        ("half.extremes", "F16", np.array([2**-24, -(2**-14), 65504, -0.0, 1 / 3], "<f2")),
        ("brain", "BF16", bfloat16(halves).reshape(3, 2)),
        ("single", "F32", halves.reshape(1, 2, 3).astype("<f4")),
        ("double", "F64", np.array([1 / 3, -1e-300, 3e38], "<f8")),
        ("int32", "I32", np.array([[-(2**31)], [2**31 - 1]], "<i4")),
        ("a.int64", "I64", np.array([-(2**31), 0, 2**31 - 1], "<i8")),
        ("scalar", "F32", np.array(2.5, "<f4")),
        ("nothing", "F32", np.zeros((0, 4), "<f4")),
        ("größe \"β\"\n\U0001f600", "U8", np.array([7], "|u1")),
    ]


def write(path):
    header, data = {}, b""
    for name, dtype, array in fixture():
        raw = array.tobytes()
        header[name] = {
            "shape": list(array.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
            "dtype": dtype,
        }
        data += raw
    header["__metadata__"] = {"kind": "oracle", "note": "tab\tπ / \U0001f600"}
    text = json.dumps(header, indent=1).encode()  # escapes what is not ASCII, surrogates too
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def read(path):
    with open(path, "rb") as file:
        raw = file.read()
    (length,) = struct.unpack_from("<Q", raw)
    assert length % 8 == 0, "header not padded"
    header = json.loads(raw[8 : 8 + length].decode("utf-8"))
    data = raw[8 + length :]
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        flat = np.frombuffer(data[begin:end], TYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"])
    assert sum(array.nbytes for array in tensors.values()) == len(data)
    return tensors, metadata


def compare_with_package(path, tensors):
    try:
        from safetensors.numpy import load_file
    except ImportError:
        return
    theirs = load_file(path)
    assert theirs.keys() == tensors.keys()
    for name, array in tensors.items():
        np.testing.assert_array_equal(theirs[name], array)


def main():
    command, path = sys.argv[1:]
    if command == "write":
        write(path)
        tensors = {name: array for name, dtype, array in fixture() if dtype != "BF16"}
        try:
            from safetensors import safe_open
        except ImportError:
            return
        with safe_open(path, "numpy") as file:
            for name, array in tensors.items():
                np.testing.assert_array_equal(file.get_tensor(name), array)
    elif command == "read":
        tensors, metadata = read(path)
        compare_with_package(path, tensors)
        listed = {
            name: {"type": array.dtype.str, "shape": array.shape, "values": array.ravel().tolist()}
            for name, array in tensors.items()
        }
        json.dump({"tensors": listed, "metadata": metadata}, sys.stdout, sort_keys=True)
        print()
    else:
        sys.exit(__doc__)


main()
