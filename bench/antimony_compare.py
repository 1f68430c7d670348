#!/usr/bin/env python3
"""Reads models with Bypass and with libAntimony and compares what both found.

    antimony_compare.py BYPASS MODEL.ant...

BYPASS is the program. Bypass writes each model flat (`export --to antimony`), libAntimony
reads both the original, where it can, and what Bypass wrote. Compared are the names and the
numbers of compartments, species, reactions, parameters, rules and events, and the initial
values that are plain numbers. Needs the Python package antimony.

Where libAntimony cannot read the original (it fails on rules that read `sub.x` and on species
passed for parameters), that is said and what Bypass wrote is still checked for being read.
Exit code 1 when something differs.
"""
import re
import subprocess
import sys
import time

import antimony

KINDS = ("compartment", "species", "reaction", "parameter", "assignmentRule", "rateRule",
         "event")
VALUES = {"compartment": ("size",), "species": ("initialConcentration", "initialAmount"),
          "parameter": ("value",)}


def sbml_of(text=None, path=None):
    """SBML of the main module, or the error; and the seconds it took."""
    antimony.clearPreviousLoads()
    start = time.perf_counter()
    code = antimony.loadAntimonyString(text) if text else antimony.loadAntimonyFile(path)
    if code < 0:
        return None, antimony.getLastError(), 0.0
    sbml = antimony.getSBMLString(antimony.getMainModuleName())
    return sbml, "", time.perf_counter() - start


def attributes(tag):
    return dict(re.findall(r'([\w:]+)="([^"]*)"', tag))


def plain(name):
    """Dots of modules are '__' in what Bypass writes and '_' in libAntimony's SBML."""
    return re.sub(r"_+", "_", name)


def contents(sbml):
    found = {kind: {} for kind in KINDS}
    for kind, tag in re.findall(r"<(%s) ([^>]*)>" % "|".join(KINDS), sbml):
        a = attributes(tag)
        name = plain(a.get("id") or a.get("variable", ""))
        value = next((float(a[v]) for v in VALUES.get(kind, ()) if v in a), None)
        found[kind][name] = value
    # the one nobody wrote
    if found["compartment"].get("default_compartment") == 1.0:
        del found["compartment"]["default_compartment"]
    return found


def differences(a, b):
    for kind in KINDS:
        only_a, only_b = set(a[kind]) - set(b[kind]), set(b[kind]) - set(a[kind])
        if only_a or only_b:
            yield f"{kind}: only libAntimony {sorted(only_a)}, only Bypass {sorted(only_b)}"
        for name in set(a[kind]) & set(b[kind]):
            if a[kind][name] != b[kind][name]:
                yield f"{kind} {name}: {a[kind][name]} and {b[kind][name]}"


def compare(program, path):
    start = time.perf_counter()
    run = subprocess.run([program, "export", path, "--to", "antimony"],
                         capture_output=True, text=True)
    took = time.perf_counter() - start
    if run.returncode != 0:
        print(f"{path}: Bypass refuses: {run.stderr.strip()[:300]}")
        return False
    ours, error, _ = sbml_of(text=run.stdout)
    if ours is None:
        print(f"{path}: libAntimony cannot read what Bypass wrote: {error}")
        return False
    theirs, error, their_time = sbml_of(path=path)
    if theirs is None:
        print(f"{path}: written text is fine; libAntimony cannot read the original: "
              f"{error[:160]}")
        return True
    found = list(differences(contents(theirs), contents(ours)))
    for line in found:
        print(f"{path}: {line}")
    counts = ", ".join(f"{len(v)} {k}" for k, v in contents(ours).items() if v)
    print(f"{path}: {'DIFFERS' if found else 'same'}: {counts}; bypass {took * 1e3:.0f} ms "
          f"(whole program), libAntimony {their_time * 1e3:.0f} ms")
    return not found


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    results = [compare(sys.argv[1], path) for path in sys.argv[2:]]
    sys.exit(0 if all(results) else 1)
