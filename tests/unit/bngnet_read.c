// Blocks, names and amounts of .net files.
#include <math.h>
#include <string.h>

#include "tests/unit/bngnet_test.h"

static const char *const plain = "# Created by BioNetGen 2.9.3\n"
                                 "substanceUnits(\"Number\");\n"
                                 "begin parameters\n"
                                 "    1 k1   0.5  # Constant\n"
                                 "    2 A0   2*k2+1  # ConstantExpression\n"
                                 "    3 k2   3\n"
                                 "end parameters\n"
                                 "begin molecule types\n"
                                 "    1 A(b!!)\n"
                                 "end molecule types\n"
                                 "begin reaction rules\n"
                                 "  Rule1: \\\n"
                                 "  A(b) + B(a) <-> A(b!1).B(a!1)  k1, k2\n"
                                 "end reaction rules\n"
                                 "begin functions\n"
                                 "    1 f() k2*Atot()\n"
                                 "    2 g() f()+f\n"
                                 "end functions\n"
                                 "begin species\n"
                                 "    1 A(b) A0\n"
                                 "    2 B(a) 4.5e+01\n"
                                 "    3 @PM::A(b!1).B(a!1) \\\n"
                                 "      0\n"
                                 "    4 @EC::$Source() 1\n"
                                 "end species\n"
                                 "begin reactions\n"
                                 "    1 1,2 3 2*k1 #Rule1\n"
                                 "    2 4 1,4 f #Rule2 unit_conversion=1/1.0\n"
                                 "    3 3 0 k2 #Rule1\n"
                                 "    4 0 2,2 k2\n"
                                 "end reactions\n"
                                 "begin groups\n"
                                 "    1 Atot  1,3\n"
                                 "    2 twice 2*2,0.5*3\n"
                                 "    3 none\n"
                                 "end groups\n"
                                 "simulate({method=>\"ode\",t_end=>10});\n";

static void everything_has_its_symbol(void) {
    bp_report report = {0};
    bp_spec *spec = net_spec(plain, &report);
    CU_ASSERT_PTR_NOT_NULL_FATAL(spec);
    CU_ASSERT_EQUAL(report.count, 0);
    const bp_symbol *s3 = net_symbol(spec, "S3");
    CU_ASSERT_EQUAL(s3->kind, BP_SPECIES);
    CU_ASSERT(s3->substance_only);
    CU_ASSERT_FALSE(s3->boundary);
    CHECK_TEXT(s3->display_name, "@PM::A(b!1).B(a!1)");
    CHECK_TEXT(spec->symbols.items[s3->compartment].name, "cell");
    CU_ASSERT(net_symbol(spec, "S4")->boundary);
    CHECK_TEXT(net_symbol(spec, "S4")->display_name, "@EC::Source()");
    CU_ASSERT(net_symbol(spec, "k1")->constant);
    CU_ASSERT_EQUAL(net_symbol(spec, "f")->rule_kind, BP_ASSIGNMENT_RULE);
    CU_ASSERT_PTR_NULL(net_symbol(spec, "f")->display_name);
    CHECK_TEXT(net_symbol(spec, "Atot")->display_name, "Atot");
    CU_ASSERT_EQUAL(net_symbol(spec, "S1")->where.line, 20);
    CU_ASSERT_EQUAL(net_symbol(spec, "S1")->where.column, 5);
    CHECK_TEXT(net_symbol(spec, "S1")->where.file, "test.net");
    CHECK_TEXT(spec->name, "test");
    bp_spec_free(spec);
    bp_report_clear(&report);
}

static void reactions_have_terms_and_rules(void) {
    bp_report report = {0};
    bp_spec *spec = net_spec(plain, &report);
    CU_ASSERT_PTR_NOT_NULL_FATAL(spec);
    CU_ASSERT_EQUAL_FATAL(spec->reactions.count, 4);
    const bp_reaction *r = spec->reactions.items;
    CHECK_TEXT(r[0].name, "R1");
    CHECK_TEXT(r[0].note, "Rule1");
    CHECK_TEXT(r[1].note, "Rule2 unit_conversion=1/1.0");
    CU_ASSERT_PTR_EQUAL(r[0].note, r[2].note);
    CU_ASSERT_PTR_NULL(r[3].note);
    CU_ASSERT_FALSE(r[0].reversible);
    CU_ASSERT_EQUAL(r[0].n_reactants, 2);
    CU_ASSERT_EQUAL(r[2].n_products, 0);
    CU_ASSERT_EQUAL(r[3].n_reactants, 0);
    CU_ASSERT_EQUAL(r[3].n_products, 1);
    CU_ASSERT_EQUAL(r[3].products[0].stoichiometry, 2);
    bp_spec_free(spec);
    bp_report_clear(&report);
}

static void values_follow_from_the_text(void) {
    bp_model *model = net_model(plain);
    CHECK_NEAR(net_value(model, "A0", 0), 7, 0);
    CHECK_NEAR(net_value(model, "S1", 0), 7, 0);
    CHECK_NEAR(net_value(model, "S2", 0), 45, 0);
    CHECK_NEAR(net_value(model, "Atot", 0), 7, 0);
    CHECK_NEAR(net_value(model, "twice", 0), 90, 0);
    CHECK_NEAR(net_value(model, "none", 0), 0, 0);
    CHECK_NEAR(net_value(model, "f", 0), 21, 0);
    CHECK_NEAR(net_value(model, "g", 0), 42, 0);
    CHECK_NEAR(net_value(model, "R1", 0), 2 * 0.5 * 7 * 45, 0);
    CHECK_NEAR(net_rate(model, "S1", 0), -315 + 21, 0);
    CHECK_NEAR(net_rate(model, "S2", 0), -315 + 2 * 3, 0);
    CHECK_NEAR(net_rate(model, "S4", 0), 0, 0); // fixed
    CU_ASSERT_EQUAL(bp_model_n_states(model), 3);
    bp_model_free(model);
}

