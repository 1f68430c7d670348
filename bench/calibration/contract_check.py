"""Checks the drug-action contract of archetypes.ant on composed_by_hand.ant: each line is a law with its measured error."""
import numpy as np
import sim

text = sim.sbml()
L = sim.Line(text, "BT-474", {})
m = L.m
DAY = 1440
rows = []


def law(name, error, limit):
    rows.append((name, error, limit))
    print(f"{'pass' if error <= limit else 'FAIL'}  {error:9.2e} <= {limit:.0e}  {name}")


# slow: theta at rest solves kon I (1 - theta) = (koff + turnover) theta
L.run([0, 20*DAY], {"lapatinib": 200.0})
I, on, off, turn = m["[lapatinib]"], 3.9e-5/13, 3.9e-5, m["net_turnover_HER2"]
law("slow inhibitor: theta at rest", abs(m["theta_H"] - on*I/(on*I + off + turn)), 1e-6)
law("site: free = 1 - theta", abs(m["net_free_HER2"] - (1 - m["theta_H"])), 1e-9)
law("a drug on a site is not consumed", abs(I - 200), 1e-9)

# two drugs of one site: free = (1 - theta - M)/(1 + I/KI)
L.run([0, DAY], {"lapatinib": 200.0, "neratinib": 0.5})
law("site: slow and covalent share it", abs(m["net_free_HER2"] - (1 - m["theta_H"] - m["M_H"])/(1 + 0.5)), 1e-9)
law("occupancy stays within 0..1", max(0, m["theta_H"] + m["M_H"] - 1, -m["theta_H"], -m["M_H"]), 0)
L.run([0, 40*DAY], {"neratinib": 0.5})
k = 1e-3*0.5/(1.5)
law("covalent inhibitor: M at rest", abs(m["M_H"] - k/(k + turn)), 1e-6)

# fast
L.run([0, 1e-3], {"trametinib": 8.0})
law("fast inhibitor: free = 1/(1 + I/Ki) at once", abs(m["net_free_MEK"] - 1/11), 1e-9)

# antibody: amount in the medium + on the cell = dose, when nothing goes in
K = sim.Line(text, "BT-474", {"kint_HER2": 1e-30, "kint_EGF": 1e-30, "kint_NRG1": 1e-30}, rest_days=1)
K.run([0, 2*DAY], {"trastuzumab": 0.05})
q = K.m
got = q["[trastuzumab]"]*1e4 + 2*(q["[trastuzumab_IV_B1]"] + q["[trastuzumab_IV_B2]"])
law("antibody: mass is conserved (scarce dose)", abs(got/(0.05*1e4) - 1), 1e-6)
law("antibody: no more epitopes held than there are", max(0, q["held_T"]/q["net_HER2_surface"] - 1), 1e-6)
law("antibody: scarce dose binds both arms (share by two arms >= 0.9)", max(0, 0.9 - 2*q["[trastuzumab_IV_B2]"]/q["held_T"]), 0)

L.run([0, DAY], {"trastuzumab": 100.0})
law("antibody: saturates its epitope", 1 - m["occupied_IV"], 0.02)
a = m["net_disruption"]
law("effect: value = occupancy", abs(a - m["occupied_IV"]), 1e-12)

# trap: ligand + complex + what the cell took = dose
L.run([0, 60], {"NRG1": 1.0, "NRG1_trap": 50.0})
law("ligand trap: free NRG1 at balance Kd*C/(T)", abs(m["[net_NRG1]"]/(0.1*m["[trap_NRG1_complex]"]/m["[NRG1_trap]"]) - 1), 0.05)
print(f"{sum(e <= l for _, e, l in rows)} of {len(rows)} hold")
