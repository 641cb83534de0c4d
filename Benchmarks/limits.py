#!/usr/bin/env python3
"""Start-up and memory of the programs: limits.py PROGRAMS

Start-up: 500 runs of `encode --version`, from its start to its end, beside those of `true`. Memory: the largest resident set of encode
and of pool in `encode | pool`, for streams of 64 and 512 MB. A process started from Python is never
seen below Python's own size, which is printed as the floor.
"""
import os
import resource
import statistics
import subprocess
import sys
import time

programs = sys.argv[1]


def start_up(command, runs=500):
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        child = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
        status = os.waitpid(child, 0)[1]
        times.append(1000 * (time.perf_counter() - begin))
        if status != 0:
            sys.exit(f"{command[0]} failed")
    return f"median {statistics.median(times):.2f} ms, least {min(times):.2f} ms"


def header(records):
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({records}, 144), }}"
    padding = -(10 + len(text) + 1) % 64
    data = (text + " " * padding + "\n").encode()
    return b"\x93NUMPY\x01\x00" + len(data).to_bytes(2, "little") + data


def peaks(megabytes):
    """Peak resident sets of encode and pool, in MB, fed with so many megabytes of records."""
    records = megabytes * 1_000_000 // (4 * 144)
    encode = subprocess.Popen(
        [f"{programs}/encode"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    pool = subprocess.Popen(
        [f"{programs}/pool"], stdin=encode.stdout, stdout=subprocess.DEVNULL
    )
    encode.stdout.close()
    encode.stdin.write(header(records))
    # A fixed pattern of bytes: floats between 0.5 and 1.
    block = bytes((0x3F if i % 4 == 3 else (i * 37) % 128) for i in range(4 * 144)) * 256
    left = records * 4 * 144
    while left > 0:
        part = block[:left] if left < len(block) else block
        encode.stdin.write(part)
        left -= len(part)
    encode.stdin.close()
    sizes = []
    for child in (encode, pool):
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{child.args[0]} failed")
        sizes.append(usage.ru_maxrss * 1024 / 1e6)
    return sizes


print(f"start-up of encode: {start_up([f'{programs}/encode', '--version'])}")
print(f"start-up of true:   {start_up(['/bin/true'])}")
print(f"floor of the memory figures: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6:.1f} MB")
for size in (64, 512):
    encode_peak, pool_peak = peaks(size)
    print(f"{size} MB stream: encode {encode_peak:.1f} MB, pool {pool_peak:.1f} MB")
