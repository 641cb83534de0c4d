"""The other end of `Peer`: a script that repeats its work whenever it is told to."""
import json
import sys
import time

import numpy as np


def answer(value):
    print(json.dumps(value), flush=True)


def seconds(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def serve(work, about):
    """Warms up, says what it is, then obeys: "run" gives seconds, "save FILE" leaves an NPY file.

    `work` does it once and returns what can be saved as an array.
    """
    result = work()
    answer(about)
    for line in sys.stdin:
        request, _, path = line.strip().partition(" ")
        if request == "run":
            begin = time.perf_counter()
            result = work()
            answer(time.perf_counter() - begin)
        else:
            np.save(path, result)
            answer(True)
