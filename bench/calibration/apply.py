"""Writes fitted.json into the .ant files: the number, and in the comment where it came from.  python apply.py FILE.json"""
import os, json, re, sys
from fit import FREE

LIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "model", "library", "her2", "")
FILE = {"adaptor_layer": "adaptors", "RAS_pathway": "ras_erk", "PI3K_pathway": "pi3k_akt", "mTOR_pathway": "mtor", "transcription": "feedback"}
for name, value in json.load(open(sys.argv[1])).items():
    part, _, key = name.rpartition(".")
    path = LIB + FILE.get(part, "her2") + ".ant"
    text = open(path).read()
    m = re.search(rf"^(  const {key} = )([^;]+)(;.*?// )(.*)$", text, re.M)
    old, note, new = float(m.group(2)), m.group(4), float("%.3g" % value)
    if "fitted, start" in note:
        pass
    elif note.startswith("[A: fitted"):
        note = note.replace("[A: fitted", f"[A: fitted, start {old:g}", 1)
    elif note.startswith("[A: start"):
        note = note.replace("[A: start", "[A: fitted, start", 1)
    elif note.startswith("[A]"):
        note = f"[A: fitted, start {FREE[name][0]:g} [A]]" + note[3:]
    else:
        note = f"[A: fitted, start {old:g} {note}]" if "]" in note else f"[A: fitted, start {old:g}] {note}"
    text = text[:m.start()] + m.group(1) + f"{new:g}" + m.group(3) + note + text[m.end():]
    open(path, "w").write(text)
    print(f"{name:36s} {old:9.3g} -> {new:9.3g}   {note}")
