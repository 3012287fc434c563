"""Maximum likelihood of ten small tables to more than 12 digits, by brute force.

    python3 certify.py [--draw] [name ...]       (mpmath, gmpy2 makes it faster; minutes a table)

Writes NAME.json beside NAME.csv; with --draw the tables are drawn anew first (tables.py).

The log-likelihood is that of the counts with all effects integrated out. Every effect is integrated on its own by the
trapezoid rule with equal steps over an interval that leaves out less than the precision: for these integrands, analytic
and falling like a normal density, the error falls exponentially in 1/step. An area's number is the sum of its effect and
those around it, so one grid serves all levels. Maxima are found by Newton steps, derivatives by differences in many
digits. A maximum is written only when the gradient is below 1e-20, and value and gradient are found again with half the
step, a wider interval and more digits.
"""

import json
import sys
from pathlib import Path

import mpmath
from mpmath import exp, factorial, fdot, loggamma, mp, mpf, nstr, sqrt

import tables

HERE = Path(__file__).parent
GRADIENT_BELOW = mpf(10) ** -20
AGAIN_WITHIN = mpf(10) ** -22


class Grid:
    """Numbers of areas: centre 0, equal steps."""

    def __init__(self, step, half_width):
        self.step = mpf(step)
        self.half = int(half_width / self.step) + 1
        self.size = 2 * self.half + 1
        self.exps = [exp(self.step * j) for j in range(-self.half, self.half + 1)]

    def kernel(self, sd):
        """Normal density times the step at 0, 1, 2, ... steps, as far as it counts."""
        if sd < self.step / 2:
            raise ValueError("a standard deviation that the steps do not resolve: is its maximum at 0?")
        smallest = mpf(10) ** -(mp.dps + 5)
        values = []
        for j in range(self.size):
            value = self.step * exp(-((self.step * j / sd) ** 2) / 2) / (sd * sqrt(2 * mp.pi))
            if value < smallest:
                break
            values.append(value)
        return values


class Point:
    """Parameters: coefficients, sd by level (0 for none, a Shifted for a nearby 0), theta or None."""

    def __init__(self, coefficients, sds, theta):
        self.coefficients, self.sds, self.theta = coefficients, sds, theta


class Tiny:
    """A standard deviation so small that three points integrate it: exact through the fifth moment."""

    def __init__(self, sd):
        self.sd = sd
        self.rule = [(mpf(2) / 3, mpf(0)), (mpf(1) / 6, sd * sqrt(mpf(3))), (mpf(1) / 6, -sd * sqrt(mpf(3)))]


def row_likelihood(row, rate, theta):
    """P(lo <= y <= hi) for a list of means rate[j]."""
    lo, hi = row["lo"], row["hi"]
    if theta is None:
        def first(mu):
            return exp(-mu) * mu**lo / factorial(lo), mu
        ratios = [mpf(1) / (k + 1) for k in range(lo, hi)]
    else:
        constant = exp(loggamma(theta + lo) - loggamma(theta)) / factorial(lo)
        def first(mu):
            share = mu / (theta + mu)
            return constant * share**lo * exp(theta * mpmath.log(theta / (theta + mu))), share
        ratios = [(theta + k) / (k + 1) for k in range(lo, hi)]
    values = []
    for mu in rate:
        at_lo, factor = first(mu)
        tail = mpf(1)
        for ratio in reversed(ratios):
            tail = 1 + tail * ratio * factor
        values.append(at_lo * tail)
    return values


class Likelihood:
    """The log-likelihood of a table as a function of a Point."""

    def __init__(self, rows, levels, grid):
        self.rows, self.levels, self.grid = rows, levels, grid
        self.tops = self.group(list(range(len(rows))), 0)

    def group(self, rows, depth):
        """[(rows, children)] of the areas at a depth; the level `row` has each row as its own area."""
        if depth == len(self.levels):
            return []
        level, areas = self.levels[depth], {}
        for i in rows:
            areas.setdefault(i if level == "row" else self.rows[i][level], []).append(i)
        return [(members, self.group(members, depth + 1)) for members in areas.values()]

    def value(self, at):
        self.at = at
        self.kernels = [None if isinstance(sd, Tiny) or sd == 0 else self.grid.kernel(sd) for sd in at.sds]
        total = mpf(0)
        for top in self.tops:
            total += mpmath.log(self.around(top, 0, mpf(0), [self.grid.half])[0])
        return total

    def below(self, area, depth, shift):
        """Likelihood of an area's rows at every grid number plus a shift."""
        members, children = area
        product = [mpf(1)] * self.grid.size
        if not children:
            factors = (self.row(i, shift) for i in members)
        else:
            factors = (self.around(child, depth + 1, shift, range(self.grid.size)) for child in children)
        for factor in factors:
            product = [a * b for a, b in zip(product, factor)]
        return product

    def row(self, i, shift):
        row = self.rows[i]
        base = row["exposure"] * exp(fdot(self.at.coefficients, row["terms"]) + shift)
        return row_likelihood(row, [base * e for e in self.grid.exps], self.at.theta)

    def around(self, area, depth, shift, wanted):
        """The same with the area's own effect integrated out, where the number around it is wanted."""
        sd = self.at.sds[depth]
        if isinstance(sd, Tiny):
            parts = [(w, self.below(area, depth, shift + u)) for w, u in sd.rule]
            return [sum(w * part[j] for w, part in parts) for j in wanted]
        inside = self.below(area, depth, shift)
        if sd == 0:
            return [inside[j] for j in wanted]
        kernel = self.kernels[depth]
        full, reach = kernel[:0:-1] + kernel, len(kernel) - 1
        values = []
        for j in wanted:
            first, last = max(0, j - reach), min(self.grid.size, j + reach + 1)
            offset = first - j + reach
            values.append(fdot(inside[first:last], full[offset : offset + last - first]))
        return values


