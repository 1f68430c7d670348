"""Runs the library's network in libRoadRunner: one model per cell line, arms from its steady state."""
import json, os, re
import numpy as np, antimony, roadrunner

HERE = os.path.dirname(os.path.abspath(__file__))
CELLS = {k: v for k, v in json.load(open(HERE + "/cells.json")).items() if k[0] != "_"}
ROBS = ["pEGFR", "pHER2", "pHER3", "pIGF1R", "pMET", "pERK", "pMEK", "pAKT", "pS6K", "pS6", "p4EBP1", "PIP3_fraction", "FOXO_nuclear", "HER3_total", "HER2_surface", "HER3_surface", "EGFR_total", "HER2_total", "IGF1R_total"]


def sbml(path=HERE + "/composed_by_hand.ant"):
    antimony.clearPreviousLoads()
    if antimony.loadAntimonyFile(path) < 0:
        raise SystemExit(antimony.getLastError())
    return antimony.getSBMLString(antimony.getMainModuleName())


def flat(name):
    return "net_" + name.replace(".", "_")


class Line:
    """A cell line with given parameters, at rest."""

    def __init__(self, text, cell, params, rest_days=60, rtol=1e-7):
        values = {flat(k): v for k, v in {**{k: v for k, v in CELLS[cell].items() if k != "genotype"}, **params}.items()}
        def put(m):
            v = values.get(m.group(1))
            return m.group(0) if v is None else f'<parameter id="{m.group(1)}" value="{v!r}"'
        text = re.sub(r'<parameter id="(\w+)" value="[^"]*"', put, text)
        self.m = m = roadrunner.RoadRunner(text)
        m.integrator.relative_tolerance = rtol
        m.integrator.absolute_tolerance = 1e-10
        m.integrator.maximum_num_steps = 200000
        m.selections = ["time"]
        m.simulate(0, rest_days * 86400, 2)
        self.rest = np.array(m.model.getFloatingSpeciesAmounts())
        self.ids = m.model.getFloatingSpeciesIds()

    def back(self):
        self.m.model.setFloatingSpeciesAmounts(self.rest)
        for r in ("theta_E", "theta_H", "M_H"):
            self.m[r] = 0.0
        for k in ("net_MEK_kinase_ratio",):
            pass
        for d in ("lapatinib", "neratinib", "trametinib", "trastuzumab", "NRG1_trap"):
            self.m["[%s]" % d] = 0.0
        for s in ("trastuzumab_IV_B1", "trastuzumab_IV_B2", "trap_NRG1_complex"):
            self.m["[%s]" % s] = 0.0

    def now(self, doses):
        for k, v in doses.items():
            k = k if k in ("lapatinib", "neratinib", "trametinib", "trastuzumab", "NRG1_trap") else "net_" + k
            if k in self.ids:
                self.m["[%s]" % k] = v
            else:
                self.m[k] = v

    def run(self, times_min, doses=None, obs=ROBS, keep=False):
        """Values of obs at the given minutes after the doses (times_min[0] = 0 is the moment of the doses)."""
        if not keep:
            self.back()
        self.now(doses or {})
        self.m.selections = ["time"] + ["net_" + o for o in obs]
        self.m.integrator.variable_step_size = False
        r = np.array(self.m.simulate(times=[60.0 * t for t in times_min]))
        return {o: r[:, i + 1] for i, o in enumerate(obs)}
