"""Model files of format version 1 and what they make of records: writes Tests/Reference/models/*.

Every version of the program must go on reading these files. They are written here and not by the
program, and their codes are computed by plain NumPy in double precision.
Run in this folder: python3 models.py
"""

import json
import struct

import numpy as np

SEED = 20240520
RECORDS, LENGTH, UNITS, PASSES, LAMBDA = 5, 12, 8, 4, 0.1


def write(name, tensors, metadata):
    """safetensors: the header's length, the header, the data."""
    metadata = {"format": "sparsepipe", "version": "1", "seed": str(SEED), **metadata}
    header, data = {"__metadata__": metadata}, b""
    for key in sorted(tensors):
        array = tensors[key]
        type_name = {"f": "F32", "i": "I32"}[array.dtype.kind]
        content = array.astype(array.dtype.newbyteorder("<")).tobytes()
        offsets = [len(data), len(data) + len(content)]
        header[key] = {"dtype": type_name, "shape": list(array.shape), "data_offsets": offsets}
        data += content
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    with open(f"models/{name}-1.bin", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def shrink(v, threshold):
    return np.sign(v) * np.maximum(np.abs(v) - threshold, 0)


def encode(x, atoms):
    """T + 1 steps of ISTA without the mean, atoms and records centred; the DC unit last."""
    dc = np.full(LENGTH, LENGTH ** -0.5)
    centred = atoms - atoms.mean(1, keepdims=True)
    gram = centred @ centred.T
    lipschitz = np.linalg.eigvalsh(gram)[-1]
    z = before = np.zeros((len(x), UNITS))
    for _ in range(PASSES + 1):
        before = z
        z = shrink(z + (x @ centred.T - z @ gram) / lipschitz, LAMBDA / lipschitz)
    constant = (x - before @ atoms) @ dc
    return np.hstack([z, constant[:, None]])


def coordinate_codes(drive, effects, threshold, updates):
    """LCoD: the unit that would move the most moves, unless it moves no other one."""
    drive, effects = drive.copy(), effects.astype(float)
    moves_others = (effects != 0).any(0)
    for b in drive:
        z = np.zeros(UNITS)
        for _ in range(updates):
            target = shrink(b, threshold)
            k = np.argmax(np.where(moves_others, np.abs(z - target), 0))
            b += effects[:, k] * (target[k] - z[k])
            z[k] = target[k]
    return shrink(drive, threshold)


def learned_encoders(x, atoms):
    """What came later, of a generator of its own: the files before stay as they are."""
    random = np.random.default_rng(SEED + 1)
    weight = random.normal(size=(UNITS, LENGTH)).astype("<f4")
    gain = random.uniform(size=UNITS).astype("<f4")
    drive = x.astype(float) @ weight.T.astype(float)
    steps = (0.3 * random.normal(size=(2, UNITS, UNITS))).astype("<f4")
    thresholds = (0.2 * random.uniform(size=(3, UNITS))).astype("<f4")
    write(
        "steps",
        {"decoder.weight": atoms.T.copy(), "encoder.weight": weight, "encoder.recurrent": steps,
         "encoder.threshold": thresholds},
        {"kind": "lista", "record": "12", "lambda": str(LAMBDA), "iterations": "2",
         "nonlinearity": "shrink", "encoder": "parallel"})
    z = shrink(drive, thresholds[0])
    for s, t in zip(steps, thresholds[1:]):
        z = shrink(drive + z @ s.T.astype(float), t)
    np.save("models/steps-codes.npy", z.astype("<f4"))

    effects = (0.3 * random.normal(size=(UNITS, UNITS))).astype("<f4")
    effects[:, 2] = 0
    write(
        "coordinate",
        {"decoder.weight": atoms.T.copy(), "encoder.weight": weight, "encoder.recurrent": effects,
         "encoder.threshold": thresholds[0], "encoder.gain": gain},
        {"kind": "lista", "record": "12", "lambda": str(LAMBDA), "iterations": "9",
         "nonlinearity": "shrink", "encoder": "coordinate"})
    np.save("models/coordinate-codes.npy",
            (coordinate_codes(drive, effects, thresholds[0], 9) * gain).astype("<f4"))

    write(
        "group",
        {"decoder.weight": atoms.T.copy(), "encoder.weight": weight,
         "encoder.threshold": thresholds[1]},
        {"kind": "autoencoder", "record": "12", "lambda": str(LAMBDA), "iterations": "0",
         "nonlinearity": "relu", "penalty": "group", "pools": "consecutive:4"})
    np.save("models/group-codes.npy", np.maximum(drive - thresholds[1], 0).astype("<f4"))


def drsae(x):
    """An encoder, a decoder and a classifier on the code; normalised records, normalised codes."""
    random = np.random.default_rng(SEED + 2)
    weight = random.normal(size=(UNITS, LENGTH)).astype("<f4")
    recurrent = (0.2 * random.normal(size=(UNITS, UNITS))).astype("<f4")
    threshold = (0.1 * random.uniform(size=UNITS)).astype("<f4")
    decoder = random.normal(size=(LENGTH, UNITS))
    decoder = (decoder / np.linalg.norm(decoder, axis=0)).astype("<f4")
    classifier = random.normal(size=(3, UNITS)).astype("<f4")
    write(
        "drsae",
        {"decoder.weight": decoder, "encoder.weight": weight, "encoder.recurrent": recurrent,
         "encoder.threshold": threshold, "classifier.weight": classifier},
        {"kind": "drsae", "record": "3,4,1", "preprocessing": "normalize", "lambda": "0.018",
         "iterations": "3", "nonlinearity": "relu", "nonnegative": "1",
         "classifier": "normalized"})
    x = x.astype(float)
    drive = x / np.linalg.norm(x, axis=1, keepdims=True) @ weight.T.astype(float)
    z = np.maximum(drive - threshold, 0)
    for _ in range(3):
        z = np.maximum(drive + z @ recurrent.T.astype(float) - threshold, 0)
    np.save("models/drsae-codes.npy", z.astype("<f4"))
    scores = z / np.linalg.norm(z, axis=1, keepdims=True) @ classifier.T.astype(float)
    np.save("models/drsae-scores.npy", scores.astype("<f4"))
    # What the decoder makes of each class's weights.
    np.save("models/drsae-filters.npy", (classifier.astype(float) @ decoder.T).astype("<f4"))


def main():
    random = np.random.default_rng(SEED)
    x = random.uniform(size=(RECORDS, LENGTH)).astype("<f4")
    np.save("models/records.npy", x)
    atoms = random.normal(size=(UNITS, LENGTH))
    atoms = (atoms / np.linalg.norm(atoms, axis=1, keepdims=True)).astype("<f4")
    mean = random.uniform(size=LENGTH).astype("<f4")
    dc = np.full((1, LENGTH), LENGTH ** -0.5, dtype="<f4")
    write(
        "dictionary",
        {"decoder.weight": np.vstack([atoms, dc]).T.copy(), "input.mean": mean},
        {"kind": "dictionary", "record": "2,6,1", "preprocessing": "mean", "lambda": str(LAMBDA),
         "iterations": str(PASSES), "dc": "1", "pools": "consecutive:2"})
    codes = encode(x.astype(float) - mean, atoms.astype(float))
    np.save("models/dictionary-codes.npy", codes.astype("<f4"))

    weight = random.normal(size=(UNITS, LENGTH)).astype("<f4")
    recurrent = (0.2 * random.normal(size=(UNITS, UNITS))).astype("<f4")
    threshold = random.uniform(size=UNITS).astype("<f4")
    gain = random.uniform(size=UNITS).astype("<f4")
    write(
        "encoder",
        {"decoder.weight": atoms.T.copy(), "encoder.weight": weight, "encoder.recurrent": recurrent,
         "encoder.threshold": threshold, "encoder.gain": gain,
         "pools.offsets": np.array([0, 3, 5], "<i4"),
         "pools.members": np.array([0, 1, 7, 1, 2], "<i4"),
         "pools.weights": np.array([1, 0.5, 1, 1, 0.25], "<f4")},
        {"kind": "dictionary", "record": "12", "lambda": str(LAMBDA), "lipschitz": "4",
         "iterations": "2", "nonlinearity": "tanh", "nonnegative": "0"})
    drive = x.astype(float) @ weight.T.astype(float)
    z = np.tanh(drive - threshold)
    for _ in range(2):
        z = np.tanh(drive + z @ recurrent.T.astype(float) - threshold)
    np.save("models/encoder-codes.npy", (z * gain).astype("<f4"))

    turn = np.linalg.qr(random.normal(size=(LENGTH, LENGTH)))[0]
    forward = (turn[:7] / np.arange(1, 8)[:, None]).astype("<f4")
    backward = (turn[:7].T * np.arange(1, 8)).astype("<f4")
    write(
        "whitening",
        {"input.mean": mean, "input.whitening": forward, "input.unwhitening": backward},
        {"kind": "whitening", "record": "12,1,1", "preprocessing": "mean,whitening"})
    np.save("models/whitening-codes.npy", ((x.astype(float) - mean) @ forward.T).astype("<f4"))

    weight = random.normal(size=(3, LENGTH)).astype("<f4")
    bias = random.normal(size=3).astype("<f4")
    write(
        "classifier", {"classifier.weight": weight, "classifier.bias": bias},
        {"kind": "classifier", "record": "12"})
    np.save("models/classifier-codes.npy", (x.astype(float) @ weight.T + bias).astype("<f4"))
    learned_encoders(x, atoms)
    drsae(x)


main()
