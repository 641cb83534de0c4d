"""A photograph's pooled codes in PyTorch: photograph_torch.py PHOTOGRAPH ENCODER.npz FEATURES.npy"""
import sys

import numpy as np
import torch
from PIL import Image

SIDE, TILE = 12, 1024
parts = np.load(sys.argv[2])
weight = torch.from_numpy(parts["weight"]).T.contiguous()
recurrent = torch.from_numpy(parts["recurrent"]).T.contiguous()
threshold = torch.from_numpy(parts["threshold"])
picture = torch.from_numpy(np.asarray(Image.open(sys.argv[1]), np.float32) / 255)
windows = picture.unfold(0, SIDE, 1).unfold(1, SIDE, 1)
rows, columns = windows.shape[:2]
x = windows.reshape(-1, SIDE * SIDE)


def shrink(v):
    return v.sub_(v.clamp(-threshold, threshold))


def features(x):
    drive = x @ weight
    z = shrink(drive.clone())
    for _ in range(int(parts["iterations"])):
        z = shrink(torch.addmm(drive, z, recurrent))
    # The last unit is the constant one, outside the pools of four.
    return z[:, :-1].square().reshape(len(z), -1, 4).sum(2).sqrt()


with torch.inference_mode(), open(sys.argv[3], "wb") as file:
    np.save(file, torch.cat([features(tile) for tile in x.split(TILE)]).reshape(rows, columns, -1).numpy())
