#!/usr/bin/env python3
"""One peer with one model in a process of its own, told what to do by lines of JSON.

    worker.py TOOL MODEL SBML CACHE

    {"do": "load"}                                 answers seconds, wall, compiled (where it is)
    {"do": "run", "rtol": R, "atol": A, "keep": FILE.npy, "set": {...}}
                                                   answers seconds, wall, own, peak (kB)

`seconds` are processor time of this process and what it started, so that other work on the
machine counts as little as possible; `wall` is what a clock says. Values are kept where asked.
"""
import json
import os
import pathlib
import resource
import sys
import time

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import numpy as np  # noqa: E402  (after the number of threads is set)

from adapters import ADAPTERS, processor_seconds  # noqa: E402
from models import MODELS, Contents  # noqa: E402


def peak():
    return max(resource.getrusage(who).ru_maxrss
               for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def timed(work):
    """What work returns, and the seconds it took."""
    wall, seconds = time.perf_counter(), processor_seconds()
    result = work()
    return result, {"seconds": processor_seconds() - seconds,
                    "wall": time.perf_counter() - wall}


def answer(adapter, order):
    if order["do"] == "load":
        compiled, took = timed(adapter.load)
        return took | {"compiled": compiled, "peak": peak()}
    if "set" in order:
        adapter.set(order["set"])
    own, took = timed(lambda: adapter.run(order["rtol"], order["atol"]))
    if "keep" in order:
        np.save(order["keep"], adapter.values())
    return took | {"own": own, "peak": peak()}


def main():
    tool, key, sbml, cache = sys.argv[1:]
    # what libraries print must not reach the one who reads the answers
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    model = MODELS[key]
    adapter, missing = ADAPTERS[tool](model, Contents(sbml), sbml, pathlib.Path(cache)), None
    try:
        adapter.start()
    except ImportError as error:
        missing = {"error": f"not installed: {error}"}
    for line in sys.stdin:
        try:
            found = missing or answer(adapter, json.loads(line))
        except Exception as error:  # whatever a peer raises is its answer
            found = {"error": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(found), file=answers, flush=True)


if __name__ == "__main__":
    main()
