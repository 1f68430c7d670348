#!/usr/bin/env python3
"""Writes docs/performance.md, its figures, from files of measure.py and scaling.py.

    report.py FILE.json... [-o docs/performance.md]

Every table names the command that printed its numbers. Figures need matplotlib.
"""
import argparse
import math
import pathlib
from statistics import median

import reach
from models import ROOT
from results import (TOOL_NAMES, Results, error_ratio, first_ratio, load_seconds, middle, ratio,
                     our_runs, sweep_ratio, thread_ratios, tool_runs)

HEAD = """# Performance

Made by `bench/peers/report.py` from what `bench/peers/measure.py` and `bench/peers/scaling.py`
measured; do not edit. How to measure, and what the figures mean:
[bench/peers](../bench/peers/README.md).
"""
COLOURS = {"bypass": "black", "amici": "tab:blue", "roadrunner": "tab:orange",
           "copasi": "tab:green", "plain-c": "tab:gray", "tuned-c": "tab:red"}


def shown(number, factor=1.0, digits=3):
    if number is None:
        return ""
    number *= factor
    if number == 0 or not math.isfinite(number):
        return f"{number:g}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(number))))
    return f"{number:,.{min(decimals, 6)}f}" if abs(number) >= 1e-3 else f"{number:.1e}"


def row(*cells):
    return "| " + " | ".join(cells) + " |"


def head(*titles):
    return [row(*titles), "|" + "---|" + "--:|" * (len(titles) - 1)]


def conditions(results):
    file = results.files[-1]
    versions = {version for f in results.files for version in (
        f"{TOOL_NAMES.get(k, 'Bypass')} {v}".replace("Bypass bypass", "Bypass")
        for k, v in f["versions"].items() if v)}
    low, high = results.loads()
    yield (f"Measured on {file['machine']['started'][:10]}: {file['machine']['processor']}, "
           f"{file['machine']['cores']} cores. {', '.join(sorted(versions))}.")
    yield ""
    yield f"The load of the machine (one-minute mean) was {low:.1f} to {high:.1f}."
    beside = [key for key, found in results.models.items()
              if max(load[0] for load in found["load"]) > 0.75 * file["machine"]["cores"]]
    if beside:
        yield (f"**Other work ran beside part of {', '.join(beside)}**: times are those of the "
               "processor, not of a clock, and still too long and noisy; ratios within a round "
               "suffer least.")
    quick = [f["command"] for f in results.files if f["quick"]]
    if quick:
        yield f"**Quick runs, whose times say nothing: {', '.join(quick)}.**"


def ratios(results):
    yield "## Ratios"
    yield ""
    yield ("How many times longer a peer takes than Bypass: medians over rounds. *sweep*: one run "
           "as called, against a trajectory of a sweep of Bypass with 10 % spread; *integration*: "
           "what AMICI and C say of the integrator alone; *single*: the same against runs of "
           "Bypass without lanes; *start*: load or compile and first run, whole program.")
    yield ""
    names = ("AMICI integration, sweep", "AMICI, sweep", "libRoadRunner, sweep", "COPASI, sweep",
             "C as installed, sweep", "C tuned, sweep", "AMICI integration, single",
             "C tuned, single", "AMICI, start", "libRoadRunner, start")
    yield from head("model", *names)
    for key, found in results.models.items():
        if not found["tools"]:
            continue
        yield row(key, *map(shown, (
            sweep_ratio(found, "amici", "own"), sweep_ratio(found, "amici", "seconds"),
            sweep_ratio(found, "roadrunner", "seconds"), sweep_ratio(found, "copasi", "seconds"),
            sweep_ratio(found, "plain-c", "own"), sweep_ratio(found, "tuned-c", "own"),
            sweep_ratio(found, "amici", "own", "alone"),
            sweep_ratio(found, "tuned-c", "own", "alone"),
            first_ratio(found, "amici"), first_ratio(found, "roadrunner"))))


