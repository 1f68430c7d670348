#!/usr/bin/env python3
"""Policies of steps in lanes, compared: what sweeps take and how exact they are.

    lane_policy.py BYPASS [--cache FOLDER] [--models A,B] [--rounds N] [--lanes N]

A line a model and policy: processor time of a sweep with 10 % of spread (the least of the rounds,
which go through the policies in turn) and its steps, as ratios to the first policy; rms error of
the member with the model's own parameters, in units of tolerance, at 1e-4, 1e-6 and 1e-8, against
a single run at 1e-12. Medians come last. Packages as for measure.py.
"""
import argparse
import pathlib
import statistics

from bypass import MANY_POINTS, Bypass
from measure import CACHE, errors
from models import MODELS, Contents, prepared

POLICIES = {  # nonlinear_coefficient, growth_threshold
    "0.1, 1.5 (as for one run)": (0.1, 1.5),
    "0.05, 1.2": (0.05, 1.2),
    "0.03, 1.5": (0.03, 1.5),
    "0.1, 1.2": (0.1, 1.2),
    "0.01, 1.2 (in lanes)": (0.01, 1.2),
}
LADDER = (1e-4, 1e-6, 1e-8)
DEFAULT = "chen,her2,175,019,049,smith,262,010"


class Subject:
    """One model, run under all policies."""

    def __init__(self, key, options):
        self.model = MODELS[key]
        sbml = prepared(self.model, options.program, options.cache)
        contents = Contents(sbml)
        self.runs = {name: Bypass(options.program, self.model, contents, sbml, [
            f"lanes={options.lanes}", f"nonlinear_coefficient={c}", f"growth_threshold={g}"])
            for name, (c, g) in POLICIES.items()}
        first = next(iter(self.runs.values()))
        self.reference = first.single(**self.tolerances(1e-12), keep=True)["values"]
        took = first.sweep(MANY_POINTS, 0.1, **self.tolerances(self.model.rtol))
        one = took["summary"]["run_seconds"] / MANY_POINTS
        self.points = max(MANY_POINTS, min(4096, int(1.0 / one)))

    def tolerances(self, rtol):
        return {"rtol": rtol, "atol": self.model.atol * rtol / self.model.rtol}

    def times(self, rounds):
        """{policy: (seconds, steps)}"""
        found = {name: [] for name in self.runs}
        for _ in range(rounds):
            for name, run in self.runs.items():
                took = run.sweep(self.points, 0.1, **self.tolerances(self.model.rtol))
                found[name].append((took["seconds"], took["summary"]["steps"]))
        return {name: min(all_of_them) for name, all_of_them in found.items()}

    def error(self, name, rtol):
        values = self.runs[name].sweep(MANY_POINTS, 0.1, keep=True, **self.tolerances(rtol))["values"]
        return errors(values, self.reference, self.model)["rms"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", metavar="BYPASS")
    parser.add_argument("--cache", default=CACHE, type=pathlib.Path)
    parser.add_argument("--models", default=DEFAULT)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lanes", type=int, default=8)
    options = parser.parse_args()
    options.program = str(pathlib.Path(options.program).resolve())
    rows = {name: [] for name in POLICIES}
    print("| model | policy | time | steps | error at 1e-4, 1e-6, 1e-8 |\n|---|---|--:|--:|---|")
    for key in options.models.split(","):
        subject = Subject(key, options)
        times = subject.times(options.rounds)
        seconds, steps = times[next(iter(times))]
        for name, (its_seconds, its_steps) in times.items():
            off = [subject.error(name, rtol) for rtol in LADDER]
            rows[name].append((its_seconds / seconds, its_steps / steps, off))
            shown = ", ".join(f"{e:.2g}" for e in off)
            print(f"| {key} | {name} | {its_seconds / seconds:.2f} | {its_steps / steps:.2f} | "
                  f"{shown} |", flush=True)
    first = next(iter(rows.values()))
    print()
    for name, found in rows.items():
        change = statistics.median(e / f for row, base in zip(found, first)
                                   for e, f in zip(row[2], base[2]))
        print(f"{name}: time {statistics.median(r[0] for r in found):.2f} "
              f"({min(r[0] for r in found):.2f} to {max(r[0] for r in found):.2f}), "
              f"steps {statistics.median(r[1] for r in found):.2f}, error {change:.2f}")


if __name__ == "__main__":
    main()
