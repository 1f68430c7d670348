"""Fits the free constants of the HER2 network to the measured tables and to the published behaviours, over Bypass itself.

    python fit.py --bypass build/release/bin/bypass --steps 10 [--stage signal|growth|all]   search from what the .ant files hold
    python fit.py ... --apply                  write fitted.csv into the .ant files
    python fit.py ... --ensemble 300           parameter sets that fit about equally well -> scenarios/ensembles/her2.csv
    python fit.py ... --report                 goodness of fit by table, what the data do not identify

One run of `bypass validate --ensemble` evaluates all changed parameter sets of a step at once: the compiled network is shared, and
the sets are spread over the cores. A step: differences in log10 of each parameter, then the robust linearised cost is
minimised by NLopt (LD_MMA) within the bounds and a trust region; four radii are tried in one run and the best is taken.
"""
import argparse, csv, json, math, os, subprocess, sys, tempfile
import nlopt, numpy as np
import model_files, targets

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "../..")
GROWTH = {"V13", "V16", "V16-rank", "V16-long", "V17", "V18", "V19", "V23", "V24", "V27", "V29", "V39", "V41", "V42", "V43"}
PRIOR_SD = 0.5  # of log10, around the start: half a decade


class Problem:
    def __init__(self, args):
        self.args = args
        with open(os.path.join(HERE, "free.csv")) as f:
            free = [r for r in csv.DictReader(l for l in f if not l.startswith("#"))]
        self.free = [r for r in free if args.stage in ("all", r["stage"])]
        self.names = [r["parameter"] for r in self.free]
        self.low = np.log10([float(r["low"]) for r in self.free])
        self.high = np.log10([float(r["high"]) for r in self.free])
        self.start = np.clip(np.log10([model_files.read(n) for n in self.names]), self.low, self.high)
        self.center = np.log10([float(r["start"]) for r in self.free])
        self.folder = tempfile.mkdtemp()
        self.tables = targets.write(self.folder) and args.stage != "growth"
        behaviours = os.path.join(ROOT, "scenarios/behaviours")
        names = sorted(f[:-5] for f in os.listdir(behaviours))
        if args.stage == "signal":
            names = [n for n in names if n not in GROWTH]
        if args.stage == "growth":
            names = [n for n in names if n in GROWTH]
        self.files = [os.path.join(behaviours, n + ".yaml") for n in names if n != "V16-rank" or args.report]
        if args.stage != "signal":
            self.files.append(os.path.join(ROOT, "tests/biology/untreated.yaml"))
        if args.stage != "growth":
            feedbacks = os.path.join(ROOT, "tests/biology/feedbacks")
            self.files += [os.path.join(feedbacks, f) for f in sorted(os.listdir(feedbacks))]
        if self.tables:
            self.files += [os.path.join(self.folder, f) for f in sorted(os.listdir(self.folder)) if f.split("-")[0] in args.tables.split(",")]

    def evaluate(self, X):
        """Values of every expectation: list of dicts with `values` (one a row of X)."""
        path = os.path.join(self.folder, "members.csv")
        with open(path, "w") as f:
            f.write(",".join(["member"] + self.names) + "\n")
            for i, x in enumerate(X):
                f.write(",".join([str(i)] + [f"{10 ** v:.10g}" for v in x]) + "\n")
        run = subprocess.run([self.args.bypass, "validate", "--json", "--ensemble", path, *self.files], capture_output=True, text=True)
        if run.returncode > 1:
            raise SystemExit(run.stderr)
        return json.loads(run.stdout)

    def residuals(self, X):
        out = [residual(e) for e in self.evaluate(X)]
        data = np.array(out).T  # members x expectations
        prior = (np.asarray(X) - self.center) / PRIOR_SD * 0.3
        return np.hstack([data, prior])

    def cost(self, X):
        return robust(self.residuals(X)).sum(axis=1)


def robust(r):
    """Huber-like: quadratic to 1.5, then linear."""
    a = np.abs(r)
    return np.where(a < 1.5, r * r, 3 * a - 2.25)


def is_table(ident):
    return ident.split("-")[0] in ("niepel", "imoto", "hass", "levels")


