"""Codes of an image by sporco, ConvBPDNMaskDcpl (ADMM in the frequency domain): the energy that encode minimises, and
what they make of the image: sporco_codes.py MODEL IMAGE.npy MASK.npy λ -o OUT.npy

Kernels go round in sporco. Rows and columns above and on the left, one fewer than those of a kernel, are missing from
its image, so that its kernels lie wherever they have a pixel, as --border full says, and none meets another edge.
"""
import argparse
import json
import struct

import numpy as np
from scipy.fft import next_fast_len
from sporco.admm import cbpdn

arguments = argparse.ArgumentParser()
for name in ("model", "image", "mask"):
    arguments.add_argument(name)
arguments.add_argument("penalty", type=float)
arguments.add_argument("--iterations", type=int, default=200)
arguments.add_argument("-o", "--output", required=True)
given = arguments.parse_args()

with open(given.model, "rb") as file:
    head = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    data = file.read()
place = head["decoder.weight"]
weights = np.frombuffer(data[slice(*place["data_offsets"])], "<f4").reshape(place["shape"])
kernel = tuple(int(side) for side in head["__metadata__"]["record"].split(",")[:2])
dictionary = weights.reshape(*kernel, -1)

image, mask = (np.load(path)[0, :, :, 0].astype(np.float32) for path in (given.image, given.mask))
# A length of small factors, by as much more that is missing: transforms of a prime length are slow.
around = [
    (side - 1, next_fast_len(length + side - 1) - length - side + 1) for side, length in zip(kernel, image.shape)]
wide, there = np.pad(image, around), np.pad(mask, around)
options = cbpdn.ConvBPDNMaskDcpl.Options(
    {"Verbose": False, "MaxMainIter": given.iterations, "RelStopTol": 1e-4, "DataType": np.float32,
     "AutoRho": {"Enabled": True}})
solver = cbpdn.ConvBPDNMaskDcpl(dictionary, wide, given.penalty, there, options)
codes = solver.solve()
whole = solver.reconstruct(codes).squeeze()
energy = 0.5 * np.sum((there * (wide - whole)) ** 2, dtype=float) + given.penalty * np.abs(codes).sum(dtype=float)
print(f"  sporco  energy {energy:.4g}, {solver.k} iterations")
result = whole[kernel[0] - 1 :, kernel[1] - 1 :][: image.shape[0], : image.shape[1]]
np.save(given.output, result[None, :, :, None].astype(np.float32))
