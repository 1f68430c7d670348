#!/usr/bin/env python3
"""When CVODES does its linear algebra anew: what each policy costs, over many models.

    policy.py [--build FOLDER] [--data FOLDER] [--rtols 1e-4,1e-6,1e-8] [--tsv FILE]
              [--policy NAME:SETTING=VALUE,...]... [--per-rtol] [--per-model]
              [PART-OF-A-NAME...]
    policy.py --totals [--build FOLDER] [--data FOLDER] [PART-OF-A-NAME...]

Build with -DBP_BUILD_BENCH=ON first; --data holds the models (without them the HER2 network
alone is run). One row a policy, over all models and tolerances that ran: costs relative to
CVODES' own policy, so 0.8 is a fifth less work. "cost" weights rates, Jacobians, factorisations
and solutions by what one of each costs on that model, and gives the rest of the time of the run
to the steps; it depends on counts alone and so not on how busy the machine is. "fused" is the same
with that rest at half, for passes over vectors that do more at once. "error" is the
root-mean-square error of all states at 101 samples against a run at 1e-12, relative as well.
--totals counts what factors would be without the species that conserved totals determine.
"""
import argparse
import csv
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared/data"

BIOMODELS = {  # number: until, in the model's own unit of time
    "BIOMD0000000010": 9000, "BIOMD0000000019": 60, "BIOMD0000000049": 3600,
    "BIOMD0000000161": 600, "BIOMD0000000175": 1800, "BIOMD0000000205": 3600,
    "BIOMD0000000223": 1800, "BIOMD0000000255": 9000, "BIOMD0000000262": 3600,
    "BIOMD0000000452": 3600, "BIOMD0000000474": 3600, "BIOMD0000000595": 600,
    "MODEL1601250000": 3600,
}
OTHERS = {  # file: until, more of the scenario, absolute tolerance at rtol 1e-6
    "petab-benchmark/Chen_MSB2009/model_Chen_MSB2009.xml": (9000, "set: {c1: 5e-9}", 1e-6),
    "petab-benchmark/Smith_BMCSystBiol2013/model_Smith_BMCSystBiol2013.xml": (120, "", 1e-9),
    "networks/egfr_net.net": (1000, "", 1e-9),
    "networks/multisite2_no_obs.net": (100, "", 1e-9),
    "networks/multistate_no_obs.net": (100, "", 1e-9),
}
HER2 = """model: her2
cell: BT-474
before: steady state
medium: {EGF: 0.01 nM}
arms:
  lapatinib: {lapatinib: 200 nM}
run: {until: 72 h, points: 101}
"""


CVODES = ("nonlinear_coefficient=0.1,newton_iterations=3,factor_steps=20,jacobian_steps=51,"
          "gamma_tolerance=0.3,growth_threshold=1.5")


def policies():
    """Bypass' own policy, changes of one setting of CVODES', changes of several."""
    yield "Bypass", None
    for name, setting, values in [
            ("newton", "nonlinear_coefficient", [0.3, 0.03, 0.01]),
            ("iterations", "newton_iterations", [4, 6]),
            ("factors", "factor_steps", [10, 5]),
            ("jacobian", "jacobian_steps", [20, 1]),
            ("gamma", "gamma_tolerance", [0.2, 0.1, 0.05]),
            ("growth", "growth_threshold", [1.35, 1.2, 1.1])]:
        for value in values:
            yield f"{name}={value}", f"{setting}={value}"
    for newton in 0.1, 0.05, 0.03, 0.01:
        for factors, gamma in (20, 0.3), (20, 0.1), (10, 0.1), (5, 0.05):
            for growth in 1.5, 1.2:
                yield (f"J1 n{newton} f{factors} g{gamma} e{growth}",
                       f"nonlinear_coefficient={newton},factor_steps={factors},jacobian_steps=1,"
                       f"gamma_tolerance={gamma},growth_threshold={growth}")


def write_scenarios(folder, data, parts):
    def keep(name, text):
        if not parts or any(part in name for part in parts):
            path = folder / name
            path.write_text(text)
            yield path

    yield from keep("her2", HER2)
    for name, until in BIOMODELS.items():
        path = data / "biomodels" / f"{name}.xml"
        if path.exists():
            yield from keep(name, f"model: {path}\nrun: {{until: {until}, points: 101}}\n")
    for file, (until, more, atol) in OTHERS.items():
        path = data / file
        if path.exists():
            yield from keep(path.stem, f"model: {path}\n{more}\n"
                            f"run: {{until: {until}, points: 101, atol: {atol}}}\n")


def measure(options):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        scenarios = list(write_scenarios(folder, options.data, options.part))
        chosen = [policy.split(":") for policy in options.policy] or policies()
        lines = [f"CVODES {CVODES}\n"]
        for title, settings in chosen:  # a later setting replaces an earlier one
            text = "" if settings is None else f"{CVODES},{settings}"
            lines.append(f"{title.replace(' ', '/')} {text}\n")
        table = folder / "policies.txt"
        table.write_text("".join(lines))
        return call(options, "policy_bench", table, options.rtols, *scenarios)


