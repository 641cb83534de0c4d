"""Start-up beside `true`, and peak memory on a long stream."""
import statistics
import subprocess
import sys
import time

from report import duration
from rounds import alternate
from sides import Command

RECORD = 4 * 144


def start_up(bench):
    """Lines of a table: runs of a program that does nothing, from its start to its end."""
    outcome = alternate(Command(f"{bench.bin}/encode --version"), Command("/bin/true"), bench.plan)
    yield "| program | median of the rounds | least | rounds kept (foreign load) |\n|---|--:|--:|--:|"
    for name, seconds in (("`encode --version`", outcome.ours), ("`true`", outcome.peers)):
        median, least = duration(statistics.median(seconds)), duration(min(seconds))
        yield f"| {name} | {median} | {least} | {outcome.quiet} |"


def header(records):
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({records}, 144), }}"
    padding = -(10 + len(text) + 1) % 64
    data = (text + " " * padding + "\n").encode()
    return b"\x93NUMPY\x01\x00" + len(data).to_bytes(2, "little") + data


def resident(child):
    """The most memory that a process has held so far, in bytes."""
    with open(f"/proc/{child.pid}/status") as file:
        return next(1024 * int(line.split()[1]) for line in file if line.startswith("VmHWM"))


def peaks(bench, size):
    """Peaks of encode and pool, fed with so many bytes of records, and the seconds that it took."""
    begin = time.perf_counter()
    encode = subprocess.Popen([f"{bench.bin}/encode"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    pool = subprocess.Popen([f"{bench.bin}/pool"], stdin=encode.stdout, stdout=subprocess.DEVNULL)
    encode.stdout.close()
    records = size // RECORD
    encode.stdin.write(header(records))
    # A fixed pattern of bytes: floats between 0.5 and 1, as an unsharp photograph has them.
    block = bytes((0x3F if i % 4 == 3 else (i * 37) % 128) for i in range(RECORD)) * 1024
    whole, rest = divmod(records * RECORD, len(block))
    for _ in range(whole):
        encode.stdin.write(block)
    # All but the last byte: the programs are still there when they are asked.
    encode.stdin.write(block[:rest][:-1] if rest else b"")
    encode.stdin.flush()
    time.sleep(0.2)
    sizes = [resident(child) for child in (encode, pool)]
    encode.stdin.write(block[:rest][-1:])
    encode.stdin.close()
    if encode.wait() or pool.wait():
        sys.exit("failed: encode | pool on a long stream")
    return sizes, time.perf_counter() - begin


def memory(bench):
    """Lines of a table: streams of rising length."""
    yield "| stream into `encode \\| pool` | `encode` | `pool` | took |\n|--:|--:|--:|--:|"
    for size in (64_000_000, 1_000_000_000 if bench.quick else 10_000_000_000):
        (encode, pool), seconds = peaks(bench, size)
        yield f"| {size / 1e9:g} GB | {encode / 1e6:.1f} MB | {pool / 1e6:.1f} MB | {seconds:.1f} s |"


def most_resident(line):
    """The most memory that a process has held, in bytes, as it was a hundredth of a second before its end."""
    most = 0
    with subprocess.Popen(line, shell=True, stdout=subprocess.DEVNULL) as child:
        while child.poll() is None:
            try:
                most = max(most, resident(child))
            except (FileNotFoundError, StopIteration):
                pass
            time.sleep(0.01)
    if child.returncode:
        sys.exit(f"failed: {line}")
    return most


def pools(bench):
    """Lines of a table: a code of 4,096 units with a pool of 36 at every one."""
    folder = bench.folder("limits")
    records, model = folder / "records.npy", folder / "large.bin"
    bench.patches(records, "--size 16 --sample 4352 -s 2")
    few = folder / "few.npy"
    bench.patches(few, "--size 16 --sample 256 -s 3")
    fit = (
        f"exec {bench.bin}/fit autoencoder -q --center --code 4096 --lambda 0.1 --penalty group --pools "
        f"torus:64x64:6:1 --batch 256 --epochs 1 -o {model} < {records}"
    )
    encode = f"exec {bench.bin}/encode -m {model} --solver fista < {few}"
    yield "| pools of 36 of K = 4,096, `torus:64x64:6:1` | peak |\n|---|--:|"
    yield f"| `fit autoencoder --batch 256`, an epoch | {most_resident(fit) / 1e6:.0f} MB |"
    yield f"| `encode --solver fista`, 256 windows | {most_resident(encode) / 1e6:.0f} MB |"


def measure(bench):
    yield "\n## Start-up and memory\n\nPeak resident sets, read from the system before the last byte.\n"
    yield from start_up(bench)
    yield ""
    yield from memory(bench)
    yield ""
    yield from pools(bench)
