"""One photograph through `patches | encode | pool`, against scripts that do the same; whole processes."""
import numpy as np

import load
import model
from report import Row
from rounds import alternate
from sides import Command, script

HEIGHT, WIDTH = 321, 481
SCRIPTS = {
    "NumPy": ("numpy", "photograph_numpy.py"),
    "scikit-learn (its patches, NumPy's products)": ("scikit-learn", "photograph_sklearn.py"),
    "PyTorch": ("torch", "photograph_torch.py"),
}


def measure(bench):
    if not load.version("pillow"):
        return
    from PIL import Image

    folder = bench.folder("photograph")
    photograph, encoder, output = (folder / n for n in ("crop.png", "encoder.npz", "features.npy"))
    Image.open(bench.camera).crop((0, 0, WIDTH, HEIGHT)).save(photograph)
    np.savez(encoder, **model.encoder(bench.built_in))
    ours = Command(
        f"{bench.bin}/patches {photograph} | {bench.bin}/encode | {bench.bin}/pool"
    )
    ours.save(output)
    features = np.load(output)
    work = f"photograph of {WIDTH}×{HEIGHT}"
    count, pools = features[..., 0].size, features.shape[-1]
    note = f"{work}: {count:,} windows → {pools} features each, up to {features.max():.3g}"
    for name, (package, file) in SCRIPTS.items():
        if not load.version(package):
            continue
        threads = load.PROCESSORS
        bench.call(script(file, photograph, encoder, output), threads)
        difference = np.abs(np.load(output) - features).max()
        peer = Command(script(file, photograph, encoder, "/dev/null"), threads)
        yield Row(
            work, name, f"3 processes, {threads}", alternate(ours, peer, bench.plan),
            f"features differ by ≤ {difference:.0e}", note,
        )
