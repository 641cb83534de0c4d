"""Results as Markdown."""
import statistics
from dataclasses import dataclass

from rounds import Outcome

HEADER = (
    "| work | peer | threads | ours | peer's | peer's / ours | equal work | rounds kept (foreign load) |\n"
    "|---|---|--:|--:|--:|--:|---|--:|"
)


def duration(seconds):
    return f"{1000 * seconds:.3g} ms" if seconds < 0.9995 else f"{seconds:.3g} s"


@dataclass
class Row:
    """A comparison; `equal` says how equal the work was, `note` what else there is to say."""

    work: str
    peer: str
    threads: object
    outcome: Outcome
    equal: str
    note: str

    def __str__(self):
        o = self.outcome
        cells = (
            self.work, self.peer, self.threads, duration(statistics.median(o.ours)),
            duration(statistics.median(o.peers)), o.ratio, self.equal, o.quiet,
        )
        return f"| {' | '.join(map(str, cells))} |"


def section(title, text, rows):
    """A heading, what was done, a table as it grows, and notes below it."""
    yield f"\n## {title}\n\n{text.strip()}\n\n{HEADER}"
    notes = []
    for row in rows:
        notes.append(f"- {row.note}.")
        yield str(row)
    if notes:
        yield "\n" + "\n".join(dict.fromkeys(notes))
    else:
        yield "| left out: no peer is installed | | | | | | | |"