def residual(e):
    """A point of a table counts by its s.d., a behaviour by how far it lies outside a band that is drawn in a little."""
    low = -math.inf if e["at_least"] is None else e["at_least"]
    high = math.inf if e["at_most"] is None else e["at_most"]
    v = np.array([np.nan if x is None else x for x in e["values"]], float)
    if is_table(e["id"]):
        weight = {"niepel": 0.3, "imoto": 0.4, "hass": 0.08, "levels": 1.0}[e["id"].split("-")[0]]
        if math.isfinite(low):
            r = (v - (low + high) / 2) / ((high - low) / 2)
        else:
            r = np.maximum(v - high, 0) / targets.FLOOR_LOG10
        return np.nan_to_num(weight * r, nan=3)
    weight = 4.0
    if "GI50" in e["what"] or "IC50" in e["what"]:
        v, low, high = np.log10(np.maximum(v, 1e-6)), math.log10(max(low, 1e-9)) if low > 0 else low, math.log10(high) if math.isfinite(high) else high
        scale = 0.3
    elif math.isfinite(low) and math.isfinite(high):
        scale = (high - low) / 3
    else:
        scale = 0.25 * max(abs(low if math.isfinite(low) else high), 0.2)
    margin = 0.2 * scale
    r = np.maximum(np.maximum(low + margin - v, v - high + margin), 0) / scale
    return np.nan_to_num(weight * np.minimum(r, 6), nan=6 * weight)


def solve(r, J, x, low, high, radius):
    """Minimises the robust cost of r + J d over d within the box and |d| <= radius."""
    n = len(x)

    def objective(d, grad):
        y = r + J @ d
        if grad.size:
            grad[:] = J.T @ np.where(np.abs(y) < 1.5, 2 * y, 3 * np.sign(y))
        return float(robust(y).sum())

    opt = nlopt.opt(nlopt.LD_MMA, n)
    opt.set_lower_bounds(np.maximum(low - x, -radius))
    opt.set_upper_bounds(np.minimum(high - x, radius))
    opt.set_min_objective(objective)
    opt.set_maxeval(400)
    opt.set_ftol_rel(1e-6)
    return opt.optimize(np.zeros(n))


def search(p, steps, refresh=4):
    """Differences are taken anew every `refresh` steps; between them the steps tried correct the derivatives (Broyden)."""
    x, radius = p.start.copy(), 0.15
    best, age = math.inf, refresh
    for step in range(steps):
        if age >= refresh:
            r, J = jacobian(p, x)
            best, age = float(robust(r).sum()), 0
            print(f"derivatives at {best:.2f}, {len(x)} parameters, {len(r)} residuals", flush=True)
        factors = (0.25, 0.6, 1.2, 2.5)
        moves = [solve(r, J, x, p.low, p.high, radius * f) for f in factors]
        R = p.residuals([x + d for d in moves])
        costs = robust(R).sum(axis=1)
        k = int(np.argmin(costs))
        print(f"step {step + 1}: {best:.2f} -> {costs[k]:.2f} (radius {radius * factors[k]:.3f})", flush=True)
        for d, y in zip(moves, R):
            if d @ d > 0:
                J = J + np.outer(y - r - J @ d, d) / (d @ d)
        if costs[k] < best:
            gain = best - costs[k]
            x, r, best = x + moves[k], R[k], float(costs[k])
            radius = min(max(radius * (0.5, 0.8, 1.2, 1.7)[k], 0.02), 0.5)
            save(p, x)
            age += 1 if gain > 0.01 * best else refresh
        else:
            radius /= 4
            age += refresh if age else 1
        if radius < 0.003:
            break
    return x


def save(p, x):
    with open(os.path.join(HERE, "fitted.csv"), "w") as f:
        f.write("parameter,value,start,low,high,at_bound\n")
        for i, n in enumerate(p.names):
            at = "yes" if min(x[i] - p.low[i], p.high[i] - x[i]) < 0.005 else ""
            f.write(f"{n},{10 ** x[i]:.4g},{10 ** p.center[i]:.4g},{10 ** p.low[i]:.4g},{10 ** p.high[i]:.4g},{at}\n")


def apply():
    with open(os.path.join(HERE, "fitted.csv")) as f:
        for r in csv.DictReader(f):
            model_files.write(r["parameter"], float(r["value"]))


