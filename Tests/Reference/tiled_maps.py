"""Maps of windows of images by PyTorch in double precision: writes Tests/Reference/tiled_maps/*.npy.

Of each case, all given values exact in float32:
  NAME-images [N, H, W, C]; NAME-weights [R·S·U, h, w, C], R×S the period, U units of a place
  NAME-codes [N, rows, columns, U], what units see: conv2d, or of a period each place's own weights on its
      window (unfold, einsum)
  NAME-delta [N, rows, columns, U] given; NAME-adjoint [N, H, W, C], images of these codes: conv_transpose2d,
      or fold of each place's own weights; NAME-gradient, of the weights, by autograd of Σ delta·codes

Convolutions are computed by unfold, too, and must agree. The cases, as the test has them: see CASES.

  autoencoder-NAME-*: z = g·relu(conv2d(x) − θ), ½‖x − conv_transpose2d(z; D)‖² + λ Σ ‖z_P‖₂ over pools of 2
      units of a place: its loss, a SUM over images, and its gradients in We, θ, g and D

Run in this folder, with PyTorch: python3 tiled_maps.py
"""

from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import conv2d, conv_transpose2d, fold, unfold

SEED = 20241128
IMAGES, LAMBDA, POOL, MARGIN = 2, 0.3, 2, 1e-5
FOLDER = Path(__file__).parent / "tiled_maps"
# H, W, C, h, w, stride, padding, R, S, U; the same in TiledOracle.swift
CASES = {
    "odd": (7, 9, 1, 3, 4, 1, 0, 1, 1, 5),
    "tall": (9, 7, 2, 5, 2, 2, 1, 1, 1, 3),
    "colour": (11, 10, 3, 3, 4, 3, 2, 1, 1, 4),
    "full": (7, 9, 2, 4, 4, 1, 3, 1, 1, 6),
    "pixel": (5, 3, 3, 1, 1, 1, 0, 1, 1, 2),
    "beyond": (9, 12, 1, 2, 3, 4, 1, 1, 1, 3),
    "local": (7, 9, 1, 3, 4, 1, 0, 5, 6, 2),
    "local-tall": (9, 7, 2, 5, 2, 2, 1, 4, 4, 1),
    "tile": (8, 9, 3, 3, 4, 1, 0, 2, 3, 2),
    "tile-stride": (11, 14, 1, 5, 4, 2, 2, 3, 4, 3),
}
torch.set_default_dtype(torch.float64)


def places(shape):
    height, width, _, h, w, stride, padding, *_ = shape
    return (height + 2 * padding - h) // stride + 1, (width + 2 * padding - w) // stride + 1


def phases(shape):
    """Of each place, row by row, the number of its weights."""
    (rows, columns), (period_rows, period_columns) = places(shape), shape[7:9]
    return torch.tensor(
        [y % period_rows * period_columns + x % period_columns for y in range(rows) for x in range(columns)])


def own_weights(weights, shape):
    """[places, U, C·h·w]: what unfold calls a window."""
    per_phase = weights.reshape(-1, shape[9], *weights.shape[1:])
    return per_phase[phases(shape)].permute(0, 1, 4, 2, 3).flatten(2)


def local_codes(images, weights, shape):
    _, _, _, h, w, stride, padding, *_ = shape
    windows = unfold(images.permute(0, 3, 1, 2), (h, w), padding=padding, stride=stride)
    codes = torch.einsum("ndp,pud->npu", windows, own_weights(weights, shape))
    return codes.reshape(len(images), *places(shape), shape[9])


def local_images(codes, weights, shape):
    height, width, _, h, w, stride, padding, *_ = shape
    windows = torch.einsum("npu,pud->ndp", codes.flatten(1, 2), own_weights(weights, shape))
    return fold(windows, (height, width), (h, w), padding=padding, stride=stride).permute(0, 2, 3, 1)


def conv_codes(images, weights, shape):
    return conv2d(
        images.permute(0, 3, 1, 2), weights.permute(0, 3, 1, 2), stride=shape[5], padding=shape[6]
    ).permute(0, 2, 3, 1)


def conv_images(codes, weights, shape):
    height, width, _, h, w, stride, padding, *_ = shape
    (rows, columns), more = places(shape), []
    for length, size, count in ((height, h, rows), (width, w, columns)):
        more.append(length - ((count - 1) * stride - 2 * padding + size))
    return conv_transpose2d(
        codes.permute(0, 3, 1, 2), weights.permute(0, 3, 1, 2), stride=stride, padding=padding,
        output_padding=more,
    ).permute(0, 2, 3, 1)


def save(name, array):
    np.save(FOLDER / f"{name}.npy", np.asarray(array.detach(), dtype="<f4"))


def given(random, *shape, scale=1.0):
    values = (scale * random.normal(size=shape)).astype("<f4")
    return torch.from_numpy(values.astype(float))


def write_map(random, name, shape):
    height, width, channels, h, w, _, _, period_rows, period_columns, units = shape
    images = given(random, IMAGES, height, width, channels)
    weights = given(random, period_rows * period_columns * units, h, w, channels).requires_grad_()
    delta = given(random, IMAGES, *places(shape), units)
    codes, adjoint = local_codes(images, weights, shape), local_images(delta, weights, shape)
    if (period_rows, period_columns) == (1, 1):
        by_unfold = codes, adjoint
        codes = conv_codes(images, weights, shape)
        adjoint = conv_images(delta, weights, shape)
        for one, other in zip((codes, adjoint), by_unfold):
            assert torch.allclose(one, other, rtol=1e-12, atol=1e-12), name
    (gradient,) = torch.autograd.grad((delta * codes).sum(), weights)
    for part, array in (("images", images), ("weights", weights), ("codes", codes), ("delta", delta),
                        ("adjoint", adjoint), ("gradient", gradient)):
        save(f"{name}-{part}", array)


def write_autoencoder(random, name, shape):
    height, width, channels, h, w, _, _, _, _, units = shape
    images = given(random, IMAGES, height, width, channels)
    parameters = {
        "encoder.weight": given(random, units, h, w, channels, scale=0.5),
        "encoder.threshold": given(random, units, scale=0.2),
        "encoder.gain": given(random, units, scale=0.3) + 1,
        "decoder.weight": given(random, units, h, w, channels, scale=0.5),
    }
    parameters["encoder.gain"] = parameters["encoder.gain"].float().double()
    for value in parameters.values():
        value.requires_grad_()
    weight, threshold, gain, atoms = parameters.values()
    before = conv_codes(images, weight, shape) - threshold
    assert before.abs().min() > MARGIN, before.abs().min()
    codes = gain * before.clamp(min=0)
    error = images - conv_images(codes, atoms, shape)
    pools = codes.reshape(-1, units // POOL, POOL).square().sum(-1)
    # The norm of a pool of zeros has no derivative; 0 is taken.
    norms = torch.where(pools > 0, pools.clamp(min=1e-300).sqrt(), 0)
    loss = 0.5 * error.square().sum() + LAMBDA * norms.sum()
    gradients = torch.autograd.grad(loss, list(parameters.values()))
    save(f"autoencoder-{name}-images", images)
    save(f"autoencoder-{name}-loss", loss.reshape(1))
    for (part, value), gradient in zip(parameters.items(), gradients):
        save(f"autoencoder-{name}-{part}", value)
        save(f"autoencoder-{name}-gradient-{part}", gradient)


def main():
    random = np.random.default_rng(SEED)
    FOLDER.mkdir(exist_ok=True)
    for name, shape in CASES.items():
        write_map(random, name, shape)
    for name in ("colour", "full"):
        write_autoencoder(random, name, CASES[name])


main()
