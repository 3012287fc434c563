"""Fits the suite's tables with GPBoost:  python3 gpboost_fit.py QUESTIONS.json ANSWERS.json

Ends with 3 where the package is not installed: the suite lists it as absent.
"""

import csv
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
try:
    import gpboost
    import numpy
except ImportError:
    sys.exit(3)

VARIANTS = {
    "default": {},
    "tight": {"delta_rel_conv": 1e-12, "maxit": 10_000},
}


def table_of(path, question):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    levels = question["levels"] + (["row"] if question["row_effect"] else [])
    for i, row in enumerate(rows):
        row["row"] = str(i)
    number = lambda name: numpy.array([float(row[name]) for row in rows])
    design = numpy.column_stack([numpy.ones(len(rows))] + [number(name) for name in question["determinants"]])
    groups = numpy.array([[row[level] for level in levels] for row in rows])
    return groups, design, number("count"), numpy.log(number("exposure"))


def answer(question, variant, table):
    groups, design, counts, offset = table
    likelihood = "negative_binomial" if question["family"] == "nb2" else "poisson"
    head = {"question": question["name"], "variant": variant}
    try:
        started = time.process_time()
        model = gpboost.GPModel(group_data=groups, likelihood=likelihood, matrix_inversion_method="cholesky",
                                num_parallel_threads=1)
        model.fit(y=counts, X=design, offset=offset, params=VARIANTS[variant])
        seconds = time.process_time() - started
    except Exception as error:
        return head | {"failure": str(error)[:100]}
    flat = lambda values: [float(value) for value in numpy.asarray(values).ravel()]
    theta = None
    if likelihood == "negative_binomial":
        theta = flat(model.get_aux_pars())[0]
    return head | {
        "coefficients": flat(model.get_coef()),
        "sds": [value**0.5 for value in flat(model.get_cov_pars())],
        "theta": theta,
        "log_likelihood": -float(model.get_current_neg_log_likelihood()),
        "seconds": seconds,
        "note": None,
    }


def main():
    asked, given = map(Path, sys.argv[1:3])
    answers = []
    questions = json.loads(asked.read_text())
    # once before, so that no time has what loads at first use
    answer(questions[0], "default", table_of(asked.parent / questions[0]["csv"], questions[0]))
    for question in questions:
        table = table_of(asked.parent / question["csv"], question)
        answers += [answer(question, variant, table) for variant in VARIANTS]
    given.write_text(json.dumps(answers))


if __name__ == "__main__":
    main()
