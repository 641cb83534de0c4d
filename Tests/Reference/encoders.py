"""Codes, losses and gradients of trained encoders by PyTorch's autograd in double precision: writes
Tests/Reference/encoders/*.npy.

Given, all small and exact in float32: records x [N, D], targets z* [N, K], weight We [K, D], recurrent S
[T, K, K] and threshold θ [T + 1, K] (shared: the first of each), gain g [K], decoder D [D, K], its
columns of norm 1. Losses are SUMS over records; gradients are theirs.

  NAME-0, NAME-3     z₀ = f(We x; θ), z_t = f(We x + S z_{t−1}; θ), the code g·z_T: ½‖z* − g·z_T‖²
  NAME-3-steps       the same with S_t and θ_t of every step (θ₀ is that of z₀)
  lcod-NAME-4        B = We x, z = 0; 4 times z̄ = f(B; θ), k = argmax |z̄ − z|, B += S_{:k}(z̄_k − z_k),
                     z_k = z̄_k; the code f(B; θ): ½‖z* − z‖². The choice k has no gradient.
  autoencoder-l1     z = g·relu(We x; θ): ½‖x − Dz‖² + λ‖z‖₁
  autoencoder-group  the same with λ Σ ‖z_P‖₂ over consecutive pools of 3 units
  psd-NAME           z = argmin ½‖x − Dz‖² + λ‖z‖₁ + α/2 ‖z − F(x)‖², F(x) = g·f(We x; θ), in codes and
                     energies; then, z held: ½‖x − Dz‖² + α/2 ‖z − F(x)‖²
  adam, sgd          parameters after each of three steps on gradients given; rates and moments below
  training           LISTA of λ and T = 3, all 20 records a batch, from We = Dᵀ/L, S = I − DᵀD/L, θ = λ/L:
                     MEANS of ½‖z* − z_T‖² before each of 5 steps of Adam, and the weights after them

f is relu max(0, v − θ), shrink sign(v)(|v| − θ)₊, tanh(v − θ), smooth-shrink
sign(v)(log(e^βθ + e^β|v| − 1)/β − θ) with β = 10, or linear v − θ. No value is so near a kink, and no choice so near a
tie, that single precision would take the other side: main() makes sure.
Run in this folder, with PyTorch: python3 encoders.py
"""

from pathlib import Path

import numpy as np
import torch

SEED = 20240604
RECORDS, LENGTH, UNITS, PASSES, UPDATES = 7, 6, 9, 3, 4
LAMBDA, ALPHA, SHARPNESS, POOL = 0.1, 0.5, 10, 3
TRAINING_RECORDS, TRAINING_STEPS, TRAINING_RATE = 20, 5, 0.01
MARGIN = 1e-4
FOLDER = Path(__file__).parent / "encoders"
torch.set_default_dtype(torch.float64)
margins = []


def relu(v, threshold):
    margins.append((v - threshold).abs().min())
    return (v - threshold).clamp(min=0)


def shrink(v, threshold):
    margins.append((v.abs() - threshold).abs().min())
    return v.sign() * (v.abs() - threshold).clamp(min=0)


def tanh(v, threshold):
    return torch.tanh(v - threshold)


def smooth_shrink(v, threshold):
    exponentials = torch.exp(SHARPNESS * threshold) + torch.exp(SHARPNESS * v.abs()) - 1
    return v.sign() * (torch.log(exponentials) / SHARPNESS - threshold)


def linear(v, threshold):
    return v - threshold


NONLINEARITIES = {
    "relu": relu, "shrink": shrink, "tanh": tanh, "smooth-shrink": smooth_shrink, "linear": linear,
}


def save(name, values, kind="<f4"):
    np.save(FOLDER / f"{name}.npy", values.detach().numpy().astype(kind))


def save_gradients(name, loss, parameters):
    """Saves the loss and its gradients by `parameters`, a dictionary."""
    gradients = torch.autograd.grad(loss, parameters.values())
    save(f"{name}-loss", loss, "<f8")
    for parameter, gradient in zip(parameters, gradients):
        save(f"{name}-gradient-{parameter}", gradient)


def leaves(given, *names):
    return {name: given[name].clone().requires_grad_() for name in names}


