// Every construct of a module's body.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/antimony_test.h"

static void a_plain_tellurium_model_opens(void) {
    bp_spec *spec = spec_of("S1 -> S2; k1*S1\n"
                            "S1 = 10\n"
                            "S2 = 0; k1 = 0.1 // first order\n");
    CHECK_TEXT(spec->name, "__main");
    CU_ASSERT_EQUAL(symbol_of(spec, "S1")->kind, BP_SPECIES);
    CU_ASSERT(symbol_of(spec, "S1")->declared);
    CU_ASSERT_EQUAL(symbol_of(spec, "k1")->kind, BP_PARAMETER);
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "S1")->initial), 10.0);
    CHECK_TEXT(symbol_of(spec, "k1")->note, "first order");
    const bp_reaction *r = reaction_of(spec, "_J0");
    CU_ASSERT_EQUAL(r->n_reactants, 1);
    CU_ASSERT_EQUAL(r->n_products, 1);
    CU_ASSERT(r->reversible);
    CU_ASSERT_EQUAL(r->compartment, -1);
    CHECK_TREE(r->law, "k1*S1");
    bp_spec_free(spec);
}

static void reactions_take_every_form(void) {
    bp_spec *spec = spec_of("J0: 2 A + $B => 1.5 C; k\n"
                            "-> A; k\n"
                            "A -> ; k*A\n"
                            "J3: ->; k; J4: A <==> n C; k\n"
                            "J5: A+A -> B; \\\n  k*A  # joined\n"
                            "J6: A -> B;\n"
                            "J6 = k*A*2\n"
                            "k = 1; n = 2\n");
    const bp_reaction *r = reaction_of(spec, "J0");
    CU_ASSERT_EQUAL(r->reactants[0].stoichiometry, 2.0);
    CU_ASSERT_EQUAL(r->products[0].stoichiometry, 1.5);
    CU_ASSERT_FALSE(r->reversible);
    CU_ASSERT(symbol_of(spec, "B")->boundary);
    CU_ASSERT_EQUAL(reaction_of(spec, "_J0")->n_reactants, 0);
    CU_ASSERT_EQUAL(reaction_of(spec, "_J1")->n_products, 0);
    CU_ASSERT_EQUAL(reaction_of(spec, "J3")->n_products, 0);
    CHECK_TREE(reaction_of(spec, "J4")->products[0].variable_stoichiometry, "n");
    CU_ASSERT_EQUAL(reaction_of(spec, "J5")->n_reactants, 2);
    CHECK_TEXT(reaction_of(spec, "J5")->note, "joined");
    CHECK_TREE(reaction_of(spec, "J6")->law, "k*A*2");
    bp_spec_free(spec);
}

static void unnamed_reactions_step_around_names(void) {
    bp_spec *spec = spec_of("A -> B; 1\n_J0: B -> A; 2\nA -> C; 3\n");
    CHECK_TREE(reaction_of(spec, "_J1")->law, "1");
    CHECK_TREE(reaction_of(spec, "_J0")->law, "2");
    CHECK_TREE(reaction_of(spec, "_J2")->law, "3");
    bp_spec_free(spec);
}

static void interactions_become_modifiers(void) {
    bp_spec *spec = spec_of("J0: A -> B; k*A/(1 + S); k = 1\n"
                            "i1: S -| J0; ;\nT -( J0; ;\n i3: U -o J0; ;\n");
    const bp_reaction *r = reaction_of(spec, "J0");
    CU_ASSERT_EQUAL(spec->reactions.count, 1);
    CU_ASSERT_EQUAL(r->n_modifiers, 3);
    CHECK_TEXT(spec->symbols.items[r->modifiers[0]].name, "S");
    CU_ASSERT_EQUAL(symbol_of(spec, "U")->kind, BP_SPECIES);
    bp_spec_free(spec);

    spec = spec_of("species E, I; J0: A -> B; k*A*E/(1 + I); k = 1\n");
    CU_ASSERT_EQUAL(reaction_of(spec, "J0")->n_modifiers, 2); // those of the law
    bp_spec_free(spec);
}

