"""The ten small tables of the certified set, declared and drawn.

Steps are those of the quadrature: a third to a half of the narrowest width that occurs.
"""

import csv
import math
import random


def spec(name, what, areas, rows, seed, step, **more):
    """areas: {level: number of areas}, coarsest first; `row` among the sds stands for an effect per row."""
    made = {"name": name, "what": what, "areas": areas, "rows": rows, "seed": seed, "step": step}
    made |= {"family": "poisson", "determinants": ["x"], "withheld": False, "exposure": 1.0}
    made |= more
    made["levels"] = list(made["truth"]["sds"])
    return made


def truth(intercept, slopes, sds, theta=None):
    return {"intercept": intercept, "slopes": slopes, "sds": sds, "theta": theta}


SPECS = [
    spec("one_level", "one level, mean about 5", {"town": 8}, 32, 1, "0.08",
         truth=truth(1.5, [0.3], {"town": 0.5})),
    spec("one_level_low", "one level, mean about 0.5", {"town": 8}, 40, 2, "0.12",
         truth=truth(-0.8, [0.4], {"town": 0.7})),
    spec("one_level_nb2", "one level, NB2", {"town": 8}, 40, 3, "0.1", family="nb2",
         truth=truth(1.5, [0.3], {"town": 0.6}, theta=3.0)),
    spec("two_levels", "two levels, mean about 3", {"region": 5, "town": 12}, 36, 4, "0.07",
         truth=truth(1.0, [0.3], {"region": 0.5, "town": 0.4})),
    spec("two_levels_low", "two levels, mean about 0.7", {"region": 5, "town": 14}, 40, 27, "0.1",
         truth=truth(-0.6, [0.4], {"region": 0.7, "town": 0.6})),
    spec("two_levels_withheld", "two levels, counts below 10 withheld and others rounded to 5",
         {"region": 5, "town": 12}, 36, 6, "0.06", withheld=True,
         truth=truth(2.2, [0.5], {"region": 0.5, "town": 0.4})),
    spec("two_levels_nb2_withheld", "two levels, NB2, counts below 10 withheld and others rounded to 5",
         {"region": 5, "town": 12}, 40, 21, "0.07", family="nb2", withheld=True,
         truth=truth(2.4, [0.5], {"region": 0.6, "town": 0.5}, theta=6.0)),
    spec("row_effect", "one level and an effect per row, mean about 2", {"region": 6}, 30, 46, "0.08",
         truth=truth(0.6, [0.3], {"region": 0.6, "row": 0.5})),
    spec("three_levels", "three levels, mean about 2", {"province": 4, "region": 8, "town": 18}, 40, 63, "0.1",
         truth=truth(0.4, [0.3], {"province": 0.6, "region": 0.5, "town": 0.4})),
    spec("boundary", "two levels, the variance of the regions at 0", {"region": 4, "town": 12}, 36, 47, "0.08",
         zeros=["region"], truth=truth(1.0, [0.3], {"region": 0.0, "town": 0.5})),
]


def poisson(rng, mean):
    """By inversion."""
    u, y, p = rng.random(), 0, math.exp(-mean)
    total = p
    while total < u and y < 10_000:
        y += 1
        p *= mean / y
        total += p
    return y


def published(y, withheld):
    """Bounds of a count as it is published."""
    if not withheld:
        return y, y
    if y < 10:
        return 0, 9
    rounded = (y + 2) // 5 * 5
    return max(rounded - 2, 10), rounded + 2


def paths(spec):
    """The areas of every row, coarsest level first: equal shares, in order."""
    numbers = list(spec["areas"].values())
    for row in range(spec["rows"]):
        yield [row * n // spec["rows"] for n in numbers]


def draw(spec, path):
    rng, truth = random.Random(spec["seed"]), spec["truth"]
    sds, levels = truth["sds"], list(spec["areas"])
    effects = {level: [rng.gauss(0, sds[level]) for _ in range(n)] for level, n in spec["areas"].items()}
    lines = []
    parents = {}
    for areas in paths(spec):
        for finer, coarser, a, b in zip(levels[1:], levels, areas[1:], areas):
            parents.setdefault((finer, a), b)
        # A finer area that straddles two coarser ones belongs to the first.
        for k in range(len(levels) - 1, 0, -1):
            areas[k - 1] = parents[levels[k], areas[k]]
        exposure, x = round(math.exp(rng.gauss(0, 0.4)), 2), round(rng.gauss(0, 1), 2)
        eta = truth["intercept"] + truth["slopes"][0] * x + rng.gauss(0, sds.get("row", 0.0))
        eta += sum(effects[level][a] for level, a in zip(levels, areas))
        mean = exposure * math.exp(eta)
        if truth["theta"] is not None:
            mean *= rng.gammavariate(truth["theta"], 1 / truth["theta"])
        lo, hi = published(poisson(rng, mean), spec["withheld"])
        codes = [f"{level}-{a + 1}" for level, a in zip(levels, areas)]
        lines.append(codes + [exposure, x, lo, hi])
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(levels + ["exposure", "x", "lo", "hi"])
        writer.writerows(lines)


def read(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["lo"], row["hi"] = int(row["lo"]), int(row["hi"])
    return rows