def call(options, program, *arguments):
    environment = dict(os.environ, BYPASS_PLUGIN_DIR=str(options.build / "plugins"))
    done = subprocess.run([options.build / "bench" / program, *arguments],
                          env=environment, stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout


def show_totals(options):
    """States, entries of the matrix and of its factors, multiplications: with and without."""
    with tempfile.TemporaryDirectory() as name:
        scenarios = write_scenarios(pathlib.Path(name), options.data, options.part)
        text = call(options, "totals_bench", *scenarios)
    print("| model | totals | states | entries | factors | multiplications | ratio |")
    print("|---|" + "---|" * 6)
    for row in csv.DictReader(text.splitlines(), delimiter="\t"):
        cells = [f"{row[key]}; {row[key + '_after']}"
                 for key in ("states", "entries", "factors", "products")]
        ratio = float(row["products_after"]) / max(1.0, float(row["products"]))
        print(f"| {row['model']} | {row['totals']} | {' | '.join(cells)} | {ratio:.2f} |")


def number(row, *names):
    return [float(row[name]) for name in names]


def cost(row, base, share=1.0):
    """Microseconds by counts; what steps cost beside is measured on CVODES' policy."""
    def work(r):
        rates, jacobians, factors = number(r, "rates", "jacobians", "factors")
        rate_us, jacobian_us, factor_us, solve_us = number(
            base, "rate_us", "jacobian_us", "factor_us", "solve_us")
        return (rates * rate_us + jacobians * jacobian_us + factors * factor_us
                + rates * solve_us)

    # vectors: passes of a step over its history, and those of each iteration
    def passes(r):
        return sum(number(r, "steps", "rates"))

    rest = max(0.0, float(base["us"]) - work(base)) / passes(base)
    return work(row) + passes(row) * rest * share


def compare(rows):
    """{policy: {(model, rtol): figures relative to CVODES' policy}}"""
    base = {(row["model"], row["rtol"]): row for row in rows if row["policy"] == "CVODES"}
    table = {}
    for row in rows:
        key = row["model"], row["rtol"]
        own = base[key]
        if own["ok"] != "1":
            continue
        figures = {"ok": row["ok"] == "1"}
        if figures["ok"]:
            figures |= {
                "cost": cost(row, own) / cost(own, own),
                "fused": cost(row, own, 0.5) / cost(own, own, 0.5),
                "time": float(row["us"]) / float(own["us"]),
                "steps": float(row["steps"]) / float(own["steps"]),
                "factors": float(row["factors"]) / float(own["factors"]),
                "error": float(row["rms"]) / (float(own["rms"]) or 1e-300),
                "most": float(row["max"]) / (float(own["max"]) or 1e-300),
            }
        table.setdefault(row["policy"], {})[key] = figures
    return table


def show_policies(table):
    print("| policy | cost | worst | fused | worst | time | steps | factors | rms error | worst "
          "| max error | failed |")
    print("|---|" + "---|" * 11)
    rows = []
    for policy, cases in table.items():
        fine = [figures for figures in cases.values() if figures["ok"]]
        middle = {key: statistics.median(f[key] for f in fine) for key in fine[0] if key != "ok"}
        worst = {key: max(f[key] for f in fine) for key in ("cost", "fused", "error")}
        rows.append((middle["cost"],
                     f"| {policy} | {middle['cost']:.2f} | {worst['cost']:.2f} "
                     f"| {middle['fused']:.2f} | {worst['fused']:.2f} | {middle['time']:.2f} "
                     f"| {middle['steps']:.2f} | {middle['factors']:.2f} | {middle['error']:.2f} "
                     f"| {worst['error']:.2f} | {middle['most']:.2f} | {len(cases) - len(fine)} |"))
    for _, text in sorted(rows):
        print(text)


def show_tolerances(table):
    """Medians over models, and the worst, at each tolerance."""
    rtols = sorted({rtol for cases in table.values() for _, rtol in cases}, key=float)[::-1]
    print("\n| policy | " + " | ".join(f"cost {r} | worst | error {r}" for r in rtols) + " |")
    print("|---|" + "---|" * (3 * len(rtols)))
    for policy, cases in table.items():
        cells = []
        for rtol in rtols:
            fine = [f for (_, r), f in cases.items() if r == rtol and f["ok"]]
            cells += [f"{statistics.median(f['cost'] for f in fine):.2f}",
                      f"{max(f['cost'] for f in fine):.2f}",
                      f"{statistics.median(f['error'] for f in fine):.2f}"]
        print(f"| {policy} | " + " | ".join(cells) + " |")


def show_models(rows, table):
    """Counts and errors as they are, a row a run."""
    names = ["steps", "rates", "jacobians", "factors", "error_fails", "convergence_fails", "us",
             "median", "rms", "max"]
    print("\n| model | rtol | policy | " + " | ".join(names) + " | cost |")
    print("|---|---|---|" + "---|" * (len(names) + 1))
    for row in rows:
        figures = table.get(row["policy"], {}).get((row["model"], row["rtol"]), {})
        print(f"| {row['model']} | {row['rtol']} | {row['policy']} | "
              + " | ".join(row[name] for name in names)
              + f" | {figures.get('cost', math.nan):.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--data", type=pathlib.Path, default=DATA)
    parser.add_argument("--rtols", default="1e-4,1e-6,1e-8")
    parser.add_argument("--policy", action="append", default=[])
    parser.add_argument("--tsv", type=pathlib.Path, help="read if it is there, else written")
    parser.add_argument("--totals", action="store_true")
    parser.add_argument("--per-rtol", action="store_true")
    parser.add_argument("--per-model", action="store_true")
    parser.add_argument("part", nargs="*")
    options = parser.parse_args()
    if options.totals:
        show_totals(options)
        return 0
    if options.tsv and options.tsv.exists():
        text = options.tsv.read_text()
    else:
        text = measure(options)
        if options.tsv:
            options.tsv.write_text(text)
    rows = list(csv.DictReader(text.splitlines(), delimiter="\t"))
    if not rows:
        print("nothing was measured; is policy_bench built (-DBP_BUILD_BENCH=ON)?")
        return 1
    table = compare(rows)
    show_policies(table)
    if options.per_rtol:
        show_tolerances(table)
    if options.per_model:
        show_models(rows, table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
