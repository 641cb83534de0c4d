"""The discriminative recurrent sparse auto-encoder (Rolfe & LeCun 2013) by PyTorch's autograd in double
precision: writes Tests/Reference/drsae/*.npy.

  z₀ = relu(Ex − b), z_t = relu(Ex + S z_{t−1} − b), t = 1 … T
  L = R (½‖x − D z_T‖² + λ‖z_T‖₁) + W CE(C z_T/‖z_T‖₂, label)

All losses and gradients are of MEANS over the N records. A record with the label −1 has no cross entropy,
and still counts in the N of its mean. Where z_T = 0 the scores are 0, so the cross entropy is log Y and
has no gradient: so it is in the second record, which is not 0 itself.

Given, all small and exact in float32:
  records [N, D], labels [N], weight E [K, D], recurrent S [K, K], threshold b [K], decoder D [D, K],
  classifier C [Y, K]
Computed at these:
  codes             z₀ … z_T, [T + 1, N, K]
  scores            C z_T/‖z_T‖₂, [N, Y]
  reconstruction    ½‖x − Dz‖²
  energy            ½‖x − Dz‖² + λ‖z‖₁
  classification    CE
  loss, gradient-NAME                          of L, NAME as above
  unsupervised-loss, unsupervised-gradient-NAME   of L with W = 0; C has none
Computed by 5 steps on all records, each the gradient of L, scaled down to a norm of CLIP over all
parameters together, a step, and the bounds: rows of E ≤ 1.25/(T + 1), columns of D ≤ 1, rows of C ≤ 5.
The rate of E, S and b is divided by T + 1, that of C is 5 times as high:
  adam-losses, sgd-losses        of L before each step, [5]
  adam-NAME, sgd-NAME            NAME after each step, [5, …]

Adam has β = (0.9, 0.99) and ε = 1e-8, SGD no momentum. No value is so near a kink, and no gradient so
small beside its rounding, that single precision would go another way; every bound and the clip act, and
some steps are not clipped: main() makes sure.
Run in this folder, with PyTorch: python3 drsae.py
"""

from pathlib import Path

import numpy as np
import torch

SEED = 20130616
RECORDS, LENGTH, UNITS, CLASSES, PASSES = 16, 12, 10, 4, 3
LAMBDA, RECONSTRUCTION, CLASSIFICATION = 0.03, 1.5, 0.25
STEPS, CLIP = 5, 1.0
RATES = {"adam": 0.01, "sgd": 0.2}
USES = PASSES + 1
RATE_FACTORS = {"weight": 1 / USES, "recurrent": 1 / USES, "threshold": 1 / USES, "classifier": 5}
# The axis of a vector that is bounded, and its bound.
BOUNDS = {"weight": (1, 1.25 / USES), "decoder": (0, 1.0), "classifier": (1, 5.0)}
MARGIN = 5e-6
FOLDER = Path(__file__).parent / "drsae"
torch.set_default_dtype(torch.float64)
margins, acted = [], set()


def save(name, values, kind="<f4"):
    np.save(FOLDER / f"{name}.npy", values.detach().numpy().astype(kind))


def relu(v):
    margins.append(v.detach().abs().min())
    return v.clamp(min=0)


def encode(x, p):
    """z₀ … z_T."""
    drive = x @ p["weight"].T - p["threshold"]
    codes = [relu(drive)]
    for _ in range(PASSES):
        codes.append(relu(drive + codes[-1] @ p["recurrent"].T))
    return codes


def normalized(z):
    """z/‖z‖₂, and 0 where z is: not 0/0, whose gradient would be NaN."""
    squares = z.square().sum(1, keepdim=True)
    is_zero = squares == 0
    return torch.where(is_zero, 0, z / torch.where(is_zero, 1, squares).sqrt())


def criteria(given, p):
    """Codes, scores, and the means of all criteria."""
    x, labels = given["records"], given["labels"]
    codes = encode(x, p)
    z = codes[-1]
    scores = normalized(z) @ p["classifier"].T
    reconstruction = 0.5 * (x - z @ p["decoder"].T).square().sum() / RECORDS
    energy = reconstruction + LAMBDA * z.abs().sum() / RECORDS
    classification = torch.nn.functional.cross_entropy(
        scores, labels, ignore_index=-1, reduction="sum"
    ) / RECORDS
    return codes, scores, reconstruction, energy, classification


def loss(given, p, classification_weight):
    *_, energy, classification = criteria(given, p)
    return RECONSTRUCTION * energy + classification_weight * classification