class Question:
    """A table with its model, over the free parameters: coefficients, log sd of the levels inside, log theta."""

    def __init__(self, spec):
        self.spec = spec
        self.levels, self.zeros = spec["levels"], spec.get("zeros", [])
        self.inside = [level for level in self.levels if level not in self.zeros]
        self.terms = ["(Intercept)"] + spec["determinants"]
        self.names = self.terms + [f"log sd({level})" for level in self.inside]
        self.names += ["log theta"] if spec["family"] == "nb2" else []

    def read(self):
        rows = tables.read(HERE / f"{self.spec['name']}.csv")
        for row in rows:
            row["exposure"] = mpf(row["exposure"])
            row["terms"] = [mpf(1)] + [mpf(row[name]) for name in self.spec["determinants"]]
        return rows

    def point(self, free, tiny=None):
        p, sds, k = len(self.terms), [], len(self.terms)
        for level in self.levels:
            if level in self.zeros:
                sds.append(Tiny(tiny[1]) if tiny and tiny[0] == level else mpf(0))
            else:
                sds.append(exp(free[k]))
                k += 1
        return Point(free[:p], sds, exp(free[k]) if self.spec["family"] == "nb2" else None)

    def start(self):
        spec = self.spec
        start = [mpf(spec["truth"]["intercept"])] + [mpf(b) for b in spec["truth"]["slopes"]]
        start += [mpmath.log(mpf(spec["truth"]["sds"][level])) for level in self.inside]
        return start + ([mpmath.log(mpf(spec["truth"]["theta"]))] if spec["family"] == "nb2" else [])

    def likelihood(self, step, widths, free):
        total = sqrt(sum(exp(2 * free[self.names.index(f"log sd({level})")]) for level in self.inside))
        likelihood = Likelihood(self.read(), self.levels, Grid(step, widths * total))
        return lambda free, tiny=None: likelihood.value(self.point(free, tiny))


def moved(free, *moves):
    there = list(free)
    for i, by in moves:
        there[i] += by
    return there


def gradient(f, free, step):
    """Central differences of fourth order."""
    def slope(i):
        near = f(moved(free, (i, step))) - f(moved(free, (i, -step)))
        far = f(moved(free, (i, 2 * step))) - f(moved(free, (i, -2 * step)))
        return (8 * near - far) / (12 * step)
    return [slope(i) for i in range(len(free))]


def hessian(f, free, step):
    n, middle, matrix = len(free), f(free), mpmath.zeros(len(free))
    singles = [(f(moved(free, (i, step))), f(moved(free, (i, -step)))) for i in range(n)]
    for i in range(n):
        matrix[i, i] = (singles[i][0] - 2 * middle + singles[i][1]) / step**2
        for j in range(i):
            both = f(moved(free, (i, step), (j, step))) + f(moved(free, (i, -step), (j, -step)))
            cross = (both - sum(singles[i]) - sum(singles[j]) + 2 * middle) / (2 * step**2)
            matrix[i, j] = matrix[j, i] = cross
    return matrix


def newton_step(matrix, slope):
    """The step of a positive definite -H + lambda I, lambda as small as that allows."""
    n, shift = len(slope), mpf(0)
    while True:
        try:
            mpmath.cholesky(-matrix + shift * mpmath.eye(n))
            return list(mpmath.lu_solve(-matrix + shift * mpmath.eye(n), mpmath.matrix(slope)))
        except ValueError:
            shift = 4 * shift + mpf(1) / 8


