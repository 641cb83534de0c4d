"""PyTorch, float32: an epoch of a convolutional auto-encoder on images in memory.

torch_convolution_training.py MODEL.npz IMAGES.npy BATCH RATE LAMBDA: images [N, H, W, C]; the start, We and Dᵀ [K, h,
w, C], θ and g [K], stride and padding. What `fit autoencoder --geometry conv` does: ½‖x − conv_transpose2d(z; D)‖² +
λ‖z‖₁ with z = g·relu(conv2d(x, We) − θ), Adam, atoms of norm at most 1 after each step, figures of the epoch. It
repeats the epoch from the same start with the memory format that is fastest. The result is the mean energy and
the density of the codes in the epoch.
"""
import os
import sys

import numpy as np
import torch
from torch.nn.functional import conv2d, conv_transpose2d

from serving import seconds, serve

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
parts = {name: torch.from_numpy(array) for name, array in np.load(sys.argv[1]).items()}
images = torch.from_numpy(np.load(sys.argv[2])).permute(0, 3, 1, 2)
batch, rate, penalty = int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5])
padding, stride = int(parts["padding"]), int(parts["stride"])


def epoch(order, count=len(images)):
    torch.manual_seed(0)
    weight, atoms = (
        parts[name].permute(0, 3, 1, 2).contiguous(memory_format=order).clone().requires_grad_()
        for name in ("weight", "atoms")
    )
    threshold, gain = (parts[name].clone().requires_grad_() for name in ("threshold", "gain"))
    adam = torch.optim.Adam([weight, threshold, gain, atoms], lr=rate, fused=True)
    sums = torch.zeros(2)
    for chosen in torch.randperm(count).split(batch):
        x = images[chosen].contiguous(memory_format=order)
        z = gain[:, None, None] * conv2d(x, weight, -threshold, stride=stride, padding=padding).relu()
        error = x - conv_transpose2d(z, atoms, stride=stride, padding=padding)
        energy = 0.5 * error.square().sum() + penalty * z.abs().sum()
        adam.zero_grad()
        (energy / len(x)).backward()
        adam.step()
        with torch.no_grad():
            norms = atoms.flatten(1).norm(dim=1).clamp_min(1)
            atoms.div_(norms[:, None, None, None])
            sums += torch.stack([energy.detach(), (z != 0).float().mean() * len(x)])
    return sums.numpy() / count


part = min(len(images), 4 * batch)
orders = (torch.contiguous_format, torch.channels_last)
order = min(orders, key=lambda order: min(seconds(lambda: epoch(order, part)) for _ in range(2)))
serve(lambda: epoch(order), {"format": orders.index(order)})
