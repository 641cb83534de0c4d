#!/usr/bin/env python3
"""Writes PNGs of every kind, and the pixels that a reader must find in them.

    python3 Tests/Reference/png_kinds.py Tests/Reference/png-kinds

Every PNG is encoded here, by hand, from the PNG specification (NumPy and zlib only), so that it
shares nothing with libpng. A `.raw` holds pixels [H,W,C] as little-endian float32, 0..1, what is
transparent laid on white. `kinds.txt` lists `PNG RAW H W C`, the names without their endings.
Seeded: the same files every time.
"""

import struct
import sys
import zlib
from pathlib import Path

import numpy as np

SEED = 20100527
SIGNATURE = b"\x89PNG\r\n\x1a\n"
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Adam7: first row, first column, row step, column step of every pass.
ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
         (1, 0, 2, 1)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack_row(row, depth):
    """[W, samples] integers to bytes."""
    flat = row.reshape(-1)
    if depth == 16:
        return flat.astype(">u2").tobytes()
    if depth == 8:
        return flat.astype(np.uint8).tobytes()
    bits = ((flat[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8)
    return np.packbits(bits.reshape(-1)).tobytes()


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


def filtered(row, above, step, kind):
    """One row with filter `kind` in front; `step` is the bytes of a pixel."""
    out = bytearray([kind])
    for i, value in enumerate(row):
        left = row[i - step] if i >= step else 0
        up = above[i]
        corner = above[i - step] if i >= step else 0
        guess = [0, left, up, (left + up) // 2, paeth(left, up, corner)][kind]
        out.append((value - guess) & 255)
    return bytes(out)


def scanlines(samples, depth):
    """[H, W, S] as filtered rows; the five filters take turns."""
    height, width, count = samples.shape
    step = max(1, count * depth // 8)
    above = bytes((width * count * depth + 7) // 8)
    out = b""
    for y in range(height):
        row = pack_row(samples[y], depth)
        out += filtered(row, above, step, y % 5)
        above = row
    return out


def encode(samples, depth, color_type, interlaced=False, before=()):
    height, width, _ = samples.shape
    if interlaced:
        passes = [samples[y::dy, x::dx] for y, x, dy, dx in ADAM7]
        data = b"".join(scanlines(p, depth) for p in passes if p.size)
    else:
        data = scanlines(samples, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, int(interlaced))
    packed = zlib.compress(data, 9)
    parts = [chunk(b"IHDR", header)] + [chunk(k, d) for k, d in before]
    half = len(packed) // 2  # two IDAT chunks
    parts += [chunk(b"IDAT", packed[:half]), chunk(b"IDAT", packed[half:]), chunk(b"IEND", b"")]
    return SIGNATURE + b"".join(parts)


def on_white(colors, opacity, maximum):
    """Integers [..., C] and [...] to float32: c*a + 1*(1 - a)."""
    colors = colors.astype(np.float64)
    opacity = opacity.astype(np.float64)[..., None]
    mixed = colors * opacity + maximum * (maximum - opacity)
    return (mixed / (float(maximum) * maximum)).astype(np.float32)


def kinds(rng):
    """(name, samples [H,W,S], depth, color type, chunks, pixels [H,W,C])."""
    height, width = 11, 13

    def draw(limit, count):
        return rng.integers(0, limit, (height, width, count))

    for color_type, depths in [(0, (1, 2, 4, 8, 16)), (2, (8, 16)), (4, (8, 16)), (6, (8, 16))]:
        for depth in depths:
            maximum = (1 << depth) - 1
            name = {0: "grey", 2: "rgb", 4: "grey-alpha", 6: "rgba"}[color_type]
            samples = draw(maximum + 1, SAMPLES[color_type])
            if color_type >= 4:
                samples[0, :, -1] = 0
                samples[1, :, -1] = maximum
                pixels = on_white(samples[..., :-1], samples[..., -1], maximum)
            else:
                pixels = (samples / maximum).astype(np.float32)
            yield f"{name}{depth}", samples, depth, color_type, (), pixels
            if color_type < 4:  # the colour of pixel 5,6 is transparent
                samples[7, 2:9] = samples[5, 6]
                key = samples[5, 6]
                opacity = np.where((samples == key).all(-1), 0, maximum)
                chunks = [(b"tRNS", key.astype(">u2").tobytes())]
                pixels = on_white(samples, opacity, maximum)
                yield f"{name}{depth}-key", samples, depth, color_type, chunks, pixels

    for depth in (1, 2, 4, 8):
        count = min(1 << depth, 200)
        palette = rng.integers(0, 256, (count, 3))
        samples = draw(count, 1)
        chunks = [(b"PLTE", palette.astype(np.uint8).tobytes())]
        pixels = (palette / 255).astype(np.float32)[samples[..., 0]]
        yield f"palette{depth}", samples, depth, 3, chunks, pixels
        # Fewer opacities than colours: the rest is opaque.
        alpha = rng.integers(0, 256, max(1, count - 1))
        full = np.concatenate([alpha, np.full(count - len(alpha), 255)])
        chunks = chunks + [(b"tRNS", alpha.astype(np.uint8).tobytes())]
        pixels = on_white(palette, full, 255)[samples[..., 0]]
        yield f"palette{depth}-alpha", samples, depth, 3, chunks, pixels


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    lines = []

    def write(name, png, pixels, raw=None):
        (folder / f"{name}.png").write_bytes(png)
        if raw is None:
            (folder / f"{name}.raw").write_bytes(pixels.astype("<f4").tobytes())
        lines.append(" ".join([name, raw or name, *map(str, pixels.shape)]))

    for name, samples, depth, color_type, chunks, pixels in kinds(rng):
        write(name, encode(samples, depth, color_type, False, chunks), pixels)
        write(name + "-adam7", encode(samples, depth, color_type, True, chunks), pixels, name)

    # Passes without pixels, and chunks that a reader steps over.
    small = rng.integers(0, 256, (1, 2, 3))
    write("tiny-adam7", encode(small, 8, 2, True), (small / 255).astype(np.float32))
    text = [(b"tEXt", b"Comment\0nothing"), (b"gAMA", struct.pack(">I", 45455)),
            (b"iCCP", b"bad\0\0not a profile"), (b"prVt", b"private")]
    write("chunks", encode(small, 8, 2, False, text), (small / 255).astype(np.float32))
    (folder / "kinds.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
