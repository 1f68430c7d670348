#!/usr/bin/env python3
"""Simulates the semantic cases of the SBML Test Suite, converted to Antimony.

    suite_by_antimony.py BYPASS [CASE...] [--keep FOLDER] [--lost] [--method NAME]

BYPASS is the program. libAntimony writes each case of the tiers `ode` and `ode+events` as
Antimony, Bypass runs that, and the numbers are compared by the suite's own rule,
|x - expected| <= absolute + relative |expected|. A case that does not pass is judged by
libRoadRunner: it reads the SBML that libAntimony makes of the same Antimony text, and where
that too misses the expected results, the conversion lost something and the case is `lost`.

    pass      the expected results
    refused   Bypass reports an error in the model
    failed    the run ends early, or the program does
    wrong     other numbers
    lost      not the same model after libAntimony (or not written by it)

Printed are the counts by tier and every case that is refused, failed or wrong. --keep writes
the Antimony text of these. --method is the solver's (default: bdf). Needs the Python packages antimony and libroadrunner. Exit code 1
when a case is failed or wrong.
"""
import argparse
import collections
import csv
import math
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import antimony
import roadrunner

SUITE = pathlib.Path(__file__).resolve().parents[2] / "shared/data/sbml-test-suite"
TIERS = ("ode", "ode+events")
VERDICTS = ("pass", "refused", "failed", "wrong", "lost")
EXIT_INPUT = 3  # Bypass: the model cannot be read
TIMEOUT_S = 60


