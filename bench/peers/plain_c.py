"""Writes a model as C code for plain_c.c, and compiles it: the reference in plain C.

What it cannot express (events, compartments that change, delays) is refused by name.
"""
import dataclasses
import json
import os
import pathlib
import subprocess
import time

import libsbml
import numpy as np
import sympy
from sympy.codegen.rewriting import create_expand_pow_optimization

CHUNK = 100  # statements a function: one function for all compiles for minutes
LIBRARIES = ("sundials_cvodes", "sundials_nvecserial", "sundials_sunmatrixsparse",
             "sundials_sunlinsolklu", "klu", "amd", "m")
FLAGS = ("-O3", "-march=native", "-fopenmp-simd", "-I/usr/include/suitesparse")
TIME = sympy.Symbol("t", real=True)
L = libsbml
UNARY = {L.AST_FUNCTION_EXP: sympy.exp, L.AST_FUNCTION_LN: sympy.log,
         L.AST_FUNCTION_SIN: sympy.sin, L.AST_FUNCTION_COS: sympy.cos,
         L.AST_FUNCTION_TAN: sympy.tan, L.AST_FUNCTION_TANH: sympy.tanh,
         L.AST_FUNCTION_ABS: sympy.Abs, L.AST_FUNCTION_FLOOR: sympy.floor,
         L.AST_FUNCTION_CEILING: sympy.ceiling, L.AST_LOGICAL_NOT: sympy.Not}
MANY = {L.AST_PLUS: sympy.Add, L.AST_TIMES: sympy.Mul, L.AST_DIVIDE: lambda a, b: a / b,
        L.AST_POWER: sympy.Pow, L.AST_FUNCTION_POWER: sympy.Pow,
        L.AST_RELATIONAL_LT: sympy.Lt, L.AST_RELATIONAL_LEQ: sympy.Le,
        L.AST_RELATIONAL_GT: sympy.Gt, L.AST_RELATIONAL_GEQ: sympy.Ge,
        L.AST_RELATIONAL_EQ: sympy.Eq, L.AST_RELATIONAL_NEQ: sympy.Ne,
        L.AST_LOGICAL_AND: sympy.And, L.AST_LOGICAL_OR: sympy.Or,
        L.AST_FUNCTION_MIN: sympy.Min, L.AST_FUNCTION_MAX: sympy.Max}
CONSTANTS = {L.AST_CONSTANT_PI: sympy.pi, L.AST_CONSTANT_E: sympy.E, L.AST_NAME_TIME: TIME,
             L.AST_CONSTANT_TRUE: sympy.true, L.AST_CONSTANT_FALSE: sympy.false}


class Refused(ValueError):
    pass


def symbol(name):
    return sympy.Symbol(name, real=True)


def expression(math):
    """A formula of SBML for sympy."""
    kind = math.getType()
    arguments = [expression(math.getChild(i)) for i in range(math.getNumChildren())]
    if kind == L.AST_NAME:
        return symbol(math.getName())
    if kind in CONSTANTS:
        return CONSTANTS[kind]
    if kind == L.AST_INTEGER:
        return sympy.Integer(math.getInteger())
    if kind in (L.AST_REAL, L.AST_REAL_E, L.AST_RATIONAL):
        return sympy.Float(math.getReal())
    if kind == L.AST_MINUS:
        return -arguments[0] if len(arguments) == 1 else arguments[0] - arguments[1]
    if kind in UNARY:
        return UNARY[kind](arguments[0])
    if kind in MANY:
        return MANY[kind](*arguments)
    if kind == L.AST_FUNCTION_PIECEWISE:
        pairs = list(zip(arguments[0::2], arguments[1::2]))
        otherwise = arguments[-1] if len(arguments) % 2 else sympy.nan
        return sympy.Piecewise(*pairs, (otherwise, True))
    if kind == L.AST_FUNCTION_ROOT:
        return sympy.Pow(arguments[-1], 1 / (arguments[0] if len(arguments) == 2
                                             else sympy.Integer(2)))
    if kind == L.AST_FUNCTION_LOG:
        return sympy.log(arguments[-1], arguments[0] if len(arguments) == 2 else 10)
    raise Refused(f"{libsbml.formulaToL3String(math)} cannot be written as C here")