static void declarations_say_kinds(void) {
    bp_spec *spec = spec_of(
        "const species X = 1; var species Y; substanceOnly species Z = 4\n"
        "species A, $B, C in cell = 2*q; compartment cell = 2, big\n"
        "const compartment c2 = 1; cell in big\n"
        "const q = 3, p; var r = 1, s := time, t' = 2; formula f = 2; ext e = 1\n"
        "reaction J; J: A -> Y; 1\n");
    CU_ASSERT(symbol_of(spec, "X")->boundary);
    CU_ASSERT_FALSE(symbol_of(spec, "Y")->boundary);
    CU_ASSERT(symbol_of(spec, "Z")->substance_only);
    CU_ASSERT(symbol_of(spec, "B")->boundary);
    CU_ASSERT_EQUAL(symbol_of(spec, "C")->compartment, bp_spec_find(spec, "cell"));
    CU_ASSERT_EQUAL(symbol_of(spec, "cell")->compartment, bp_spec_find(spec, "big"));
    CHECK_TREE(symbol_of(spec, "C")->initial, "2*q");
    CU_ASSERT(symbol_of(spec, "c2")->constant);
    CU_ASSERT(symbol_of(spec, "q")->constant);
    CU_ASSERT_FALSE(symbol_of(spec, "r")->constant);
    CU_ASSERT_EQUAL(symbol_of(spec, "s")->rule_kind, BP_ASSIGNMENT_RULE);
    CU_ASSERT_EQUAL(symbol_of(spec, "t")->rule_kind, BP_RATE_RULE);
    CU_ASSERT_EQUAL(symbol_of(spec, "f")->kind, BP_PARAMETER);
    CU_ASSERT(symbol_of(spec, "e")->constant);
    CU_ASSERT_EQUAL(bp_spec_find(spec, "J"), -1);
    bp_spec_free(spec);
}

static void const_makes_a_species_boundary(void) {
    bp_spec *spec = spec_of("S1 -> S2; k; const S1; k = 1\n");
    CU_ASSERT(symbol_of(spec, "S1")->boundary);
    CU_ASSERT_FALSE(symbol_of(spec, "S1")->constant);
    bp_spec_free(spec);
}

static void species_find_their_compartment(void) {
    bp_spec *spec = spec_of("compartment C = 1, D = 2\n"
                            "J in C: A -> B; 1\n"
                            "B -> E; 1 in D\n"
                            "species F in D; F -> A; 1\n G -> F; 1\n");
    CU_ASSERT_EQUAL(symbol_of(spec, "A")->compartment, bp_spec_find(spec, "C"));
    CU_ASSERT_EQUAL(symbol_of(spec, "B")->compartment,
                    bp_spec_find(spec, "D")); // the last
    CU_ASSERT_EQUAL(symbol_of(spec, "E")->compartment, bp_spec_find(spec, "D"));
    CU_ASSERT_EQUAL(symbol_of(spec, "F")->compartment, bp_spec_find(spec, "D"));
    CU_ASSERT_EQUAL(symbol_of(spec, "G")->compartment, -1);
    bp_spec_free(spec);
}

static void the_default_compartment_can_be_named(void) {
    bp_spec *spec = spec_of("A -> B; default_compartment*k*A; k = 1\n");
    CU_ASSERT_EQUAL(symbol_of(spec, "default_compartment")->kind, BP_COMPARTMENT);
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "default_compartment")->initial), 1.0);
    bp_spec_free(spec);
}

static void values_may_be_cleared_and_replaced(void) {
    bp_spec *spec = spec_of("k = 3; k = ; q := 4; q := ; q = 2; r = 1; r := time\n");
    CU_ASSERT_PTR_NULL(symbol_of(spec, "k")->initial);
    CU_ASSERT_EQUAL(symbol_of(spec, "q")->rule_kind, BP_NO_RULE);
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "q")->initial), 2.0);
    CU_ASSERT_PTR_NULL(symbol_of(spec, "r")->initial); // the rule holds from the start
    bp_spec_free(spec);
}

static void functions_are_kept(void) {
    bp_spec *spec = spec_of("function mm(V, S, K)\n  V*S/(K + S)\nend\n"
                            "function one()\n 1;\nend\n"
                            "A -> B; mm(v, A, 2)*one(); v = 1\n");
    CU_ASSERT_EQUAL(spec->functions.count, 2);
    CHECK_TEXT(spec->functions.items[0].args[2], "K");
    CHECK_TREE(spec->functions.items[0].body, "V*S/(K + S)");
    CHECK_TREE(reaction_of(spec, "_J0")->law, "mm(v, A, 2)*one()");
    bp_spec_free(spec);
}

