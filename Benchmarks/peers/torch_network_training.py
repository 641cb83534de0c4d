"""PyTorch, float32: an epoch of a network of two convolutional layers and a classifier on images in memory.

torch_network_training.py NETWORK.npz IMAGES.npy LABELS.npy BATCH RATE: images [N, H, W, C]; of each layer We [K, h, w,
C], θ, g [K] and padding; C and b of the classifier. What `fit stack` does: −log softmax of the scores, l2 of 2×2 places
after the first layer, the largest of windows of 6×6, 4 apart, after the second; Adam, the rate of each parameter times
its size as `fit stack` has it. It repeats the epoch from the same start with the memory format that is fastest. The
result is the mean loss, the share of wrong labels, and the density of the second layer's codes in the epoch.
"""
import os
import sys

import numpy as np
import torch
from torch.nn.functional import avg_pool2d, conv2d, cross_entropy, max_pool2d

from serving import seconds, serve

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
parts = {name: torch.from_numpy(array) for name, array in np.load(sys.argv[1]).items()}
images = torch.from_numpy(np.load(sys.argv[2])).permute(0, 3, 1, 2)
labels = torch.from_numpy(np.load(sys.argv[3]).astype(np.int64))
batch, rate = int(sys.argv[4]), float(sys.argv[5])
LEARNED = [f"{name}{layer}" for layer in (1, 2) for name in ("weight", "threshold", "gain")] + ["classes", "bias"]


def layer(x, values, number):
    weight, threshold, gain = (values[f"{name}{number}"] for name in ("weight", "threshold", "gain"))
    z = conv2d(x, weight, -threshold, padding=int(parts[f"padding{number}"])).relu()
    return gain[:, None, None] * z


def epoch(order, count=len(images)):
    torch.manual_seed(0)
    values = {name: parts[name].clone() for name in LEARNED}
    for name in ("weight1", "weight2"):
        values[name] = values[name].permute(0, 3, 1, 2).contiguous(memory_format=order)
    # Of a threshold, the size of codes; of the classifier, what changes scores by as much as features are large.
    sizes = {name: value.square().mean().sqrt().item() for name, value in values.items()}
    with torch.no_grad():
        x = images[:256].contiguous(memory_format=order)
        z = layer(x, values, 1)
        sizes["threshold1"] = z.square().mean().sqrt().item()
        z = layer(avg_pool2d(z.square(), 2, divisor_override=1).sqrt(), values, 2)
        sizes["threshold2"] = z.square().mean().sqrt().item()
        features = max_pool2d(z, 6, 4)
        sizes["classes"] = (features[0].numel() ** 0.5 * features.square().mean().sqrt().item()) ** -1
    sizes["bias"] = 1
    for value in values.values():
        value.requires_grad_()
    adam = torch.optim.Adam(
        [{"params": [value], "lr": rate * sizes[name]} for name, value in values.items()], fused=True)
    sums = torch.zeros(3)
    for chosen in torch.randperm(count).split(batch):
        x = images[chosen].contiguous(memory_format=order)
        # What is added is far below any code: √0 has no slope.
        pooled = (avg_pool2d(layer(x, values, 1).square(), 2, divisor_override=1) + 1e-20).sqrt()
        z = layer(pooled, values, 2)
        features = max_pool2d(z, 6, 4).permute(0, 2, 3, 1).flatten(1)
        scores = features @ values["classes"].T + values["bias"]
        loss = cross_entropy(scores, labels[chosen])
        adam.zero_grad()
        loss.backward()
        adam.step()
        with torch.no_grad():
            wrong = (scores.argmax(1) != labels[chosen]).sum()
            sums += torch.stack([loss.detach() * len(x), wrong, (z != 0).float().mean() * len(x)])
    return sums.numpy() / count


part = min(len(images), 16 * batch)
orders = (torch.contiguous_format, torch.channels_last)
order = min(orders, key=lambda order: min(seconds(lambda: epoch(order, part)) for _ in range(2)))
serve(lambda: epoch(order), {"format": orders.index(order)})