def simple(path):
    """The model with functions and initial assignments written out, or a refusal."""
    document = libsbml.readSBMLFromFile(str(path))
    for option in ("expandFunctionDefinitions", "expandInitialAssignments"):
        properties = libsbml.ConversionProperties()
        properties.addOption(option, True)
        document.convert(properties)
    sbml = document.getModel()
    changing = [c.getId() for c in sbml.getListOfCompartments() if not c.getConstant()]
    for what, there in (("events", sbml.getNumEvents()),
                        ("initial assignments that are no numbers",
                         sbml.getNumInitialAssignments()),
                        ("compartments that change: " + ", ".join(changing), changing)):
        if there:
            raise Refused(f"{what}: not in plain C")
    return document


class Writer:
    """Statements of the rates and of the Jacobian, in the order of computation.

    w[k] are rules and reactions, g[k] their derivatives by the states they depend on: the chain
    rule is written out, so that a rule is computed once.
    """

    def __init__(self, contents, document):
        self.states = {name: i for i, name in enumerate(contents.species)}
        self.contents, self.document, self.sbml = contents, document, document.getModel()
        self.values, self.names = {}, {"t": "t"}
        self.value_lines, self.gradient_lines = [], []
        self.gradients = {}  # of a computed name: {state: C expression}
        self.n_values = self.n_gradients = 0
        self.power = create_expand_pow_optimization(4)
        for name, i in self.states.items():
            self.names[name] = f"y[{i}]"
        self.constants = {}
        for item in (*self.sbml.getListOfParameters(), *self.sbml.getListOfCompartments(),
                     *self.sbml.getListOfSpecies()):
            name = item.getId()
            if name not in self.states and name not in contents.ruled:
                self.names[name] = f"p[{len(self.constants)}]"
                self.constants[name] = self.value_of(item)

    def value_of(self, item):
        if isinstance(item, libsbml.Species):
            volume = self.contents.volume(item.getId())
            amount = item.getInitialAmount() if item.isSetInitialAmount() else (
                item.getInitialConcentration() * volume)
            return amount if item.getId() in self.contents.amounts else amount / volume
        return item.getSize() if isinstance(item, libsbml.Compartment) else item.getValue()

    def c(self, formula):
        named = {s: sympy.Symbol(self.names[s.name]) for s in formula.free_symbols}
        return sympy.ccode(self.power(formula).xreplace(named))

    def compute(self, name, formula):
        """One rule or reaction: its value and its gradient."""
        self.value_lines.append(f"w[{self.n_values}] = {self.c(formula)};")
        parts = {}
        for s in sorted(formula.free_symbols, key=str):
            inner = {self.states[s.name]: None} if s.name in self.states else (
                self.gradients.get(s.name, {}))
            if inner:
                outer = self.c(sympy.diff(formula, s))
                for state, factor in inner.items():
                    parts.setdefault(state, []).append(
                        f"({outer})" + (f"*{factor}" if factor else ""))
        self.names[name] = f"w[{self.n_values}]"
        self.n_values += 1
        self.gradients[name] = {}
        for state, terms in sorted(parts.items()):
            self.gradient_lines.append(f"g[{self.n_gradients}] = {' + '.join(terms)};")
            self.gradients[name][state] = f"g[{self.n_gradients}]"
            self.n_gradients += 1

    def rules_in_order(self):
        left = {r.getVariable(): expression(r.getMath())
                for r in self.sbml.getListOfRules() if r.isAssignment()}
        while left:
            ready = [n for n, f in left.items() if not {s.name for s in f.free_symbols} & set(left)]
            if not ready:
                raise Refused("rules that need each other: not in plain C")
            for name in ready:
                yield name, left.pop(name)

    def write(self):
        """Terms of every state's rate: [(factor, computed name)]."""
        for name, formula in self.rules_in_order():
            self.compute(name, formula)
        terms = {state: [] for state in self.states}
        for rule in self.sbml.getListOfRules():
            if rule.isRate():
                self.compute("rate of " + rule.getVariable(), expression(rule.getMath()))
                terms[rule.getVariable()].append((1.0, "rate of " + rule.getVariable()))
        for reaction in self.sbml.getListOfReactions():
            name = reaction.getId()
            self.compute(name, expression(reaction.getKineticLaw().getMath()))
            for sign, references in ((-1, reaction.getListOfReactants()),
                                     (1, reaction.getListOfProducts())):
                for reference in references:
                    species = reference.getSpecies()
                    if species in terms:
                        size = 1.0 if species in self.contents.amounts else (
                            self.contents.volume(species))
                        terms[species].append((sign * reference.getStoichiometry() / size, name))
        return terms