def distance(target, codes):
    return 0.5 * (target - codes).square().sum()


def encode(f, x, weight, recurrent, threshold):
    """x [N, D], recurrent T matrices, threshold T + 1 vectors; z_T [N, K]."""
    drive = x @ weight.T
    z = f(drive, threshold[0])
    for S, theta in zip(recurrent, threshold[1:]):
        z = f(drive + z @ S.T, theta)
    return z


def parallel(given, name, f, passes, steps):
    p = leaves(given, "weight", "recurrent", "threshold", "gain")
    if not steps:
        p["recurrent"] = given["recurrent"][0].clone().requires_grad_()
        p["threshold"] = given["threshold"][0].clone().requires_grad_()
    recurrent = p["recurrent"] if steps else [p["recurrent"]] * passes
    threshold = p["threshold"] if steps else [p["threshold"]] * (passes + 1)
    codes = p["gain"] * encode(f, given["records"], p["weight"], recurrent, threshold)
    if passes == 0:
        del p["recurrent"]
    name = f"{name}-{passes}" + ("-steps" if steps else "")
    save(f"{name}-codes", codes)
    save_gradients(name, distance(given["targets"], codes), p)


def coordinate(given, name, f):
    p = leaves(given, "weight", "recurrent", "threshold")
    recurrent, threshold = p["recurrent"][0], p["threshold"][0]
    drive = given["records"] @ p["weight"].T
    z, rows, choices = torch.zeros_like(drive), torch.arange(RECORDS), []
    for _ in range(UPDATES):
        change = f(drive, threshold) - z
        best = change.detach().abs().topk(2, dim=1)
        margins.append((best.values[:, 0] - best.values[:, 1]).min())
        k = best.indices[:, 0]
        step = torch.zeros_like(z).index_put((rows, k), change[rows, k])
        drive, z = drive + step @ recurrent.T, z + step
        choices.append(k)
    codes = f(drive, threshold)
    name = f"lcod-{name}-{UPDATES}"
    loss = distance(given["targets"], codes)
    save(f"{name}-choices", torch.stack(choices, dim=1), "<i4")
    save(f"{name}-codes", codes)
    gradients = torch.autograd.grad(loss, p.values())
    save(f"{name}-loss", loss, "<f8")
    # All steps share S and θ: only the first of each has a gradient.
    for parameter, gradient in zip(p, gradients):
        save(f"{name}-gradient-{parameter}", gradient if parameter == "weight" else gradient[0])


def group_norms(z):
    """Σ ‖z_P‖₂; a pool that is 0 has the gradient 0."""
    squares = z.reshape(len(z), -1, POOL).square().sum(2)
    return squares[squares > 0].sqrt().sum()


def autoencoder(given, name, penalty):
    p = leaves(given, "weight", "gain", "decoder")
    p["threshold"] = given["threshold"][0].clone().requires_grad_()
    x = given["records"]
    codes = p["gain"] * encode(relu, x, p["weight"], [], [p["threshold"]])
    save(f"autoencoder-{name}-codes", codes)
    loss = distance(x, codes @ p["decoder"].T) + LAMBDA * penalty(codes)
    save_gradients(f"autoencoder-{name}", loss, p)


def minimum(x, decoder, prediction, alpha, iterations=20_000):
    """argmin ½‖x − Dz‖² + λ‖z‖₁ + α/2 ‖z − prediction‖² by FISTA from `prediction`."""
    gram = decoder.T @ decoder
    step = 1 / (torch.linalg.eigvalsh(gram)[-1] + alpha)
    z = y = prediction
    t = 1.0
    for _ in range(iterations):
        v = y - step * (y @ gram - x @ decoder + alpha * (y - prediction))
        following = v.sign() * (v.abs() - step * LAMBDA).clamp(min=0)
        t_following = (1 + (1 + 4 * t * t) ** 0.5) / 2
        y = following + (t - 1) / t_following * (following - z)
        z, t = following, t_following
    return z


