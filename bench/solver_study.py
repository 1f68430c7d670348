#!/usr/bin/env python3
"""Shows which references of the solver study are not the solution of their model.

    solver_study.py [--out FOLDER] [--data FOLDER] [PART-OF-A-NAME...]

Run `make suites` first: tests/suites/run_solver_study leaves in FOLDER (default:
build/suites/solver-study) each case as SBML with the changes of its SED-ML, and what Bypass makes
of it. Here libRoadRunner simulates the same SBML at the same tight tolerances (rtol 1e-10, atol
1e-12 of the smallest column), for every case that does not agree with its reference. The three
trajectories are compared by the rule of the study, |a - b| <= 1e-5 |b| + 1e-7 scale, scale being
the largest absolute value of the column of b and at least 1e-15 of the largest of all columns;
differences are printed in units of what is allowed:

    ours        Bypass from the reference
    second      libRoadRunner from the reference
    each other  Bypass from libRoadRunner

A reference is shown not to be the solution where the first two are above 1 and the third is not.
These cases are the list tests/suites/solver_study.txt; exit code 1 where it says otherwise. Needs
the Python package libroadrunner.
"""
import argparse
import csv
import math
import pathlib
import sys
import xml.etree.ElementTree as xml

import roadrunner

ROOT = pathlib.Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared/data/solver-study"
OUT = ROOT / "build/suites/solver-study"
LISTED = ROOT / "tests/suites/solver_study.txt"
RTOL, ATOL = 1e-5, 1e-7  # of the comparison; ATOL is times the scale of the column
SOLVER_RTOL, SOLVER_ATOL = 1e-10, 1e-12  # SOLVER_ATOL is times the smallest scale
ROUNDING = 1e-15  # of the largest scale of a model: no column's is smaller


def read_table(path, delimiter):
    with open(path, newline="") as file:
        rows = list(csv.reader(file, delimiter=delimiter))
    return dict(zip(rows[0], zip(*[[float(cell) for cell in row] for row in rows[1:]])))


def scales_of(table):
    """The scale of each column but time."""
    scales = {name: max(map(abs, column)) for name, column in table.items() if name != "time"}
    least = ROUNDING * max(scales.values())
    return {name: max(scale, least) for name, scale in scales.items()}


def difference(table, other):
    """The worst difference in units of the tolerance, and where."""
    worst, where = 0.0, ""
    for name, scale in scales_of(other).items():
        for t, b, a in zip(other["time"], other[name], table[name]):
            error = abs(a - b) / ((RTOL * abs(b) + ATOL * scale) or ATOL)
            if not error <= worst:
                worst, where = error, f"{name} at {t:g}"
                if math.isnan(error):
                    return math.inf, where
    return worst, where


def by_roadrunner(path, reference):
    """The columns of the reference, concentrations of species."""
    runner = roadrunner.RoadRunner(str(path))
    runner.integrator.relative_tolerance = SOLVER_RTOL
    runner.integrator.absolute_tolerance = SOLVER_ATOL * min(scales_of(reference).values())
    runner.integrator.maximum_num_steps = 10_000_000
    species = set(runner.model.getFloatingSpeciesIds() + runner.model.getBoundarySpeciesIds())
    select = [f"[{name}]" if name in species else name for name in reference]
    times = reference["time"]
    rows = runner.simulate(times[0], times[-1], len(times), select)
    return {name: [float(row[i]) for row in rows] for i, name in enumerate(reference)}


def judge(name, options, listed):
    """Prints one case; False where the list is wrong about it."""
    sbml = options.out / f"{name}.xml"
    ids = {element.get("id") for element in xml.parse(sbml).iter()} | {"time"}
    reference = {column: values for column, values
                 in read_table(options.data / name / "reference.tsv", "\t").items()
                 if column in ids}
    ours = read_table(options.out / f"{name}.csv", ",")
    error, where = difference(ours, reference)
    if error <= 1:
        if name in listed:
            print(f"{name}: agrees, and is listed")
        return name not in listed
    second = by_roadrunner(sbml, reference)
    theirs, _ = difference(second, reference)
    between, _ = difference(second, ours)
    shown = theirs > 1 >= between
    print(f"{error:9.2g} {theirs:9.2g} {between:9.2g}  {'shown' if shown else 'not shown':10}"
          f"{name}, {where}", flush=True)
    return shown == (name in listed)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=OUT)
    parser.add_argument("--data", type=pathlib.Path, default=DATA)
    parser.add_argument("part", nargs="*")
    options = parser.parse_args()
    names = sorted(path.stem for path in options.out.glob("*.csv"))
    if not names:
        print(f"there is nothing in {options.out}: run `make suites` first")
        return 1
    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
    listed = {line.strip() for line in LISTED.read_text().splitlines()
              if line.strip() and not line.startswith("#")}
    print(f"{'ours':>9} {'second':>9} {'each other':>9}")
    right = [judge(name, options, listed) for name in names
             if not options.part or any(part in name for part in options.part)]
    print(f"{len(right)} cases; the list is wrong about {right.count(False)}")
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main())
