"""Measured tables as scenarios that expect them: one YAML file a line of cells, in the form that `bypass validate` reads.

Imoto 2022: min-max series. Niepel 2013: log10 folds, a zero read as `no rise`. Hass 2017: log10 folds over the concurrent control.
A value's band is its standard deviation, with floors where the source gives none (bands of a statement of biology.md are in
scenarios/behaviours, and are not touched here).
"""
import collections, csv, math, os, statistics

DATA = os.path.join(os.path.dirname(__file__), "../../../shared/data/experiments")
FLOOR_IMOTO = 0.10  # min-max units: median of the s.d. of the points
FLOOR_LOG10 = 0.20  # SK-BR-3 was measured three times, MCF7 twice
ZERO_LOG10 = 0.10   # the smallest values of the table are .09
LINES = {"AU565": "AU565", "BT20": "BT-20", "BT474": "BT-474", "HCC1569": "HCC1569", "HCC1954": "HCC1954", "HCC202": "HCC202",
         "MCF10A": "MCF10A", "MCF7": "MCF7", "MDAMB361": "MDA-MB-361", "MDAMB468": "MDA-MB-468", "SKBR3": "SK-BR-3", "ZR7530": "ZR-75-30",
         "T47D": "T47D", "UACC812": "UACC-812"}
LIGANDS = {"EGF": "EGF", "HRG": "NRG1", "NRG1": "NRG1", "IGF1": "IGF1", "IGF-1": "IGF1", "HGF": "HGF"}
READOUT = {"pErk": "pERK", "pAkt": "pAKT", "pAKT": "pAKT", "pERK": "pERK", "pErbB1": "pEGFR", "pEGFR": "pEGFR", "pErbB3": "pHER3", "pErbB2": "pHER2",
           "pIGF1R": "pIGF1R", "pMEK": "pMEK", "pMet": "pMET", "pS6": "pS6"}


def rows(name):
    with open(os.path.join(DATA, name)) as f:
        return list(csv.DictReader(f))


def scenario(path, ident, cell, arms, minutes, observe, expect):
    with open(path, "w") as f:
        f.write(f"title: {ident}\nbehaviour: {{id: {ident}}}\nmodel: her2\ncell: {cell}\nbefore: steady state\narms:\n  control: {{}}\n")
        for arm, dose in arms.items():
            f.write(f"  {arm}: {{{dose}}}\n")
        f.write(f"run: {{until: {minutes} min, every: 5 min}}\nobserve: [{', '.join(observe)}]\nexpect:\n")
        for what, value, low, high in expect:
            f.write(f"  - what: {what}\n    value: \"{value}\"\n")
            if low is not None:
                f.write(f"    at least: {low:.6g}\n")
            f.write(f"    at most: {high:.6g}\n")


def fold(arm, obs, t):
    return f"log10(value({arm}.{obs}, {t})/value(control.{obs}, {t}))"


def niepel(folder):
    pooled = collections.defaultdict(list)
    for r in rows("niepel_ligand_response.csv"):
        if r["cell_line"] in LINES and r["ligand"] in LIGANDS:
            key = r["cell_line"], LIGANDS[r["ligand"]], float(r["dose_ng_per_ml"]), READOUT[r["readout"]], float(r["time_min"])
            pooled[key].append(float(r["log10_fold_change"]))
    by_line = collections.defaultdict(list)
    for key, values in pooled.items():
        by_line[key[0]].append((*key[1:], statistics.fmean(values)))
    for line, entries in by_line.items():
        arms, expect = {}, []
        for ligand, dose, obs, t, v in sorted(entries):
            arm = f"{ligand}_{dose:g}"
            arms[arm] = f"{ligand}: {dose:g} ng/mL"
            low, high = (v - FLOOR_LOG10, v + FLOOR_LOG10) if v > 0 else (None, ZERO_LOG10)
            expect.append((f"{arm}|{obs}|{t:g}|{v:.4f}", fold(arm, obs, f"{t:g}"), low, high))
        scenario(f"{folder}/niepel-{line}.yaml", f"niepel-{line}", LINES[line], arms, 90, ["pAKT", "pERK"], expect)


