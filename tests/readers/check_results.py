#!/usr/bin/env python3
"""Opens results with the programs their users have: h5py, xarray (both engines), ncdump.

    check_results.py WRITER     WRITER is the program that writes the sample (output_write_sample)

Exit code 0: all read it right; 1: one did not; 77: a reader is not installed (with
BP_REQUIRE_READERS=1 that is a failure, too).
"""
import math
import os
import shutil
import subprocess
import sys
import tempfile

ARMS = ["untreated", "lapatinib, 200 nM", 'trastuzumab "T"', "\u03b1-HER2"]
N_RUNS, N_TIMES = 6, 11
OBSERVABLES = {"pAKT": "1", "lapatinib": "nM", "I\u03baB\u03b1": "nM"}
SPECIES = ["HER2", "HER2_HER3", "drug.lapatinib.A"]
FAILED = 3
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAIL", what)


def value(run, time, column):
    """As sample_value() in tests/unit/output_sample.c."""
    if run == FAILED and time >= N_TIMES // 2:
        return math.nan
    return (column + 1) / (1.0 + 0.1 * time) + 0.1 * run


def same(a, b):
    return a == b or (math.isnan(a) and math.isnan(b)) or abs(a - b) <= 1e-15 * abs(b)


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def check_h5py(path):
    import h5py

    with h5py.File(path, "r") as file:
        check(file.attrs["bypass_layout"] == 1, "h5py: layout")
        check(file.attrs["complete"] == 1, "h5py: complete")
        check("\u03b1" in text(file.attrs["title"]), "h5py: title")
        for column, (name, unit) in enumerate(OBSERVABLES.items()):
            variable = file[name]
            check(variable.shape == (N_RUNS, N_TIMES), f"h5py: shape of {name}")
            check(variable.dtype == "f8" and variable.chunks, f"h5py: storage of {name}")
            check(text(variable.attrs["units"]) == unit, f"h5py: unit of {name}")
            check(math.isnan(variable.fillvalue), f"h5py: fill value of {name}")
            check(variable.dims[0].keys() == ["run"], f"h5py: first dimension of {name}")
            check(variable.dims[1].keys() == ["time"], f"h5py: second dimension of {name}")
            check(all(same(variable[r, t], value(r, t, column))
                      for r in range(N_RUNS) for t in range(N_TIMES)),
                  f"h5py: values of {name}")
        arms = [text(arm) for arm in file["arm"][:]]
        check(arms == [ARMS[run % 4] for run in range(N_RUNS)], "h5py: arms")
        texts = [row.tobytes().rstrip(b"\0").decode() for row in file["failure"][:]]
        check("raise max_steps" in texts[FAILED], "h5py: failure text")
        check(texts[0] == "", "h5py: no failure text")
        provenance = file["provenance"]
        check(text(provenance["details/rtol"][()]) == "1e-06", "h5py: detail")
        files = provenance["files"]
        check(text(files["file0"].attrs["name"]) == "demo.yaml", "h5py: name of a file")
        check(text(files["file0"][()]) == "model: her2\n", "h5py: text of a file")
        check("composed" in text(provenance["composed_model"][()]), "h5py: model")
        check(list(provenance["times"][:]) == [360.0 * i for i in range(N_TIMES)],
              "h5py: exact times")


