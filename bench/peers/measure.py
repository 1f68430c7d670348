#!/usr/bin/env python3
"""Bypass and its peers on the same models, in one run on one machine.

    measure.py BYPASS --out FILE.json [--cache FOLDER] [--quick] [--models A,B] [--tools A,B]
               [--rounds N] [--points N] [--ladder 1e-4,1e-6,...] [--patience SECONDS] [--set NAME=VALUE]

Every tool gets the same SBML file, tolerances and 101 outputs of all species, one thread, a process
of its own. Measured are load or compile, first run, and then rounds in which each tool runs once,
so that a slow moment of the machine does not fall on one alone; ratios are taken within a round.
`seconds` are processor time, `wall` what a clock says, `own` what the tool says of its integrator.

Bypass: the whole program once (single), and what a sweep takes per trajectory (marginal), with
parameters spread log-normally by 10 % and by 50 %; the peers run the model's own parameters.

Errors are in units of tolerance, |y - reference| / (atol + rtol |reference|), with the tolerances
of the model, and for Bypass of a single run and of one that shares its steps with others of a
sweep (`swept`); the reference is Bypass at 1e-12, checked with a peer at 1e-11 (`reference`).
Compiled models stay in the cache (default: peers-cache in the user's cache folder). Needs the
packages libroadrunner, copasi-basico, amici, sympy, python-libsbml, h5py. --quick: two small models, to
see that it works; its times say nothing.
"""
import argparse
import importlib.metadata
import json
import os
import pathlib
import platform
import select
import subprocess
import sys
import tempfile
import time

import numpy as np

from bypass import MANY_POINTS, Bypass, Failed
from models import MODELS, QUICK, Contents, prepared

TOOLS = ("roadrunner", "copasi", "amici", "plain-c", "tuned-c")
CHECKERS = ("amici", "tuned-c", "roadrunner", "copasi")  # of the reference, the first that can
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"),
                     "peers-cache")
PACKAGES = {"roadrunner": "libroadrunner", "copasi": "python-copasi", "amici": "amici"}


class Worker:
    """A peer in a process of its own; what it cannot do is kept in `error`."""

    def __init__(self, tool, model, sbml, cache, limit):
        self.tool, self.limit, self.error = tool, limit, None
        self.process = subprocess.Popen(
            [sys.executable, pathlib.Path(__file__).with_name("worker.py"), tool, model.key,
             sbml, cache], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)

    def ask(self, **order):
        if self.error:
            return None
        try:
            print(json.dumps(order), file=self.process.stdin, flush=True)
            ready, _, _ = select.select([self.process.stdout], [], [], self.limit)
            line = self.process.stdout.readline() if ready else ""
            answer = json.loads(line) if line else {
                "error": "it died" if ready else f"not done after {self.limit} s"}
        except BrokenPipeError:
            answer = {"error": "it died"}
        self.error = answer.get("error")
        if self.error:
            self.stop()
            return None
        return answer

    def values(self, rtol, atol):
        with tempfile.TemporaryDirectory() as folder:
            kept = pathlib.Path(folder, "values.npy")
            answer = self.ask(do="run", rtol=rtol, atol=atol, keep=str(kept))
            return answer, (np.load(kept) if answer else None)

    def stop(self):
        self.process.kill()
        self.process.wait()


def errors(values, reference, model):
    """Largest and root mean square, in units of the model's tolerances."""
    off = np.abs(values - reference) / (model.atol + model.rtol * np.abs(reference))
    return {"max": float(off.max()), "rms": float(np.sqrt(np.mean(off ** 2)))}


def versions(program):
    found = {"bypass": subprocess.run([program, "--version"], capture_output=True,
                                      text=True).stdout.split("\n")[0]}
    for tool, package in PACKAGES.items():
        try:
            found[tool] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[tool] = None
    return found


def machine():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return {"processor": names[0] if names else platform.machine(), "cores": os.cpu_count(),
            "started": time.strftime("%Y-%m-%d %H:%M"), "load": os.getloadavg()}