// As BioNetGen 1 and people write them.
static void indices_may_be_left_out(void) {
    bp_model *model = net_model("begin parameters\n k 2\n K = 3\nend parameters\n"
                                "begin functions\n f() = k*A\nend functions\n"
                                "begin species\n A() 5\n B() 1\nend species\n"
                                "begin reactions\n 1 2 k\n 1,2 0 Sat k K\n 2 1 0.5\n"
                                " 1 2 f\nend reactions\n"
                                "begin groups\n A 1\n 14-3-3 2*1,2\nend groups\n");
    CHECK_NEAR(net_rate(model, "S1", 0), -10 - 2 * 5. / 8 + 0.5 - 10 * 5, 1e-13);
    CHECK_NEAR(net_value(model, "_14_3_3", 0), 11, 0);
    bp_model_free(model);
}

static void line_ends_and_blanks_do_not_matter(void) {
    bp_model *model = net_model("\xEF\xBB\xBF  begin   parameters \r\n\tk\t2\r\n"
                                "end parameters\r\nbegin species\r\n1 A() 5 # c\r\n"
                                "end species\r\n\r\nbegin reactions\r\n"
                                "1 \\\r\n 1 \\ \r\n 0 k\r\nend reactions");
    CHECK_NEAR(net_rate(model, "S1", 0), -10, 0);
    bp_model_free(model);
}

static void a_frame_around_the_blocks_is_allowed(void) {
    bp_model *model = net_model("begin model\nbegin species\n 1 A() 5\nend species\n"
                                "begin reactions\n1 1 0 2\nend reactions\n"
                                "end model\n");
    CHECK_NEAR(net_rate(model, "S1", 0), -10, 0);
    bp_model_free(model);
}

// BioNetGen's simulator lets the parameter win, and so does this.
static void a_group_may_share_the_name_of_a_parameter(void) {
    const char *text = "begin parameters\n1 X 2\n2 X_ 9\nend parameters\n"
                       "begin functions\n1 f() X*10\nend functions\n"
                       "begin species\n1 A() 7\nend species\n"
                       "begin groups\n1 X 1\nend groups\n";
    CHECK_TEXT(
        net_findings(text),
        "12:3 warning DUPLICATE: group 'X' has the name of a parameter (line 2); "
        "expressions mean the parameter, and the group is called 'X__'");
    bp_model *model = net_model(text);
    CHECK_NEAR(net_value(model, "X__", 0), 7, 0);
    CHECK_NEAR(net_value(model, "f", 0), 20, 0);
    int group = bp_model_find(model, "X__");
    CHECK_TEXT(bp_model_variable(model, group)->display_name, "X");
    CU_ASSERT(bp_model_variable(model, group)->observable);
    bp_model_free(model);
}

static void names_of_the_file_come_before_made_up_ones(void) {
    bp_model *model =
        net_model("begin parameters\n1 S2 2\n2 R1 3\n3 cell 4\n4 S_9 1\n5 S07 1\n"
                  "end parameters\n"
                  "begin species\n1 A() S2\n2 B() R1\nend species\n"
                  "begin reactions\n1 1 2 cell\nend reactions\n");
    CHECK_NEAR(net_value(model, "S2", 0), 2, 0);
    CHECK_NEAR(net_value(model, "S__1", 0), 2, 0);
    CHECK_NEAR(net_value(model, "S__2", 0), 3, 0);
    CHECK_NEAR(net_value(model, "R_1", 0), 8, 0);
    CHECK_NEAR(net_value(model, "cell_", 0), 1, 0);
    bp_model_free(model);
}

// A group that is called t, and time itself.
static void time_is_not_t(void) {
    bp_model *model = net_model("begin functions\n1 f() t\n2 g() time()\n3 h() 2*time\n"
                                "end functions\nbegin species\n1 T() 3\nend species\n"
                                "begin groups\n1 t 1\nend groups\n");
    CHECK_NEAR(net_value(model, "f", 10), 3, 0);
    CHECK_NEAR(net_value(model, "g", 10), 10, 0);
    CHECK_NEAR(net_value(model, "h", 10), 20, 0);
    bp_model_free(model);
}

static void files_that_are_not_there_are_reported(void) {
    bp_report report = {0};
    bp_spec *spec = NULL;
    CU_ASSERT_EQUAL(bp_bngnet_load("/nowhere/at_all.net", NULL, &spec, &report),
                    BP_NO_FILE);
    CU_ASSERT_PTR_NULL(spec);
    CU_ASSERT_EQUAL_FATAL(report.count, 1);
    CHECK_TEXT(report.items[0].where.file, "/nowhere/at_all.net");
    bp_report_clear(&report);
}

static const test_case tests[] = {
    TEST(everything_has_its_symbol),
    TEST(reactions_have_terms_and_rules),
    TEST(values_follow_from_the_text),
    TEST(indices_may_be_left_out),
    TEST(line_ends_and_blanks_do_not_matter),
    TEST(a_frame_around_the_blocks_is_allowed),
    TEST(a_group_may_share_the_name_of_a_parameter),
    TEST(names_of_the_file_come_before_made_up_ones),
    TEST(time_is_not_t),
    TEST(files_that_are_not_there_are_reported),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("bngnet_read", tests, argc, argv);
}
