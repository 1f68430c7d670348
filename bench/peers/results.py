"""Files that measure.py and scaling.py wrote, and the figures that are taken from them."""
import json
import pathlib
from statistics import median

TOOL_NAMES = {"amici": "AMICI", "roadrunner": "libRoadRunner", "copasi": "COPASI",
              "plain-c": "C, SUNDIALS as installed", "tuned-c": "C, tuned"}


class Results:
    """models: {key: what measure.py found}; of a model in several files the last one counts."""

    def __init__(self, paths):
        self.files, self.models, self.scaling = [], {}, {}
        for path in paths:
            file = json.loads(pathlib.Path(path).read_text())
            self.files.append(file)
            if "what" in file:
                self.scaling[file["what"], file["model"]] = file
            for key, found in file.get("models", {}).items():
                self.models[key] = found | {"file": file}

    def loads(self):
        """The lowest and the highest load of the machine, one-minute means; but for runs on
        several threads, which load it themselves."""
        every = [load[0] for found in self.models.values() for load in found["load"]]
        every += [row["load"] for file in self.scaling.values() if file["what"] != "threads"
                  for row in file["rows"]]
        return (min(every), max(every)) if every else None


def values(runs, *keys):
    """One number of every round, where all rounds have it."""
    found = []
    for run in runs:
        for key in keys:
            run = run.get(key) if run else None
        found.append(run)
    return found if found and None not in found else None


def middle(runs, *keys):
    found = values(runs, *keys)
    return median(found) if found else None


def ratio(theirs, ours):
    """The median of ratios within rounds."""
    if not theirs or not ours or min(ours) <= 0:
        return None
    return median(a / b for a, b in zip(theirs, ours))


def tool_runs(found, tool, key):
    return values(found["tools"].get(tool, {}).get("runs", []), key)


def our_runs(found, name, key="seconds"):
    return values(found["bypass"]["runs"], name, key)


def sweep_ratio(found, tool, key, name="10 %"):
    """How much longer a peer takes for a run than Bypass in a sweep."""
    return ratio(tool_runs(found, tool, key), our_runs(found, name))


def load_seconds(tool):
    """Of loading, or of compiling where the model was compiled (in this run or before)."""
    load = tool.get("load") or {}
    return (load.get("compiled") or load).get("seconds")


def first_ratio(found, tool):
    """Load (or compile) and first run: of the peer over Bypass' whole program."""
    theirs, ours = found["tools"].get(tool, {}), our_runs(found, "single")
    load, first = load_seconds(theirs), theirs.get("first")
    if not load or not first or not ours:
        return None
    return (load + first["seconds"]) / median(ours)


def thread_ratios(file):
    """Of scaling.py threads, by the clock, as medians over rounds: how much more work two threads
    do than one, `whole` program and `beyond` the fewer points, and two `programs` of one."""
    def walls(threads, programs, points):
        return [row["wall"] for row in file["rows"] if (row["threads"], row["programs"],
                                                        row["points"]) == (threads, programs, points)]
    few, many = (pick(row["points"] for row in file["rows"]) for pick in (min, max))
    one, two = ([a - b for a, b in zip(walls(n, 1, many), walls(n, 1, few))] for n in (1, 2))
    pair = ratio(walls(1, 1, many), walls(1, 2, many))
    return {"whole": ratio(walls(1, 1, many), walls(2, 1, many)), "beyond": ratio(one, two),
            "programs": pair and 2 * pair, "few": few}


def error_ratio(found, name=None):
    """The median over tolerances of our error over AMICI's; name: `swept` or None (single)."""
    pairs = []
    for rtol, theirs in found["tools"].get("amici", {}).get("ladder", {}).items():
        ours = found["bypass"]["ladder"].get(rtol)
        ours = ours and (ours[name] if name else ours)
        if ours and theirs["rms"] > 0:
            pairs.append(ours["rms"] / theirs["rms"])
    return median(pairs) if pairs else None
