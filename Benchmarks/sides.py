"""What can be timed: a command as a whole process, and a peer that stays and repeats its work."""
import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

PEERS = Path(__file__).parent / "peers"


def environment(threads):
    """The environment of a peer with so many threads, whatever its library calls them."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {**os.environ, **{name: str(threads) for name in names}}


class Command:
    """A whole process, or several in a pipe, from its start to its end; its output goes nowhere.

    `PROGRAM ARGUMENTS < FILE` is started as it is, anything with a pipe by a shell.
    """

    def __init__(self, line, threads=1):
        self.line, self.environment = line, environment(threads)
        program, _, source = line.partition(" < ")
        self.words = shlex.split(program) if "|" not in line else ["/bin/sh", "-c", line]
        self.files = [
            (os.POSIX_SPAWN_OPEN, 0, source if source and "|" not in line else os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        ]

    def run(self):
        begin = time.perf_counter()
        child = os.posix_spawn(
            self.words[0], self.words, self.environment, file_actions=self.files
        )
        status = os.waitpid(child, 0)[1]
        seconds = time.perf_counter() - begin
        if status != 0:
            sys.exit(f"failed: {self.line}")
        return seconds

    def save(self, path):
        """Runs once more and keeps the output."""
        subprocess.run(
            ["/bin/sh", "-c", f"{self.line} > {shlex.quote(str(path))}"],
            check=True, env=self.environment,
        )


def script(name, *arguments):
    """The command line of a peer's script."""
    return shlex.join([sys.executable, str(PEERS / name), *map(str, arguments)])


class Peer:
    """A script in peers/ that has its data in memory and does its work whenever told to.

    It tells on its first line, as JSON, what it is (`about`); then "run" is answered with the seconds
    of one run, and "save FILE" leaves the last result there.
    """

    def __init__(self, name, *arguments, threads=1):
        self.child = subprocess.Popen(
            shlex.split(script(name, *arguments)), env=environment(threads), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        self.name, self.pid = name, self.child.pid
        self.about = self._answer()

    def _answer(self):
        line = self.child.stdout.readline()
        if not line:
            sys.exit(f"{self.name} failed")
        return json.loads(line)

    def _ask(self, request):
        self.child.stdin.write(request + "\n")
        self.child.stdin.flush()
        return self._answer()

    def run(self):
        return self._ask("run")

    def save(self, path):
        self._ask(f"save {path}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.stdin.close()
        self.child.wait()
