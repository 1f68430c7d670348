#!/usr/bin/env python3
"""The cases of the SBML Test Suite, converted to other levels and versions by libsbml.

    suite_levels.py OUT [LEVEL.VERSION...]

For each level (default: 1.2 2.1 2.4 3.1) a suite is written to OUT/lLvV: of every case that the
suite itself has in that level, the model at hand, converted, beside links to its settings and
results. Then
    tests/suites/run_sbml_suite -d OUT/l2v4 -e none -o build/suites/l2v4
runs it. A conversion can lose what the level cannot say (00022 in 1.2: the stoichiometries 0.3 and
0.7), so a wrong answer is first to be looked at. Needs the Python package python-libsbml.
"""
import argparse
import csv
import pathlib

import libsbml

SUITE = pathlib.Path(__file__).resolve().parents[2] / "shared/data/sbml-test-suite"
OTHER_PACKAGES = ("comp", "fbc")


def convert(row, tag, level, version, target):
    """Writes one case; whether libsbml converts it."""
    name = row["case"]
    source = SUITE / "semantic" / name
    document = libsbml.readSBML(str(source / f"{name}-sbml-{row['best_level']}.xml"))
    if not document.setLevelAndVersion(level, version, False):
        return False
    folder = target / "semantic" / name
    folder.mkdir(parents=True)
    libsbml.writeSBML(document, str(folder / f"{name}-sbml-{tag}.xml"))
    for part in ("settings.txt", "results.csv"):
        (folder / f"{name}-{part}").symlink_to(source / f"{name}-{part}")
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("levels", nargs="*", default=("1.2", "2.1", "2.4", "3.1"))
    options = parser.parse_args()
    with open(SUITE / "cases.tsv", newline="") as file:
        cases = list(csv.DictReader(file, delimiter="\t"))
    for text in options.levels:
        level, version = map(int, text.split("."))
        tag = f"l{level}v{version}"
        target = options.out / tag
        rows = [dict(row, best_level=tag) for row in cases
                if tag in row["levels"].split(",") and row["best_level"] != tag
                and not any(package in row["flags"] for package in OTHER_PACKAGES)
                and convert(row, tag, level, version, target)]
        with open(target / "cases.tsv", "w", newline="") as file:
            writer = csv.DictWriter(file, cases[0].keys(), delimiter="\t", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        print(f"{target}: {len(rows)} cases")


if __name__ == "__main__":
    main()