def check_xarray(path, engine):
    import xarray

    what = f"xarray with {engine}: "
    with xarray.open_dataset(path, engine=engine) as data:
        check(dict(data.sizes)["run"] == N_RUNS, what + "dimension run")
        check(dict(data.sizes)["time"] == N_TIMES, what + "dimension time")
        check(list(data.time.values) == [i / 10 for i in range(N_TIMES)], what + "time")
        check(data.time.attrs["units"] == "h", what + "unit of time")
        for column, (name, unit) in enumerate(OBSERVABLES.items()):
            variable = data[name]
            check(variable.dims == ("run", "time"), what + f"dimensions of {name}")
            check(variable.attrs["units"] == unit, what + f"unit of {name}")
            check({"arm", "lapatinib_set"} <= set(variable.coords),
                  what + f"coordinates of {name}")
            check(all(same(float(variable[r, t]), value(r, t, column))
                      for r in range(N_RUNS) for t in range(N_TIMES)),
                  what + f"values of {name}")
        check(data.pAKT.attrs["long_name"].startswith("phosphorylated AKT"),
              what + "long name")
        check(data.status.dtype == "int8", what + "type of status")
        check(int(data.status[FAILED]) != 0 and int(data.status[0]) == 0, what + "status")
        check("raise max_steps" in text(data.failure.values[FAILED]), what + "failure")
        # an arm by its name, a time by its value, a swept value by its number
        by_arm = data.isel(run=slice(0, 4)).swap_dims(run="arm")
        chosen = by_arm.pAKT.sel(arm="\u03b1-HER2", time=0.3)
        check(same(float(chosen), value(3, 3, 0)), what + "sel(arm=..., time=...)")
        by_dose = data.swap_dims(run="lapatinib_set")
        check(same(float(by_dose.pAKT.sel(lapatinib_set=0.2, method="nearest")[4]),
                   value(2, 4, 0)), what + "sel(lapatinib_set=...)")
        check([text(name) for name in data.species_name.values] == SPECIES,
              what + "species names")
        chosen = data.species.sel(species_name="HER2_HER3").isel(run=1, time=2)
        check(same(float(chosen), value(1, 2, 4)), what + "species")
    check_groups(xarray, path, engine, what)


def check_groups(xarray, path, engine, what):
    with xarray.open_dataset(path, engine=engine, group="solver") as data:
        check(list(data.steps.values) == [100 + run for run in range(N_RUNS)],
              what + "solver/steps")
        check(data.steps.dims == ("run",), what + "dimension of solver/steps")
    with xarray.open_dataset(path, engine=engine, group="parameters") as data:
        check(same(float(data.k_on[1]), 0.5e-3), what + "parameters/k_on")
        check(data.k_on.attrs["units"] == "1/(nM*s)", what + "unit of k_on")
    with xarray.open_dataset(path, engine=engine, group="marks") as data:
        check([text(item) for item in data.text.values][1] == "lapatinib 200 nM",
              what + "marks/text")
        check(list(data.when.values) == [0, 3600, 7200], what + "marks/when")
    with xarray.open_dataset(path, engine=engine, group="provenance") as data:
        check(text(data.model_hash.values[()]) == "0123456789abcdef",
              what + "provenance/model_hash")


def check_ncdump(path):
    done = subprocess.run(["ncdump", "-h", path], capture_output=True, text=True,
                          check=False)
    check(done.returncode == 0, f"ncdump: {done.stderr}")
    for wanted in ["run = 6", "time = 11", "double pAKT(run, time)", "string arm(run)",
                   "byte status(run)", "double species(run, time, species_name)",
                   "group: solver", "group: provenance"]:
        check(wanted in done.stdout, f"ncdump -h shows no '{wanted}'")
    done = subprocess.run(["ncdump", "-v", "arm,status", path], capture_output=True,
                          text=True, check=False)
    check(done.returncode == 0 and "\u03b1-HER2" in done.stdout, "ncdump -v arm")


def missing():
    names = []
    for module in ["h5py", "xarray", "h5netcdf", "netCDF4"]:
        try:
            __import__(module)
        except ImportError:
            names.append(module)
    if not shutil.which("ncdump"):
        names.append("ncdump")
    return names


def main():
    absent = missing()
    if absent:
        print("not installed:", ", ".join(absent), "(Debian: python3-h5py python3-xarray "
              "python3-h5netcdf python3-netcdf4 netcdf-bin)")
        return 1 if os.environ.get("BP_REQUIRE_READERS") == "1" else 77
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "sample.h5")
        subprocess.run([sys.argv[1], path], check=True)
        check_h5py(path)
        check_xarray(path, "h5netcdf")
        check_xarray(path, "netcdf4")
        check_ncdump(path)
    print(f"{len(failures)} failure(s)")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
