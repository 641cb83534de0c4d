"""SPAMS trainDL: spams_dictionary.py RECORDS.npy K λ BATCH ITERATIONS TYPE, timed without its imports."""
import os
import sys

import numpy as np
import spams

from serving import serve

length, penalty, batch, iterations = int(sys.argv[2]), *map(float, sys.argv[3:6])
x = np.asfortranarray(np.load(sys.argv[1]).T.astype(sys.argv[6]))


def train():
    return spams.trainDL(
        x, K=length, lambda1=penalty, mode=2, modeD=0, batchsize=int(batch), iter=int(iterations),
        numThreads=int(os.environ["OMP_NUM_THREADS"]), verbose=False,
    )


serve(train, {})
