"""PyTorch, float32: z = f(We x), then T times z = f(We x + S z), over an array in memory.

torch_encoder.py ENCODER.npz INPUT.npy [TILE --once]: stays and repeats it in the fastest of the tiles of
records below, of which small ones stay in cache; or does it once in this tile, file to null. Where the
encoder asks for records of norm 1 they are brought to it beforehand.
"""
import os
import sys

import numpy as np
import torch

from serving import seconds, serve

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
TILES = (128, 256, 512, 1024, 2048, 8192, 16384)
parts = np.load(sys.argv[1])
weight = torch.from_numpy(parts["weight"]).T.contiguous()
recurrent = torch.from_numpy(parts["recurrent"]).T.contiguous()
threshold = torch.from_numpy(parts["threshold"])
x = torch.from_numpy(np.load(sys.argv[2]).reshape(-1, len(weight)))
if "normalize" in parts:
    torch.nn.functional.normalize(x, out=x)
codes = torch.empty(len(x), len(threshold))


def relu(v):
    return v.clamp_min_(0)


def shrink(v):
    return v.sub_(v.clamp(-threshold, threshold))


# With relu the threshold is part of the drive, as anybody would write it.
if str(parts["nonlinearity"]) == "relu":
    f, bias = relu, -threshold
else:
    f, bias = shrink, torch.zeros(len(threshold))


@torch.inference_mode()
def encode(tile, count=len(x)):
    for begin in range(0, count, tile):
        drive = torch.addmm(bias, x[begin : min(begin + tile, count)], weight)
        z = f(drive.clone())
        for _ in range(int(parts["iterations"])):
            z = f(torch.addmm(drive, z, recurrent))
        codes[begin : min(begin + tile, count)] = z
    return codes


if "--once" in sys.argv:
    with open(os.devnull, "wb") as file:
        np.save(file, encode(int(sys.argv[3])).numpy())
else:
    # A part of the records tells which tile is fastest.
    part = min(len(x), 16384)
    encode(2048, part)
    tile = min(TILES, key=lambda tile: min(seconds(lambda: encode(tile, part)) for _ in range(3)))
    serve(lambda: encode(tile).numpy(), {"tile": tile})
