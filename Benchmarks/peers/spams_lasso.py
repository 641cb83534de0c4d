"""SPAMS lasso (LARS), PENALTY, ½‖x − Dz‖² + λ‖z‖₁: spams_lasso.py RECORDS.npy DICTIONARY.npy λ TYPE

LARS has no tolerance; it is exact but for rounding, and float32 or float64 as told.
"""
import os
import sys

import numpy as np
import spams

from serving import serve

kind = np.dtype(sys.argv[4])
x = np.asfortranarray(np.load(sys.argv[1]).T.astype(kind))
dictionary = np.asfortranarray(np.load(sys.argv[2]).astype(kind))
penalty, threads = float(sys.argv[3]), int(os.environ["OMP_NUM_THREADS"])


class Sparse:
    """SPAMS answers with a sparse matrix [K, N]; the work ends there."""

    def __init__(self, codes):
        self.codes = codes

    def __array__(self, *_, **__):
        return np.ascontiguousarray(self.codes.T.toarray())


serve(
    lambda: Sparse(spams.lasso(x, dictionary, lambda1=penalty, mode=2, numThreads=threads)), {}
)
