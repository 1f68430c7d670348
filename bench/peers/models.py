"""The models of the comparison, and the one SBML file of each that every program gets.

A model is prepared once: values that the comparison changes are written into the file, local
parameters of reactions become global ones (so that a sweep can vary them), and networks of other
forms are exported to SBML by Bypass.
"""
import dataclasses
import pathlib
import subprocess

import libsbml
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared/data"


@dataclasses.dataclass(frozen=True)
class Model:
    key: str
    source: str  # a file under DATA, or the name of a built-in model
    until: float  # in the model's own unit of time
    rtol: float = 1e-6
    atol: float = 1e-9
    values: dict = dataclasses.field(default_factory=dict)  # changed in the file
    breaks: tuple = ()  # times at which the rates jump, for the plain C reference
    observe: tuple = ()  # what a sweep records; empty: the first three species
    slow: bool = False  # hours with some peers: measured only when named

    @property
    def path(self):
        return DATA / self.source if "." in self.source else None

    @property
    def native(self):
        """What a user gives to Bypass, where that is not the SBML file."""
        return str(self.path) if self.source.endswith(".net") else None


def biomodel(number, until):
    return Model(number, f"biomodels/BIOMD0000000{number}.xml", until)


def network(name, until=1e3, **more):
    return Model(name, f"networks/{name}.net", until, **more)


MODELS = {model.key: model for model in (
    Model("chen", "petab-benchmark/Chen_MSB2009/model_Chen_MSB2009.xml", 9000, atol=1e-6,
          values={"c1": 5e-9}, breaks=(1799.99, 1800.0), observe=("c59", "c472", "c7")),
    Model("her2", "her2", 86400),
    biomodel("019", 60),
    biomodel("175", 1800),
    biomodel("010", 9000),
    biomodel("049", 3600),
    biomodel("262", 3600),
    Model("smith", "petab-benchmark/Smith_BMCSystBiol2013/model_Smith_BMCSystBiol2013.xml", 120),
    network("egfr_net_no_obs"),
    network("multistate_no_obs"),
    network("multisite2_no_obs", until=10),  # at rest from then on: no error to be seen
    network("BCR_no_obs", slow=True),
    network("fceri_gamma2_no_obs", slow=True),
    Model("sparced", "networks/SPARCED.xml", 86400, slow=True),
)}
QUICK = ("010", "262")


def prepared(model, program, cache):
    """The SBML file of a model, written into the cache where it is not there."""
    folder = pathlib.Path(cache) / model.key
    target = folder / "model.xml"
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    source = model.path
    if source is None or model.native:
        exported = folder / "exported.xml"
        subprocess.run([program, "export", model.native or model.source, "--to", "sbml", "-o",
                        exported, "--force"], check=True, capture_output=True)
        source = exported
    document = libsbml.readSBMLFromFile(str(source))
    properties = libsbml.ConversionProperties()
    properties.addOption("promoteLocalParameters", True)
    if document.convert(properties) != libsbml.LIBSBML_OPERATION_SUCCESS:
        raise ValueError(f"{source}: its local parameters cannot be made global")
    for name, value in model.values.items():
        parameter = document.getModel().getParameter(name)
        if parameter is None:
            raise ValueError(f"{source}: there is no parameter {name}")
        parameter.setValue(value)
    libsbml.writeSBMLToFile(document, str(target))
    return target


class Contents:
    """What the comparison needs to know of a prepared file."""

    def __init__(self, path):
        self.document = libsbml.readSBMLFromFile(str(path))
        self.sbml = self.document.getModel()
        self.ruled = {rule.getVariable() for rule in self.sbml.getListOfRules()}
        rated = {rule.getVariable() for rule in self.sbml.getListOfRules() if rule.isRate()}
        self.ruled -= rated
        moved = {reference.getSpecies() for reaction in self.sbml.getListOfReactions()
                 for references in (reaction.getListOfReactants(), reaction.getListOfProducts())
                 for reference in references}
        self.species = [s.getId() for s in self.sbml.getListOfSpecies()
                        if not s.getConstant() and s.getId() not in self.ruled
                        and (s.getId() in rated
                             or (s.getId() in moved and not s.getBoundaryCondition()))]
        self.amounts = {s.getId() for s in self.sbml.getListOfSpecies()
                        if s.getHasOnlySubstanceUnits()}
        self.size = {c.getId(): c.getSize() for c in self.sbml.getListOfCompartments()}
        self.home = {s.getId(): s.getCompartment() for s in self.sbml.getListOfSpecies()}

    def volume(self, species):
        return self.size[self.home[species]]

    def spread_parameters(self):
        """Constants that a sweep varies: not zero, not computed, and no exponents."""
        computed = self.ruled | {a.getSymbol()
                                 for a in self.sbml.getListOfInitialAssignments()}
        exponents = set().union(*(exponents_of(math) for math in self.formulas()))
        return {p.getId(): p.getValue() for p in self.sbml.getListOfParameters()
                if p.getConstant() and p.isSetValue() and p.getValue() != 0
                and p.getId() not in computed | exponents}

    def formulas(self):
        for reaction in self.sbml.getListOfReactions():
            if reaction.isSetKineticLaw():
                yield reaction.getKineticLaw().getMath()
        for rule in self.sbml.getListOfRules():
            yield rule.getMath()
        for function in self.sbml.getListOfFunctionDefinitions():
            yield function.getMath()


def exponents_of(math):
    """Names that stand in an exponent anywhere in a formula."""
    found = set()
    if math.getType() in (libsbml.AST_POWER, libsbml.AST_FUNCTION_POWER):
        found |= names_in(math.getChild(1))
    for i in range(math.getNumChildren()):
        found |= exponents_of(math.getChild(i))
    return found


def names_in(math):
    found = {math.getName()} if math.getType() == libsbml.AST_NAME else set()
    for i in range(math.getNumChildren()):
        found |= names_in(math.getChild(i))
    return found


def spread(values, sigma, count, seed=6):
    """count parameter sets, log-normal around the model's own; the first is the model's own."""
    factors = np.exp(sigma * np.random.default_rng(seed).standard_normal((count, len(values))))
    factors[0] = 1
    return factors * np.array(list(values.values()))
