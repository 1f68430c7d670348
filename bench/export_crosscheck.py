#!/usr/bin/env python3
"""Cross-check: what Bypass simulates, simulated by other programs on the SBML it exports.

    python3 -m venv venv && venv/bin/pip install h5py libroadrunner copasi-basico amici
    export_crosscheck.py BYPASS [--peers NAME,...] [--runs N] [SCENARIO.yaml|MODEL=UNTIL...]

For each run of a scenario (the first N of it, default 3) or model (UNTIL in its own unit of time),
`bypass export --to sbml` writes the composed network with the values at the start of the run, and
each peer integrates it: libRoadRunner, COPASI, AMICI (only where --peers names it: it compiles C++
for minutes per network, and needs swig, cmake and a BLAS). Without scenarios and models: the
built-in networks and five built-in scenarios.

Compared are the concentrations of all species at all times but the first, where it is a matter of
convention whether a dose at 0 is seen; samples of scenarios are 37 minutes apart so that none
falls on another dose. Printed is the largest difference in units of its column's largest value,
which is at least NOTHING. Exit code 1 where one exceeds LIMIT or a peer does not simulate.
"""
import argparse
import csv
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

LIMIT = 1e-6
NOTHING = 1e-6  # [nM] a thousandth of a molecule per cell: a species that is absent
OURS = ("--rtol", "1e-10", "--atol", "1e-15")
RTOL, ATOL = 1e-10, 1e-14
LIBRARY = pathlib.Path(__file__).resolve().parents[1] / "scenarios/library"
DEFAULT = ("her2_teaching=86400", "her2=86400", "her2-reduced=86400", "michaelis_menten=200",
           "erk_cascade=3600", "receptor_dimer=3600", LIBRARY / "demo.yaml",
           LIBRARY / "washout.yaml", LIBRARY / "antibodies.yaml",
           LIBRARY / "resistance-pten-loss.yaml", LIBRARY / "resistance-hgf-stroma.yaml")


class Trajectory:
    """times (n), ids of species as SBML has them (m), concentrations (n, m)."""

    def __init__(self, label, sbml, times, ids, values):
        self.label, self.sbml, self.times, self.ids, self.values = label, sbml, times, ids, values


def run(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True,
                          text=True).stdout


def sbml_id(name):
    return name.replace(".", "__")


def texts(dataset):
    return [text.decode() if isinstance(text, bytes) else text for text in dataset[:]]


# ---- what Bypass makes ----

def of_model(program, name, until, folder):
    """One trajectory of a model with its own values."""
    sbml = folder / "model.xml"
    run(program, "export", name, "--to", "sbml", "-o", sbml, "--force")
    ids = re.findall(r'<species [^>]*?\bid="(\w+)"', sbml.read_text())
    observed = ",".join(f"concentration({i.replace('__', '.')})" for i in ids)
    table = list(csv.reader(
        line for line in run(program, "run", name, "--until", until, "--points", 50, "--observe",
                             observed, "--csv", "-", "-q", *OURS).splitlines()
        if not line.startswith("#")))
    values = np.array(table[1:], dtype=float)
    yield Trajectory(name, sbml, values[:, 0], ids, values[:, 1:])


def of_scenario(program, path, runs, folder):
    """The first runs of a scenario, with whole states."""
    text = path.read_text()
    text = re.sub(r"^save:.*$", "", text, flags=re.M)
    text, found = re.subn(r"every:[^,}\n]*", "every: 37 min", text)
    if not found:
        text = re.sub(r"^run: *\{", "run: {every: 37 min, ", text, flags=re.M)
    scenario = path.with_name(f"crosscheck-{path.name}")  # it may name files beside it
    results = folder / "results.h5"
    try:
        scenario.write_text(text + "\nsave: species\n")
        run(program, "run", scenario, "-q", *OURS, "-o", results)
        with h5py.File(results) as file:
            times = np.array(file["provenance/times"])  # [s]; "time" is in the scenario's unit
            ids = [sbml_id(name) for name in texts(file["species_name"])]
            values = np.array(file["species"][:runs])
            arms = texts(file["arm"]) if "arm" in file else []
        for i, one in enumerate(values):
            sbml = folder / f"run{i}.xml"
            run(program, "export", scenario, "--to", "sbml", "--run", i, "-o", sbml, "--force")
            arm = arms[i] if i < len(arms) else i
            yield Trajectory(f"{path.stem}, {arm}", sbml, times, ids, one)
    finally:
        scenario.unlink()


