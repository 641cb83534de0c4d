"""PyTorch, float32: codes g·relu(conv2d(x, We) − θ) of images in memory.

torch_convolution.py ENCODER.npz INPUT.npy [TILE FORMAT --once]: images [N, H, W, C], weights [K, h, w, C]. Stays and
repeats it, so many images at once and with the memory format (0 contiguous, 1 channels last) that are fastest; or
does it once in these, file to null. Saves [N, rows, columns, K].
"""
import os
import sys

import numpy as np
import torch
from torch.nn.functional import conv2d

from codes_of_images import FORMATS, serve_codes

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
parts = {name: torch.from_numpy(array) for name, array in np.load(sys.argv[1]).items()}
padding, stride = int(parts["padding"]), int(parts["stride"])
# The gain is a factor of the weights and of the threshold where it is above 0, which has to be so.
gain = parts["gain"]
assert (gain > 0).all()
weight = (parts["weight"].permute(0, 3, 1, 2) * gain[:, None, None, None]).contiguous()
bias = -parts["threshold"] * gain
images = torch.from_numpy(np.load(sys.argv[2])).permute(0, 3, 1, 2)


@torch.inference_mode()
def encode(tile, order, count):
    x = images[:count].contiguous(memory_format=FORMATS[order])
    w = weight.contiguous(memory_format=FORMATS[order])
    codes = [
        conv2d(x[begin : begin + tile], w, bias, stride=stride, padding=padding).relu_()
        for begin in range(0, count, tile)
    ]
    return codes


serve_codes(encode, len(images))
