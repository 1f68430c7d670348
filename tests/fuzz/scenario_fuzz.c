// Any text as a scenario, or (first byte) as a drug, cell or ligand file that a
// scenario uses. The bundle is sealed: the disk is not touched.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Texts that inputs may refer to.
static const char model_text[] =
    "import \"bypass:models/archetypes.ant\"\n"
    "model *small()\n  unit nM = 1e-9 mole/litre; unit per_s = 1/second;\n"
    "  compartment cell = 1, medium = 10;\n  const kdp = 0.1; kdp has per_s;\n"
    "  species EGF in medium = 0; species R in cell = 1, P in cell = 0;\n"
    "  var free; EGFR_kinase: site(free, kdp);\n"
    "  on: R -> P; free*EGF*R; off: P -> R; kdp*P;\n  var pR; pR is \"p\"; pR := P/(R "
    "+ P);\nend\n";
static const char archetype_text[] =
    "model *site(free, turnover)\n  var free, turnover; var bound = 0; var ratio = 0;\n"
    "  free := (1 - bound)/(1 + ratio);\nend\n"
    "model *fast_inhibitor(drug)\n  species drug; const Ki = 10; var ratio;\n"
    "  ratio := drug/Ki;\nend\n";
static const char drug_text[] =
    "name: ib\ntext: a\nmolar mass: {value: 500 g/mol, source: a}\nacts:\n"
    "  - on: EGFR_kinase\n    archetype: fast_inhibitor\n    Ki: {value: 1 nM, source: "
    "a}\n";
static const char cell_text[] =
    "name: line\naliases: [L]\ntext: a\nlevels: {R: {value: 1, source: a}}\n";
static const char ligand_text[] = "name: EGF\naliases: [E]\ntext: a\nspecies: EGF\n"
                                  "molar mass: {value: 6200 g/mol, source: a}\n";
static const char user_text[] = "model: ./small.ant\ncell: line\nexpose: {ib: 1 nM, "
                                "EGF: 2 ng/mL}\nrun: {until: 1}\n";

static void add(bp_bundle *bundle, const char *name, const char *text, size_t length) {
    if (bp_bundle_add(bundle, name, text, length) != BP_OK) abort();
}

// Which file the input is: a scenario, or one that `user_text` uses.
static const char *const targets[] = {"scenario.yaml", "bypass:drugs/ib.yaml",
                                      "bypass:cells/line.yaml",
                                      "bypass:ligands/egf.yaml"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    bp_bundle *bundle = NULL;
    bp_scenario *scenario = NULL;
    bp_report report = {0};
    if (bp_bundle_new(&bundle) != BP_OK) abort();
    add(bundle, "scenario.yaml", user_text, sizeof user_text - 1);
    add(bundle, "small.ant", model_text, sizeof model_text - 1);
    add(bundle, "bypass:models/archetypes.ant", archetype_text,
        sizeof archetype_text - 1);
    add(bundle, targets[1], drug_text, sizeof drug_text - 1);
    add(bundle, targets[2], cell_text, sizeof cell_text - 1);
    add(bundle, targets[3], ligand_text, sizeof ligand_text - 1);
    int target = data[0] >= '1' && data[0] <= '3' ? data[0] - '0' : 0;
    add(bundle, targets[target], (const char *)data + 1, size - 1);
    bp_bundle_seal(bundle);
    bp_status status = bp_scenario_load("scenario.yaml", bundle, &scenario, &report);
    if ((scenario != NULL) != (status == BP_OK)) abort();
    if (status != BP_OK && report.n_errors == 0 && !report.failed)
        abort(); // silent failure
    bp_scenario_free(scenario);
    bp_report_clear(&report);
    bp_bundle_free(bundle);
    return 0;
}