# ---- what the peers make ----

def by_roadrunner(ours, _):
    import roadrunner
    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
    runner = roadrunner.RoadRunner(str(ours.sbml))
    runner.integrator.relative_tolerance = RTOL
    runner.integrator.absolute_tolerance = ATOL
    runner.integrator.maximum_num_steps = 1_000_000
    runner.timeCourseSelections = ["time"] + [f"[{i}]" for i in ours.ids]
    return np.array(runner.simulate(times=list(ours.times)))[:, 1:]


def by_copasi(ours, _):
    import basico
    model = basico.load_model(str(ours.sbml))
    try:
        table = basico.run_time_course(values=list(ours.times), r_tol=RTOL, a_tol=ATOL,
                                       max_steps=1_000_000, use_sbml_id=True)
        constant = basico.get_species().set_index("sbml_id")["initial_concentration"]
        columns = [table[i] if i in table else np.full(len(table), constant[i])
                   for i in ours.ids]  # the table lacks what no reaction or event changes
        return np.array(columns).T
    finally:
        basico.remove_datamodel(model)


def by_amici(ours, folder):
    import amici.sim.sundials
    from amici.importers.sbml import SbmlImporter
    name = re.sub(r"\W+", "_", ours.label)
    target = folder / "amici" / name
    SbmlImporter(str(ours.sbml)).sbml2amici(name, target, generate_sensitivity_code=False,
                                            compute_conservation_laws=False)
    model = amici.import_model_module(name, target).get_model()
    model.set_timepoints(ours.times)
    solver = model.create_solver()
    solver.set_relative_tolerance(RTOL)
    solver.set_absolute_tolerance(ATOL)
    solver.set_max_steps(1_000_000)
    result = model.simulate(solver=solver)
    at = {state: i for i, state in enumerate(model.get_state_ids())}
    return np.array(result.x)[:, [at[i] for i in ours.ids]]


PEERS = {"roadrunner": by_roadrunner, "copasi": by_copasi, "amici": by_amici}


def check(ours, peer, folder):
    """Prints one line of the table; whether it is within the limit."""
    started = time.perf_counter()
    try:
        theirs = PEERS[peer](ours, folder)
    except Exception as error:  # whatever a peer raises is its answer
        print(f"| {ours.label} | {peer} | {len(ours.ids)} | does not simulate: "
              f"{str(error).splitlines()[0][:100]} | |", flush=True)
        return False
    scale = np.maximum(np.abs(ours.values).max(axis=0), NOTHING)
    difference = np.abs(theirs - ours.values)[1:] / scale
    t, s = np.unravel_index(np.argmax(difference), difference.shape)
    worst = difference[t, s]
    print(f"| {ours.label} | {peer} | {len(ours.ids)} | {worst:.1e} | {ours.ids[s]} at "
          f"{ours.times[t + 1]:g} | {time.perf_counter() - started:.1f} s |", flush=True)
    return bool(worst <= LIMIT)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", metavar="BYPASS")
    parser.add_argument("--peers", default="roadrunner,copasi")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("what", metavar="SCENARIO.yaml|MODEL=UNTIL", nargs="*", default=DEFAULT)
    options = parser.parse_args()
    print("| network, run | peer | species | largest difference | where | time |")
    print("|---|---|--:|--:|---|--:|")
    right = []
    for what in options.what:
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            name, _, until = str(what).partition("=")
            runs = (of_model(options.program, name, until, folder) if until
                    else of_scenario(options.program, pathlib.Path(what), options.runs, folder))
            right += [check(ours, peer, folder)
                      for ours in runs for peer in options.peers.split(",")]
    print(f"\n{right.count(True)} of {len(right)} agree to {LIMIT:g}")
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main())
