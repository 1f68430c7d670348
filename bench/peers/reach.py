#!/usr/bin/env python3
"""What was set as the goal, and how far it was reached: one line each.

    reach.py FILE.json...        files that measure.py and scaling.py wrote

A line without a measurement says so. `single` and `load` lines are ratios of medians or within
rounds, as results.py has them; exit code 1 where a goal that was measured is not met.
"""
import sys

from results import (Results, error_ratio, first_ratio, our_runs, ratio, sweep_ratio,
                     thread_ratios, tool_runs)

SMALL = 30  # species
MODELS_OF_TIME = {"BCR_no_obs": (2.0, 0.150), "fceri_gamma2_no_obs": (1.5, 0.400)}  # run, load [s]


def measured(results, key, function):
    found = results.models.get(key)
    return function(found) if found else None


def ladder_ratio(found, rtol):
    ours = found["bypass"]["ladder"].get(rtol, {}).get("seconds")
    theirs = found["tools"].get("amici", {}).get("ladder", {}).get(rtol, {}).get("own")
    return theirs / ours if ours and ours > 0 and theirs else None


def of_chen(results):
    def chen(function):
        return measured(results, "chen", function)
    for name, label in (("10 %", "3 recorded"), ("10 %, all", "all species recorded")):
        yield (f"sweep on Chen 2009, {label}: AMICI's integration / Bypass",
               chen(lambda f: sweep_ratio(f, "amici", "own", name)), 15, 30)
        yield (f"sweep on Chen 2009, {label}: AMICI as called / Bypass",
               chen(lambda f: sweep_ratio(f, "amici", "seconds", name)), 20, 40)
        yield (f"sweep on Chen 2009, {label}: libRoadRunner / Bypass",
               chen(lambda f: sweep_ratio(f, "roadrunner", "seconds", name)), 350, 650)
    yield ("the same at 1e-8, 3 recorded: AMICI's integration / Bypass",
           chen(lambda f: ladder_ratio(f, "1e-08")), 12, 27)
    yield ("single run on Chen 2009: AMICI's integration / Bypass",
           chen(lambda f: sweep_ratio(f, "amici", "own", "alone")), 2, 8)
    yield ("load + first run on Chen 2009: AMICI / Bypass",
           chen(lambda f: first_ratio(f, "amici")), 500, 700)
    yield ("load + first run on Chen 2009: libRoadRunner / Bypass",
           chen(lambda f: first_ratio(f, "roadrunner")), 30, 60)


def of_networks(results):
    yield ("egfr_net: load + first run, libRoadRunner / Bypass",
           measured(results, "egfr_net_no_obs", lambda f: first_ratio(f, "roadrunner")), 100, None)
    yield ("egfr_net: run, AMICI's integration / Bypass",
           measured(results, "egfr_net_no_obs",
                    lambda f: sweep_ratio(f, "amici", "own", "alone")), 4, None)
    for key, (run, load) in MODELS_OF_TIME.items():
        for what, limit in (("run_seconds", run), ("load_seconds", load)):
            seconds = measured(results, key, lambda f: f["bypass"]["first"]["summary"][what])
            yield (f"{key}: {what.replace('_', ' ')}, allowed / taken",
                   seconds and limit / seconds, 1, None)
    yield ("SPARCED to 24 h: libRoadRunner / Bypass",
           measured(results, "sparced", lambda f: ratio(tool_runs(f, "roadrunner", "seconds"),
                                                        our_runs(f, "alone"))), 100, None)


def of_small(results):
    for key, found in results.models.items():
        if found["species"] <= SMALL:
            yield (f"{key} ({found['species']} species), sweep: libRoadRunner / Bypass",
                   sweep_ratio(found, "roadrunner", "seconds"), 3, 6)


def of_scaling(results):
    for (what, model), file in results.scaling.items():
        rows = file["rows"]
        if what == "threads":
            found = thread_ratios(file)
            yield f"{model}: two threads / one, whole program", found["whole"], 1.9, None
            yield (f"{model}: two threads / one, beyond {found['few']} points", found["beyond"],
                   1.9, None)
        if what == "points":
            peak = {r["points"]: r["peak"] for r in rows}
            if 100 in peak and 10_000 in peak:
                yield (f"{model}: 1.1 x peak of 100 points / peak of 10,000",
                       1.1 * peak[100] / peak[10_000], 1, None)


def of_accuracy(results):
    for key, found in results.models.items():
        if "amici" not in found["tools"]:
            continue
        for name, label in ((None, "single"), ("swept", "in a sweep")):
            error = error_ratio(found, name)
            yield (f"{key}, {label}: 2 / (error of Bypass / of AMICI)", error and 2 / error, 1,
                   None)


def lines(results):
    """(what, measured, at least, aim): larger is better in all."""
    for part in (of_chen, of_networks, of_small, of_scaling, of_accuracy):
        yield from part(results)


def verdict(found, least, aim):
    if found is None:
        return "not measured"
    if found < least:
        return f"no, {least / found:.1f} times short"
    return "yes" if aim is None or found >= aim else "yes, aim not"


def table(results):
    yield "| work | at least | aim | measured | met |"
    yield "|---|--:|--:|--:|---|"
    for what, found, least, aim in lines(results):
        shown, aimed = ("" if x is None else f"{x:.3g}" for x in (found, aim))
        yield f"| {what} | {least:g} | {aimed} | {shown} | {verdict(found, least, aim)} |"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    results = Results(sys.argv[1:])
    print(f"load of the machine {results.loads()}, quick runs "
          f"{sum(file['quick'] for file in results.files)} of {len(results.files)} files\n")
    print("\n".join(table(results)))
    return any(found is not None and found < least for _, found, least, _ in lines(results))


if __name__ == "__main__":
    sys.exit(main())
