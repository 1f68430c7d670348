// The writer: what it writes reads back as the same spec.
#include <string.h>

#include "base/paths.h"
#include "tests/unit/antimony_test.h"

static bp_spec *load_file(const char *path) {
    bp_report report = {0};
    bp_spec *spec = NULL;
    bp_status status = bp_antimony_load(path, NULL, &spec, &report);
    CHECK(status == BP_OK, "%s: %s", path,
          report.count > 0 ? report.items[0].message : "no message");
    bp_report_clear(&report);
    return spec;
}

static void written(const bp_spec *spec, bp_text *out) {
    CU_ASSERT_EQUAL(bp_antimony_write(spec, out, NULL), BP_OK);
}

static bool same_tree(const bp_ast *a, const bp_ast *b) {
    bp_text first = {0}, second = {0};
    bp_ast_print(a, &first);
    bp_ast_print(b, &second);
    // dotted names are written with underscores
    bool same = strchr(bp_text_get(&first), '.') != NULL ||
                strcmp(bp_text_get(&first), bp_text_get(&second)) == 0;
    bp_text_clear(&first);
    bp_text_clear(&second);
    return same;
}

// Counts, and what the text cannot show: values, kinds, flags of every symbol, in order
// of kind.
static void check_same(const bp_spec *a, const bp_spec *b, const char *what) {
    CHECK(a->symbols.count == b->symbols.count, "%s: symbols", what);
    CHECK(a->reactions.count == b->reactions.count, "%s: reactions", what);
    CHECK(a->events.count == b->events.count, "%s: events", what);
    CHECK(a->functions.count == b->functions.count, "%s: functions", what);
    CHECK(a->units.count == b->units.count, "%s: units", what);
    CHECK(a->annotations.count == b->annotations.count, "%s: annotations", what);
    for (int i = 0; i < a->symbols.count; i++) {
        const bp_symbol *s = &a->symbols.items[i];
        if (strchr(s->name, '.')) continue;
        int k = bp_spec_find(b, s->name);
        CHECK(k >= 0, "%s: %s", what, s->name);
        if (k < 0) continue;
        const bp_symbol *t = &b->symbols.items[k];
        CHECK(s->kind == t->kind && s->boundary == t->boundary &&
                  s->constant == t->constant &&
                  s->substance_only == t->substance_only &&
                  s->rule_kind == t->rule_kind && s->sbo == t->sbo &&
                  !s->initial == !t->initial && same_tree(s->initial, t->initial) &&
                  same_tree(s->rule, t->rule) && bp_text_equal(s->unit, t->unit) &&
                  bp_text_equal(s->display_name, t->display_name) &&
                  bp_text_equal(s->note, t->note),
              "%s: %s differs", what, s->name);
    }
}

static void check_round_trip(bp_spec *spec, const char *what) {
    bp_text first = {0}, second = {0};
    if (!spec) return;
    written(spec, &first);
    bp_spec *again = spec_of(bp_text_get(&first));
    written(again, &second);
    CHECK_TEXT(bp_text_get(&second), bp_text_get(&first));
    check_same(spec, again, what);
    bp_text_clear(&first);
    bp_text_clear(&second);
    bp_spec_free(again);
    bp_spec_free(spec);
}

static const char *const everything =
    "function mm(V, S, K)\n  V*S/(K + S)\nend\n"
    "model part(S, k)\n  compartment own = 2; species In in own = 1\n"
    "  leave: S -> In; k*S // first order\n  k = 1; S = 3\nend\n"
    "model *all()\n"
    "  unit nM = 1e-9 mole/litre; unit per_s = 1/second; unit substance = 1e-9 mole\n"
    "  unit time_unit = second; unit volume = litre; unit extent = 1e-9 mole\n"
    "  compartment cell = 2.5e-12, big = 3; cell in big; const compartment c2 = 1\n"
    "  species A in cell = 0.1, $B in cell = 2, C; substanceOnly species D in cell = "
    "7\n"
    "  const k = 0.30000000000000004; k has per_s // [S: paper], \"quoted\"\n"
    "  var x = 4.9e-324, y; y := A + B; z' = x - 1; z = 1/3; q = -infinity; nn = "
    "notanumber\n"
    "  P: part(A, k); Q: part(C, kq); kq = 2; Q__In = 1; Q__In_ = 2\n"
    "  J0 in cell: 2 A + $B => 1.5 C + w D; mm(k, A, 2)*exp(-time)*C2; w = 2; species "
    "C2 = 1\n"
    "  J1: ->; ; J2: A -> ; k*A^2/(1 + A^-2); i: E -( J2; ;\n"
    "  ev: at 2*x after (A > 3 && !(x < 2 || y >= x)), priority = x, t0 = false, "
    "persistent = "
    "false, fromTrigger = false: x = 2, A = A + 1\n"
    "  at time > 5: x = piecewise(1, A < 2, 3)\n"
    "  A is \"A, free\"; J0 is \"first\"; ev is \"switch\"; A.sboTerm = 252; "
    "J2.sboTerm = 179\n"
    "  A identity \"urn:a\", \"urn:b\"; model notes \"about\"; J0 description "
    "\"urn:c\"\n"
    "  A is \"A, \xCE\xB2\"\n"
    "end\nall is \"All of it\"\n";

