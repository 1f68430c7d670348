"""The peers behind one interface: load a prepared SBML file, run it, say where the time went.

    start()            imports the peer, which is not part of the figures
    load()             everything up to a model that can be simulated
    run(rtol, atol)    one simulation as its user calls it; None, or the integrator's own seconds
    values()           of the last run: times x species, as the file's symbols have them
    set(parameters)    for the next runs

Each is used in a process of its own (worker.py), single threaded.
"""
import json
import os
import resource
import time

import numpy as np

MAX_STEPS = 10_000_000


def processor_seconds():
    """Of this process and of what it started."""
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (
        resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


class Adapter:
    def __init__(self, model, contents, sbml, cache):
        self.model, self.contents, self.sbml, self.cache = model, contents, sbml, cache
        self.times = np.linspace(0, model.until, 101)

    def start(self):
        pass

    def load(self):
        raise NotImplementedError

    def as_symbols(self, columns):
        """Concentrations of the species as the symbols of the file: some are amounts."""
        volumes = [self.contents.volume(s) if s in self.contents.amounts else 1.0
                   for s in self.contents.species]
        return np.array(columns) * volumes

    def set(self, parameters):
        raise NotImplementedError


class RoadRunner(Adapter):
    def start(self):
        import roadrunner
        roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
        self.roadrunner = roadrunner

    def load(self):
        self.runner = self.roadrunner.RoadRunner(str(self.sbml))
        self.runner.integrator.maximum_num_steps = MAX_STEPS
        self.runner.timeCourseSelections = ["time"] + [
            s if s in self.contents.amounts else f"[{s}]" for s in self.contents.species]

    def run(self, rtol, atol):
        self.runner.reset()
        self.runner.integrator.relative_tolerance = rtol
        self.runner.integrator.absolute_tolerance = atol
        self.result = self.runner.simulate(0, self.model.until, len(self.times))

    def values(self):
        return np.array(self.result)[:, 1:]

    def set(self, parameters):
        for name, value in parameters.items():
            self.runner[name] = value


class Copasi(Adapter):
    def start(self):
        import basico
        self.basico = basico

    def load(self):
        self.basico.load_model(str(self.sbml))

    def run(self, rtol, atol):
        self.result = self.basico.run_time_course(
            start_time=0, duration=self.model.until, intervals=len(self.times) - 1,
            r_tol=rtol, a_tol=atol, max_steps=MAX_STEPS, use_sbml_id=True)

    def values(self):
        constant = self.basico.get_species().set_index("sbml_id")["initial_concentration"]
        columns = [self.result[s] if s in self.result else np.full(len(self.times), constant[s])
                   for s in self.contents.species]  # the table lacks what never changes
        return self.as_symbols(np.array(columns).T)

    def set(self, parameters):
        for name, value in parameters.items():
            self.basico.set_parameters(name, exact=True, initial_value=value)


class Amici(Adapter):
    """Compiled once per model: `compiled.json` beside the C++ says how long that took."""

    def start(self):
        import amici
        import amici.sim.sundials
        from amici.importers.sbml import SbmlImporter
        self.amici, self.importer = amici, SbmlImporter

    def load(self):
        folder = self.cache / self.model.key / "amici"
        record = folder / "compiled.json"
        name = "m_" + self.model.key
        if not record.exists():
            started, busy = time.perf_counter(), processor_seconds()
            self.importer(str(self.sbml)).sbml2amici(name, folder,
                                                    generate_sensitivity_code=False)
            record.write_text(json.dumps({"seconds": processor_seconds() - busy,
                                          "wall": time.perf_counter() - started,
                                          "load": os.getloadavg()}))
        self.amici_model = self.amici.import_model_module(name, folder).get_model()
        self.amici_model.set_timepoints(self.times)
        self.solver = self.amici_model.create_solver()
        self.solver.set_max_steps(MAX_STEPS)
        return json.loads(record.read_text())

    def run(self, rtol, atol):
        self.solver.set_relative_tolerance(rtol)
        self.solver.set_absolute_tolerance(atol)
        self.result = self.amici_model.simulate(solver=self.solver)
        if self.result.status != 0:
            raise RuntimeError(f"AMICI stops with status {self.result.status}")
        return self.result.cpu_time / 1e3

    def values(self):
        at = {state: i for i, state in enumerate(self.amici_model.get_state_ids())}
        return np.array(self.result.x)[:, [at[s] for s in self.contents.species]]

    def set(self, parameters):
        known = set(self.amici_model.get_free_parameter_ids())
        for name, value in parameters.items():
            if name in known:
                self.amici_model.set_free_parameter_by_id(name, value)


class PlainC(Adapter):
    """CVODES + KLU (AMD) with the model as C code; `tuned` has its own vectors and matrix."""

    tuned = False

    def start(self):
        import plain_c
        self.built = plain_c.built

    def load(self):
        self.program = self.built(self.model, self.contents, self.sbml, self.cache)
        record = self.cache / self.model.key / "plain_c" / "compiled.json"
        return json.loads(record.read_text())

    def run(self, rtol, atol):
        self.result = self.program.run(self.tuned, rtol, atol, self.times)
        return self.result.seconds

    def values(self):
        return self.result.values


class TunedC(PlainC):
    tuned = True


ADAPTERS = {"roadrunner": RoadRunner, "copasi": Copasi, "amici": Amici, "plain-c": PlainC,
            "tuned-c": TunedC}
