"""Tolerance bands of every check, with their derivation. Written 24 Nov 2026, 06:26 UTC, before any parameter was fitted.

A band is (low, high); None is open. Times in minutes. `obs` keeps the observed value where there is one.
"""

# Assay noise used where a source gives none (or a s.d. of two or three blots that is smaller than this):
FLOOR_IMOTO = 0.10  # min-max units: median of the s.d. of the 64 pAkt and pERK points of Imoto 2022 is 0.11
FLOOR_LOG10 = 0.20  # log10 fold: SK-BR-3 was measured three times, MCF7 twice; s.d. pErk .2, pAkt .05 and .4
ZERO_LOG10 = 0.10   # smallest non-zero entries of Niepel's table are .09: a zero means "below that"

# V1, V3: Imoto 2022, two s.d. of the point (never less than two floors), and the whole series: rms z <= 2
# V4: the same line of reasoning, MCF7's own s.d. are not stored: two floors, or 2 x .13 (SK-BR-3 pERK at 120 min)
BANDS = {
    "V1 BT-474 NRG1 pAKT at 5 min (min-max)": (0.34, None, "0.627 less one s.d. (.289): `rises by 5 min`"),
    "V1 BT-474 NRG1 pAKT least of 15-120 min (of its own max)": (0.60, None, "the statement: sustained >= 0.6 of max"),
    "V1 BT-474 NRG1 pAKT series, rms z": (None, 2, "s.d. of each point, floor .10"),
    "V2 BT-474 EGF pAKT log10 fold at 10 min": (0.07, 0.47, "Niepel .27 +- .20: rises"),
    "V2 BT-474 rise by EGF / rise by NRG1 at 10 min": (0.05, 0.67, "Niepel .27, Imoto about 1 (s.d. .3): `well below`"),
    "V3 SK-BR-3 EGF pAKT at 5 min": (0.63, 1.09, ".864 +- 2 x .113"),
    "V3 SK-BR-3 EGF pAKT at 120 min": (0.18, 0.58, ".380 +- 2 x .10"),
    "V3 SK-BR-3 NRG1 pAKT at 5 min": (0.61, 1.05, ".833 +- 2 x .11"),
    "V3 SK-BR-3 NRG1 pAKT at 120 min": (0.37, 1.06, ".714 +- 2 x .171"),
    "V3 SK-BR-3 EGF pERK at 120 min": (0.27, 0.79, ".533 +- 2 x .128: a plateau, not a return"),
    "V3 SK-BR-3 NRG1 pERK at 120 min": (0.32, 0.73, ".525 +- 2 x .10"),
    "V3 SK-BR-3 four series, worst rms z": (None, 2, "s.d. of each point, floor .10"),
    "V4 MCF7 EGF max pAKT / NRG1 max pAKT (min-max)": (0.04, 0.44, ".24 +- 2 x .10"),
    "V4 MCF7 EGF pERK at 5 min": (0.59, 0.99, ".79 +- 2 x .10"),
    "V4 MCF7 EGF pERK at 90 min": (-0.01, 0.33, ".13 +- 2 x .10"),
    "V4 MCF7 NRG1 pERK at 5 min": (0.73, 1.01, ".93 +- 2 x .10"),
    "V4 MCF7 NRG1 pERK at 15 min": (0.80, 1.01, "1.0 - 2 x .10"),
    "V4 MCF7 NRG1 pERK at 120 min": (0.05, 0.57, ".31 +- 2 x .13"),
    # V6: against the untreated control at the same time. Duplicate controls of Hass differ by 10-30 %.
    "V6 BT-474 NRG1 pHER3 fold, least of 5-120 min": (5.0, 11, "x6-8 of t=0, x7.3-9.9 of the concurrent control, +- 20 %"),
    "V6 BT-474 NRG1 pHER3 fold, most of 5-120 min": (5.0, 11, "the same"),
    "V6 BT-474 NRG1 pHER3 fold at 240 min": (4.0, 8.0, "x5.2 of t=0, x6.3 of the control, +- 25 %"),
    "V6 BT-474 NRG1 pEGFR fold, median of 5-240 min": (0.3, 0.9, "x0.37-0.78 of the control, +- 20 %"),
    "V6 BT-474 NRG1 pHER2 fold, median of 5-240 min": (0.3, 1.0, "x0.55-0.80 of the control: does not rise"),
    # V7: range over 10, 30, 90 min +- FLOOR_LOG10 (three SK-BR-3 repeats pooled); zeros by ZERO_LOG10
    "V7 SK-BR-3 NRG1 pAKT": (0.57, 1.10, ".77-.90 +- .20"),
    "V7 BT-474 NRG1 pAKT": (0.42, 0.91, ".62-.71 +- .20"),
    "V7 HCC1954 NRG1 pAKT": (0.46, 0.93, ".66-.73 +- .20"),
    "V7 MCF7 NRG1 pAKT": (0.60, 1.76, ".80-1.56 +- .20"),
    "V7 SK-BR-3 EGF pAKT": (0.34, 0.96, ".54-.76 +- .20"),
    "V7 BT-474 EGF pAKT": (0.00, 0.47, ".18-.27 +- .20; at 10 min see V2"),
    "V7 HCC1954 EGF pAKT": (0.24, 0.70, ".44-.50 +- .20"),
    "V7 SK-BR-3 IGF1 pAKT": (None, 0.10, "0 at all times"),
    "V7 BT-474 IGF1 pAKT": (None, 0.10, "0 at all times"),
    "V7 HCC1954 IGF1 pAKT": (None, 0.50, "<= .30 + .20"),
    "V7 MCF7 IGF1 pAKT": (0.35, 1.32, ".55-1.12 +- .20"),
    # V11: lapatinib 1 uM, 1 h
    "V11 BT-474 pHER2": (None, 0.20, "falls by >= 80 %"), "V11 BT-474 pHER3": (None, 0.20, "the same"),
    "V11 BT-474 pAKT": (None, 0.20, "the same"), "V11 BT-474 pERK": (None, 0.20, "the same"),
    "V11 SK-BR-3 pHER2": (None, 0.20, "the same"), "V11 SK-BR-3 pHER3": (None, 0.20, "the same"),
    "V11 SK-BR-3 pAKT": (None, 0.20, "the same"), "V11 SK-BR-3 pERK": (None, 0.20, "the same"),
    "Basal pAKT of BT-474 / NRG1-stimulated": (0.20, 0.60, "biology.md 7: 20-60 %"),
    "Rest: worst drift over 7 days, four lines": (None, 1e-6, "the brief"),
    # Demo, BT-474, lapatinib 200 nM, NRG1 10 ng/mL at 24 h
    "Demo pAKT 2 h after lapatinib / untreated": (None, 0.30, "the brief"),
    "Demo pERK 2 h after lapatinib / untreated": (None, 0.30, "the brief"),
    "Demo pAKT 1 h after NRG1 / untreated": (0.50, None, "the brief"),
    "Demo pAKT 1 h after NRG1 / lapatinib arm": (2.0, None, "the brief"),
}
