"""A photograph's pooled codes in NumPy: photograph_numpy.py PHOTOGRAPH ENCODER.npz FEATURES.npy"""
import sys

import numpy as np
from PIL import Image

SIDE, TILE = 12, 1024
parts = np.load(sys.argv[2])
weight, recurrent = parts["weight"].T.copy(), parts["recurrent"].T.copy()
threshold = parts["threshold"]
picture = np.asarray(Image.open(sys.argv[1]), np.float32) / 255
windows = np.lib.stride_tricks.sliding_window_view(picture, (SIDE, SIDE))
rows, columns = windows.shape[:2]
x = windows.reshape(-1, SIDE * SIDE)


def shrink(v):
    return v - np.clip(v, -threshold, threshold)


def features(x):
    drive = x @ weight
    z = shrink(drive)
    for _ in range(int(parts["iterations"])):
        z = shrink(drive + z @ recurrent)
    # The last unit is the constant one, outside the pools of four.
    return np.sqrt((z[:, :-1] ** 2).reshape(len(z), -1, 4).sum(2))


tiles = [features(x[begin : begin + TILE]) for begin in range(0, len(x), TILE)]
with open(sys.argv[3], "wb") as file:
    np.save(file, np.concatenate(tiles).reshape(rows, columns, -1))