static void everything_survives_a_round_trip(void) {
    check_round_trip(spec_of(everything), "everything");
}

static void dots_become_underscores(void) {
    bp_text out = {0};
    bp_spec *spec = spec_of(everything);
    written(spec, &out);
    const char *text = bp_text_get(&out);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "P__leave: A -> P__In; k*A;  // first order\n"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "species Q__In__ in Q__own = 1;")); // two were taken
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "function mm(V, S, K)\n  V*S/(K + S);\nend\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "0.30000000000000004"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "  E -( J2; ;\n"));
    bp_text_clear(&out);
    bp_spec_free(spec);
}

static bp_status visit(const char *path, const char *stem, void *data) {
    int *n = data;
    (void)stem;
    check_round_trip(load_file(path), path);
    (*n)++;
    return BP_OK;
}

static void every_model_of_the_library_survives(void) {
    static const char *const folders[] = {"../model/library", "../model/library/her2",
                                          "../model/library/teaching"};
    int n = 0;
    for (int i = 0; i < 3; i++) {
        bp_error err = {0};
        bp_status status =
            bp_folder_visit(test_file(folders[i]), ".ant", visit, &n, &err);
        CHECK(status == BP_OK, "%s", err.message);
    }
    CHECK(n >= 10, "only %d models", n);
}

// ---- what comes from SBML ----

static int add_symbol(bp_spec *spec, const char *name, bp_symbol_kind kind,
                      double value) {
    int i = bp_spec_symbol(spec, name, BP_NOWHERE);
    CU_ASSERT_TRUE_FATAL(i >= 0);
    bp_symbol *s = &spec->symbols.items[i];
    s->kind = kind;
    s->declared = true;
    s->initial = bp_ast_number(spec, value, BP_NOWHERE);
    return i;
}

static const bp_ast *tree_of(bp_spec *spec, bp_op op, const char *a, const char *b) {
    const bp_ast *args[] = {bp_ast_name(spec, a, BP_NOWHERE),
                            bp_ast_name(spec, b, BP_NOWHERE)};
    return bp_ast_call(spec, op, args, 2, BP_NOWHERE);
}

// Names that the language has for itself, or that are none in it.
static bp_spec *spec_of_odd_names(void) {
    bp_spec *spec = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK);
    spec->name = "model";
    int in = add_symbol(spec, "in", BP_COMPARTMENT, 2);
    int at = add_symbol(spec, "at", BP_SPECIES, 3);
    spec->symbols.items[at].compartment = in;
    spec->symbols.items[at].unit = "volume";
    add_symbol(spec, "time", BP_PARAMETER, 4);
    add_symbol(spec, "A(b!1).B", BP_PARAMETER, 5);
    add_symbol(spec, "3D", BP_PARAMETER, 6);
    int x = add_symbol(spec, "x", BP_PARAMETER, 0);
    spec->symbols.items[x].rule_kind = BP_ASSIGNMENT_RULE;
    spec->symbols.items[x].initial = NULL;
    spec->symbols.items[x].rule = tree_of(spec, BP_OP_ADD, "time", "at");
    static const char *args[] = {"at", "y"};
    bp_function f = {.name = "exp", .args = args, .n_args = 2};
    f.body = tree_of(spec, BP_OP_DIV, "at", "y");
    CU_ASSERT_TRUE_FATAL(bp_array_push(&spec->functions, f));
    bp_unit_definition unit = {.name = "volume", .text = "1e-09 mole"};
    CU_ASSERT_EQUAL_FATAL(bp_unit_parse("nmol", &unit.unit, NULL), BP_OK);
    CU_ASSERT_TRUE_FATAL(bp_array_push(&spec->units, unit));
    unit.name = "per";
    unit.text = "volume/second";
    CU_ASSERT_TRUE_FATAL(bp_array_push(&spec->units, unit));
    bp_reaction *r = bp_spec_add_reaction(spec, "species", BP_NOWHERE);
    CU_ASSERT_PTR_NOT_NULL_FATAL(r);
    bp_ast *call =
        bp_ast_call(spec, BP_OP_CALL,
                    (const bp_ast *const[]){bp_ast_name(spec, "at", BP_NOWHERE),
                                            bp_ast_name(spec, "3D", BP_NOWHERE)},
                    2, BP_NOWHERE);
    call->name = "exp";
    r->law = call;
    bp_event *e = bp_spec_add_event(spec, "empty", BP_NOWHERE);
    CU_ASSERT_PTR_NOT_NULL_FATAL(e);
    e->trigger = tree_of(spec, BP_OP_GT, "x", "3D");
    return spec;
}

