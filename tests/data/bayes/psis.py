"""Smoothed weights by ArviZ (psislw), for log-weights that anybody can write down.

log w_i = c * -log(1 - (j + 1/2)/n), j = 7919 i mod n, n = 1000: weights with the tail of a Pareto of shape c.

    python3 psis.py > psis.json
"""

import json
import warnings

import numpy as np

warnings.simplefilter("ignore")
import arviz

cases = []
for c in [0.3, 0.7, 1.2]:
    n = 1000
    j = (7919 * np.arange(n)) % n
    logs = -c * np.log1p(-(j + 0.5) / n)
    smoothed, k = arviz.psislw(logs)
    weights = np.exp(smoothed)
    weights /= weights.sum()
    cases.append({"c": c, "pareto_k": float(k), "effective": float(1 / (weights**2).sum()), "largest": float(weights.max()), "first": weights[:5].tolist()})
print(json.dumps({"made_by": "psis.py", "arviz": arviz.__version__, "numpy": np.__version__, "cases": cases}, indent=1))
