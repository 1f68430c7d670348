"""Constants of the HER2 network by the name that scenarios use: `adaptor_layer.koff_SOS` stands in adaptors.ant."""
import os, re

FOLDER = os.path.join(os.path.dirname(__file__), "../../model/library/her2")
FILES = {"adaptor_layer": "adaptors", "RAS_pathway": "ras_erk", "PI3K_pathway": "pi3k_akt", "mTOR_pathway": "mtor", "transcription": "feedback",
         "ER": "er", "cycle": "cell_cycle", "death": "apoptosis", "dish": "population", "SRC_node": "src", "p95_forms": "variants", "d16_form": "variants", "EPHA2_receptor": "bypass_receptors",
         "MET_receptor": "bypass_receptors"}


def place(name):
    instance, _, local = name.rpartition(".")
    return os.path.join(FOLDER, (FILES[instance] if instance else "her2") + ".ant"), local


def line_of(text, local):
    found = re.search(rf"^(\s*const {re.escape(local)} = )([^;]+)(;.*)$", text, re.M)
    if not found:
        raise SystemExit(f"no constant {local}")
    return found


def read(name):
    path, local = place(name)
    return float(line_of(open(path).read(), local).group(2))


def write(name, value):
    """Replaces the number and marks it as fitted, keeping where it started from and its mark."""
    path, local = place(name)
    text = open(path).read()
    found = line_of(text, local)
    head, old, tail = found.groups()
    new = f"{value:.3g}"
    if float(new) == float(old):
        return
    if "fitted" not in tail:
        code, slash, comment = tail.partition("//")
        tail = f"{code.rstrip()}  // [A: fitted, start {old.strip()}]" + (f" {comment.strip()}" if slash else "")
    open(path, "w").write(text[:found.start()] + head + new + tail + text[found.end():])