static void odd_names_are_written_as_what_can_be_read(void) {
    bp_spec *spec = spec_of_odd_names();
    bp_text out = {0};
    written(spec, &out);
    const char *t = bp_text_get(&out);
    bp_spec *again = spec_of(t);
    static const char *const lines[] = {
        "function exp_(at_, y)\n  at_/y;\nend\n",
        "model *model_()\n",
        "  unit volume_ = 1e-09 mole;\n  unit per = volume_/second;\n",
        "  compartment in_ = 2;  in_ is \"in\";\n",
        "  species at_ in in_ = 3;  at_ has volume_;  at_ is \"at\";\n",
        "  var time_ = 4;  time_ is \"time\";\n",
        "  var A_b_1___B = 5;  A_b_1___B is \"A(b!1).B\";\n",
        "  var _3D = 6;  _3D is \"3D\";\n",
        "  x := time_ + at_;\n",
        "  species_:  -> ; exp_(at_, _3D);\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        CHECK(strstr(t, lines[i]) != NULL, "no %s in\n%s", lines[i], t);
    CU_ASSERT_EQUAL(again->symbols.count, spec->symbols.count);
    CU_ASSERT_EQUAL(again->events.count, 0); // it sets nothing
    bp_text second = {0};
    written(again, &second);
    CHECK_TEXT(bp_text_get(&second), t);
    bp_text_clear(&out);
    bp_text_clear(&second);
    bp_spec_free(again);
    bp_spec_free(spec);
}

static void conversion_factors_become_stoichiometries(void) {
    bp_spec *spec = spec_of("species A = 1, B = 0; const f = 3, k = 1; var n = 2\n"
                            "J: 2 A -> n B; k*A; K: B -> A; k*B\n");
    spec->symbols.items[bp_spec_find(spec, "A")].conversion = bp_spec_find(spec, "f");
    spec->reactions.items[1].reactants[0].variable_stoichiometry =
        tree_of(spec, BP_OP_MUL, "n", "k");
    bp_text out = {0};
    written(spec, &out);
    const char *t = bp_text_get(&out);
    static const char *const lines[] = {
        "  J: J_A_n A -> n B; k*A;\n", "  K: K_B_n B -> K_A_n A; k*B;\n",
        "  var J_A_n := f*(2);\n", "  var K_B_n := n*k;\n", "  var K_A_n := f*(1);\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        CHECK(strstr(t, lines[i]) != NULL, "no %s in\n%s", lines[i], t);
    bp_spec_free(spec_of(t));
    bp_text_clear(&out);
    bp_spec_free(spec);
}

static const char *refused(const bp_spec *spec, bp_error *err) {
    bp_text out = {0};
    *err = (bp_error){0};
    CU_ASSERT_EQUAL(bp_antimony_write(spec, &out, err), BP_UNSUPPORTED);
    bp_text_clear(&out);
    return err->message;
}

static void what_antimony_cannot_say_is_refused(void) {
    bp_error err;
    bp_spec *spec = spec_of("species A = 1; k = 1\nJ: A -> ; k*A\n");
    spec->reactions.items[0].fast = true;
    CHECK_TEXT(refused(spec, &err),
               "Antimony cannot say that a reaction is fast; write SBML instead");
    CU_ASSERT_EQUAL(err.line, 2);
    spec->reactions.items[0].fast = false;
    bp_algebraic rule = {bp_ast_name(spec, "A", BP_NOWHERE), {"m.xml", 7, 1}};
    CU_ASSERT_TRUE_FATAL(bp_array_push(&spec->algebraic, rule));
    CHECK_TEXT(refused(spec, &err),
               "Antimony cannot say that an expression is zero; write SBML instead");
    CU_ASSERT_EQUAL(err.line, 7);
    bp_spec_free(spec);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(everything_survives_a_round_trip),
                                      TEST(dots_become_underscores),
                                      TEST(every_model_of_the_library_survives),
                                      TEST(odd_names_are_written_as_what_can_be_read),
                                      TEST(conversion_factors_become_stoichiometries),
                                      TEST(what_antimony_cannot_say_is_refused),
                                      TEST_END};
    return test_main("antimony_write", tests, argc, argv);
}
