"""Prints every check of the calibration: value, band, pass. Reads the .ant files of the library as they are.

    python check.py [fitted.json]     with a file: those parameters instead of the library's
"""
import json, sys
import numpy as np
import sim
from bands import BANDS
from fit import IMOTO, NGML100, minmax

T = [0, 5, 10, 15, 30, 45, 60, 90, 120]
IM, NI = [0, 1, 3, 4, 5, 6, 7, 8], [2, 4, 7]
lg = np.log10


def measure(params):
    v, extra = {}, {}
    text = sim.sbml()
    L = {c: sim.Line(text, c, params, rtol=1e-9) for c in sim.CELLS}
    r = {(c, lig): L[c].run(T, {lig: 10.0}) for c in L for lig in ("EGF", "NRG1")}
    mm = {(c, o): minmax(r[c, "EGF"][o][IM], r[c, "NRG1"][o][IM]) for c in L for o in ("pAKT", "pERK")}

    def rms(c, lig, o):
        obs, sd = IMOTO[c][({"EGF": "EGF", "NRG1": "HRG"}[lig], {"pAKT": "pAkt", "pERK": "pERK"}[o])]
        x = mm[c, o][0 if lig == "EGF" else 1]
        return float(np.sqrt(np.mean(((x - obs)/np.maximum(sd, 0.10))[1:]**2)))

    n = mm["BT-474", "pAKT"][1]
    v["V1 BT-474 NRG1 pAKT at 5 min (min-max)"] = n[1]
    v["V1 BT-474 NRG1 pAKT least of 15-120 min (of its own max)"] = (n[2:]/n.max()).min()
    v["V1 BT-474 NRG1 pAKT series, rms z"] = rms("BT-474", "NRG1", "pAKT")
    e, h = r["BT-474", "EGF"]["pAKT"], r["BT-474", "NRG1"]["pAKT"]
    v["V2 BT-474 EGF pAKT log10 fold at 10 min"] = lg(e[2]/e[0])
    v["V2 BT-474 rise by EGF / rise by NRG1 at 10 min"] = (e[2] - e[0])/(h[2] - h[0])
    for o in ("pAKT", "pERK"):
        e, n = mm["SK-BR-3", o]
        if o == "pAKT":
            v["V3 SK-BR-3 EGF pAKT at 5 min"], v["V3 SK-BR-3 NRG1 pAKT at 5 min"] = e[1], n[1]
        v[f"V3 SK-BR-3 EGF {o} at 120 min"], v[f"V3 SK-BR-3 NRG1 {o} at 120 min"] = e[7], n[7]
    v["V3 SK-BR-3 four series, worst rms z"] = max(rms("SK-BR-3", l, o) for l in ("EGF", "NRG1") for o in ("pAKT", "pERK"))
    v["V4 MCF7 EGF max pAKT / NRG1 max pAKT (min-max)"] = mm["MCF7", "pAKT"][0].max()/mm["MCF7", "pAKT"][1].max()
    e, n = mm["MCF7", "pERK"]
    v["V4 MCF7 EGF pERK at 5 min"], v["V4 MCF7 EGF pERK at 90 min"] = e[1], e[6]
    v["V4 MCF7 NRG1 pERK at 5 min"], v["V4 MCF7 NRG1 pERK at 15 min"], v["V4 MCF7 NRG1 pERK at 120 min"] = n[1], n[2], n[7]
    t6 = [0, 5, 10, 15, 30, 60, 120, 240]
    s = L["BT-474"].run(t6, {"NRG1": 10.0})
    f = {o: s[o][1:]/s[o][0] for o in ("pEGFR", "pHER2", "pHER3")}
    v["V6 BT-474 NRG1 pHER3 fold, least of 5-120 min"], v["V6 BT-474 NRG1 pHER3 fold, most of 5-120 min"] = f["pHER3"][:-1].min(), f["pHER3"][:-1].max()
    v["V6 BT-474 NRG1 pHER3 fold at 240 min"] = f["pHER3"][-1]
    v["V6 BT-474 NRG1 pEGFR fold, median of 5-240 min"], v["V6 BT-474 NRG1 pHER2 fold, median of 5-240 min"] = np.median(f["pEGFR"]), np.median(f["pHER2"])
    seven = {}
    for name in BANDS:
        if name.startswith("V7"):
            _, c, lig, _ = name.split()
            x = L[c].run(T, {lig: NGML100[lig]})
            k = lg(x["pAKT"][NI]/x["pAKT"][0])
            seven[name] = k
            lo, hi, _ = BANDS[name]
            # the value farthest out of (or nearest to the edge of) the band among 10, 30, 90 min
            v[name] = k[np.argmin([min(q - (lo if lo is not None else -9), (hi if hi is not None else 9) - q) for q in k])]
            if lig in ("NRG1", "EGF"):
                extra[f"{c} {lig} pERK log10 fold 10/30/90"] = lg(x["pERK"][NI]/x["pERK"][0]).round(2)
    for c in ("BT-474", "SK-BR-3"):
        x = L[c].run([0, 60], {"lapatinib": 1000.0})
        for o in ("pHER2", "pHER3", "pAKT", "pERK"):
            v[f"V11 {c} {o}"] = x[o][1]/x[o][0]
    x = r["BT-474", "NRG1"]["pAKT"]
    v["Basal pAKT of BT-474 / NRG1-stimulated"] = x[0]/x[1:].max()
    drift = 0.0
    for c, l in L.items():
        l.back()
        a = np.array(l.m.model.getFloatingSpeciesConcentrations())
        l.m.selections = ["time"]
        l.m.simulate(0, 7*86400, 2)
        b = np.array(l.m.model.getFloatingSpeciesConcentrations())
        big = np.abs(a) > 1e-9
        d = np.abs(b - a)[big]/np.abs(a[big])
        drift = max(drift, d.max())
        extra[f"{c} at rest"] = {o: float("%.3g" % l.run([0, 1e-3])[o][0]) for o in ("pEGFR", "pHER2", "pHER3", "pAKT", "pERK", "pS6K", "FOXO_nuclear", "HER3_total", "IGF1R_total", "HER2_total", "EGFR_total")}
        extra[f"{c} at rest"]["least"] = float(np.min(b))
    v["Rest: worst drift over 7 days, four lines"] = drift
    l = L["BT-474"]
    hours = [0, 60, 120, 360, 720, 1440]
    un = l.run([0, 120, 1500])
    x = l.run(hours, {"lapatinib": 200.0})
    v["Demo pAKT 2 h after lapatinib / untreated"] = x["pAKT"][2]/un["pAKT"][1]
    v["Demo pERK 2 h after lapatinib / untreated"] = x["pERK"][2]/un["pERK"][1]
    la = l.run([0, 60, 720, 1440], keep=True)
    l.run(hours, {"lapatinib": 200.0})
    y = l.run([0, 60, 720, 1440], {"NRG1": 1.27}, keep=True)
    v["Demo pAKT 1 h after NRG1 / untreated"] = y["pAKT"][1]/un["pAKT"][2]
    v["Demo pAKT 1 h after NRG1 / lapatinib arm"] = y["pAKT"][1]/la["pAKT"][1]
    extra["V12 lapatinib 200 nM, of untreated, 1 2 6 12 24 25 36 48 h"] = {o: (np.r_[x[o][1:], la[o][1:]]/un[o][0]).round(3).tolist() for o in ("pHER2", "pHER3", "pAKT", "pERK", "HER3_total")}
    extra["demo rescue, of untreated, 1 12 24 h after NRG1"] = {o: (y[o][1:]/un[o][0]).round(3).tolist() for o in ("pHER3", "pAKT", "pERK")}
    x = l.run(hours + [2880], {"net_mTORC1_kinase_ratio"[4:]: 20.0})
    l.m["net_mTORC1_kinase_ratio"] = 0.0
    extra["V35 mTORC1 inhibited to 5 %, of untreated, 1 2 6 12 24 48 h"] = {o: (x[o][1:]/un[o][0]).round(3).tolist() for o in ("pS6K", "p4EBP1", "pAKT", "pERK")}
    x = l.run(hours + [2880], {"trametinib": 8.0})
    extra["V36 trametinib 8 nM, of untreated, 1 2 6 12 24 48 h"] = {o: (x[o][1:]/un[o][0]).round(3).tolist() for o in ("pERK", "pMEK", "pHER3", "pAKT", "HER3_total")}
    x = l.run(hours, {"trastuzumab": 100.0})
    extra["V21 trastuzumab 100 nM, of untreated, 1 2 6 12 24 h"] = {o: (x[o][1:]/un[o][0]).round(3).tolist() for o in ("pHER3", "pAKT", "pERK", "HER2_surface")}
    extra["trastuzumab: occupied at 24 h, medium left (nM)"] = [round(float(l.m[q]), 4) for q in ("occupied_IV", "[trastuzumab]")]
    return v, seven, extra


if __name__ == "__main__":
    params = json.load(open(sys.argv[1])) if len(sys.argv) > 1 else {}
    v, seven, extra = measure(params)
    bad = 0
    for name, (lo, hi, why) in BANDS.items():
        x = v[name]
        ok = (lo is None or x >= lo) and (hi is None or x <= hi)
        bad += not ok
        print(f"{'pass' if ok else 'FAIL'}  {x:10.3g}  [{'' if lo is None else lo:>5} , {'' if hi is None else hi:>5}]  {name}   ({why})" + (f"   10/30/90: {seven[name].round(2)}" if name in seven else ""))
    print(f"{len(BANDS) - bad} of {len(BANDS)} pass")
    for k, x in extra.items():
        print(k, x)
