"""Pooled results worked out by exact fractions, as exact.json beside this script: python3 make_fixtures.py

Formulas as published: Rubin 1987; Barnard & Rubin 1999; Li, Raghunathan & Rubin 1991; Li, Meng, Raghunathan & Rubin
1991; Meng & Rubin 1992; Reiter 2007. Only square roots, powers and tails are left to mpmath, with 40 digits.
"""

import json
import os
from fractions import Fraction as F

import mpmath

mpmath.mp.dps = 40


def real(x):
    return mpmath.mpf(x.numerator) / x.denominator if isinstance(x, F) else mpmath.mpf(x)


def f_tail(f, k, df):
    """P(F > f) for k and df degrees of freedom; df None is infinite."""
    f = real(f)
    if f <= 0:
        return mpmath.mpf(1)
    if df is None:
        return mpmath.gammainc(mpmath.mpf(k) / 2, k * f / 2, regularized=True)
    df = real(df)
    if df > 2000:  # where the series of betainc is slow
        a, b = mpmath.mpf(k) / 2, df / 2
        scale = a * mpmath.log(k / df) + mpmath.loggamma(a + b) - mpmath.loggamma(a) - mpmath.loggamma(b)
        density = lambda x: mpmath.exp(scale + (a - 1) * mpmath.log(x) - (a + b) * mpmath.log1p(k * x / df))
        return mpmath.quad(density, [f, f + 0.5, f + 2, f + 8, f + 32, f + 128, mpmath.inf])
    return mpmath.betainc(df / 2, mpmath.mpf(k) / 2, 0, df / (df + k * f), regularized=True)


def t_quantile(confidence, df):
    """t with P(|T| > t) = 1 - confidence, by bisection of its logarithm."""
    low, high = mpmath.mpf(-20), mpmath.mpf(60)
    for _ in range(110):
        middle = (low + high) / 2
        t = mpmath.exp(middle)
        low, high = (middle, high) if f_tail(t * t, 1, df) > 1 - real(confidence) else (low, middle)
    return mpmath.exp(low)


def mean(xs):
    return sum(xs, F(0)) / len(xs)


def numbers(text):
    return [F(x) for x in text.split()]


def df_or_word(df):
    return "infinite" if df is None else float(df)


def scalar(name, q, u, complete):
    m, centre, within = len(q), mean(q), mean(u)
    between = sum((x - centre) ** 2 for x in q) / (m - 1)
    total = within + (1 + F(1, m)) * between
    lam = (1 + F(1, m)) * between / total
    old = (m - 1) / lam**2 if lam else None
    seen = None if complete is None else (complete + 1) / (complete + 3) * complete * (1 - lam)
    parts = [1 / df for df in (old, seen) if df is not None]
    df = 1 / sum(parts) if parts else None
    riv = (1 + F(1, m)) * between / within
    fmi = (riv + (2 / (df + 3) if df is not None else 0)) / (riv + 1)
    error = mpmath.sqrt(real(total))
    half = t_quantile(F(95, 100), df) * error
    return {
        "name": name, "estimates": [float(x) for x in q], "variances": [float(x) for x in u],
        "complete_df": df_or_word(complete),
        "expect": {
            "estimate": float(centre), "within": float(within), "between": float(between), "total": float(total),
            "std_error": float(error), "df": df_or_word(df), "lambda": float(lam), "relative_increase": float(riv),
            "missing_information": float(fmi), "statistic": float(real(centre) / error),
            "p_value": float(f_tail(centre**2 / total, 1, df)),
            "low": float(real(centre) - half), "high": float(real(centre) + half),
        },
    }


def inverse(a):
    n = len(a)
    rows = [list(row) + [F(int(i == j)) for j in range(n)] for i, row in enumerate(a)]
    for i in range(n):
        pivot = rows[i][i]
        rows[i] = [x / pivot for x in rows[i]]
        for j in range(n):
            if j != i:
                rows[j] = [x - rows[j][i] * y for x, y in zip(rows[j], rows[i])]
    return [row[n:] for row in rows]


def large_sample_df(k, m, r):
    t = k * (m - 1)
    if r == 0:
        return None
    if t > 4:
        return 4 + (t - 4) * (1 + (1 - F(2, t)) / r) ** 2
    return t * (1 + F(1, k)) * (1 + 1 / r) ** 2 / 2