def climb(f, free, step):
    """Damped Newton steps to a gradient of 1e-6; ends with the Hessian there."""
    value = f(free)
    for _ in range(40):
        slope, matrix = gradient(f, free, step), hessian(f, free, step)
        if max(map(abs, slope)) < mpf(10) ** -6:
            return free, matrix
        by = newton_step(matrix, slope)
        share = 1 / max(mpf(1), max(map(abs, by)))
        while True:
            there = [a + share * b for a, b in zip(free, by)]
            found = f(there)
            if found > value or share < mpf(10) ** -6:
                break
            share /= 2
        free, value = there, found
        print("   ", nstr(value, 12), [nstr(a, 5) for a in free], flush=True)
    raise RuntimeError("no maximum found")


def polish(f, free, matrix, step):
    """Newton steps with the Hessian of the climb, to a gradient below the bound."""
    for _ in range(12):
        slope = gradient(f, free, step)
        print("    gradient", nstr(max(map(abs, slope)), 3), flush=True)
        if max(map(abs, slope)) < GRADIENT_BELOW:
            return free, slope
        free = [a + b for a, b in zip(free, newton_step(matrix, slope))]
    raise RuntimeError("the gradient does not vanish")


def certify(spec):
    question = Question(spec)
    print(spec["name"], question.names, flush=True)
    mp.dps = 25
    free = question.start()
    coarse = question.likelihood(2 * mpf(spec["step"]), 9, free)
    free, matrix = climb(coarse, free, mpf(10) ** -5)

    mp.dps = 45
    free, matrix = [+mpf(a) for a in free], mpmath.matrix(matrix)
    fine = question.likelihood(mpf(spec["step"]), mpf("12.5"), free)
    free, slope = polish(fine, free, matrix, mpf(10) ** -8)
    value = fine(free)
    matrix = hessian(fine, free, mpf(10) ** -10)
    scores = {level: boundary_score(fine, free, level, value) for level in question.zeros}

    mp.dps = 55
    finer = question.likelihood(mpf(spec["step"]) / 2, mpf(15), free)
    again, slope_again = finer(free), gradient(finer, free, mpf(10) ** -8)
    apart, apart_slope = abs(again - value), max(abs(a - b) for a, b in zip(slope, slope_again))
    print("    again", nstr(apart, 3), nstr(apart_slope, 3), flush=True)
    assert apart < AGAIN_WITHIN and max(map(abs, slope_again)) < 10 * GRADIENT_BELOW
    assert all(score < 0 for score in scores.values())
    mp.dps = 45
    verified = {"gradient": slope_again, "apart": apart, "scores": scores}
    write(question, free, value, matrix, verified)


def boundary_score(f, free, level, value):
    """Slope of the log-likelihood in the variance of a level at 0."""
    sd = mpf(10) ** -9
    return (f(free, (level, sd)) - value) / sd**2


def write(question, free, value, matrix, verified):
    spec, p = question.spec, len(question.terms)
    covariance = mpmath.inverse(-matrix)
    errors = [sqrt(covariance[i, i]) for i in range(len(free))]
    number = lambda a: float(nstr(a, 18)) if a == 0 else Exactly(nstr(a, 20, min_fixed=-4, max_fixed=8))
    short = lambda a: Exactly(nstr(a, 3))
    point = question.point(free)
    answer = {
        "table": f"{spec['name']}.csv",
        "what": spec["what"],
        "family": spec["family"],
        "levels": [level for level in spec["levels"] if level != "row"],
        "row_effect": "row" in spec["levels"],
        "determinants": spec["determinants"],
        "maximum": {
            "log_likelihood": number(value),
            "coefficients": {name: number(a) for name, a in zip(question.terms, point.coefficients)},
            "sd": {level: number(sd) for level, sd in zip(question.levels, point.sds)},
            "theta": number(point.theta) if point.theta is not None else None,
        },
        "std_errors": {name: number(e) for name, e in zip(question.names, errors)},
        "score_in_variance_at_zero": {level: number(score) for level, score in verified["scores"].items()},
        "certificate": {
            "script": "certify.py",
            "digits_of_arithmetic": 45,
            "step": spec["step"],
            "largest_gradient": short(max(map(abs, verified["gradient"]))),
            "value_apart_at_half_the_step_55_digits": short(verified["apart"]),
        },
    }
    (HERE / f"{spec['name']}.json").write_text(dumps(answer) + "\n")


class Exactly(str):
    """Digits to be written as a JSON number, as they are."""


def dumps(value, depth=0):
    pad = "  " * (depth + 1)
    if isinstance(value, Exactly):
        return str(value)
    if isinstance(value, dict) and value:
        inner = ",\n".join(f"{pad}{json.dumps(k)}: {dumps(v, depth + 1)}" for k, v in value.items())
        return "{\n" + inner + "\n" + "  " * depth + "}"
    return json.dumps(value)


if __name__ == "__main__":
    wanted = [a for a in sys.argv[1:] if not a.startswith("--")]
    for spec in tables.SPECS:
        if wanted and spec["name"] not in wanted:
            continue
        if "--draw" in sys.argv:
            tables.draw(spec, HERE / f"{spec['name']}.csv")
        certify(spec)