static void names_terms_and_annotations_are_kept(void) {
    bp_spec *spec = spec_of(
        "model *foo()\n"
        "  J: A -> B; 1\n  A is \"ERK (total)\"; J is \"on\"\n"
        "  A.sboTerm = 252; J.sboTerm = SBO:0000176\n"
        "  A identity \"https://identifiers.org/uniprot/P04626\",\n"
        "             \"urn:x\"\n"
        "  B part \"urn:y\"; model description \"urn:paper\"; model notes "
        "```two\nlines```\n"
        "  model creator1.name \"A. Person\"; B biological_entity_is \"urn:z\"\n"
        "end\nfoo is \"A foo\"\nfoo taxon \"urn:human\"\n");
    CHECK_TEXT(spec->display_name, "A foo");
    CHECK_TEXT(symbol_of(spec, "A")->display_name, "ERK (total)");
    CHECK_TEXT(reaction_of(spec, "J")->display_name, "on");
    CU_ASSERT_EQUAL(symbol_of(spec, "A")->sbo, 252);
    CU_ASSERT_EQUAL(reaction_of(spec, "J")->sbo, 176);
    CU_ASSERT_EQUAL_FATAL(spec->annotations.count, 8);
    CHECK_TEXT(spec->annotations.items[0].target, "A");
    CHECK_TEXT(spec->annotations.items[0].qualifier, "identity");
    CHECK_TEXT(spec->annotations.items[1].uri, "urn:x");
    CHECK_TEXT(spec->annotations.items[2].qualifier, "hasPart");
    CHECK_TEXT(spec->annotations.items[3].qualifier, "isDescribedBy");
    CHECK_TEXT(spec->annotations.items[4].uri, "two\nlines");
    CHECK_TEXT(spec->annotations.items[5].qualifier, "creator1.name");
    CHECK_TEXT(spec->annotations.items[6].qualifier, "identity");
    CHECK_TEXT(spec->annotations.items[7].target, "");
    bp_spec_free(spec);
}

// what libAntimony writes of models from BioModels
static void models_have_qualifiers_of_their_own(void) {
    static const char *const cases[][2] = {
        {"model_source", "model_entity_is"}, {"model_entity_is", "model_entity_is"},
        {"publication", "isDescribedBy"},    {"isDerivedFrom", "origin"},
        {"isInstanceOf", "isInstanceOf"},    {"instance", "hasInstance"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200];
        snprintf(text, sizeof text,
                 "model *m()\n k = 1\n model %s \"urn:x\",\n"
                 "\"urn:y\"\nend\n",
                 cases[i][0]);
        bp_spec *spec = spec_of(text);
        CU_ASSERT_EQUAL_FATAL(spec->annotations.count, 2);
        CHECK_TEXT(spec->annotations.items[1].qualifier, cases[i][1]);
        CHECK_TEXT(spec->annotations.items[1].target, "");
        bp_spec_free(spec);
    }
}

static void comments_of_every_kind_are_skipped(void) {
    bp_spec *spec = spec_of("/* a\n block */ k = 1 /* within */ + 2 // note\n"
                            "# whole line\n"
                            "A -> B; k*A # law\n"
                            "q = 1; r = 2 // of r\n"
                            "s = 3; s has second // of s\n");
    CHECK_TREE(symbol_of(spec, "k")->initial, "1 + 2");
    CHECK_TEXT(symbol_of(spec, "k")->note, "note");
    CHECK_TEXT(reaction_of(spec, "_J0")->note, "law");
    CU_ASSERT_PTR_NULL(symbol_of(spec, "q")->note);
    CHECK_TEXT(symbol_of(spec, "r")->note, "of r");
    CHECK_TEXT(symbol_of(spec, "s")->note, "of s");
    bp_spec_free(spec);
}

static void positions_are_exact(void) {
    bp_spec *spec = spec_of("k = 1;\n  long_name = k*2;\n\tJ: A -> B; k;\n");
    CU_ASSERT_EQUAL(symbol_of(spec, "long_name")->where.line, 2);
    CU_ASSERT_EQUAL(symbol_of(spec, "long_name")->where.column, 3);
    CHECK_TEXT(symbol_of(spec, "long_name")->where.file, "test.ant");
    CU_ASSERT_EQUAL(reaction_of(spec, "J")->where.line, 3);
    CU_ASSERT_EQUAL(reaction_of(spec, "J")->where.column, 2);
    CU_ASSERT_EQUAL(reaction_of(spec, "J")->law->where.column, 13);
    bp_spec_free(spec);
}

static void columns_count_characters(void) {
    char message[1200];
    CHECK_TEXT(first_message("/* \xC3\xA9\xC3\xA9 */ k = 1 + ;", message),
               "1:18 expected a number, a name or '(', found ';'");
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(a_plain_tellurium_model_opens),
                                      TEST(reactions_take_every_form),
                                      TEST(unnamed_reactions_step_around_names),
                                      TEST(interactions_become_modifiers),
                                      TEST(declarations_say_kinds),
                                      TEST(const_makes_a_species_boundary),
                                      TEST(species_find_their_compartment),
                                      TEST(the_default_compartment_can_be_named),
                                      TEST(values_may_be_cleared_and_replaced),
                                      TEST(functions_are_kept),
                                      TEST(names_terms_and_annotations_are_kept),
                                      TEST(models_have_qualifiers_of_their_own),
                                      TEST(comments_of_every_kind_are_skipped),
                                      TEST(positions_are_exact),
                                      TEST(columns_count_characters),
                                      TEST_END};
    return test_main("antimony_statements", tests, argc, argv);
}