def predictive(given, name, f):
    p = leaves(given, "weight", "gain", "decoder")
    p["threshold"] = given["threshold"][0].clone().requires_grad_()
    x = given["records"]
    prediction = p["gain"] * encode(f, x, p["weight"], [], [p["threshold"]])
    z = minimum(x, given["decoder"], prediction.detach(), ALPHA)
    errors = (x - z @ p["decoder"].T).square().sum(1) + ALPHA * (z - prediction).square().sum(1)
    save(f"psd-{name}-codes", z)
    save(f"psd-{name}-energies", 0.5 * errors + LAMBDA * z.abs().sum(1), "<f8")
    save_gradients(f"psd-{name}", 0.5 * errors.sum(), p)


def optimizers(random):
    """Three steps, as torch.optim takes them, on gradients that do not depend on the parameters."""
    start, gradients = draw(random, 5), draw(random, 3, 5)
    save("optimizer-start", start)
    save("optimizer-gradients", gradients)
    kinds = {
        "adam": lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.9, 0.999), eps=1e-8),
        "sgd": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    }
    for name, make in kinds.items():
        parameter, path = start.clone().requires_grad_(), []
        optimizer = make([parameter])
        for gradient in gradients:
            parameter.grad = gradient
            optimizer.step()
            path.append(parameter.detach().clone())
        save(f"{name}-parameters", torch.stack(path))


def training(random, decoder):
    x = draw(random, TRAINING_RECORDS, LENGTH)
    targets = minimum(x, decoder, torch.zeros(TRAINING_RECORDS, UNITS), 0).numpy()
    targets = torch.from_numpy(targets.astype("<f4").astype(float))
    lipschitz = torch.linalg.eigvalsh(decoder.T @ decoder)[-1]
    p = {
        "weight": decoder.T / lipschitz,
        "recurrent": torch.eye(UNITS) - decoder.T @ decoder / lipschitz,
        "threshold": torch.full((UNITS,), float(LAMBDA / lipschitz)),
    }
    p = {name: value.clone().requires_grad_() for name, value in p.items()}
    optimizer = torch.optim.Adam(p.values(), lr=TRAINING_RATE)
    losses = []
    for _ in range(TRAINING_STEPS):
        threshold = [p["threshold"]] * (PASSES + 1)
        codes = encode(shrink, x, p["weight"], [p["recurrent"]] * PASSES, threshold)
        loss = distance(targets, codes) / TRAINING_RECORDS
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            p["threshold"].clamp_(min=0)
        losses.append(loss.detach())
    save("training-records", x)
    save("training-targets", targets)
    save("training-lipschitz", lipschitz, "<f8")
    save("training-losses", torch.stack(losses), "<f8")
    for name, value in p.items():
        save(f"training-{name}", value)


def draw(random, *shape):
    """Normal values that single precision holds."""
    return torch.from_numpy(random.normal(size=shape).astype("<f4").astype(float))


def single(values):
    return values.float().double()


def main():
    FOLDER.mkdir(exist_ok=True)
    random = np.random.default_rng(SEED)
    decoder = draw(random, LENGTH, UNITS)
    given = {
        "records": draw(random, RECORDS, LENGTH),
        "targets": draw(random, RECORDS, UNITS),
        "weight": single(0.4 * draw(random, UNITS, LENGTH)),
        "recurrent": single(0.2 * draw(random, PASSES, UNITS, UNITS)),
        "threshold": single(0.1 + 0.2 * draw(random, PASSES + 1, UNITS).abs()),
        "gain": single(1 + 0.2 * draw(random, UNITS)),
        "decoder": single(decoder / decoder.norm(dim=0)),
    }
    for name, values in given.items():
        save(name, values)
    for name, f in NONLINEARITIES.items():
        for passes, steps in ((0, False), (PASSES, False), (PASSES, True)):
            parallel(given, name, f, passes, steps)
    for name in ("relu", "shrink"):
        coordinate(given, name, NONLINEARITIES[name])
    autoencoder(given, "l1", lambda z: z.abs().sum())
    autoencoder(given, "group", group_norms)
    for name in ("shrink", "tanh"):
        predictive(given, name, NONLINEARITIES[name])
    optimizers(random)
    training(random, given["decoder"])
    nearest = min(float(margin.detach()) for margin in margins)
    assert nearest > MARGIN, f"a value is within {nearest} of a kink or a tie: take another seed"
    print("nearest kink or tie", nearest)


main()
