#!/usr/bin/env python3
"""Runs the published models of the solver study with Bypass and compares with their reference.

    solver_study.py BYPASS [--keep FOLDER] [--data FOLDER] [PART-OF-A-NAME...]

BYPASS is the program. The models (JWS Online and BioModels, SBML) lie in
../shared/data/solver-study beside the repository, each with the trajectory on which two other
simulators agree and, from JWS, the SED-ML it was made with. For each model the changes of the
SED-ML are applied, libAntimony turns the SBML into Antimony, Bypass simulates that, and every
species of the reference is compared: |ours - reference| <= 1e-5 |reference| + 1e-7 scale, scale
being the column's largest absolute value, and at least 1e-15 of the largest of all columns (what
is smaller is rounding). Needs the Python package antimony.

A model is one of

    pass       every value agrees
    wrong      some do not; the worst is printed
    refused    Bypass does not read what libAntimony wrote
    failed     Bypass reads it and the run fails
    reference  the reference is not the solution: libRoadRunner, on the same SBML at the same
               tight tolerances, gives what Bypass gives and not the reference (needs the package
               libroadrunner; without it such a model is wrong). Either the reference was made
               with too large an absolute tolerance or without the changes of the SED-ML
    set aside  libAntimony does not read the SBML; its message is printed

--keep writes the SBML with its changes, the Antimony and the results to FOLDER. The table goes
to standard output, the counts after it; exit code 1 when a model is wrong, refused or failed.
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
import time
import xml.etree.ElementTree as xml

import antimony

try:
    import roadrunner
except ImportError:
    roadrunner = None

DATA = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data" / "solver-study"
RTOL, ATOL = 1e-5, 1e-7  # of the comparison; ATOL is times the scale of the column
SOLVER_RTOL, SOLVER_ATOL = 1e-10, 1e-12  # SOLVER_ATOL is times the smallest scale
ROUNDING = 1e-15  # of the largest scale of a model: no column's is smaller
TIME_LIMIT_S = 120

STARTS = {"initialAmount", "initialConcentration"}
VALUES = ("value", "size", "initialConcentration", "initialAmount")

Outcome = collections.namedtuple("Outcome", "verdict error text")


class Stop(Exception):
    """Ends one model; the arguments are those of an Outcome without an error."""


def local_name(element):
    return element.tag.rsplit("}", 1)[-1]


def step_to(element, step):
    """The child that one step of an XPath names, or None: sbml:species[@id='A']."""
    match = re.fullmatch(r"(?:\w+:)?(\w+)(?:\[@(\w+)=['\"]([^'\"]*)['\"]\])?", step)
    if not match:
        return None
    tag, attribute, value = match.groups()
    for child in element:
        if local_name(child) == tag and (not attribute or child.get(attribute) == value):
            return child
    return None


def apply_change(root, target, value):
    """Sets the attribute that `target` names; targets that lead nowhere are passed over."""
    path, at, attribute = target.partition("/@")
    element = root
    for step in path.strip("/").split("/")[1:]:
        element = step_to(element, step)
        if element is None:
            return
    if not at:  # some of JWS' targets name the element only
        attribute = next((a for a in VALUES if a in element.attrib), None)
    if attribute in STARTS:
        for start in STARTS & element.attrib.keys():
            del element.attrib[start]
    if attribute:
        element.set(attribute, value)


def changed_sbml(folder):
    """The model with the changes of its SED-ML."""
    root = xml.parse(folder / "model.xml").getroot()
    sedml = folder / "experiment.sedml"
    if sedml.exists():
        model_id = folder.name.rsplit("__", 1)[-1].removesuffix(".sbml")
        for model in xml.parse(sedml).getroot().iter():
            if local_name(model) != "model" or model.get("id") != model_id:
                continue
            for change in model.iter():
                if local_name(change) == "changeAttribute":
                    apply_change(root, change.get("target"), change.get("newValue"))
    xml.register_namespace("", root.tag[1:].split("}")[0])
    return root, xml.tostring(root, encoding="unicode", xml_declaration=False)


def to_antimony(sbml):
    """The model in Antimony, and how libAntimony calls things: 'DNA' becomes 'DNA_'."""
    antimony.clearPreviousLoads()
    if antimony.loadSBMLString('<?xml version="1.0" encoding="UTF-8"?>\n' + sbml) < 0:
        raise Stop("set aside", "libAntimony: " + antimony.getLastError().strip())
    module = antimony.getMainModuleName()
    every_kind = 0
    known = set(antimony.getSymbolNamesOfType(module, every_kind))
    return (antimony.getAntimonyString(module),
            lambda name: name if name in known else name + "_")


def read_table(text, delimiter):
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = list(csv.reader(lines, delimiter=delimiter))
    columns = list(zip(*[[float(cell) for cell in row] for row in rows[1:]]))
    return dict(zip(rows[0], columns))


def read_reference(folder, root):
    """The columns that the model has, by name. (Some are cut-off names of COPASI's values.)"""
    ids = {element.get("id") for element in root.iter()} | {"time"}
    table = read_table((folder / "reference.tsv").read_text(), "\t")
    return {name: column for name, column in table.items() if name in ids}


def scales_of(reference):
    """The scale of each column but time."""
    scales = {name: max(map(abs, column)) for name, column in reference.items()
              if name != "time"}
    least = ROUNDING * max(scales.values())
    return {name: max(scale, least) for name, scale in scales.items()}


def amounts(root):
    """Species whose symbol means an amount, and their compartment."""
    return {s.get("id"): s.get("compartment") for s in root.iter()
            if local_name(s) == "species" and s.get("hasOnlySubstanceUnits") == "true"}


def simulate(program, path, reference, observed):
    """The columns `observed` (names in Antimony) at the times of the reference."""
    times = reference["time"]
    atol = SOLVER_ATOL * min(scales_of(reference).values())
    command = [program, "run", str(path), "--until", repr(times[-1]), "--points",
               str(len(times)), "--observe", ",".join(observed), "--csv", "-", "--quiet",
               "--rtol", repr(SOLVER_RTOL), "--atol", repr(atol)]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT_S)
    except subprocess.TimeoutExpired:
        raise Stop("failed", f"takes longer than {TIME_LIMIT_S} s") from None
    if run.returncode != 0:
        message = run.stderr.strip() or f"exit code {run.returncode}"
        raise Stop("refused" if run.returncode in (2, 3) else "failed", message)
    return read_table(run.stdout, ",")


