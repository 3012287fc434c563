"""A country of 388 gemeenten on which the published Blue Zones screen can be run: python3 make_gemeenten.py

ALL NUMBERS ARE SYNTHETIC. Real are the names and codes of twelve gemeenten and what was published about them: 388 gemeenten
in 2017, a national rate of 10.0 %, eleven gemeenten at or under 6.6 %, two of them and Schiermonnikoog under 6 %, seven that
dropped out and four that remained. Which of the seven had which of the published reasons is made up, but for Bloemendaal and
Laren. Planted besides: one of the eleven at exactly 6.6 %, and one gemeente between 6.6 % and two thirds of 10.0 %.
Writes gemeenten.csv beside this script.
"""

import csv
import math
import os
import random

random.seed(2017)

# code, name, inhabitants, youths, users, what interviews found
KNOWN = [
    ("GM0358", "Aalsmeer", 31_500, 6_800, 435, "waiting lists"),
    ("GM0370", "Beemster", 9_600, 2_060, 131, "waiting lists"),
    ("GM0377", "Bloemendaal", 23_200, 5_250, 331, "high socio-economic status"),
    ("GM0383", "Castricum", 35_000, 6_900, 436, "nothing against it"),
    ("GM0385", "Edam-Volendam", 35_900, 7_650, 436, "nothing against it"),
    ("GM0397", "Heemstede", 27_000, 5_800, 377, "privately bought help"),
    ("GM0417", "Laren", 11_100, 2_150, 138, "high socio-economic status"),
    ("GM0279", "Scherpenzeel", 9_800, 2_400, 151, "nothing against it"),
    ("GM0180", "Staphorst", 16_800, 4_500, 256, "waiting lists"),
    ("GM0450", "Uitgeest", 13_500, 2_950, 191, "nothing against it"),
    ("GM0852", "Waterland", 17_300, 3_500, 231, "privately bought help"),
    ("GM0088", "Schiermonnikoog", 940, 168, 9, ""),
]
LOW = {"Castricum", "Edam-Volendam", "Scherpenzeel", "Uitgeest"}
BETWEEN = ("GM9001", "Gemeente 001", 28_000, 6_010, 400, "")
N = 388
LEAST = 0.071  # no other rate comes near the threshold


def size():
    """Inhabitants: median about 30,000, a few very large cities."""
    return int(round(math.exp(random.gauss(10.32, 0.85)), -1))


def events(people, rate):
    """About a Poisson count, by its normal approximation."""
    mean = people * rate
    return max(0, round(random.gauss(mean, math.sqrt(mean))))


rows = [list(row) for row in KNOWN + [BETWEEN]]
for i in range(2, N - len(KNOWN) + 1):
    inhabitants = max(1_200, size())
    youths = round(inhabitants * random.gauss(0.20, 0.015))
    rate = max(LEAST, math.exp(random.gauss(math.log(0.100), 0.17)))
    rows.append([f"GM{9000 + i}", f"Gemeente {i:03}", inhabitants, youths, math.ceil(youths * rate), ""])

# exactly 10.0 %: the youths to a multiple of ten, then users moved among the larger synthetic gemeenten
free = [row for row in rows if row[1].startswith("Gemeente") and row[3] > 4_000 and row[1] != BETWEEN[1]]
free[0][3] += -sum(row[3] for row in rows) % 10
wanted = sum(row[3] for row in rows) // 10
while (gap := wanted - sum(row[4] for row in rows)) != 0:
    step = 1 if gap > 0 else -1
    for row in free[: abs(gap)] if abs(gap) < len(free) else free:
        if LEAST < (row[4] + step) / row[3] < 0.19:
            row[4] += step
assert 10 * sum(row[4] for row in rows) == sum(row[3] for row in rows)
assert len(rows) == N

rows.sort(key=lambda row: row[0])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "gemeenten.csv"), "w", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(["code", "name", "inhabitants", "youths", "users", "placed_out", "halt", "school_leavers", "interviews"])
    for code, name, inhabitants, youths, users, found in rows:
        factor = 0.5 if name in LOW else 1.0
        placed, halt, leavers = (events(youths, factor * r) for r in (0.010, 0.012, 0.018))
        # early school leavers are not published for a few
        leavers = "" if not found and random.random() < 0.03 else leavers
        out.writerow([code, name, inhabitants, youths, users, placed, halt, leavers, found])
