// The functions of BioNetGen's expressions.
#include <string.h>

#include "base/text.h"
#include "model/bngnet_read.h"

static const bp_net_function functions[] = {
    {"exp", BP_NET_PLAIN, BP_OP_EXP, 1, 1},
    {"ln", BP_NET_PLAIN, BP_OP_LN, 1, 1},
    {"log10", BP_NET_PLAIN, BP_OP_LOG10, 1, 1},
    {"log2", BP_NET_LOG2, BP_OP_LOG, 1, 1},
    {"sqrt", BP_NET_PLAIN, BP_OP_SQRT, 1, 1},
    {"abs", BP_NET_PLAIN, BP_OP_ABS, 1, 1},
    {"rint", BP_NET_RINT, BP_OP_FLOOR, 1, 1},
    {"sin", BP_NET_PLAIN, BP_OP_SIN, 1, 1},
    {"cos", BP_NET_PLAIN, BP_OP_COS, 1, 1},
    {"tan", BP_NET_PLAIN, BP_OP_TAN, 1, 1},
    {"asin", BP_NET_PLAIN, BP_OP_ASIN, 1, 1},
    {"acos", BP_NET_PLAIN, BP_OP_ACOS, 1, 1},
    {"atan", BP_NET_PLAIN, BP_OP_ATAN, 1, 1},
    {"sinh", BP_NET_PLAIN, BP_OP_SINH, 1, 1},
    {"cosh", BP_NET_PLAIN, BP_OP_COSH, 1, 1},
    {"tanh", BP_NET_PLAIN, BP_OP_TANH, 1, 1},
    {"asinh", BP_NET_PLAIN, BP_OP_ASINH, 1, 1},
    {"acosh", BP_NET_PLAIN, BP_OP_ACOSH, 1, 1},
    {"atanh", BP_NET_PLAIN, BP_OP_ATANH, 1, 1},
    {"if", BP_NET_IF, BP_OP_PIECEWISE, 3, 3},
    {"min", BP_NET_PLAIN, BP_OP_MIN, 1, -1},
    {"max", BP_NET_PLAIN, BP_OP_MAX, 1, -1},
    {"sum", BP_NET_PLAIN, BP_OP_ADD, 1, -1},
    {"avg", BP_NET_AVERAGE, BP_OP_ADD, 1, -1},
    {"mratio", BP_NET_PLAIN, BP_OP_MRATIO, 3, 3},
};

enum { N_FUNCTIONS = sizeof functions / sizeof *functions };

// Functions that BioNetGen has not, or that read more than the network.
static const struct {
    const char *name, *advice;
} absent[] = {
    {"TFUN", "a table in another file is not supported; put its values into if()s"},
    {"tfun", "a table of values is not supported; put its values into if()s"},
    {"log", "BioNetGen has ln, log2 and log10"},
    {"sign", "write if(x > 0, 1, if(x < 0, -1, 0))"},
    {"floor", "write rint(x - 0.5)"},
    {"ceil", "write -rint(-x - 0.5)"},
    {"pow", "write x^y"},
    {"int", "BioNetGen has rint, which rounds"},
    {"FunctionProduct", "this rate law is not supported; write one function"},
    {"Arrhenius", "energies are not supported; let generate_network() evaluate them"},
    {"Sat", "in a network it is a rate law: Sat k K"},
    {"MM", "in a network it is a rate law: MM k K"},
    {"Hill", "in a network it is a rate law: Hill k K n"},
};

const bp_net_function *bp_net_find_function(const char *name, size_t length) {
    for (int i = 0; i < N_FUNCTIONS; i++)
        if (strlen(functions[i].name) == length &&
            memcmp(functions[i].name, name, length) == 0)
            return &functions[i];
    return NULL;
}

void bp_net_unknown_function(const bp_net *net, const char *name, unsigned kinds,
                             bp_where where) {
    bp_report *report = net->report;
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        if (strcmp(absent[i].name, name) == 0) {
            bp_report_error(report, BP_UNSUPPORTED, where, "%s(): %s", name,
                            absent[i].advice);
            return;
        }
    const char *names[N_FUNCTIONS];
    for (int i = 0; i < N_FUNCTIONS; i++)
        names[i] = functions[i].name;
    const char *nearest = bp_text_nearest(name, names, N_FUNCTIONS);
    if (!nearest) nearest = bp_net_nearest(net, name, kinds);
    bp_report_error(report, BP_UNKNOWN_NAME, where,
                    nearest ? "there is no function '%s'; did you mean '%s'?"
                            : "there is no function '%s'",
                    name, nearest);
}

bool bp_net_arity_fits(const bp_net *net, const bp_net_function *f, int n,
                       bp_where where) {
    if (n >= f->low && (f->high < 0 || n <= f->high)) return true;
    if (f->high < 0)
        bp_report_error(net->report, BP_BAD_MODEL, where, "%s needs an argument",
                        f->name);
    else
        bp_report_error(net->report, BP_BAD_MODEL, where,
                        "%s takes %d argument%s, not %d", f->name, f->low,
                        f->low == 1 ? "" : "s", n);
    return false;
}
