"""The error function by mpmath with sixty digits: writes Tests/Reference/error_function/values.txt, a line
"x erf(x)" for each, and prints the coefficients of ErrorFunction.swift, those of Chebyshev series as sums of powers.

Run in this folder, where pip has mpmath: python3 error_function.py
"""

import math

import mpmath as mp
import numpy as np

mp.mp.dps = 60
SEED = 20260702
NODES = 80


def series(function, low, high, degree):
    """Chebyshev coefficients on low..high."""
    nodes = [mp.cos(mp.pi * (2 * k + 1) / (2 * NODES)) for k in range(NODES)]
    values = [function((low + high) / 2 + (high - low) / 2 * node) for node in nodes]
    return [
        (2 if j else 1) / mp.mpf(NODES)
        * mp.fsum(v * mp.cos(j * mp.acos(x)) for v, x in zip(values, nodes))
        for j in range(degree + 1)
    ]


def powers(coefficients, low, high):
    """The same polynomial as coefficients of 1, x, x², …"""
    scale, shift = 2 / (high - low), -(high + low) / (high - low)
    before, now = [mp.mpf(1)], [shift, scale]
    total = [mp.mpf(0)] * len(coefficients)
    for j, c in enumerate(coefficients):
        term = before if j == 0 else now
        if j > 1:
            term = [mp.mpf(0)] * (j + 1)
            for i, v in enumerate(now):
                term[i] += 2 * shift * v
                term[i + 1] += 2 * scale * v
            for i, v in enumerate(before):
                term[i] -= v
            before, now = now, term
        for i, v in enumerate(term):
            total[i] += c * v
    return total


def show(name, coefficients):
    print(name)
    for c in coefficients:
        print(f"  {float(c).hex()},")


def centre(u):
    return mp.erf(mp.sqrt(u)) / mp.sqrt(u) if u > 0 else 2 / mp.sqrt(mp.pi)


def tail(w):
    x = 3 * (1 + w) / (1 - w)
    return mp.erfc(x) * mp.exp(x * x)


one = mp.mpf(1)
show("erf x / x, powers of x², |x| <= 1", powers(series(centre, 0 * one, one, 11), 0 * one, one))
show(
    "erfc x exp x², powers of (x - 3)/(x + 3), 1 <= x <= 6",
    powers(series(tail, -one / 2, one / 3, 14), -one / 2, one / 3))

random = np.random.default_rng(SEED)
x = np.concatenate([
    [0, 5e-324, 1e-300, 1e-20, 1, math.nextafter(1, 0), 6, math.nextafter(6, 0), 7, 30, 1e300],
    10 ** random.uniform(-12, 0, 200), random.uniform(0, 1, 400), random.uniform(1, 6.5, 400),
])
with open("error_function/values.txt", "w") as file:
    for v in map(float, x):
        print(v.hex(), float(mp.erf(mp.mpf(v))).hex(), file=file)
