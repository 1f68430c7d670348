#!/usr/bin/env python3
"""Writes an Antimony model of N species and M reversible mass-action reactions (default 500, 830: the
size of Chen 2009's ErbB network), to time reading and compiling:

    bench/large_model.py > large.ant && time build/release/bin/bypass check large.ant
"""
import random
import sys

n, m = (int(a) for a in (sys.argv[1:3] + ["500", "830"][len(sys.argv) - 1:]))
random.seed(1)
print("model *large()\n  compartment cell = 1;")
for i in range(n):
    print("  species S%d in cell = %g;" % (i, random.uniform(0, 100)))
for j in range(m):
    a, b, c = random.sample(range(n), 3)
    print("  kf%d = %g; kr%d = %g;" % (j, random.uniform(1e-4, 1e-2), j, random.uniform(1e-3, 1e-1)))
    print("  J%d: S%d + S%d -> S%d; cell*(kf%d*S%d*S%d - kr%d*S%d);" % (j, a, b, c, j, a, b, j, c))
print("end")
