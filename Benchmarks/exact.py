"""Exact codes of windows at a relative duality gap of 1e-4, against SPAMS and scikit-learn."""
import numpy as np

import load
import model
from report import Row
from rounds import alternate
from sides import Command, Peer

GAP = 1e-4
# λ of the built-in model, and a sparser code.
PENALTIES = (0.1, 0.2)


class Data:
    """Windows, their means removed for the peers, and the built-in dictionary without its DC unit."""

    def __init__(self, bench, count):
        folder = bench.folder(f"exact-{count}")
        self.windows, self.model = folder / "windows.npy", folder / "w.bin"
        self.records, self.dictionary = folder / "records.npy", folder / "dictionary.npy"
        self.codes = folder / "codes.npy"
        bench.patches(self.windows, f"--sample {count} -s 2")
        x = np.load(self.windows).reshape(count, -1)
        self.x = x - x.mean(1, keepdims=True)
        self.atoms = model.load(bench.built_in)[0]["decoder.weight"][:, :-1]
        np.save(self.records, self.x)
        np.save(self.dictionary, self.atoms)
        save_dictionary(self.model, self.atoms, PENALTIES[0])

    def lasso(self, penalty):
        return model.Lasso(self.x, self.atoms, penalty)


def save_dictionary(path, atoms, penalty):
    """A model of 12×12 windows, their means removed."""
    card = {"format": "sparsepipe", "version": 1, "kind": "dictionary", "record": "12,12,1"}
    card |= {"preprocessing": "center", "lambda": penalty, "iterations": 0}
    model.save(path, {"decoder.weight": atoms}, card)


def told(whose, figures):
    return "{}: energy {:.6f}, gap {:.0e}, worst of a record {:.0e}".format(whose, *figures)


def compare(bench, data, peer, name, penalty, threads):
    """Our whole process, file to null, against the bare call of the peer on arrays in memory."""
    ours = Command(
        f"{bench.bin}/encode -m {data.model} --solver homotopy --gap {GAP} --lambda {penalty} "
        f"-j {threads} < {data.windows}"
    )
    lasso = data.lasso(penalty)
    ours.save(data.codes)
    codes = np.load(data.codes)
    peer.save(data.codes)
    theirs = np.load(data.codes)
    outcome = alternate(ours, peer, bench.plan)
    a, b = lasso.agreement(codes), lasso.agreement(theirs)
    work = f"{len(data.x):,} windows, λ = {penalty}"
    return Row(
        f"{work}, {100 * np.mean(codes != 0):.1f} % density", name, threads, outcome,
        f"gap {a[1]:.0e}, peer's {b[1]:.0e}",
        f"{work}; {told('ours', a)}; {told(name, b)}; "
        f"the median of the largest difference of a code {np.median(np.abs(codes - theirs).max(1)):.0e}",
    )


def spams(bench):
    data = Data(bench, 4000 if bench.quick else 20000)
    for penalty in PENALTIES:
        for threads in bench.threads:
            # In float64 it is slower and exact; in float32 a few records end early.
            arguments = (data.records, data.dictionary, penalty, "float32")
            with Peer("spams_lasso.py", *arguments, threads=threads) as peer:
                yield compare(bench, data, peer, "SPAMS lasso, float32", penalty, threads)


def scikit_learn(bench):
    data = Data(bench, 500 if bench.quick else 2000)
    for penalty in PENALTIES:
        lasso = data.lasso(penalty)
        # Its tolerance is relative to ‖x‖²: the largest of these that reaches the gap on the whole.
        for tolerance in (1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6):
            arguments = (data.records, data.dictionary, penalty, "float64", tolerance)
            with Peer("sklearn_lasso.py", *arguments) as peer:
                peer.save(data.codes)
                if lasso.agreement(np.load(data.codes))[1] > GAP:
                    continue
                name = f"scikit-learn Lasso, float64, tol {tolerance:.0e}"
                yield compare(bench, data, peer, name, penalty, 1)
                break


def measure(bench):
    if load.version("spams-bin"):
        yield from spams(bench)
    if load.version("scikit-learn"):
        yield from scikit_learn(bench)
