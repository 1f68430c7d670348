"""As sim.Line, but compiled once per line and re-parametrised: what the fit uses. Derived constants are re-evaluated here."""
import re
import numpy as np, antimony
import sim


class Fast(sim.Line):
    def __init__(self, text, cell):
        antimony.clearPreviousLoads()
        antimony.loadSBMLString(text)
        flat = antimony.getAntimonyString(antimony.getMainModuleName())
        self.base, self.derived = {}, []
        for name, expr in re.findall(r"^\s*(\w+) = ([^;]+);", flat, re.M):
            try:
                self.base[name] = float(expr)
            except ValueError:
                self.derived.append((name, compile(expr.replace("^", "**"), name, "eval")))
        super().__init__(text, cell, {}, rest_days=0.001, rtol=1e-7)
        self.m.integrator.absolute_tolerance = 1e-6  # zmol; below that roadrunner fails now and then (LOG.md)
        self.params = set(self.m.model.getGlobalParameterIds())
        self.derived = [(n, e) for n, e in self.derived if n in self.params]
        self.cell = {sim.flat(k): v for k, v in sim.CELLS[cell].items() if k != "genotype"}

    def set(self, params, rest_days=25):
        m = self.m
        env = dict(self.base)
        env.update(self.cell)
        env.update({sim.flat(k): v for k, v in params.items()})
        todo = self.derived
        while todo:
            left = []
            for n, e in todo:
                try:
                    env[n] = eval(e, {}, env)
                except NameError:
                    left.append((n, e))
            if len(left) == len(todo):
                raise SystemExit(f"cannot evaluate {left}")
            todo = left
        const = self.params - self.ruled()
        for n in const:
            if n in env:
                m[n] = env[n]
        m.reset()
        m.selections = ["time"]
        m.simulate(0, rest_days * 86400, 2)
        self.rest = np.array(m.model.getFloatingSpeciesAmounts())

    def ruled(self):
        if not hasattr(self, "_ruled"):
            mo = self.m.model
            self._ruled = {s for s in self.params if s in ("theta_E", "theta_H", "M_H")}
            sb = self.m.getSBML()
            self._ruled |= set(re.findall(r'<(?:assignmentRule|rateRule)[^>]* variable="(\w+)"', sb))
        return self._ruled
