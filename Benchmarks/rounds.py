"""A B A B: two sides in turn, in one run, until enough rounds were undisturbed."""
import math
import statistics
import time
from dataclasses import dataclass

from load import Load
from sides import Peer

# A half of a round lasts at least so many seconds, its work repeated, so that ticks and start-up of
# the timer do not show.
HALF = 0.4


@dataclass
class Outcome:
    """Seconds of both sides in the rounds that count, and how quiet it was."""

    ours: tuple
    peers: tuple
    kept: int
    dropped: int
    foreign: float

    @property
    def ratios(self):
        return [b / a for a, b in zip(self.ours, self.peers)]

    @property
    def ratio(self):
        """How many times ours the peer's seconds are: median (least–most); none from disturbed rounds."""
        if self.kept == 0:
            return "disturbed"
        r = self.ratios
        return f"{statistics.median(r):.3g}× ({min(r):.3g}–{max(r):.3g})"

    @property
    def quiet(self):
        """Rounds kept of all, and the processors that others kept busy in the median of those kept."""
        if self.kept == 0:
            return f"none of {self.dropped} ({self.foreign:.2f})"
        return f"{self.kept} of {self.kept + self.dropped} ({self.foreign:.2f})"


def quickest(side, tries=3):
    """Seconds of a run that nobody disturbed, or else of the quickest of a few."""
    seconds = []
    for _ in range(tries):
        with Load([side.pid] if isinstance(side, Peer) else []) as load:
            seconds.append(side.run())
        if not load.disturbed:
            return seconds[-1]
    return min(seconds)


def half(side, count, peers):
    with Load(peers) as load:
        seconds = sum(side.run() for _ in range(count)) / count
    # Threads of OpenMP spin for a while after their work.
    time.sleep(0.05)
    return seconds, load


@dataclass(frozen=True)
class Plan:
    """How long a comparison may take, and how many rounds it has at least and at most."""

    seconds: float
    least: int
    most: int

    def rounds(self, seconds):
        """How many rounds of so many seconds."""
        return max(self.least, min(self.most, round(self.seconds / seconds)))


def alternate(ours, peer, plan):
    """Runs both sides in turn as planned, up to half as often again where rounds are dropped.

    Where every round was disturbed the seconds of all are shown, and no ratio.
    """
    peers = [side.pid for side in (ours, peer) if isinstance(side, Peer)]
    once = [side.run() for side in (ours, peer)]
    counts = [math.ceil(HALF / max(seconds, 1e-4)) for seconds in once]
    rounds = plan.rounds(sum(seconds * count for seconds, count in zip(once, counts)))
    quiet, loud = [], []
    while len(quiet) < rounds and len(quiet) + len(loud) < rounds + (rounds + 1) // 2:
        a, load_a = half(ours, counts[0], peers)
        b, load_b = half(peer, counts[1], peers)
        disturbed = load_a.disturbed or load_b.disturbed
        (loud if disturbed else quiet).append((a, b, max(load_a.foreign, load_b.foreign)))
    a, b, foreign = zip(*(quiet or loud))
    return Outcome(a, b, len(quiet), len(loud), statistics.median(foreign))
