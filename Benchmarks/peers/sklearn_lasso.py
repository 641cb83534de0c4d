"""scikit-learn's Lasso by coordinate descent with a precomputed Gram matrix, λ = alpha·D.

sklearn_lasso.py RECORDS.npy DICTIONARY.npy λ TYPE TOLERANCE. One record after another, as
`sparse_encode(algorithm="lasso_cd")` does it, but with a tolerance to choose.
"""
import sys
import warnings

import numpy as np
from sklearn.linear_model import Lasso

from serving import serve

warnings.simplefilter("ignore")
kind = np.dtype(sys.argv[4])
dictionary = np.asfortranarray(np.load(sys.argv[2]).astype(kind))
x = np.asfortranarray(np.load(sys.argv[1]).T.astype(kind))
gram = np.ascontiguousarray(dictionary.T @ dictionary)
lasso = Lasso(
    alpha=float(sys.argv[3]) / len(x), fit_intercept=False, precompute=gram,
    tol=float(sys.argv[5]), max_iter=100000,
)
serve(lambda: lasso.fit(dictionary, x).coef_, {})