def wald_df(k, m, r, complete):
    large, t = large_sample_df(k, m, r), k * (m - 1)
    if complete is None:
        return large
    seen = (complete + 1) / (complete + 3) * complete
    a = r * F(t, t - 2) if t > 4 else None
    if t <= 4 or seen <= 4 * (1 + a):
        return 1 / ((1 / large if large is not None else 0) + (1 + r) / seen)
    c1, c2, c0 = seen - 2 * (1 + a), seen - 4 * (1 + a), F(1, t - 4)
    z = (
        1 / c2
        + c0 * (a**2 * c1) / ((1 + a) ** 2 * c2)
        + c0 * (8 * a**2 * c1 / ((1 + a) * c2**2) + 4 * a**2 / ((1 + a) * c2))
        + c0 * (4 * a**2 / (c2 * c1) + 16 * a**2 * c1 / c2**3)
        + c0 * 8 * a**2 / c2**2
    )
    return 4 + 1 / z


def outcome(statistic, k, df, r):
    return {
        "statistic": float(real(statistic)), "numerator_df": k, "denominator_df": df_or_word(df),
        "p_value": float(f_tail(statistic, k, df)), "relative_increase": float(real(r)),
    }


def wald(name, qs, us, complete):
    m, k = len(qs), len(qs[0])
    centre = [mean([q[i] for q in qs]) for i in range(k)]
    within = [[mean([u[i][j] for u in us]) for j in range(k)] for i in range(k)]
    between = [
        [sum((q[i] - centre[i]) * (q[j] - centre[j]) for q in qs) / (m - 1) for j in range(k)] for i in range(k)
    ]
    back = inverse(within)
    trace = sum(between[i][j] * back[j][i] for i in range(k) for j in range(k))
    r = (1 + F(1, m)) * trace / k
    square = sum(centre[i] * back[i][j] * centre[j] for i in range(k) for j in range(k))
    return {
        "name": name, "complete_df": df_or_word(complete), "estimates": [[float(x) for x in q] for q in qs],
        "covariances": [[[float(x) for x in row] for row in u] for u in us],
        "expect": outcome(square / (k * (1 + r)), k, wald_df(k, m, r, complete), r),
    }


def chi_squares(name, statistics, k):
    m = len(statistics)
    roots = [mpmath.sqrt(real(d)) for d in statistics]
    centre = sum(roots) / m
    r = (1 + mpmath.mpf(1) / m) * sum((x - centre) ** 2 for x in roots) / (m - 1)
    d2 = (real(mean(statistics)) / k - mpmath.mpf(m + 1) / (m - 1) * r) / (1 + r)
    same = all(d == statistics[0] for d in statistics)
    df = None if same else mpmath.mpf(k) ** (-mpmath.mpf(3) / m) * (m - 1) * (1 + 1 / r) ** 2
    return {
        "name": name, "statistics": [float(x) for x in statistics], "parameters": k,
        "expect": outcome(d2, k, df, mpmath.mpf(0) if same else r),
    }


def likelihood_ratios(name, at_maxima, at_pooled, k):
    m = len(at_maxima)
    r = max(F(m + 1, k * (m - 1)) * (mean(at_maxima) - mean(at_pooled)), F(0))
    return {
        "name": name, "at_maxima": [float(x) for x in at_maxima], "at_pooled": [float(x) for x in at_pooled],
        "parameters": k,
        "expect": outcome(mean(at_pooled) / (k * (1 + r)), k, large_sample_df(k, m, r), r),
    }


TWO = [[numbers("0.5 -0.25"), numbers("0.75 -0.5"), numbers("0.25 -0.125"), numbers("0.625 -0.375")],
       [[numbers("0.0625 0.015625"), numbers("0.015625 0.03125")], [numbers("0.125 0.03125"), numbers("0.03125 0.0625")],
        [numbers("0.0625 0"), numbers("0 0.03125")], [numbers("0.09375 0.0078125"), numbers("0.0078125 0.046875")]]]