def total(pairs):
    return " + ".join(f"{factor!r}*{value}" for factor, value in pairs) or "0"


def chunked(name, arguments, call, lines):
    """A function of many lines, as several of CHUNK."""
    pieces = [lines[i:i + CHUNK] for i in range(0, len(lines), CHUNK)]
    for i, piece in enumerate(pieces):
        yield f"static void {name}_{i}({arguments}) {{\n    " + "\n    ".join(piece) + "\n}\n"
    calls = "\n    ".join(f"{name}_{i}({call});" for i in range(len(pieces)))
    yield f"static void {name}({arguments}) {{\n    (void)t, (void)y;\n    {calls}\n}}\n"


def table(kind, name, values):
    return f"static const {kind} {name}[] = {{{', '.join(map(repr, values))}}};\n"


def code(contents, document):
    writer = Writer(contents, document)
    terms = writer.write()
    n = len(writer.states)
    entries = {(j, j): [] for j in range(n)}  # (column, row): terms
    for species, parts in terms.items():
        for factor, name in parts:
            for column, value in writer.gradients[name].items():
                entries.setdefault((column, writer.states[species]), []).append((factor, value))
    order = sorted(entries)
    starts = np.searchsorted([column for column, _ in order], range(n + 1)).tolist()
    sbml = writer.sbml
    start = [writer.value_of(sbml.getSpecies(s)) for s in contents.species]
    sums = [f"f[{writer.states[s]}] = " + total((c, writer.names[r]) for c, r in parts) + ";"
            for s, parts in terms.items()]
    values = [f"J[{k}] = {total(entries[at])};" for k, at in enumerate(order)]
    yield f"enum {{ N_STATES = {n}, N_NONZEROS = {len(order)} }};\n"
    yield table("int", "column_start", starts) + table("int", "row", [r for _, r in order])
    yield table("int", "diagonal", [order.index((j, j)) for j in range(n)])
    yield table("double", "start", start)
    # not constant, so that the compiler cannot compute with them: a sweep changes them
    yield table("double", "p", list(writer.constants.values()) or [0.0]).replace("static const ",
                                                                                 "")
    yield f"static double w[{writer.n_values}], g[{writer.n_gradients or 1}];\n"
    state = "double t, const double *restrict y"
    yield from chunked("values", state, "t, y", writer.value_lines)
    yield from chunked("gradients", state, "t, y", writer.gradient_lines)
    yield from chunked("sums", state + ", double *restrict f", "t, y, f", sums)
    yield from chunked("entries", state + ", double *restrict J", "t, y, J", values)
    yield ("static void model_rates(double t, const double *y, double *f) {\n"
           "    values(t, y);\n    sums(t, y, f);\n}\n")
    yield ("static void model_jacobian(double t, const double *y, double *J) {\n"
           "    values(t, y);\n    gradients(t, y);\n    entries(t, y, J);\n}\n")


@dataclasses.dataclass
class Result:
    seconds: float
    steps: int
    values: np.ndarray


class Program:
    def __init__(self, path, model):
        self.path, self.model = path, model

    def run(self, tuned, rtol, atol, times):
        out = self.path.with_suffix(f".{os.getpid()}.bin")
        answer = subprocess.run(
            [self.path, "tuned" if tuned else "stock", repr(rtol), repr(atol),
             repr(times[-1].item()), str(len(times)), out, *map(repr, self.model.breaks)],
            check=True, capture_output=True, text=True).stdout.split()
        values = np.fromfile(out).reshape(len(times), -1)
        out.unlink()
        return Result(float(answer[0]), int(answer[1]), values)


def built(model, contents, sbml, cache):
    folder = pathlib.Path(cache) / model.key / "plain_c"
    program, record = folder / "model", folder / "compiled.json"
    if not record.exists():
        started, busy = time.perf_counter(), os.times()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.h").write_text("".join(code(contents, simple(sbml))))
        subprocess.run(["gcc", *FLAGS, f"-I{folder}", pathlib.Path(__file__).with_suffix(".c"),
                        "-o", program, *(f"-l{name}" for name in LIBRARIES)], check=True)
        record.write_text(json.dumps({
            "seconds": sum(os.times()[:4]) - sum(busy[:4]), "wall": time.perf_counter() - started,
            "flags": FLAGS, "load": os.getloadavg()}))
    return Program(program, model)
