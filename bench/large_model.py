#!/usr/bin/env python3
"""Writes an Antimony model of N species and M reversible mass-action reactions (default 500, 830: the
size of Chen 2009's ErbB network), to time reading and compiling. With a third number, REACH, each
reaction is among species that are at most that far apart, as pathways are, so that factors of the
Jacobian stay sparse:

    bench/large_model.py [N M [REACH]] > large.ant && time build/release/bin/bypass check large.ant
"""
import random
import sys

n, m = (int(a) for a in (sys.argv[1:3] + ["500", "830"][len(sys.argv) - 1:]))
reach = int(sys.argv[3]) if len(sys.argv) > 3 else None
random.seed(1)


def three():
    if reach is None:
        return random.sample(range(n), 3)
    middle = random.randrange(n)
    return random.sample(range(max(0, middle - reach), min(n, middle + reach + 1)), 3)


print("model *large()\n  compartment cell = 1;")
for i in range(n):
    print("  species S%d in cell = %g;" % (i, random.uniform(0, 100)))
for j in range(m):
    a, b, c = three()
    print("  kf%d = %g; kr%d = %g;" % (j, random.uniform(1e-4, 1e-2), j, random.uniform(1e-3, 1e-1)))
    print("  J%d: S%d + S%d -> S%d; cell*(kf%d*S%d*S%d - kr%d*S%d);" % (j, a, b, c, j, a, b, j, c))
print("end")