THREE = [[numbers("1 2 -1"), numbers("1.5 1.75 -1.25"), numbers("0.75 2.25 -0.5")],
         [[numbers("0.5 0.125 0"), numbers("0.125 0.75 0.25"), numbers("0 0.25 1")],
          [numbers("0.625 0.125 0.0625"), numbers("0.125 0.5 0.125"), numbers("0.0625 0.125 0.875")],
          [numbers("0.5 0 0"), numbers("0 0.625 0.1875"), numbers("0 0.1875 0.75")]]]
ONE = [[[x] for x in numbers("0.5 0.75 0.25 0.625")], [[[x]] for x in numbers("0.0625 0.125 0.0625 0.09375")]]
SAME = [[numbers("0.5 -0.25")] * 3, [[numbers("0.0625 0.015625"), numbers("0.015625 0.03125")]] * 3]

RESULT = {
    "provenance": "fractions of Python, mpmath with 40 digits; tests/data/pool/make_fixtures.py",
    "scalars": [
        scalar("two tables", numbers("1 2"), numbers("0.5 0.5"), None),
        scalar("two tables, finite", numbers("1 2"), numbers("0.5 0.5"), F(10)),
        scalar("three tables", numbers("0.25 0.5 1"), numbers("0.125 0.0625 0.25"), None),
        scalar("three tables, finite", numbers("0.25 0.5 1"), numbers("0.125 0.0625 0.25"), F(97)),
        scalar("five tables", numbers("-3 -2.5 -2.75 -3.5 -2.25"), numbers("1 1.5 0.75 1.25 0.5"), F(2900)),
        scalar("mean 0", numbers("-1 1 -0.5 0.5"), numbers("0.25 0.25 0.5 0.5"), F(40)),
        scalar("tables agree", numbers("0.375 0.375 0.375"), numbers("0.0625 0.125 0.25"), None),
        scalar("tables agree, finite", numbers("0.375 0.375 0.375"), numbers("0.0625 0.125 0.25"), F(50)),
        scalar("a variance of 0 in some", numbers("0 0 0.25 0.5"), numbers("0 0 0.125 0.25"), F(200)),
        scalar("small lambda", numbers("8 8.0009765625 7.9990234375"), numbers("1 1 2"), None),
        scalar("large lambda", numbers("100 -100 50 25"), numbers("8 16 8 16"), F(1000)),
        scalar("one complete degree of freedom", numbers("1 1.5 1.25"), numbers("0.5 0.25 0.25"), F(1)),
    ],
    "wald": [
        wald("two parameters", *TWO, None),
        wald("two parameters, finite", *TWO, F(50)),
        wald("two parameters, almost no complete degrees of freedom", *TWO, F(5)),
        wald("three parameters", *THREE, None),
        wald("three parameters, finite", *THREE, F(120)),
        wald("two of three tables: k(m - 1) = 4", [q[:2] for q in THREE[0]], [[r[:2] for r in u[:2]] for u in THREE[1]], None),
        wald("k(m - 1) = 4, finite", [q[:2] for q in THREE[0]], [[r[:2] for r in u[:2]] for u in THREE[1]], F(60)),
        wald("one parameter", *ONE, None),
        wald("one parameter, finite", *ONE, F(60)),
        wald("tables agree", *SAME, None),
        wald("tables agree, finite", *SAME, F(60)),
    ],
    "chi_squares": [
        chi_squares("four tables", numbers("9 6.25 12.25 7.5"), 2),
        chi_squares("below 0", numbers("0.25 9 0 16"), 3),
        chi_squares("tables agree", numbers("8 8 8"), 2),
        chi_squares("many parameters", numbers("31 28.5 40.25 35 33"), 12),
    ],
    "likelihood_ratios": [
        likelihood_ratios("four tables", numbers("9 6.25 12.25 7.5"), numbers("8.5 6 11 7.25"), 2),
        likelihood_ratios("k(m - 1) <= 4", numbers("9 6.25 8"), numbers("7.5 5.75 6.5"), 1),
        likelihood_ratios("tables agree", numbers("5 5 5"), numbers("5 5 5"), 2),
        likelihood_ratios("higher at the pooled than at the maxima", numbers("5 6 7"), numbers("5.5 6.25 7.5"), 3),
    ],
}

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "exact.json"), "w") as file:
    json.dump(RESULT, file, indent=1)
    file.write("\n")