def peer_line(found, tool):
    it = found["tools"][tool]
    if "error" in it and not it["runs"]:
        return row(TOOL_NAMES[tool], "does not: " + it["error"].replace("|", "/")[:90],
                   *[""] * 6)
    at = it["ladder"].get(repr(found["rtol"]), {})
    peaks = [run["peak"] for run in it["runs"]]
    is_c = tool.endswith("-c")
    return row(TOOL_NAMES[tool], shown(load_seconds(it)),
               shown((it["first"] or {}).get("seconds"), 1e3),
               "" if is_c else shown(middle(it["runs"], "seconds"), 1e3),
               shown(middle(it["runs"], "own"), 1e3) if middle(it["runs"], "own") else "",
               shown(at.get("max")), shown(at.get("rms")),
               "" if is_c else shown(max(peaks) / 1024 if peaks else None))


def our_lines(found):
    runs, ladder = found["bypass"]["runs"], found["bypass"]["ladder"].get(repr(found["rtol"]), {})
    yield row("**Bypass**, the program once", "(in it)",
              shown(middle(runs, "single", "seconds"), 1e3), "", "", shown(ladder.get("max")),
              shown(ladder.get("rms")), shown(middle(runs, "single", "peak"), 1 / 1024))
    swept = ladder.get("swept", {})
    for name, label in (("alone", "one after the other"), ("10 %", "sweep, 10 %"),
                        ("50 %", "sweep, 50 %"),
                        ("10 %, all", "sweep, 10 %, all species recorded")):
        errors = swept if name.startswith("10") else {}
        failed = any("error" in run[name] for run in runs)
        took = "runs fail" if failed else shown(middle(runs, name, "seconds"), 1e3)
        yield row(f"**Bypass**, {label}", "", "", took, "",
                  shown(errors.get("max")), shown(errors.get("rms")),
                  shown(middle(runs, name, "peak"), 1 / 1024))


def times(results):
    yield "## Times"
    for key, found in results.models.items():
        file = found["file"]
        low, high = sorted(load[0] for load in (found["load"][0], found["load"][-1]))
        yield ""
        yield f"### {key}"
        yield ""
        yield (f"{found['species']} species, {found['spread parameters']} parameters spread, "
               f"t = 0 to {found['until']:g}, 101 outputs, rtol {found['rtol']:g}, "
               f"atol {found['atol']:g}; {found.get('points', file['points'])} points a sweep, "
               f"{file['rounds']} rounds; load {low:.1f} to {high:.1f}. `{file['command']}`")
        if found.get("error"):
            yield f"\n**Not finished: {found['error']}**"
            continue
        check = found.get("reference", {})
        if check.get("checked by"):
            yield (f"Reference: Bypass at 1e-12; {TOOL_NAMES[check['checked by']]} at 1e-11 is at "
                   f"most {shown(check['max'])} tolerances away.")
        yield ""
        yield from head("tool", "load or compile [s]", "first run [ms]", "a run [ms]",
                        "integrator [ms]", "error, largest", "error, rms", "peak [MB]")
        yield from our_lines(found)
        for tool in found["tools"]:
            yield peer_line(found, tool)


def profiles(results):
    yield "## Where the time goes"
    yield ""
    yield ("Shares of the time of all runs, by the program's own clock (`bypass run --profile`): runs one after the "
           "other, and a sweep with 10 % spread.")
    yield ""
    parts = {"rates": "rates", "jacobian": "Jacobian", "factor": "factors", "solve": "solutions",
             "steps": "vectors and CVODES", "samples": "samples", "other": "start, events"}
    yield from head("model", *parts.values())
    for key, found in results.models.items():
        for name, profile in found["bypass"].get("profile", {}).items():
            every = {part: profile[part]["seconds"] for part in parts}
            yield row(f"{key}, {'alone' if name == 'alone' else 'sweep'}",
                      *(f"{100 * s / sum(every.values()):.1f} %" for s in every.values()))


