#!/usr/bin/env python3
"""How a sweep of Bypass grows: with points, threads, lanes, and the size of the network.

    scaling.py BYPASS points|threads|lanes|species --out FILE.json [--model KEY] [--quick]
               [--cache FOLDER] [--rounds N]

points: 1 to 10,000, seconds and peak memory. threads: 1 and 2, 1,000 points, by the clock; an
eighth of them too, so that start and load can be taken off; and two programs of one thread each at
once, which share nothing: what the machine itself gives.
lanes: 1, 4 and 8, 200 points, where the program has the setting. species: generated mass-action
networks (bench/large_model.py) of 10 to 4,000 species, one run each.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
from functools import partial
from multiprocessing.pool import ThreadPool

from bypass import Bypass, Failed, call
from measure import CACHE, command, machine, noted, versions
from models import MODELS, ROOT, Contents, prepared


def trimmed(found):
    return {key: found[key] for key in ("seconds", "wall", "peak")}


def points(ours, tolerances, options):
    for count in (1, 10, 100) if options.quick else (1, 10, 100, 1000, 10_000):
        yield {"points": count, **trimmed(ours.sweep(count, 0.1, **tolerances))}


def at_once(programs, sweep):
    """The same sweep in several programs that start together: as if they were one."""
    together = threading.Barrier(programs)
    with ThreadPool(programs) as pool:
        found = pool.map(lambda _: sweep(ready=together.wait), range(programs))
    return {"seconds": sum(f["seconds"] for f in found), "wall": max(f["wall"] for f in found),
            "peak": sum(f["peak"] or 0 for f in found) or None}


def threads(ours, tolerances, options):
    count = 128 if options.quick else 1000
    for _ in range(options.rounds):
        for n, programs, points in ((1, 1, count), (2, 1, count), (1, 2, count),
                                    (1, 1, count // 8), (2, 1, count // 8)):
            sweep = partial(ours.sweep, points, 0.1, threads=n, **tolerances)
            yield {"threads": n, "programs": programs, "points": points,
                   **at_once(programs, sweep)}


def lanes(ours, tolerances, options):
    if not ours.has_lanes:
        raise Failed("this program has no setting `lanes`")
    for _ in range(options.rounds):
        for n in (1, 4, 8):
            for sigma in (0.1, 0.5):
                yield {"lanes": n, "spread": sigma,
                       **ours.marginal(40 if options.quick else 200, sigma, lanes=n, **tolerances)}


def species(_, __, options):
    for n in (10, 100) if options.quick else (10, 30, 100, 300, 1000, 2000, 4000):
        with tempfile.TemporaryDirectory() as folder:
            model = pathlib.Path(folder, "model.ant")
            model.write_text(subprocess.run(
                [sys.executable, ROOT / "bench/large_model.py", str(n), str(n * 5 // 3), "10"],
                check=True, capture_output=True, text=True).stdout)
            found = call(options.program, "run", model, "--until", 100, "--csv",
                         pathlib.Path(folder, "out.csv"), "--json", "-j", 1)
            yield {"species": n, **trimmed(found), "summary": found["summary"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", metavar="BYPASS")
    parser.add_argument("what", choices=("points", "threads", "lanes", "species"))
    parser.add_argument("--out", required=True)
    parser.add_argument("--model", choices=MODELS, default="019")
    parser.add_argument("--cache", default=CACHE, type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    options.program = str(pathlib.Path(options.program).resolve())
    model = MODELS[options.model]
    sbml = prepared(model, options.program, options.cache)
    ours = Bypass(options.program, model, Contents(sbml), sbml)
    results = {"command": command("scaling.py"), "machine": machine(), "quick": options.quick,
               "versions": versions(options.program), "what": options.what,
               "model": None if options.what == "species" else model.key, "rows": []}
    try:
        for row in globals()[options.what](ours, {"rtol": model.rtol, "atol": model.atol},
                                           options):
            results["rows"].append(row | {"load": os.getloadavg()[0]})
            noted(str(row)[:100])
    except Failed as error:
        results["error"] = str(error)
        noted(f"stops: {error}")
    pathlib.Path(options.out).write_text(json.dumps(results, indent=1))
    return 1 if "error" in results else 0


if __name__ == "__main__":
    sys.exit(main())
