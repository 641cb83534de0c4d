"""Trains the recurrent encoder that is timed: train_encoder.py INPUT.npy CODE PASSES ENCODER.npz

z = relu(We x − θ), T times z = relu(We x − θ + S z); all of it and a decoder D with columns of norm at
most 1 learn to make ½‖x − Dz‖² + λ‖z‖₁ small (Rolfe & LeCun 2013, its first phase) in a few epochs of
Adam. λ is steered so that about a tenth of the code is not zero.
"""
import sys

import numpy as np
import torch

TARGET, EPOCHS, BATCH = 0.10, 6, 128
x = np.load(sys.argv[1])
x = torch.from_numpy(x.reshape(len(x), -1))
length, passes = int(sys.argv[2]), int(sys.argv[3])
torch.manual_seed(0)
decoder = torch.nn.functional.normalize(torch.randn(x.shape[1], length), dim=0)
weight, recurrent = 0.3 * decoder.T, 0.7 * torch.eye(length)
threshold = torch.zeros(length)
parameters = [p.clone().requires_grad_() for p in (weight, recurrent, threshold, decoder)]
weight, recurrent, threshold, decoder = parameters
adam = torch.optim.Adam(parameters, lr=1e-3)
penalty = 0.3


def encode(x):
    drive = x @ weight.T - threshold
    codes = [drive.relu()]
    for _ in range(passes):
        codes.append((drive + codes[-1] @ recurrent.T).relu())
    return codes


for _ in range(EPOCHS):
    for rows in torch.randperm(len(x)).split(BATCH):
        z = encode(x[rows])[-1]
        error = 0.5 * (x[rows] - z @ decoder.T).square().sum(1).mean()
        adam.zero_grad()
        (error + penalty * z.sum(1).mean()).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 10.0)
        adam.step()
        with torch.no_grad():
            decoder /= decoder.norm(dim=0).clamp_min(1)
    with torch.no_grad():
        density = float((encode(x[:4000])[-1] != 0).float().mean())
    penalty *= min(2.0, max(0.5, density / TARGET))

names = ("weight", "recurrent", "threshold", "decoder")
arrays = {name: p.detach().numpy() for name, p in zip(names, parameters)}
np.savez(sys.argv[4], **arrays, iterations=passes, nonlinearity="relu", penalty=penalty)
