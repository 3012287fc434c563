"""Posterior of a two-level count model by Hamiltonian Monte Carlo on the joint density.

Nothing is integrated out: coefficients, log standard deviations, log theta and the effects of all areas are
coordinates of one chain, the effects as they are (centred: the table says more of most of them than their prior). Half-normal(1) standard deviations, flat coefficients,
log theta normal(2, 2). Counts are exact, or intervals lo..hi where they differ.

The metric is dense, the curvature at the mean of a warm-up; steps are jittered leapfrogs; all draws after that are kept.
Written for numpy 2.4 (and scipy for gammaln), sharing nothing with the library.

    python3 joint_chain.py TABLE.csv FAMILY COUNT[,LO,HI] OUT.json [draws] [seed]

COUNT is a column; with `lo,hi` instead the counts are intervals. TABLE has columns pop, group, region and x1, x2, ...
"""

import csv
import hashlib
import json
import sys
import time

import numpy as np
from scipy.special import gammaln

table, family, count, out = sys.argv[1:5]
n_draws = int(sys.argv[5]) if len(sys.argv) > 5 else 12000
seed = int(sys.argv[6]) if len(sys.argv) > 6 else 1

rows = list(csv.DictReader(open(table)))
names = [c for c in rows[0] if c[0] == "x" and c[1:].isdigit()]
X = np.array([[float(r[c]) for c in names] for r in rows])
centre, scale = X.mean(0), X.std(0)
X = np.column_stack([np.ones(len(rows)), (X - centre) / scale])
offset = np.log(np.array([float(r["pop"]) for r in rows]))
regions = {code: i for i, code in enumerate(sorted({r["region"] for r in rows}))}
groups = {code: i for i, code in enumerate(sorted({(r["region"], r["group"]) for r in rows}))}
region = np.array([regions[r["region"]] for r in rows])
group = np.array([groups[(r["region"], r["group"])] for r in rows])
if count == "lo,hi":
    lo, hi = (np.array([float(r[c]) for r in rows]) for c in ("lo", "hi"))
else:
    lo = hi = np.array([float(r[count]) for r in rows])
exact = lo == hi
coarse = np.flatnonzero(~exact)
cells = np.concatenate([np.arange(lo[i], hi[i] + 1) for i in coarse]) if len(coarse) else np.zeros(0)
cell_row = np.concatenate([np.full(int(hi[i] - lo[i]) + 1, k) for k, i in enumerate(coarse)]) if len(coarse) else np.zeros(0, int)
p, G, R = X.shape[1], len(groups), len(regions)
nb = family == "nb2"
D = p + 2 + nb + R + G  # beta, log sd region, log sd group, [phi], effects of regions, effects of groups


def log_pmf(y, mu, phi):
    """log p(y), its slope in log mu, its slope in phi."""
    if not nb:
        return y * np.log(mu) - mu - gammaln(y + 1), y - mu, None
    t = np.exp(phi)
    value = gammaln(y + t) - gammaln(t) - gammaln(y + 1) + t * np.log(t / (t + mu)) + y * np.log(mu / (t + mu))
    slope = (y - mu) * t / (t + mu)
    digamma = (gammaln(y + t + 1e-4) - gammaln(y + t - 1e-4) - gammaln(t + 1e-4) + gammaln(t - 1e-4)) / 2e-4
    return value, slope, t * (digamma + np.log(t / (t + mu)) + (mu - y) / (t + mu))


def density(q):
    beta, xi_r, xi_g = q[:p], q[p], q[p + 1]
    phi = q[p + 2] if nb else 0.0
    b_r, b_g = q[D - G - R : D - G], q[D - G :]
    sd_r, sd_g = np.exp(np.clip([xi_r, xi_g], -12, 5))
    eta = X @ beta + offset + b_r[region] + b_g[group]
    mu = np.exp(np.clip(eta, -300, 300))
    value, slope, slope_phi = log_pmf(lo, mu, phi)
    if len(coarse):
        v, s, f = log_pmf(cells, mu[coarse][cell_row], phi)
        top = np.full(len(coarse), -np.inf)
        np.maximum.at(top, cell_row, v)
        w = np.exp(v - top[cell_row])
        total = np.bincount(cell_row, w, len(coarse))
        value[coarse] = top + np.log(total)
        slope[coarse] = np.bincount(cell_row, w * s, len(coarse)) / total
        if nb:
            slope_phi[coarse] = np.bincount(cell_row, w * f, len(coarse)) / total
    of_r, of_g = np.bincount(region, slope, R), np.bincount(group, slope, G)
    g = np.empty(D)
    g[:p] = X.T @ slope
    z_r, z_g = b_r / sd_r, b_g / sd_g
    g[p] = z_r @ z_r - R + 1 - sd_r**2
    g[p + 1] = z_g @ z_g - G + 1 - sd_g**2
    if nb:
        g[p + 2] = slope_phi.sum() - (phi - 2) / 4
    g[D - G - R : D - G] = of_r - z_r / sd_r
    g[D - G :] = of_g - z_g / sd_g
    prior = (1 - R) * xi_r - sd_r**2 / 2 + (1 - G) * xi_g - sd_g**2 / 2 - 0.5 * (z_r @ z_r + z_g @ z_g)
    prior -= (phi - 2) ** 2 / 8 if nb else 0.0
    return value.sum() + prior, g