def leaves(given):
    names = ("weight", "recurrent", "threshold", "decoder", "classifier")
    return {name: given[name].clone().requires_grad_() for name in names}


def once(given):
    """All criteria and the gradients of L, with and without the classifier."""
    p = leaves(given)
    codes, scores, *means = criteria(given, p)
    assert (codes[-1][1] == 0).all() and (codes[-1][2:].norm(dim=1) > 0.01).all()
    save("codes", torch.stack(codes))
    save("scores", scores)
    for name, mean in zip(("reconstruction", "energy", "classification"), means):
        save(name, mean, "<f8")
    for prefix, weight, names in (
        ("", CLASSIFICATION, list(p)),
        ("unsupervised-", 0, [name for name in p if name != "classifier"]),
    ):
        value = loss(given, p, weight)
        save(f"{prefix}loss", value, "<f8")
        gradients = torch.autograd.grad(value, [p[name] for name in names])
        for name, gradient in zip(names, gradients):
            assert gradient.isfinite().all() and gradient.abs().max() > 0
            save(f"{prefix}gradient-{name}", gradient)


@torch.no_grad()
def project(p):
    for name, (axis, bound) in BOUNDS.items():
        norms = p[name].norm(dim=axis, keepdim=True)
        if (norms > bound * (1 + MARGIN)).any():
            acted.add(name)
        p[name].mul_((bound / norms).clamp(max=1))


def train(given, method):
    p = leaves(given)
    groups = [
        {"params": [value], "lr": RATES[method] * RATE_FACTORS.get(name, 1)}
        for name, value in p.items()
    ]
    if method == "adam":
        optimizer = torch.optim.Adam(groups, betas=(0.9, 0.99), eps=1e-8)
    else:
        optimizer = torch.optim.SGD(groups)
    losses, path = [], {name: [] for name in p}
    for _ in range(STEPS):
        optimizer.zero_grad()
        value = loss(given, p, CLASSIFICATION)
        value.backward()
        gradient = torch.cat([q.grad.flatten() for q in p.values()])
        # Adam divides by it. What is 0 in exact arithmetic is 0 in any.
        margins.append(gradient[gradient != 0].abs().min())
        norm = gradient.norm()
        acted.add(f"{method} clipped" if norm > CLIP else f"{method} not clipped")
        for q in p.values():
            q.grad *= min(1, CLIP / norm)
        optimizer.step()
        project(p)
        losses.append(value.detach())
        for name, q in p.items():
            path[name].append(q.detach().clone())
    save(f"{method}-losses", torch.stack(losses), "<f8")
    for name, values in path.items():
        save(f"{method}-{name}", torch.stack(values))


def single(values):
    """Values that single precision holds."""
    return values.float().double()


def with_norms(values, axis, norm):
    return single(norm * torch.nn.functional.normalize(values, dim=axis))


def draw(random):
    def normal(*shape):
        return torch.from_numpy(random.normal(size=shape))

    weight = with_norms(normal(UNITS, LENGTH), 1, 1.25 / USES)
    threshold = single(0.01 + 0.01 * normal(UNITS).abs())
    records = normal(RECORDS, LENGTH)
    # Every unit's drive is the same, below 0.
    records[1] = -torch.linalg.pinv(weight) @ torch.ones(UNITS)
    labels = torch.from_numpy(random.integers(CLASSES, size=RECORDS))
    labels[[3, 8]] = -1
    return {
        "records": with_norms(records, 1, 1),
        "labels": labels,
        "weight": weight,
        "recurrent": single(0.5 * torch.eye(UNITS) + 0.15 * normal(UNITS, UNITS)),
        "threshold": threshold,
        "decoder": with_norms(normal(LENGTH, UNITS), 0, 1),
        "classifier": with_norms(normal(CLASSES, UNITS), 1, 4.99),
    }


def main():
    FOLDER.mkdir(exist_ok=True)
    given = draw(np.random.default_rng(SEED))
    for name, values in given.items():
        save(name, values, "<i4" if name == "labels" else "<f4")
    once(given)
    for method in RATES:
        train(given, method)
    nearest = float(min(margins))
    assert nearest > MARGIN, f"a value or a gradient is within {nearest} of 0: take another seed"
    wanted = {f"{method}{way} clipped" for method in RATES for way in ("", " not")} | set(BOUNDS)
    assert acted == wanted, f"never acted: {wanted - acted}"
    print("nearest kink or least gradient", nearest)


main()
