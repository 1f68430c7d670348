#!/usr/bin/env python3
"""Cross-check: what Bypass simulated, simulated by libRoadRunner on the exported network.

    python3 -m venv venv && venv/bin/pip install libroadrunner antimony h5py
    venv/bin/python bench/crosscheck.py build/release/bin/bypass [SCENARIO.yaml]

For every run of the scenario (default: the built-in demo) the composed network is exported as
Antimony with the values at the start of the run, read by libAntimony, and integrated by libRoadRunner at
rtol 1e-10; Bypass runs at rtol 1e-9
(and an atol that resolves species of 1e-6 nM). Prints the largest relative difference over all species
and times, relative to the larger of the species' value and FLOOR times its own peak. Exit code 1
when it exceeds LIMIT.
"""
import os
import re
import subprocess
import sys
import tempfile

import antimony
import h5py
import numpy as np
import roadrunner

LIMIT = 1e-6
FLOOR = 1e-3  # of a species' own peak: below it the digits of either program are noise
NOTHING = 1e-6  # [nM] a thousandth of a molecule per cell: a species that is absent


def run_bypass(bypass, scenario, folder):
    """Results of all runs with whole states; (times [s], names, values[run, time, species], arms)."""
    out = os.path.join(folder, "bypass.h5")
    subprocess.run([bypass, "run", scenario, "-q", "--rtol", "1e-9", "--atol", "1e-15", "-o", out],
                   check=True)
    with h5py.File(out) as f:
        times = np.array(f["provenance/times"]) if "provenance/times" in f else np.array(f["time"])
        names = [n.decode() if isinstance(n, bytes) else n for n in f["species_name"][:]]
        values = np.array(f["species"])
        arms = [a.decode() if isinstance(a, bytes) else a for a in f["arm"][:]] if "arm" in f else [""]
    return times, names, values, arms


def exported(bypass, scenario, run):
    """Antimony text of one run, as libAntimony reads it, turned into SBML."""
    text = subprocess.run([bypass, "export", scenario, "--to", "antimony", "--run", str(run)],
                          check=True, capture_output=True, text=True).stdout
    antimony.clearPreviousLoads()
    if antimony.loadAntimonyString(text) < 0:
        sys.exit("libAntimony: " + antimony.getLastError())
    return antimony.getSBMLString(antimony.getMainModuleName())


def run_peer(sbml, times, names):
    """Concentrations [time, species] by libRoadRunner."""
    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
    rr = roadrunner.RoadRunner(sbml)
    rr.integrator.relative_tolerance = 1e-10
    rr.integrator.absolute_tolerance = 1e-14
    rr.integrator.maximum_num_steps = 1000000
    ids = [n.replace(".", "__") for n in names]
    selections = ["time"] + ["[%s]" % i if i in rr.model.getFloatingSpeciesIds() +
                             rr.model.getBoundarySpeciesIds() else i for i in ids]
    rr.timeCourseSelections = selections
    return np.array(rr.simulate(times=list(times)))[:, 1:]


def scenario_with_species(bypass, scenario, folder):
    """The scenario, made to save whole states at a coarse grid."""
    if not scenario:
        scenario = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                                "scenarios", "library", "demo.yaml")
        text = open(scenario).read()
        scenario = os.path.join(folder, "demo.yaml")
    else:
        text = open(scenario).read()
    text = re.sub(r"^save:.*$", "", text, flags=re.M)
    path = os.path.join(os.path.dirname(os.path.abspath(scenario)), "crosscheck.tmp.yaml")
    with open(path, "w") as f:
        f.write(text + "\nsave: species\n")
    return path


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    bypass = os.path.abspath(sys.argv[1])
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        scenario = scenario_with_species(bypass, sys.argv[2] if len(sys.argv) > 2 else None, folder)
        try:
            times, names, values, arms = run_bypass(bypass, scenario, folder)
            print("| run | species | times | largest relative difference | where |")
            print("|---|---|---|---|---|")
            for run in range(values.shape[0]):
                peer = run_peer(exported(bypass, scenario, run), times, names)
                ours = values[run]
                scale = np.maximum(np.abs(peer), FLOOR * np.abs(peer).max(axis=0, keepdims=True))
                difference = np.abs(ours - peer) / np.maximum(scale, NOTHING)
                t, s = np.unravel_index(np.argmax(difference), difference.shape)
                worst = max(worst, difference[t, s])
                print("| %s | %d | %d | %.2e | %s at %g s |" % (arms[run] if run < len(arms) else run, len(names),
                                                                 len(times), difference[t, s], names[s], times[t]))
        finally:
            os.unlink(scenario)
    print("\nlargest: %.2e (limit %.0e)" % (worst, LIMIT))
    sys.exit(int(worst > LIMIT))


if __name__ == "__main__":
    main()