def compare(reference, ours):
    """The worst error in units of the tolerance, and where it is."""
    worst, where = 0.0, ""
    for name, scale in scales_of(reference).items():
        for t, want, got in zip(reference["time"], reference[name], ours[name]):
            error = abs(got - want) / ((RTOL * abs(want) + ATOL * scale) or ATOL)
            if not error <= worst:
                worst, where = error, f"{name} at {t:g}: {got:.10g}, not {want:.10g}"
                if math.isnan(error):
                    return math.inf, where
    return worst, where


def second_opinion(sbml, reference):
    """What libRoadRunner makes of the model, or None where it is not installed."""
    if roadrunner is None:
        return None
    runner = roadrunner.RoadRunner(sbml)
    runner.integrator.relative_tolerance = SOLVER_RTOL
    runner.integrator.absolute_tolerance = SOLVER_ATOL * min(scales_of(reference).values())
    runner.integrator.maximum_num_steps = 10_000_000
    species = set(runner.model.getFloatingSpeciesIds() +
                  runner.model.getBoundarySpeciesIds())
    select = [f"[{name}]" if name in species else name for name in reference]
    times = reference["time"]
    rows = runner.simulate(times[0], times[-1], len(times), select)
    return {name: [float(row[i]) for row in rows] for i, name in enumerate(reference)}


def judge(sbml, reference, ours):
    error, where = compare(reference, ours)
    if error <= 1:
        return Outcome("pass", error, "")
    second = second_opinion(sbml, reference)
    if second and compare(reference, second)[0] > 1 and compare(second, ours)[0] <= 1:
        return Outcome("reference", error, where)
    return Outcome("wrong", error, where)


def run_case(program, folder, keep):
    root, sbml = changed_sbml(folder)
    (keep / "model.xml").write_text(sbml)
    text, in_antimony = to_antimony(sbml)
    (keep / "model.ant").write_text(text)

    reference = read_reference(folder, root)
    in_amount = {s: c for s, c in amounts(root).items() if s in reference}
    names = list(dict.fromkeys(n for n in [*reference, *in_amount.values()] if n != "time"))
    table = simulate(program, keep / "model.ant", reference, map(in_antimony, names))
    ours = {name: table[in_antimony(name)] for name in names}
    for name, compartment in in_amount.items():
        ours[name] = [a / c for a, c in zip(ours[name], ours[compartment])]
    return judge(sbml, reference, ours)


def outcome_of(program, folder, keep):
    try:
        return run_case(program, folder, keep)
    except Stop as stop:
        return Outcome(stop.args[0], math.nan, stop.args[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bypass")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path, default=DATA)
    parser.add_argument("part", nargs="*")
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"{options.data} is not here: nothing to compare with")
        return 0

    counts = collections.Counter()
    for folder in sorted(f for f in options.data.iterdir() if f.is_dir()):
        if options.part and not any(p in folder.name for p in options.part):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            keep = options.keep / folder.name if options.keep else pathlib.Path(scratch)
            keep.mkdir(parents=True, exist_ok=True)
            start = time.perf_counter()
            outcome = outcome_of(options.bypass, folder, keep)
        counts[outcome.verdict] += 1
        error = "" if math.isnan(outcome.error) else f"{outcome.error:.2g}"
        text = outcome.text.replace("\n", "\n" + " " * 27)
        print(f"{outcome.verdict:9} {error:>8} {time.perf_counter() - start:6.2f} s "
              f"{folder.name}" + (f"\n{'':27}{text}" if text else ""), flush=True)
    print(", ".join(f"{n} {verdict}" for verdict, n in sorted(counts.items())))
    return 1 if counts["wrong"] + counts["refused"] + counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
