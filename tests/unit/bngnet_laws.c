// Rate laws and expressions of .net files against closed forms. The numbers of the laws
// and the readings of odd expressions were compared with BioNetGen's own simulator.
#include <math.h>
#include <stdio.h>

#include "tests/unit/bngnet_test.h"

// A network of one reaction: A = 7, B = 11, C = 13, F = 17 and fixed, P = 0, and
// k = 3, K = 2, K2 = 5, n = 2; f() = k + A.
static bp_model *one_reaction(const char *reaction) {
    char text[1024];
    snprintf(text, sizeof text,
             "begin parameters\n1 k 3\n2 K 2\n3 K2 5\n4 n 2\nend parameters\n"
             "begin functions\n1 f() k+A\nend functions\n"
             "begin species\n1 A() 7\n2 B() 11\n3 C() 13\n4 $F() 17\n5 P() 0\n"
             "end species\nbegin reactions\n1 %s\nend reactions\n"
             "begin groups\n1 A 1\nend groups\n",
             reaction);
    return net_model(text);
}

static void rate_laws_have_their_closed_forms(void) {
    double free_A = 0.5 * ((7 - 2 - 11) + sqrt(36 + 4 * 2 * 7));
    double free_B = 0.5 * ((11 - 2 - 7) + sqrt(4 + 4 * 2 * 11));
    const struct {
        const char *reaction;
        double rate; // d(P)/dt
    } cases[] = {
        // mass action; the factor holds the 1/2 of equal partners
        {"1 5 k", 3 * 7},
        {"1,2 5 k", 3 * 7 * 11},
        {"1,1 5 0.5*k", 0.5 * 3 * 7 * 7},
        {"1,1 5 k", 3 * 7 * 7},
        {"0 5 k", 3},
        {"0,1 5,0 k", 3 * 7},
        {"4 5 k", 3 * 17},
        {"4,1 4,5 k", 3 * 17 * 7},
        {"1,2,3 5 k", 3 * 7 * 11 * 13},
        {"1 5,5 k", 2 * 3 * 7},
        {"1 5 1.5e-1*k", 0.15 * 3 * 7},
        {"1 5 -1*k", -3 * 7},
        {"1 5 0.25", 0.25 * 7},
        {"1 5 2*0.25", 0.5 * 7},
        {"1 5 Ele k", 3 * 7},
        {"1 5 2*k*K", 2 * 3 * 2 * 7},
        // functions
        {"1 5 f", 10 * 7},
        {"1,2 5 2*f", 2 * 10 * 7 * 11},
        {"1 5 f()", 10 * 7},
        // saturation: the K of each reactant in turn
        {"0 5 Sat k", 3},
        {"1,2 5 Sat k", 3},
        {"1 5 Sat k K", 3 * 7. / (2 + 7)},
        {"1,2 5 Sat k K", 3 * 7 * 11. / (2 + 7)},
        {"2,1 5 Sat k K", 3 * 7 * 11. / (2 + 11)},
        {"1,2 5 2*Sat k K", 2 * 3 * 7 * 11. / (2 + 7)},
        {"1,2 5 Sat k K K2", 3 * 7 * 11. / ((2 + 7) * (5 + 11))},
        {"1,1 5 Sat k K K2", 3 * 7 * 7. / ((2 + 7) * (5 + 7))},
        {"1,2,3 5 Sat k K K2", 3 * 7 * 11 * 13. / ((2 + 7) * (5 + 11))},
        {"1 5 Sat 2 3", 2 * 7. / (3 + 7)},
        // Hill: of the first reactant
        {"1 5 Hill k K n", 3 * 49. / (4 + 49)},
        {"1,2 5 Hill k K n", 3 * 49. / (4 + 49) * 11},
        {"2,1 5 Hill k K n", 3 * 121. / (4 + 121) * 7},
        {"1,1 5 Hill k K n", 3 * 49. / (4 + 49) * 7},
        {"1 5 2*Hill k K n", 2 * 3 * 49. / (4 + 49)},
        // Michaelis and Menten with what is free of the substrate
        {"1,2 5,2 MM k K", 3 * free_A * 11 / (2 + free_A)},
        {"2,1 5,1 MM k K", 3 * free_B * 7 / (2 + free_B)},
        {"1,2 5,2 3*MM k K", 9 * free_A * 11 / (2 + free_A)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bp_model *model = one_reaction(cases[i].reaction);
        double rate = net_rate(model, "S5", 0);
        // a few roundings of each law
        CHECK(fabs(rate - cases[i].rate) <=
                  1e-14 * fabs(cases[i].rate) * test_tol_scale(),
              "%s: %.17g, not %.17g", cases[i].reaction, rate, cases[i].rate);
        bp_model_free(model);
    }
}

static void substrates_are_used_up(void) {
    bp_model *model = one_reaction("1,1,2 2,3 k");
    double rate = 3. * 7 * 7 * 11;
    CHECK_NEAR(net_rate(model, "S1", 0), -2 * rate, 0);
    CHECK_NEAR(net_rate(model, "S2", 0), 0, 0);
    CHECK_NEAR(net_rate(model, "S3", 0), rate, 0);
    bp_model_free(model);
    model = one_reaction("4 5 k"); // what is fixed stays
    CHECK_NEAR(net_rate(model, "S4", 0), 0, 0);
    bp_model_free(model);
}

static double value_of(const char *expression) {
    char text[1024];
    snprintf(text, sizeof text,
             "begin parameters\n1 a 3\n2 b 2\n3 c -2.5\n4 x %s\nend parameters\n"
             "begin species\n1 A() x\nend species\n",
             expression);
    bp_model *model = net_model(text);
    double value = net_value(model, "x", 0);
    bp_model_free(model);
    return value;
}

typedef struct expression {
    const char *text;
    double value;
} expression;

static void check_expressions(const expression *cases, size_t n) {
    for (size_t i = 0; i < n; i++) {
        double value = value_of(cases[i].text);
        CHECK(fabs(value - cases[i].value) <=
                  1e-14 * fmax(1, fabs(cases[i].value)) * test_tol_scale(),
              "%s: %.17g, not %.17g", cases[i].text, value, cases[i].value);
    }
}

static void operators_bind_as_in_bionetgen(void) {
    const expression cases[] = {
        {"-b^2", -4},        {"2^3^2", 512},
        {"a^-b^2", 1 / 81.}, {"10^10^-1", pow(10, 0.1)},
        {"10^-6", 1e-6},     {"2**3", 8},
        {"2--b", 4},         {"2*-b", -4},
        {"2/-b", -1},        {"2+-3", -1},
        {"a-+b", 1},         {"a/b/c", -0.6},
        {"a-b-c", 3.5},      {"-(a+b)*2", -10},
        {"3 + 2", 5},        {"5.", 5},
        {".5", 0.5},         {"1.5E+2", 150},
        {"a()", 3},
    };
    check_expressions(cases, sizeof cases / sizeof *cases);
}

static void truth_is_read_as_in_bionetgen(void) {
    const expression cases[] = {
        {"a!=b", 1},
        {"a~=b", 1},
        {"3>2>1", 0},
        {"1<2<3", 1},
        {"2>1==1", 1},
        {"1==1>2", 0},
        {"2==2!=0", 1},
        {"1||0&&0", 1},
        {"0&&0||1", 1},
        {"1&&2>5", 0},
        {"a>2&&b>5", 0},
        {"(a>2)*5", 5},
        {"!(a>2)", 0},
        {"!0", 1},
        // numbers where a truth value is expected
        {"if(a>2,1,2)", 1},
        {"if(0.5,1,2)", 2},
        {"if(0.7,1,2)", 1},
        {"if(-1,1,2)", 2},
        {"if(b,1,2)", 1},
        {"0.5&&1", 0},
        {"-1&&1", 1},
        {"0.5||0", 0},
        {"5>2&&2", 1},
        {"0.5?1:2", 1},
        {"-1?1:2", 1},
        {"1?2:3?4:5", 2},
        {"0?2:0?4:5", 5},
        {"a>5?1:2", 2},
    };
    check_expressions(cases, sizeof cases / sizeof *cases);
}

static void functions_have_their_values(void) {
    const expression cases[] = {
        {"rint(2.5)", 3},
        {"rint(-2.5)", -2},
        {"rint(-0.5)", 0},
        {"rint(3.4)", 3},
        {"log2(8)", 3},
        {"log10(100)", 2},
        {"ln(_e)", 1},
        {"cos(_pi)", -1},
        {"exp(-a)", exp(-3)},
        {"sqrt(b)", sqrt(2)},
        {"abs(c)^2", 6.25},
        {"min(1,2,3)", 1},
        {"max(1,b,a)", 3},
        {"max(1)", 1},
        {"sum(1,2,a)", 6},
        {"sum(a)", 3},
        {"avg(1,2,6)", 3},
        {"sin(1)+tan(1)", sin(1) + tan(1)},
        {"asin(.5)+acos(.5)+atan(.5)", asin(.5) + acos(.5) + atan(.5)},
        {"sinh(1)+cosh(1)+tanh(1)", sinh(1) + cosh(1) + tanh(1)},
        {"asinh(2)+acosh(2)+atanh(.2)", asinh(2) + acosh(2) + atanh(.2)},
        {"mratio(1,2,3)", 2 * (1 + 2 * exp(3)) / (3 * expm1(3))},
        {"mratio(-1,b,a)", 1 / (1 - 1.5)},
    };
    check_expressions(cases, sizeof cases / sizeof *cases);
}

// A saturated law is differentiated; the Jacobian of MM must not be NaN at the start of
// a run, where there is no enzyme and no substrate.
static void empty_pools_react_at_rate_zero(void) {
    static const char *const laws[] = {"Sat k K", "Hill k K n", "MM k K", "k"};
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "begin parameters\n1 k 3\n2 K 2\n3 n 2\nend parameters\n"
                 "begin species\n1 A() 0\n2 B() 0\n3 P() 0\nend species\n"
                 "begin reactions\n1 1,2 3,2 %s\nend reactions\n",
                 laws[i]);
        bp_model *model = net_model(text);
        CHECK_NEAR(net_rate(model, "S3", 0), 0, 0);
        bp_model_free(model);
    }
}

static const test_case tests[] = {
    TEST(rate_laws_have_their_closed_forms),
    TEST(substrates_are_used_up),
    TEST(operators_bind_as_in_bionetgen),
    TEST(truth_is_read_as_in_bionetgen),
    TEST(functions_have_their_values),
    TEST(empty_pools_react_at_rate_zero),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("bngnet_laws", tests, argc, argv);
}
