"""sporco ConvBPDN (ADMM in the frequency domain), float32, ½‖x − Σ d∗z‖² + λ‖z‖₁: sporco_images.py IMAGE.npy
KERNELS.npy λ ENERGY

One image [H, W] with zeros around it, kernels [K, h, w]. It has no bound to stop at: as many iterations as bring the
energy of its codes down to ENERGY, sought by doubling and halving before anything is timed. Saves [energy, iterations].
"""
import sys

import numpy as np
from sporco.admm import cbpdn

from serving import serve

image = np.load(sys.argv[1]).astype(np.float32)
kernels = np.load(sys.argv[2]).astype(np.float32)
penalty, goal = float(sys.argv[3]), float(sys.argv[4])
dictionary = np.ascontiguousarray(kernels.transpose(1, 2, 0))
LIMIT = 4096


def solve(iterations):
    """Codes after so many iterations, and their energy."""
    options = cbpdn.ConvBPDN.Options(
        {"Verbose": False, "MaxMainIter": iterations, "RelStopTol": 0.0, "DataType": np.float32,
         "AutoRho": {"Enabled": True}})
    solver = cbpdn.ConvBPDN(dictionary, image, penalty, options)
    return solver.solve().squeeze()


def energy(codes):
    """In float64, of codes [H, W, K]."""
    shape = image.shape
    spectrum = sum(
        np.fft.rfft2(codes[..., k].astype(np.float64)) * np.fft.rfft2(kernels[k].astype(np.float64), shape)
        for k in range(len(kernels)))
    error = image - np.fft.irfft2(spectrum, shape)
    return 0.5 * np.sum(error**2) + penalty * np.abs(codes).sum(dtype=np.float64)


iterations = 16
while iterations < LIMIT and energy(solve(iterations)) > goal:
    iterations *= 2
step = iterations // 4
while step >= max(1, iterations // 8):
    if energy(solve(iterations - step)) <= goal:
        iterations -= step
    step //= 2


class Result:
    def __init__(self, codes):
        self.codes = codes

    def __array__(self, *_, **__):
        return np.array([energy(self.codes), iterations])


serve(lambda: Result(solve(iterations)), {"iterations": iterations})
