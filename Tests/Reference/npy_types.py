#!/usr/bin/env python3
"""Writes the fixtures of TensorStreamTests: every element type, byte order and memory order.

    python3 Tests/Reference/npy_types.py

They stand in npy_types/ beside this script. `float32_big_fortran.npy` holds one array of shape
[2, 3, 4] whose values are those of `values(...)` below, which TypeTests.swift computes again.
`versions.npy` is one stream of the same array in NPY 1.0, 2.0 and 3.0, and then shapes of other
ranks; `halves.npy` is finite halves and the same numbers as Float32.
"""

import os

import numpy as np

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "npy_types")
CODES = {
    "bool": "b1",
    "int8": "i1", "int16": "i2", "int32": "i4", "int64": "i8",
    "uint8": "u1", "uint16": "u2", "uint32": "u4", "uint64": "u8",
    "float16": "f2", "float32": "f4", "float64": "f8",
}


def values(name):
    """24 numbers in C order: 7i mod 19, less 9 where there is a sign, quarters where floating."""
    numbers = np.arange(24) * 7 % 19
    if name == "bool":
        return numbers % 2 == 1
    if not name.startswith("u"):
        numbers = numbers - 9
    if name.startswith("float"):
        numbers = numbers / 4
    return numbers


def save(array, file, version=(1, 0)):
    np.lib.format.write_array(file, array, version=version)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    for name, code in CODES.items():
        for order, mark in (("little", "<"), ("big", ">")):
            array = values(name).astype(mark + code).reshape(2, 3, 4)
            for layout, letter in (("c", "C"), ("fortran", "F")):
                path = os.path.join(FOLDER, f"{name}_{order}_{layout}.npy")
                with open(path, "wb") as file:
                    save(np.array(array, order=letter), file)

    array = values("float32").astype("<f4")
    with open(os.path.join(FOLDER, "versions.npy"), "wb") as file:
        for version in ((1, 0), (2, 0), (3, 0)):
            save(array, file, version)
        for shape in ((), (24,), (0,), (3, 0, 2), (1,) * 30 + (4, 6)):
            save(np.resize(array, shape), file)
        save(np.asfortranarray(array.reshape(1, 24, 1)), file)
        save(np.asfortranarray(array.reshape(4, 1, 3, 2)), file)

    with open(os.path.join(FOLDER, "halves.npy"), "wb") as file:
        finite = np.arange(65536, dtype="<u2").view("<f2")
        finite = finite[np.isfinite(finite)][::17]
        save(finite, file)
        save(finite.astype("<f4"), file)


if __name__ == "__main__":
    main()
