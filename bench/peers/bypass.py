"""Bypass, as its users run it: the program, once per order, with what its summary says."""
import csv
import json
import os
import pathlib
import subprocess
import tempfile
import time

import h5py
import numpy as np

from models import spread


# From how many points on they share steps, and from how many on in the largest groups
# (scenarios/lanes.c).
SOME_POINTS, MANY_POINTS = 32, 64


class Failed(RuntimeError):
    pass


# A process starts with the peak of the one that started it; GNU time is small.
TIME = pathlib.Path("/usr/bin/time")


def call(*command):
    """Runs the program: seconds of processor, of a clock, peak (kB) and its summary."""
    with (tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err,
          tempfile.NamedTemporaryFile("r") as peak):
        timed = [TIME, "-q", "-f", "%M", "-o", peak.name] if TIME.exists() else []
        started = time.perf_counter()
        process = subprocess.Popen([str(word) for word in (*timed, *command)], stdout=out,
                                   stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode != 0:
            raise Failed(f"{command[:3]}: {err.read().decode(errors='replace')[:400]}")
        return {"seconds": usage.ru_utime + usage.ru_stime, "wall": wall,
                "peak": int(peak.read() or 0) or None,
                "summary": json.loads(out.read() or "{}")}


class Bypass:
    """settings: more of `--set NAME=VALUE`, such as lanes."""

    def __init__(self, program, model, contents, sbml, settings=()):
        self.program, self.model, self.contents = program, model, contents
        self.what = model.native or pathlib.Path(sbml).resolve()
        self.settings = [word for setting in settings for word in ("--set", setting)]
        known = subprocess.run([program, "show", "settings"], capture_output=True, text=True,
                               check=True).stdout
        self.has_lanes = any(line.startswith("lanes ") for line in known.splitlines())

    def tolerances(self, rtol, atol):
        return ["--rtol", repr(rtol), "--atol", repr(atol), *self.settings]

    def single(self, rtol, atol, keep=False):
        """One run from the command line, all species recorded: load and first run at once."""
        with tempfile.TemporaryDirectory() as folder:
            table = pathlib.Path(folder) / "values.csv"
            observed = ["--observe", ",".join(self.contents.species)] if keep else []
            found = call(self.program, "run", self.what, "--until", repr(self.model.until), "--points",
                         101, "--csv", table, "--json", "-j", 1, *observed,
                         *self.tolerances(rtol, atol))
            if keep:
                found["values"] = self.read(table)
            return found

    def read(self, table):
        with open(table, newline="") as file:
            rows = list(csv.reader(line for line in file if not line.startswith("#")))
        at = {name: i for i, name in enumerate(rows[0])}
        values = np.array(rows[1:], dtype=float)
        return values[:, [at[s] for s in self.contents.species]]

    def sweep(self, count, sigma, rtol, atol, threads=1, everything=False, lanes=None,
              keep=False, profile=False, ready=None):
        """count runs with spread parameters: what is observed, or all species, into a file.

        lanes: where the program has the setting. keep: all species of the first run, which has
        the model's own parameters, but shares its steps with others. ready: called when the
        input is written, right before the program starts.
        """
        model = self.model
        values = self.contents.spread_parameters()
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            with open(folder / "sets.csv", "w", newline="") as file:
                table = csv.writer(file)
                table.writerow(["member", *values])
                table.writerows([i, *map(repr, map(float, row))]
                                for i, row in enumerate(spread(values, sigma, count)))
            observe = self.contents.species if everything or keep else (
                model.observe or self.contents.species[:3])
            scenario = folder / "sweep.yaml"
            scenario.write_text(
                f"model: {self.what}\nensemble: {{file: ./sets.csv}}\n"
                f"run: {{until: {model.until!r}, points: 101}}\nobserve: [{', '.join(observe)}]\n")
            lanes = ["--set", f"lanes={lanes}"] if lanes and self.has_lanes else []
            if ready:
                ready()
            found = call(self.program, "run", scenario, "-o", folder / "sweep.h5", "--json", "-j",
                         threads, *self.tolerances(rtol, atol), *lanes,
                         *(["--profile"] if profile else []))
            if found["summary"]["failed"]:
                raise Failed(f"{found['summary']['failed']} runs of {count}: "
                             f"{found['summary']['first_failure']}")
            if keep:
                with h5py.File(folder / "sweep.h5") as file:
                    found["values"] = np.array([file[s][0] for s in self.contents.species]).T
            return found

    def marginal(self, count, sigma, rtol, atol, **more):
        """Seconds per trajectory: what `count` runs take beyond an eighth of them, or beyond so
        many that both have the lanes that many points have."""
        if count >= SOME_POINTS:
            count = max(count, 2 * MANY_POINTS)
        few = max(count // 8, MANY_POINTS if count >= SOME_POINTS else 2)
        less = self.sweep(few, sigma, rtol, atol, **more)
        all_of_them = self.sweep(count, sigma, rtol, atol, **more)
        runs = count - few
        return {"seconds": (all_of_them["seconds"] - less["seconds"]) / runs,
                "wall": (all_of_them["wall"] - less["wall"]) / runs,
                "own": all_of_them["summary"]["run_seconds"] / count,
                "peak": all_of_them["peak"], "runs": count,
                "steps": all_of_them["summary"]["steps"] / count}