def noted(label):
    print(f"{time.strftime('%H:%M:%S')} load {os.getloadavg()[0]:.1f}  {label}", file=sys.stderr,
          flush=True)


class Comparison:
    """One model with all tools."""

    def __init__(self, model, options):
        self.model, self.options = model, options
        sbml = prepared(model, options.program, options.cache)
        self.contents = Contents(sbml)
        self.ours = Bypass(options.program, model, self.contents, sbml, options.set)
        self.workers = [Worker(tool, model, sbml, options.cache, options.limit)
                        for tool in options.tools]
        self.found = {"species": len(self.contents.species), "rtol": model.rtol,
                      "atol": model.atol, "until": model.until, "load": [os.getloadavg()],
                      "spread parameters": len(self.contents.spread_parameters()),
                      "tools": {tool: {"runs": [], "ladder": {}} for tool in options.tools},
                      "bypass": {"first": None, "runs": [], "ladder": {}}}

    def of(self, worker):
        return self.found["tools"][worker.tool]

    def load(self):
        for worker in self.workers:
            noted(f"{self.model.key}: {worker.tool} loads")
            self.of(worker)["load"] = worker.ask(do="load")
            self.of(worker)["first"] = worker.ask(do="run", **self.tolerances())
        self.found["bypass"]["first"] = self.ours.single(**self.tolerances())
        self.choose_points()

    def tolerances(self, rtol=None):
        """At another rtol the absolute tolerance follows in proportion."""
        rtol = rtol or self.model.rtol
        return {"rtol": rtol, "atol": self.model.atol * rtol / self.model.rtol}

    def rounds(self):
        for i in range(self.options.rounds):
            noted(f"{self.model.key}: round {i + 1} of {self.options.rounds}")
            for worker in self.workers:
                answer = worker.ask(do="run", **self.tolerances())
                if answer:
                    self.of(worker)["runs"].append(answer)
            self.found["bypass"]["runs"].append(self.our_round())

    def our_round(self):
        measured = {"single": self.ours.single(**self.tolerances())}
        for name, sigma, more in (("alone", 0.0, {"lanes": 1}), ("10 %", 0.1, {}),
                                  ("50 %", 0.5, {}), ("10 %, all", 0.1, {"everything": True})):
            try:
                measured[name] = self.ours.marginal(self.points, sigma, **self.tolerances(), **more)
            except Failed as error:
                measured[name] = {"error": str(error)}
        return measured

    def profile(self):
        """Where the time of a sweep goes, and of as many runs without lanes."""
        for name, sigma, more in (("alone", 0.0, {"lanes": 1}), ("10 %", 0.1, {})):
            noted(f"{self.model.key}: profile, {name}")
            took = self.ours.sweep(self.points, sigma, profile=True, **self.tolerances(), **more)
            self.found["bypass"].setdefault("profile", {})[name] = took["summary"]["profile"]

    def choose_points(self):
        """At least what was asked for; more where that takes no second."""
        one = self.found["bypass"]["first"]["summary"]["run_seconds"]
        self.points = max(self.options.points, min(int(self.options.least / one), 5000))
        self.found["points"] = self.points

    def accuracy(self):
        """The reference, who agrees with it, and the error of everyone along the ladder."""
        noted(f"{self.model.key}: reference")
        reference = self.ours.single(**self.tolerances(1e-12), keep=True)["values"]
        self.found["reference"] = {"checked by": None}
        for worker in sorted(self.workers, key=lambda w: CHECKERS.index(w.tool)
                             if w.tool in CHECKERS else len(CHECKERS)):
            error = worker.error
            answer, values = worker.values(**self.tolerances(1e-11))
            if answer:
                self.found["reference"] = {"checked by": worker.tool,
                                           **errors(values, reference, self.model)}
                break
            self.of(worker).setdefault("no check", worker.error if not error else error)
        for rtol in self.options.ladder:
            noted(f"{self.model.key}: accuracy at {rtol:g}")
            self.rung(rtol, reference)

    def rung_points(self):
        return max(2 * MANY_POINTS, self.points // 6) if self.points > 16 else self.points

    def waited_for(self, worker, rtol):
        """Who takes minutes for a run is asked at the model's tolerances alone."""
        first = self.of(worker).get("first")
        return (first and first["seconds"] < self.options.patience) or rtol == self.model.rtol

    def rung(self, rtol, reference):
        ours = self.ours.single(**self.tolerances(rtol), keep=True)
        swept = self.ours.sweep(MANY_POINTS, 0.1, keep=True, **self.tolerances(rtol))
        cost = self.ours.marginal(self.rung_points(), 0.1, **self.tolerances(rtol))
        self.found["bypass"]["ladder"][repr(rtol)] = errors(
            ours["values"], reference, self.model) | {
            "seconds": cost["seconds"], "steps": cost["steps"],
            "swept": errors(swept["values"], reference, self.model)}
        for worker in filter(lambda w: self.waited_for(w, rtol), self.workers):
            answer, values = worker.values(**self.tolerances(rtol))
            if answer:
                self.of(worker)["ladder"][repr(rtol)] = errors(
                    values, reference, self.model) | answer

    def all(self):
        try:
            self.load()
            self.rounds()
            self.profile()
            if self.options.ladder:
                self.accuracy()
        except Failed as error:
            self.found["error"] = str(error)
        for worker in self.workers:
            if worker.error:
                self.of(worker)["error"] = worker.error
            worker.stop()
        self.found["load"].append(os.getloadavg())
        return self.found


def numbers(text):
    return [float(word) for word in text.split(",") if word]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", metavar="BYPASS")
    parser.add_argument("--out", required=True)
    parser.add_argument("--cache", default=CACHE, type=pathlib.Path)
    parser.add_argument("--models", help="default: all but the slow ones")
    parser.add_argument("--tools", default=",".join(TOOLS))
    parser.add_argument("--rounds", type=int, help="default: 5")
    parser.add_argument("--points", type=int, help="of a sweep, at least; default: 200")
    parser.add_argument("--ladder", type=numbers, help="default: 1e-4 to 1e-10, every decade; empty: no accuracy")
    parser.add_argument("--limit", type=float, default=1800, help="seconds a peer may take")
    parser.add_argument("--patience", type=float, default=100, help="seconds of a peer's run "
                        "up to which it is measured at every tolerance; default: 100")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE",
                        help="a setting for Bypass")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    quick = options.quick
    options.rounds = options.rounds or (2 if quick else 5)
    options.points = options.points or (32 if quick else 200)
    if options.ladder is None:
        options.ladder = [1e-4, 1e-6, 1e-8] if quick else [float(f"1e-{i}") for i in range(4, 11)]
    options.least = 0.05 if quick else 1.0  # seconds that a sweep takes at least
    names = options.models.split(",") if options.models else (
        QUICK if options.quick else [m.key for m in MODELS.values() if not m.slow])
    unknown = set(names) - set(MODELS)
    if unknown:
        parser.error(f"no model {', '.join(sorted(unknown))}; there are {', '.join(MODELS)}")
    options.models = [MODELS[name] for name in names]
    options.tools = [tool for tool in options.tools.split(",") if tool]
    if set(options.tools) - set(TOOLS):
        parser.error(f"tools are {', '.join(TOOLS)}")
    options.program = str(pathlib.Path(options.program).resolve())
    if not os.access(options.program, os.X_OK):
        parser.error(f"{options.program} is no program")
    options.cache = options.cache.resolve()
    return options


def command(script="measure.py"):
    """As it was called, without the folders of this machine."""
    words = [pathlib.Path(w).name if w.startswith("/") else w for w in sys.argv[1:]]
    return " ".join([f"bench/peers/{script}", *words])


def main():
    options = arguments()
    results = {"command": command(), "machine": machine(), "versions": versions(options.program),
               "quick": options.quick, "rounds": options.rounds, "points": options.points,
               "settings": options.set, "models": {}}
    for model in options.models:
        if model.path and not model.path.exists():
            noted(f"{model.key}: its file is not there")
            continue
        results["models"][model.key] = Comparison(model, options).all()
        pathlib.Path(options.out).write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