def imoto(folder):
    for line in ("BT474", "SKBR3"):
        series = collections.defaultdict(list)
        for r in rows(f"imoto2022_{line}.csv"):
            if r["readout"] in READOUT:
                series[LIGANDS[r["ligand"]], READOUT[r["readout"]]].append((float(r["time_min"]), float(r["relative"]), float(r["sd"])))
        arms, expect = {}, []
        for (ligand, obs), points in series.items():
            arms[ligand] = f"{ligand}: 10 nM"
            for t, v, sd in points:
                sd = max(sd, FLOOR_IMOTO)
                value = f"(value({ligand}.{obs}, {t:g}) - least({ligand}.{obs}, 0, 120))/(most({ligand}.{obs}, 0, 120) - least({ligand}.{obs}, 0, 120))"
                expect.append((f"{ligand}|{obs}|{t:g}|{v:.4f}", value, v - sd, v + sd))
        scenario(f"{folder}/imoto-{line}.yaml", f"imoto-{line}", LINES[line], arms, 120, ["pAKT", "pERK"], expect)


def hass(folder):
    for line in ("BT474", "BT20"):
        control, points = {}, []
        for r in rows(f"hass2017_{line}.csv"):
            doses = {"EGF": float(r["EGF_nM"]), "NRG1": float(r["HRG_nM"]), "IGF1": float(r["IGF1_nM"]), "HGF": float(r["HGF_nM"]), "BTC": float(r["BTC_nM"])}
            given = [(k, v) for k, v in doses.items() if v > 0]
            t, obs, signal = float(r["time_min"]), READOUT.get(r["readout"]), float(r["signal_au"])
            if obs is None or not signal > 0:
                continue
            if not given:
                control.setdefault((obs, t), []).append(signal)
            elif len(given) == 1 and given[0][0] != "BTC" and t > 0 and t % 5 == 0:
                points.append((*given[0], obs, t, signal))
        arms, pooled = {}, collections.defaultdict(list)
        for ligand, dose, obs, t, signal in points:
            if (obs, t) in control:
                pooled[ligand, dose, obs, t].append(math.log10(signal / statistics.fmean(control[obs, t])))
        expect = []
        for (ligand, dose, obs, t), values in sorted(pooled.items()):
            arm, v = f"{ligand}_{dose:g}".replace(".", "p"), statistics.fmean(values)
            arms[arm] = f"{ligand}: {dose:g} nM"
            expect.append((f"{arm}|{obs}|{t:g}|{v:.4f}", fold(arm, obs, f"{t:g}"), v - FLOOR_LOG10, v + FLOOR_LOG10))
        if expect:
            observe = sorted({e[0].split("|")[1] for e in expect})
            scenario(f"{folder}/hass-{line}.yaml", f"hass-{line}", LINES[line], arms, 240, observe, expect)


def levels(folder):
    """Feedback must not move receptor numbers at rest far from what was measured, which is what synthesis is set to."""
    for line in ("BT474", "SKBR3", "HCC1954", "MCF7", "MDAMB361"):
        expect = [(f"control|{r}|0", f"value({r}_total, 0)*1204.43/value({r}_copies, 0)", 0.6, 1.6) for r in ("HER3", "IGF1R", "EGFR", "HER2")]
        path = f"{folder}/levels-{line}.yaml"
        scenario(path, f"levels-{line}", LINES[line], {}, 5, [f"{r}_{x}" for r in ("HER3", "IGF1R", "EGFR", "HER2") for x in ("total", "copies")], expect)


def write(folder):
    """All tables into `folder`; False, saying so, where the data are not there."""
    if not os.path.isdir(DATA):
        print(f"skipped: the measured tables are not at {DATA}")
        return False
    os.makedirs(folder, exist_ok=True)
    niepel(folder)
    imoto(folder)
    hass(folder)
    levels(folder)
    return True
