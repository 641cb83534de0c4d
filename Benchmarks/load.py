"""The load of other processes while something is timed, and what machine it is.

Linux counts the time that all processors were busy, or were taken away by a hypervisor, in /proc/stat.
What is left of it after the harness, its children and its peers is foreign.
"""
import os
import platform
import resource
import time
from importlib import metadata

TICK = 1 / os.sysconf("SC_CLK_TCK")
PROCESSORS = os.cpu_count()


def busy():
    """Seconds in which processors did anything: all of /proc/stat but idle and waiting for a disk."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, *others = map(int, file.readline().split()[1:9])
    return (user + nice + system + sum(others)) * TICK


def of_process(pid):
    """Seconds of processor of a process that still runs, all its threads together."""
    with open(f"/proc/{pid}/stat") as file:
        user, system = file.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) * TICK


class Load:
    """`with Load(peers) as load:`, then `load.foreign`: processors that others kept busy meanwhile."""

    # Up to so many processors, or so many seconds (the ticks of /proc/stat are coarse), nothing is lost.
    LIMIT, SLACK = 0.05, 0.03

    def __init__(self, peers=()):
        self.peers = peers

    def _seconds(self):
        own = sum(
            usage.ru_utime + usage.ru_stime
            for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        )
        return busy() - own - sum(of_process(pid) for pid in self.peers)

    def __enter__(self):
        self._begin, self._before = time.perf_counter(), self._seconds()
        return self

    def __exit__(self, *_):
        self.seconds = max(0.0, self._seconds() - self._before)
        self.foreign = self.seconds / (time.perf_counter() - self._begin)

    @property
    def disturbed(self):
        return self.seconds > self.SLACK and self.foreign > self.LIMIT


def machine(swift):
    """What the figures were measured on: processor, system, versions; no names of hosts or paths."""
    model = "unknown processor"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    wide = [name for name in ("avx2", "avx512f", "asimd") if name in open("/proc/cpuinfo").read()]
    peers = [f"{name} {version(name)}" for name in PEERS if version(name)]
    missing = [name for name in PEERS if not version(name)]
    lines = [
        f"{PROCESSORS} processors, {model} ({', '.join(wide)}), Linux {platform.machine()}; {swift}; "
        f"Python {platform.python_version()}, {', '.join(peers)}."
    ]
    if missing:
        lines.append(f"Left out, not installed: {', '.join(missing)}.")
    return lines


PEERS = ("numpy", "scikit-learn", "spams-bin", "torch", "pillow")


def version(package):
    """The version of a Python package, None where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