def run(q, draws, step, L, rng, steps, adapt):
    """Leapfrogs of `steps` on average in the metric LL' (L its factor, or its diagonal's root)."""
    apply, back = (lambda x: L @ x, lambda x: L.T @ x) if L.ndim == 2 else (lambda x: L * x, lambda x: L * x)
    value, g = density(q)
    kept, taken, log_step, average = [], 0.0, np.log(step), 0.0
    for i in range(draws):
        m = rng.standard_normal(D)
        h = np.exp(log_step) * rng.uniform(0.8, 1.2)
        q1, g1, m1, value1 = q, g, m, value
        for _ in range(rng.integers(steps // 2, steps + steps // 2 + 1)):
            m1 = m1 + 0.5 * h * back(g1)
            q1 = q1 + h * apply(m1)
            value1, g1 = density(q1)
            m1 = m1 + 0.5 * h * back(g1)
            if not np.isfinite(value1):
                break
        gain = value1 - value - 0.5 * (m1 @ m1 - m @ m)
        accept = np.exp(min(0.0, gain)) if np.isfinite(gain) else 0.0
        if rng.uniform() < accept:
            q, value, g = q1, value1, g1
        taken += accept
        if adapt:
            log_step += (accept - 0.8) / (i + 10) ** 0.6
        kept.append(q)
    return np.array(kept), taken / draws, np.exp(log_step)


def effective(x):
    n = len(x)
    x = x - x.mean()
    f = np.fft.rfft(x, 2 * n)
    rho = np.fft.irfft(f * np.conj(f))[:n]
    rho /= rho[0]
    tau, t = 1.0, 1
    while t + 1 < n and rho[t] + rho[t + 1] > 0:
        tau += 2 * (rho[t] + rho[t + 1])
        t += 2
    return n / tau


rng = np.random.default_rng(seed)
q = np.zeros(D)
typical = np.where(exact, lo, 0.5 * (lo + hi))
q[0] = np.log(typical.sum() / np.exp(offset).sum())
q[p], q[p + 1] = np.log(0.2), np.log(0.3)
if nb:
    q[p + 2] = 2.0
began = time.process_time()
kept, _, step = run(q, 600, 0.02, np.ones(D), rng, 20, True)
spread = kept[200:].std(0) + 1e-6
kept, _, step = run(kept[-1], 1500, step, spread, rng, 20, True)
for _ in range(2):
    # the metric: minus the second derivatives at the mean of the warm-up, by differences, where they are positive
    at, curvature = kept[len(kept) // 3 :].mean(0), np.empty((D, D))
    for i in range(D):
        move = np.zeros(D)
        move[i] = 1e-4
        curvature[i] = (density(at - move)[1] - density(at + move)[1]) / 2e-4
    values, vectors = np.linalg.eigh(0.5 * (curvature + curvature.T))
    L = np.linalg.cholesky((vectors / np.maximum(values, 0.05)) @ vectors.T)
    kept, _, step = run(kept[-1], 1000, 0.3, L, rng, 12, True)
kept, accepted, step = run(kept[-1], n_draws, step, L, rng, max(6, round(2.5 / step)), False)

beta = kept[:, :p].copy()
beta[:, 1:] /= scale
beta[:, 0] -= beta[:, 1:] @ centre
values = [beta, np.exp(kept[:, p : p + 2])] + ([np.exp(kept[:, p + 2 : p + 3])] if nb else [])
values = np.column_stack(values)
of_region = kept[:, D - G - R : D - G]
of_group = kept[:, D - G :]
half = len(values) // 2
result = {
    "made_by": "joint_chain.py",
    "numpy": np.__version__,
    "table": table.split("/")[-1],
    "sha256": hashlib.sha256(open(table, "rb").read()).hexdigest(),
    "family": family,
    "count": count,
    "draws": n_draws,
    "step": step,
    "seed": seed,
    "acceptance": accepted,
    "processor_seconds": time.process_time() - began,
    "names": ["(Intercept)"] + names + ["sd(region)", "sd(group)"] + (["theta"] if nb else []),
    "mean": values.mean(0).tolist(),
    "sd": values.std(0, ddof=1).tolist(),
    "effective": [effective(values[:, j]) for j in range(values.shape[1])],
    "halves_apart": (np.abs(values[:half].mean(0) - values[half:].mean(0)) / values.std(0)).tolist(),
    "region": {code: [float(of_region[:, i].mean()), float(of_region[:, i].std())] for code, i in regions.items()},
    "group": {"/".join(code): [float(of_group[:, i].mean()), float(of_group[:, i].std())] for code, i in groups.items()},
}
json.dump(result, open(out, "w"), indent=1)
print(out, "acceptance", round(accepted, 2), "least effective", round(min(result["effective"])), "seconds", round(result["processor_seconds"]))
