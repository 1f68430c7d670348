// Broken .net files: what is wrong, where, and what to try.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/bngnet_test.h"

// Lines 1-4 parameters, 5-8 functions, 9-12 species, 13-15 reactions, 16-18 groups;
// each with a line of the case in it, or a good one.
static const char *findings_with(const char *parameter, const char *function,
                                 const char *species, const char *reaction,
                                 const char *group) {
    char text[2048];
    snprintf(text, sizeof text,
             "begin parameters\n1 k 3\n%s\nend parameters\n"
             "begin functions\n1 f() k\n%s\nend functions\n"
             "begin species\n1 A() 7\n%s\nend species\n"
             "begin reactions\n%s\nend reactions\n"
             "begin groups\n%s\nend groups\n",
             parameter, function, species, reaction, group);
    return net_findings(text);
}

static void parameters(void) {
    const struct {
        const char *line, *finding;
    } cases[] = {
        {"2 m kk", "3:5 error UNKNOWN_NAME: 'kk' is not the name of anything in this "
                   "network; did you mean 'k'?"},
        {"2 m zebra", "3:5 error UNKNOWN_NAME: 'zebra' is not the name of anything in "
                      "this network"},
        {"2 k 4",
         "3:3 error DUPLICATE: parameter 'k' has the name of a parameter (line "
         "2); rename one of them"},
        {"2 m", "3:4 error SYNTAX: expected the value of the parameter, found the end "
                "of the line"},
        {"2 3m 4", "3:3 error SYNTAX: expected the name of a parameter, found '3m'"},
        {"2 m (k+1", "3:5 error SYNTAX: this '(' is not closed on its line"},
        {"2 m k+1)", "3:8 error SYNTAX: expected an operator or the end of the line, "
                     "found ')'"},
        {"2 m 2k",
         "3:6 error SYNTAX: expected an operator after the number, found 'k'"},
        {"2 m k+", "3:7 error SYNTAX: expected a number, a name or '(', found the end "
                   "of the line"},
        {"2 m if(k,1", "3:11 error SYNTAX: expected ',' or ')', found the end of the "
                       "line"},
        {"2 m if(k,1)", "3:5 error BAD_MODEL: if takes 3 arguments, not 2"},
        {"2 m min()", "3:5 error BAD_MODEL: min needs an argument"},
        {"2 m k=3", "3:6 error SYNTAX: '=' would assign; write '==' to compare"},
        {"2 m k?1",
         "3:8 error SYNTAX: expected ':' of the choice, found the end of the "
         "line"},
        {"2 m 1e400", "3:5 error BAD_VALUE: the number is larger than 1.8e308, the "
                      "largest that can be computed with"},
        {"2 m f", "3:5 error BAD_MODEL: a parameter is computed before time starts and "
                  "cannot read a function ('f')"},
        {"2 m G+1", "3:5 error BAD_MODEL: a parameter is computed before time starts "
                    "and cannot read a group ('G')"},
        {"2 m time()",
         "3:5 error BAD_MODEL: a parameter is computed before time starts "
         "and cannot read time()"},
        {"2 m sine(k)", "3:5 error UNKNOWN_NAME: there is no function 'sine'; did you "
                        "mean 'sin'?"},
        {"2 m log(k)",
         "3:5 error UNSUPPORTED: log(): BioNetGen has ln, log2 and log10"},
        {"2 m floor(k)", "3:5 error UNSUPPORTED: floor(): write rint(x - 0.5)"},
        {"2 m k(1)", "3:5 error UNSUPPORTED: 'k' has no arguments in a network; let "
                     "generate_network() write local functions out"},
        {"2 _pi 3",
         "3:3 error DUPLICATE: '_pi' is a name of BioNetGen's own and cannot "
         "be a parameter"},
        {"2 m m2\n3 m2 m", "3:5 error BAD_MODEL: 'm' is defined by itself, by way of "
                           "others: m needs m2 needs m"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_TEXT(findings_with(cases[i].line, "", "", "1 1 0 k", "1 G 1"),
                   cases[i].finding);
}

static void functions(void) {
    const struct {
        const char *line, *finding;
    } cases[] = {
        {"2 g(x) x*k",
         "7:5 error UNSUPPORTED: function 'g' has arguments: a local function, which a "
         "network has no meaning for; let generate_network() write it out"},
        {"2 g() TFUN(G,'a.tfun')",
         "7:7 error UNSUPPORTED: TFUN(): a table in another file is not supported; put "
         "its values into if()s"},
        {"2 g() tfun([1,2],[3,4],time)",
         "7:7 error UNSUPPORTED: tfun(): a table of values is not supported; put its "
         "values into if()s"},
        {"2 g() f(1)", "7:7 error UNSUPPORTED: 'f' has no arguments in a network; let "
                       "generate_network() write local functions out"},
        {"2 k() 1", "7:3 error DUPLICATE: function 'k' has the name of a parameter "
                    "(line 2); rename one of them"},
        {"2 g()",
         "7:6 error SYNTAX: expected the expression of the function, found the "
         "end of the line"},
        {"2 g() time(1)", "7:12 error SYNTAX: expected ')': time has no arguments, "
                          "found '1)'"},
        {"2 g() A()", "7:7 error UNKNOWN_NAME: there is no function 'A'"},
        {"2 g() g+1", "7:7 error BAD_MODEL: 'g' is defined by itself: g needs g"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_TEXT(findings_with("", cases[i].line, "", "1 1 0 k", "1 G 1"),
                   cases[i].finding);
}

static void species(void) {
    const struct {
        const char *line, *finding;
    } cases[] = {
        {"3 B() 1", "11:1 error BAD_MODEL: species 3 stands where species 2 is "
                    "expected; sort them by their numbers"},
        {"2 B()",
         "11:6 error SYNTAX: expected the amount of the species, found the end "
         "of the line"},
        {"2 B() Btot", "11:7 error UNKNOWN_NAME: 'Btot' is not the name of anything in "
                       "this network"},
        {"2 B() G", "11:7 error BAD_MODEL: the amount of a species is computed before "
                    "time starts and cannot read a group ('G')"},
        {"2 B() 1 2", "11:9 error SYNTAX: expected an operator or the end of the line, "
                      "found '2'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_TEXT(findings_with("", "", cases[i].line, "1 1 0 k", "1 G 1"),
                   cases[i].finding);
}

static void reactions(void) {
    const struct {
        const char *line, *finding;
    } cases[] = {
        {"1 3 1 k",
         "14:3 error UNKNOWN_NAME: there is no species 3: the network has 2"},
        {"1 1 99999999999 k",
         "14:5 error UNKNOWN_NAME: there is no species 2147483647: "
         "the network has 2"},
        // with less than three lists of numbers the first is no index
        {"1 1,x 2 k", "14:5 error SYNTAX: expected the numbers of the products, such "
                      "as 1,2, found 'x'"},
        {"1 1,2, 1 k", "14:8 error SYNTAX: expected the numbers of the reactants, such "
                       "as 1,2, found '1'"},
        {"1 1 B k", "14:5 error UNKNOWN_NAME: 'B' is not the name of anything in this "
                    "network"},
        {"1 1",
         "14:4 error SYNTAX: expected a rate constant or rate law, found the end "
         "of the line"},
        {"1 1 2 kx",
         "14:7 error UNKNOWN_NAME: 'kx' is not the name of anything in this "
         "network; did you mean 'k'?"},
        {"1 1 2 2*kx", "14:9 error UNKNOWN_NAME: 'kx' is not the name of anything in "
                       "this network; did you mean 'k'?"},
        {"1 1 2 inf*k", "14:7 error UNKNOWN_NAME: 'inf' is not the name of anything in "
                        "this network"},
        {"1 1 2 k K", "14:9 error SYNTAX: expected an operator or the end of the line, "
                      "found 'K'"},
        {"1 1 2 Sat", "14:7 error BAD_MODEL: Sat takes k, and a K for as many of the "
                      "reactants, not 0 constants"},
        {"1 1 2 Sat k k k", "14:7 error BAD_MODEL: Sat has 2 saturation constants but "
                            "the reaction only 1 reactant"},
        {"1 1 2 Hill k k", "14:7 error BAD_MODEL: Hill takes k, K and n, not 2 "
                           "constants"},
        {"1 0 2 Hill k k k", "14:7 error BAD_MODEL: Hill needs a reactant"},
        {"1 1 2 MM k", "14:7 error BAD_MODEL: MM takes k and K, not 1 constant"},
        {"1 1 2 MM k k", "14:7 error UNSUPPORTED: MM is the law of two different "
                         "reactants, a substrate and its enzyme"},
        {"1 1,1 2 MM k k", "14:9 error UNSUPPORTED: MM is the law of two different "
                           "reactants, a substrate and its enzyme"},
        {"1 1 2 Sat(k,k)", "14:7 error UNSUPPORTED: Sat(): in a network it is a rate "
                           "law: Sat k K"},
        {"1 1 2 FunctionProduct(\"f()\",\"f()\")",
         "14:7 error UNSUPPORTED: the rate law FunctionProduct is not supported; make "
         "it one function of the model and generate the network again"},
        {"1 1 2 2*Arrhenius(k,k)",
         "14:9 error UNSUPPORTED: the rate law Arrhenius is not supported; make it one "
         "function of the model and generate the network again"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_TEXT(findings_with("", "", "2 B() 1", cases[i].line, "1 G 1"),
                   cases[i].finding);
}

static void groups(void) {
    const struct {
        const char *line, *finding;
    } cases[] = {
        {"1 G 1,4",
         "17:7 error UNKNOWN_NAME: there is no species 4: the network has 1"},
        {"1 G inf", "17:5 error SYNTAX: expected the number of a species, such as 5 or "
                    "2*5, found 'inf'"},
        {"1 G nan*1", "17:5 error SYNTAX: expected the number of a species, such as 5 "
                      "or 2*5, found 'nan*1'"},
        {"1 G 1e30", "17:5 error UNKNOWN_NAME: there is no species "
                     "1000000000000000019884624838656: the network has 1"},
        {"1 G 0", "17:5 error UNKNOWN_NAME: there is no species 0: the network has 1"},
        {"1 G 2*x", "17:7 error SYNTAX: expected the number of a species, such as 5 or "
                    "2*5, found 'x'"},
        {"1 G 1.5", "17:5 error SYNTAX: expected the number of a species, such as 5 or "
                    "2*5, found '1.5'"},
        {"1 G 1 1",
         "17:7 error SYNTAX: expected ',' or the end of the line, found '1'"},
        {"1 G 1\n2 G 1",
         "18:3 error DUPLICATE: group 'G' has the name of a group (line "
         "17); rename one of them"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_TEXT(findings_with("", "", "", "1 1 0 k", cases[i].line),
                   cases[i].finding);
}

static void blocks(void) {
    const char *good = "begin species\n1 A() 7\nend species\n";
    const struct {
        const char *text, *finding;
    } cases[] = {
        {"",
         "0:0 error BAD_MODEL: the file has no block 'species', so it is no network "
         "of BioNetGen"},
        {"begin spezies\nend spezies\n", "4:1 error UNSUPPORTED: there is no block "
                                         "'spezies' in a network; did you mean "
                                         "'species'?"},
        {"begin seed species\nend seed species\n",
         "4:1 error UNSUPPORTED: 'seed species' is a block of BioNetGen's language, "
         "not "
         "of a network; make the network with generate_network()"},
        {"begin quarks\nend quarks\n",
         "4:1 error UNSUPPORTED: the block 'quarks' is not known, so what it says "
         "cannot be left out"},
        {"begin\n", "4:1 error SYNTAX: 'begin' needs the name of a block"},
        {"end groups\n", "4:1 error SYNTAX: this 'end' closes nothing"},
        {"begin groups\nend species\n",
         "5:1 error SYNTAX: 'end species' closes the block 'groups' (line 4)"},
        {"begin groups\n", "4:1 error SYNTAX: the block 'groups' that begins here has "
                           "no 'end groups'"},
        {"begin groups\nbegin functions\nend functions\n",
         "5:1 error SYNTAX: 'begin functions' stands in the block 'groups' (line 4), "
         "which has no 'end groups'"},
        {"begin species\n1 A() 7\nend species\n",
         "4:1 error DUPLICATE: there is a block 'species' already (line 1)"},
        {"k 3\n", "4:1 error SYNTAX: expected 'begin BLOCK' or an action such as "
                  "simulate(...), found 'k'"},
        {"setConcentration(\"A()\",3)\n",
         "4:1 warning UNSUPPORTED: the action setConcentration is not carried out: the "
         "network starts as its blocks say"},
        {"simulate_ode({t_end=>3});\nversion(\"2.2.5+\")\n", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1024];
        snprintf(text, sizeof text, "%s%s", i > 0 ? good : "", cases[i].text);
        CHECK_TEXT(net_findings(text), cases[i].finding);
    }
}

static void all_problems_are_reported(void) {
    CHECK_TEXT(
        findings_with("2 m x", "2 g() x", "2 B() x", "1 1 0 x\n2 9 0 k", "1 G 9"),
        "11:7 error UNKNOWN_NAME: 'x' is not the name of anything in this network\n"
        "3:5 error UNKNOWN_NAME: 'x' is not the name of anything in this network\n"
        "7:7 error UNKNOWN_NAME: 'x' is not the name of anything in this network\n"
        "18:5 error UNKNOWN_NAME: there is no species 9: the network has 2\n"
        "14:7 error UNKNOWN_NAME: 'x' is not the name of anything in this network\n"
        "15:3 error UNKNOWN_NAME: there is no species 9: the network has 2");
}

// Positions on lines that are joined by '\'.
static void positions_follow_joined_lines(void) {
    CHECK_TEXT(net_findings("begin species\n1 A() \\\n  2 + \\\n    x\nend species\n"),
               "4:5 error UNKNOWN_NAME: 'x' is not the name of anything in this "
               "network");
}

static void deep_nesting_is_refused(void) {
    enum { DEPTH = 100000 };
    static const char *const signs[] = {"(", "-", "2^", "exp(", "1?1:"};
    for (size_t s = 0; s < sizeof signs / sizeof *signs; s++) {
        bp_text text = {0};
        bp_text_add(&text, "begin species\n1 A() ");
        for (int i = 0; i < DEPTH; i++)
            bp_text_add(&text, signs[s]);
        bp_text_add(&text, "1\nend species\n");
        const char *found = net_findings(bp_text_get(&text));
        CHECK(strstr(found, "nested more than 1000 levels deep") != NULL, "%s: %.80s",
              signs[s], found);
        bp_text_clear(&text);
    }
}

static const test_case tests[] = {
    TEST(parameters),
    TEST(functions),
    TEST(species),
    TEST(reactions),
    TEST(groups),
    TEST(blocks),
    TEST(all_problems_are_reported),
    TEST(positions_follow_joined_lines),
    TEST(deep_nesting_is_refused),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("bngnet_errors", tests, argc, argv);
}