def accuracy(results, figures):
    yield "## Accuracy and work"
    yield ""
    yield ("Errors are in units of tolerance (1: as large as asked for at the tolerances above). "
           "The ratio is the median over the tolerances measured of Bypass' rms error over AMICI's "
           "at the same requested tolerance; at most 2 is allowed.")
    yield ""
    yield from head("model", "single run", "run of a sweep")
    for key, found in results.models.items():
        if error_ratio(found):
            yield row(key, shown(error_ratio(found)), shown(error_ratio(found, "swept")))
    for key, found in results.models.items():
        if len(found["bypass"]["ladder"]) > 1 and figures:
            work_precision(key, found, figures)
            yield ""
            yield f"![Work and precision of {key}](figures/performance-{key}.png)"


def work_precision(key, found, figures):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot, ticker
    figure, axes = pyplot.subplots(figsize=(7.6, 4.2), layout="constrained")
    every = {"bypass": found["bypass"], **found["tools"]}
    for tool, it in every.items():
        points = [(rung.get("own") or rung["seconds"], rung.get("swept", rung)["rms"])
                  for rung in it["ladder"].values()]
        points = [(t * 1e3, e) for t, e in points if t > 0 and e > 0]
        if points:
            axes.loglog(*zip(*points), "o-", color=COLOURS[tool], markersize=4,
                        linewidth=2.2 if tool == "bypass" else 1.2,
                        label="Bypass, sweep" if tool == "bypass" else TOOL_NAMES[tool])
    axes.set_xlabel("processor time of a run [ms]; of the integrator where the tool says it")
    axes.set_ylabel("rms error [tolerances]")
    low, high = axes.get_xlim()
    axes.xaxis.set_major_locator(ticker.LogLocator(subs=(1,) if high > 100 * low else (1, 2, 5)))
    axes.xaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
    axes.xaxis.set_minor_formatter(ticker.NullFormatter())
    rtols = sorted(map(float, found["bypass"]["ladder"]))
    axes.set_title(f"{key}: {found['species']} species, rtol {rtols[-1]:g} to {rtols[0]:g}")
    axes.grid(alpha=0.3)
    figure.legend(fontsize=8, loc="outside right upper")
    figure.savefig(figures / f"performance-{key}.png", dpi=100)
    pyplot.close(figure)


def scaling(results):
    yield "## Scaling"
    for (what, model), file in results.scaling.items():
        yield ""
        if not file["rows"]:
            yield f"### {what}: {file.get('error')}"
            continue
        loads = [r["load"] for r in file["rows"]]
        yield f"### {what}" + (f", {model}" if model else "")
        yield ""
        yield f"`{file['command']}`, load {min(loads):.1f} to {max(loads):.1f}"
        yield ""
        if what == "threads":
            found = thread_ratios(file)
            yield (f"By the clock two threads do {shown(found['whole'])} times the work of one, "
                   f"{shown(found['beyond'])} times beyond the first {found['few']} points, which "
                   f"takes start and load off. Two programs of one thread each, at once, do "
                   f"{shown(found['programs'])} times the work of one: what the machine gives.")
            yield ""
        keys = [key for key in ("threads", "programs", "points", "lanes", "species", "spread")
                if key in file["rows"][0]]
        yield from head(*keys, "processor [s]", "clock [s]", "peak [MB]")
        groups = {}
        for r in file["rows"]:
            groups.setdefault(tuple(r[key] for key in keys), []).append(r)
        for group, rows in groups.items():
            yield row(*map(str, group), *(shown(median(r[key] for r in rows), factor)
                                          for key, factor in (("seconds", 1), ("wall", 1),
                                                              ("peak", 1 / 1024))))


def reached(results):
    yield "## Reach"
    yield ""
    yield "What was set as the goal (`bench/peers/reach.py`); larger is better in every line."
    yield ""
    yield from reach.table(results)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", metavar="FILE.json")
    parser.add_argument("-o", default=ROOT / "docs/performance.md", type=pathlib.Path)
    options = parser.parse_args()
    results = Results(options.files)
    figures = options.o.parent / "figures"
    figures.mkdir(exist_ok=True)
    parts = [conditions(results), ratios(results), times(results), profiles(results), accuracy(results, figures),
             scaling(results), reached(results)]
    options.o.write_text(HEAD + "\n" + "\n\n".join("\n".join(part) for part in parts) + "\n")


if __name__ == "__main__":
    main()
