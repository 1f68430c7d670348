# Published behaviours: each prints the simulated value and the band it must lie in.
foreach(name ligands drugs series)
  bp_test(NAME biology_${name} SOURCES biology/${name}.c support/bio.c LIBS bypass_static LABELS biology)
endforeach()
