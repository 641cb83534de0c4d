"""Models as sparse-model(5) has them, and energies and duality gaps in double, in NumPy alone."""
import json
import struct

import numpy as np


def load(path):
    """Tensors by name, and the card."""
    with open(path, "rb") as file:
        head = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data, card = file.read(), head.pop("__metadata__")
    types = {"F32": "<f4", "I32": "<i4"}
    return {
        name: np.frombuffer(data[slice(*t["data_offsets"])], types[t["dtype"]]).reshape(t["shape"])
        for name, t in head.items()
    }, card


def save(path, tensors, card):
    """Writes float tensors and a card."""
    head, parts, end = {"__metadata__": {k: str(v) for k, v in card.items()}}, [], 0
    for name in sorted(tensors):
        part = np.ascontiguousarray(tensors[name], "<f4")
        begin, end = end, end + part.nbytes
        head[name] = {"dtype": "F32", "shape": part.shape, "data_offsets": [begin, end]}
        parts.append(part.tobytes())
    text = json.dumps(head).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def encoder(path):
    """We, S, θ and T of the encoder that a model holds."""
    tensors, card = load(path)
    parts = {name: tensors[f"encoder.{name}"] for name in ("weight", "recurrent", "threshold")}
    return parts | {"iterations": int(card["iterations"])}


class Lasso:
    """½‖x − Dz‖² + λ‖z‖₁ of records, [N, D], and codes, [N, K]; all in double."""

    def __init__(self, records, dictionary, penalty):
        self.records, self.dictionary = records.astype(float), dictionary.astype(float)
        self.penalty = penalty

    def energies(self, codes):
        """Energies and duality gaps, [N] each; the dual point is the residual, made feasible."""
        codes = codes.astype(float)
        residual = self.records - codes @ self.dictionary.T
        correlation = residual @ self.dictionary
        most = np.abs(correlation).max(1)
        scale = np.minimum(1, self.penalty / np.maximum(most, 1e-300))
        squares, size = (residual**2).sum(1), self.penalty * np.abs(codes).sum(1)
        gap = 0.5 * (1 - scale) ** 2 * squares + size - scale * (codes * correlation).sum(1)
        return 0.5 * squares + size, gap

    def agreement(self, codes):
        """Mean energy, the whole gap relative to the whole energy, and the largest of a record."""
        energy, gap = self.energies(codes)
        return energy.mean(), gap.sum() / energy.sum(), (gap / np.maximum(energy, 1e-12)).max()