class Case:
    """What is asked for: settings and expected table."""

    def __init__(self, name):
        folder = SUITE / "semantic" / name
        self.name = name
        self.sbml = sorted(folder.glob(f"{name}-sbml-*.xml"))[-1]
        text = (folder / f"{name}-settings.txt").read_text()
        settings = dict(re.findall(r"^(\w+):[ \t]*(.*?)\s*$", text, re.M))
        self.duration = float(settings["duration"])
        self.points = int(settings["steps"]) + 1
        self.absolute = float(settings["absolute"])
        self.relative = float(settings["relative"])
        self.amounts = re.findall(r"\w+", settings.get("amount", ""))
        self.start = float(settings["start"])
        with open(folder / f"{name}-results.csv", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
        self.columns = [name.strip() for name in rows[0]][1:]
        self.expected = [[float(x) for x in row[1:]] for row in rows[1:]]

    def mismatch(self, table):
        """What differs first, or None."""
        if len(table) != len(self.expected):
            return f"{len(table)} rows, expected {len(self.expected)}"
        for i, (row, expected) in enumerate(zip(table, self.expected)):
            for name, x, e in zip(self.columns, row, expected):
                if not self.near(x, e):
                    return f"{name}, row {i}: {x:.10g}, expected {e:.10g}"
        return None

    def near(self, x, e):
        if math.isnan(e) or math.isinf(e):
            return x == e or (math.isnan(x) and math.isnan(e))
        return abs(x - e) <= self.absolute + self.relative * abs(e)


class Converted:
    """A case as Antimony, and as the SBML that libAntimony makes of that."""

    def __init__(self, case):
        antimony.clearPreviousLoads()
        if antimony.loadSBMLFile(str(case.sbml)) < 0:
            raise ValueError(antimony.getLastError())
        self.text = antimony.getAntimonyString(antimony.getMainModuleName())
        antimony.clearPreviousLoads()
        if antimony.loadAntimonyString(self.text) < 0:
            raise ValueError(antimony.getLastError())
        self.sbml = antimony.getSBMLString(antimony.getMainModuleName())
        self.species = {}  # id -> (compartment, the symbol means the amount)
        self.ids = set()
        for element in ElementTree.fromstring(self.sbml).iter():
            self.ids.add(element.get("id"))
            if element.tag.endswith("}species"):  # the compartment nobody named is 1
                only = element.get("hasOnlySubstanceUnits") == "true"
                self.species[element.get("id")] = (element.get("compartment"), only)

    def symbol(self, name):
        """libAntimony adds '_' to names that are words of its language."""
        return name if name in self.ids else name + "_"

    def factor(self, case, name):
        """The compartment to multiply by (True) or divide by (False), or None."""
        compartment, only = self.species.get(self.symbol(name), (None, None))
        wants_amount = name in case.amounts
        same = only in (None, wants_amount) or compartment == "default_compartment"
        return None if same else (compartment, wants_amount)


def by_bypass(args, case, converted, path):
    """(verdict, message)"""
    path.write_text(converted.text)
    wanted = {converted.symbol(name): None for name in case.columns}
    for name in case.columns:
        if converted.factor(case, name):
            wanted[converted.factor(case, name)[0]] = None
    command = [args.program, "run", str(path), "--until", repr(case.duration), "--points",
               str(case.points), "--observe", ",".join(wanted), "--csv", "-", "-q",
               "--rtol", "1e-10", "--atol", "1e-14", "--set", f"method={args.method}"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return "failed", f"not done after {TIMEOUT_S} s"
    if run.returncode != 0:
        errors = [line for line in run.stderr.splitlines() if "warning:" not in line]
        message = " | ".join(errors).replace(str(path), case.name + ".ant")
        return "refused" if run.returncode == EXIT_INPUT else "failed", message
    rows = [line.split(",") for line in run.stdout.splitlines() if line[:1] != "#"]
    at = {name: i for i, name in enumerate(rows[0])}

    def value(row, name):
        x = float(row[at[converted.symbol(name)]])
        compartment, multiply = converted.factor(case, name) or (None, None)
        if compartment is None:
            return x
        size = float(row[at[compartment]])
        return x * size if multiply else x / size

    table = [[value(row, name) for name in case.columns] for row in rows[1:]]
    difference = case.mismatch(table)
    return ("wrong" if difference else "pass"), difference or ""


def by_roadrunner(case, converted):
    """What libRoadRunner does differently from the expected results, or None."""
    try:
        runner = roadrunner.RoadRunner(converted.sbml)
        runner.integrator.setValue("relative_tolerance", 1e-9)
        runner.integrator.setValue("absolute_tolerance", 1e-13)
        names = [converted.symbol(name) for name in case.columns]
        selections = [f"[{symbol}]" if symbol in converted.species
                      and name not in case.amounts else symbol
                      for name, symbol in zip(case.columns, names)]
        table = runner.simulate(0, case.duration, case.points, ["time"] + selections)
        return case.mismatch([list(row)[1:] for row in table])
    except RuntimeError as error:
        return str(error).splitlines()[0]


def judge(args, case, path):
    if case.start != 0:
        return "lost", "does not start at 0"
    try:
        converted = Converted(case)
    except ValueError as error:
        return "lost", str(error)
    verdict, message = by_bypass(args, case, converted, path)
    if verdict == "pass":
        return verdict, message
    if args.keep:
        (args.keep / f"{case.name}.ant").write_text(converted.text)
        (args.keep / f"{case.name}.xml").write_text(converted.sbml)
    other = by_roadrunner(case, converted)
    if other:
        return "lost", f"{verdict}: {message} || libRoadRunner: {other}"
    return verdict, message


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", metavar="BYPASS")
    parser.add_argument("cases", metavar="CASE", nargs="*")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--method", default="bdf")
    parser.add_argument("--lost", action="store_true", help="print these cases as well")
    args = parser.parse_args()
    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
    antimony.setBareNumbersAreDimensionless(False)
    if args.keep:
        args.keep.mkdir(parents=True, exist_ok=True)

    with open(SUITE / "cases.tsv", newline="") as file:
        tiers = {row["case"]: row["tier"] for row in csv.DictReader(file, delimiter="\t")}
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.ant"
        for name in args.cases or sorted(tiers):
            if tiers[name] not in TIERS:
                continue
            verdict, message = judge(args, Case(name), path)
            counts[tiers[name], verdict] += 1
            if verdict != "pass" and (verdict != "lost" or args.lost):
                print(f"{name} {tiers[name]}: {verdict}: {message}", flush=True)
    print(f"{'tier':12}" + "".join(f"{verdict:>9}" for verdict in VERDICTS))
    for tier in TIERS:
        print(f"{tier:12}" + "".join(f"{counts[tier, v]:9}" for v in VERDICTS))
    return 1 if any(counts[t, v] for t in TIERS for v in ("failed", "wrong")) else 0


if __name__ == "__main__":
    sys.exit(main())