def jacobian(p, x, h=0.02):
    """Residuals at x and their differences by log10 of each parameter, away from the upper bounds."""
    signs = np.where(x + h > p.high, -1, 1)
    R = p.residuals([x] + [x + np.eye(len(x))[i] * h * signs[i] for i in range(len(x))])
    return R[0], ((R[1:] - R[0]) / (h * signs)[:, None]).T


def ensemble(p, candidates, accept, seed=1):
    """Draws from the Gauss approximation around the fit, keeps what costs at most `accept` times as much."""
    rng = np.random.default_rng(seed)
    x = p.start
    r, J = jacobian(p, x)
    best = float(robust(r).sum())
    values, vectors = np.linalg.eigh(J.T @ J)
    spread = np.minimum(1 / np.sqrt(np.maximum(values, 1e-6)), 0.5)
    kept = [(best, x)]
    for scale in (0.35, 0.25, 0.3):
        X = np.clip(x + (rng.normal(size=(candidates // 3, len(x))) * spread * scale) @ vectors.T, p.low, p.high)
        costs = p.cost(X)
        kept += [(float(c), y) for c, y in zip(costs, X) if c <= accept * best]
        print(f"scale {scale}: {sum(c <= accept * best for c in costs)} of {len(X)} within {accept} x {best:.1f}; median {np.median(costs):.1f}", flush=True)
    os.makedirs(os.path.join(ROOT, "scenarios/ensembles"), exist_ok=True)
    with open(os.path.join(ROOT, "scenarios/ensembles/her2.csv"), "w") as f:
        f.write("# Parameter sets of the model her2 that fit the tables and behaviours about equally well: bench/calibration/fit.py --ensemble.\n")
        f.write(f"# Cost of each at most {accept} times that of member 0, which is the model's own set. Seed {seed}.\n")
        f.write(",".join(["member", "cost"] + p.names) + "\n")
        for i, (c, y) in enumerate(kept):
            f.write(",".join([str(i), f"{c:.4g}"] + [f"{10 ** v:.6g}" for v in y]) + "\n")
    print(f"{len(kept)} members")


def report(p):
    entries = p.evaluate([p.start])
    print("| table | points | weighted rms | r of fold changes |\n|---|---|---|---|")
    groups = {}
    for e in entries:
        if is_table(e["id"]) and e["at_least"] is not None and e["values"][0] is not None:
            mid, half = (e["at_least"] + e["at_most"]) / 2, (e["at_most"] - e["at_least"]) / 2
            readout = e["what"].split("|")[1]
            for key in (e["id"], f"{e['id'].split('-')[0]}, {readout}"):
                groups.setdefault(key, []).append((e["values"][0], mid, half))
    for key, points in groups.items():
        v, m, h = np.array(points).T
        corr = np.corrcoef(v, m)[0, 1] if len(v) > 2 and v.std() > 0 else float("nan")
        print(f"| {key} | {len(v)} | {np.sqrt(np.mean(((v - m) / h) ** 2)):.2f} | {corr:.2f} |")
    r, J = jacobian(p, p.start)
    _, s, vt = np.linalg.svd(J[:-len(p.names)])
    print("\nNot identified (directions that change the residuals by less than 0.3 for a factor of ten):", int((s < 0.3).sum()), "of", len(p.names))
    reach = np.sqrt((J[:-len(p.names)] ** 2).sum(axis=0))
    print("Parameters with the least effect:", ", ".join(p.names[i] for i in np.argsort(reach)[:15]))


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--bypass", default=os.path.join(ROOT, "build/release/bin/bypass"))
    a.add_argument("--stage", default="all", choices=["all", "signal", "growth"])
    a.add_argument("--steps", type=int, default=0)
    a.add_argument("--tables", default="imoto,niepel,hass,levels", help="which of them count (hass is the slowest)")
    a.add_argument("--apply", action="store_true")
    a.add_argument("--report", action="store_true")
    a.add_argument("--ensemble", type=int, default=0)
    a.add_argument("--accept", type=float, default=1.15)
    args = a.parse_args()
    p = Problem(args)
    if args.steps:
        search(p, args.steps)
    if args.apply:
        apply()
    if args.ensemble:
        ensemble(p, args.ensemble, args.accept)
    if args.report:
        report(p)


if __name__ == "__main__":
    main()
