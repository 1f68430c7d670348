"""The measured tables as figures: for each line of cells scenarios that draw the model with the measured points over it.

    python overlay.py FOLDER [--ensemble N]
    bypass run FOLDER/niepel-BT474-100-ng-per-mL.yaml -o FOLDER/results.h5 --plot=FOLDER/figures

Points, pooling and error bars are those of the fit, read from the scenarios that targets.py writes: a bar is the source's s.d. or the
floor that the fit puts under it. A zero of Niepel's, which the fit reads as `no rise`, stands at 0 without a bar.
"""
import argparse, collections, csv, os, re, tempfile
import targets

TABLES = {"niepel": "Niepel 2013", "imoto": "Imoto 2022", "hass": "Hass 2017"}


def parts(text):
    """Of a scenario of targets.py: cell, minutes, {arm: exposure}, [(arm, observable, time, value, sd or None)]."""
    cell = re.search(r"^cell: (.+)$", text, re.M).group(1)
    minutes = int(re.search(r"until: (\d+) min", text).group(1))
    arms = dict(re.findall(r"^  (\w[\w.]*): \{(.+)\}$", text, re.M))
    points = []
    for block in text.partition("expect:\n")[2].split("  - what: ")[1:]:
        arm, observable, time, value = block.partition("\n")[0].split("|")
        low, high = (re.search(rf"at {k}: (\S+)", block) for k in ("least", "most"))
        sd = (float(high.group(1)) - float(low.group(1))) / 2 if low else None
        points.append((arm, observable, float(time), float(value), sd))
    return cell, minutes, arms, points


def figures(name, points):
    """(file name, points) of each figure: the curves of one dose (Niepel) or of one ligand (Hass; Imoto, whose series each have their own scale)."""
    groups = collections.defaultdict(list)
    for point in points:
        ligand, _, dose = point[0].partition("_")
        groups[f"{dose}-ng-per-mL" if name.startswith("niepel") else ligand].append(point)
    for key, group in groups.items():
        yield f"{name}-{key}", group


def write(folder, name, cell, minutes, exposures, points, ensemble):
    observables = ", ".join(dict.fromkeys(p[1] for p in points))
    arms = {arm: exposures[arm] for arm in dict.fromkeys(p[0] for p in points)}
    labels = {arm: exposure.replace(":", "") for arm, exposure in arms.items()}
    folds = not name.startswith("imoto")
    with open(os.path.join(folder, name + ".csv"), "w", newline="") as f:
        out = csv.writer(f)
        out.writerow(["arm", "observable", "time [min]", "value", "sd"])
        for arm, of, time, value, sd in points:
            out.writerow([labels[arm], of, f"{time:g}", f"{value:.4f}", "" if sd is None else f"{sd:.4f}"])
    with open(os.path.join(folder, name + ".yaml"), "w") as f:
        f.write(f'title: "{cell}: model and {TABLES[name.partition("-")[0]]}; bars: error that the fit allows"\nmodel: her2\ncell: {cell}\n')
        f.write("before: steady state\n" + (f"ensemble: {ensemble}\n" if ensemble else "") + "arms:\n")
        if folds:
            f.write("  control: {}\n")
        for arm, exposure in arms.items():
            f.write(f"  {labels[arm]}: {{{exposure}}}\n")
        f.write(f"run: {{until: {minutes} min, every: 1 min}}\nobserve: [{observables}]\nplot:\n")
        shown = "log10 fold of control" if folds else "min-max"
        f.write(f"  - time course: {{of: [{observables}], compare: arms, as: {shown}, data: ./{name}.csv}}\n")


def main():
    a = argparse.ArgumentParser()
    a.add_argument("folder")
    a.add_argument("--ensemble", type=int, default=0, help="members to draw a band of")
    args = a.parse_args()
    os.makedirs(args.folder, exist_ok=True)
    n = 0
    with tempfile.TemporaryDirectory() as tables:
        if not targets.write(tables):
            return
        for file in sorted(os.listdir(tables)):
            name = file[:-5]
            if name.startswith("levels"):  # at rest: nothing to draw over time
                continue
            with open(os.path.join(tables, file)) as f:
                cell, minutes, arms, points = parts(f.read())
            for figure, group in figures(name, points):
                write(args.folder, figure, cell, minutes, arms, group, args.ensemble)
                n += 1
    print(f"{n} figures: scenarios and points in {args.folder}")


if __name__ == "__main__":
    main()
