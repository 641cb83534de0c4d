"""PyTorch, float32: codes of the second of two layers, z = g·relu(conv2d(x, We) − θ), l2 of 2×2 places between them.

torch_network.py NETWORK.npz INPUT.npy [TILE FORMAT --once]: images [N, H, W, C], weights [K, h, w, C]. Stays and
repeats it, so many images at once and with the memory format (0 contiguous, 1 channels last) that are fastest; or
does it once in these, file to null. Saves [N, rows, columns, K].
"""
import os
import sys

import numpy as np
import torch
from torch.nn.functional import avg_pool2d, conv2d

from codes_of_images import FORMATS, serve_codes

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
parts = {name: torch.from_numpy(array) for name, array in np.load(sys.argv[1]).items()}
images = torch.from_numpy(np.load(sys.argv[2])).permute(0, 3, 1, 2)


def layer(number):
    # The gain is a factor of the weights and of the threshold where it is above 0, which has to be so.
    gain = parts[f"gain{number}"]
    assert (gain > 0).all()
    weight = (parts[f"weight{number}"].permute(0, 3, 1, 2) * gain[:, None, None, None]).contiguous()
    return weight, -parts[f"threshold{number}"] * gain, int(parts[f"padding{number}"])


LAYERS = [layer(1), layer(2)]


@torch.inference_mode()
def encode(tile, order, count):
    x = images[:count].contiguous(memory_format=FORMATS[order])
    (w1, b1, p1), (w2, b2, p2) = ((w.contiguous(memory_format=FORMATS[order]), b, p) for w, b, p in LAYERS)
    codes = []
    for begin in range(0, count, tile):
        z = conv2d(x[begin : begin + tile], w1, b1, padding=p1).relu_()
        pooled = avg_pool2d(z.square_(), 2, divisor_override=1).sqrt_()
        codes.append(conv2d(pooled, w2, b2, padding=p2).relu_())
    return codes


serve_codes(encode, len(images))
