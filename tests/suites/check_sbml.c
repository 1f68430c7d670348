// libsbml's full consistency check of SBML files, units included.
//
//   check_sbml [--no-warnings] FILE...
//
// Prints every message of weight: errors, and with --no-warnings warnings as well. Exit
// status 1 where there is one, 2 for a call that is wrong.
#include <sbml/SBMLTypes.h>
#include <stdio.h>
#include <string.h>

// The checks that libsbml knows; modelling practice is advice and no rule.
static void ask_for_all(SBMLDocument_t *document) {
    static const SBMLErrorCategory_t wanted[] = {
        LIBSBML_CAT_GENERAL_CONSISTENCY, LIBSBML_CAT_IDENTIFIER_CONSISTENCY,
        LIBSBML_CAT_UNITS_CONSISTENCY,   LIBSBML_CAT_MATHML_CONSISTENCY,
        LIBSBML_CAT_SBO_CONSISTENCY,     LIBSBML_CAT_OVERDETERMINED_MODEL,
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        SBMLDocument_setConsistencyChecks(document, wanted[i], 1);
    SBMLDocument_setConsistencyChecks(document, LIBSBML_CAT_MODELING_PRACTICE, 0);
}

static int print_messages(SBMLDocument_t *document, const char *path,
                          unsigned lightest) {
    int n = 0;
    for (unsigned i = 0; i < SBMLDocument_getNumErrors(document); i++) {
        const SBMLError_t *e = SBMLDocument_getError(document, i);
        if (XMLError_getSeverity((const XMLError_t *)e) < lightest) continue;
        const char *text = XMLError_getMessage((const XMLError_t *)e);
        printf("%s:%u: %u: %s\n", path, XMLError_getLine((const XMLError_t *)e),
               XMLError_getErrorId((const XMLError_t *)e), text);
        n++;
    }
    return n;
}

static int check_file(const char *path, unsigned lightest) {
    SBMLDocument_t *document = readSBMLFromFile(path);
    if (!document) {
        printf("%s: no memory\n", path);
        return 1;
    }
    ask_for_all(document);
    if (SBMLDocument_getNumErrorsWithSeverity(document, LIBSBML_SEV_ERROR) == 0)
        SBMLDocument_checkConsistency(document);
    int n = print_messages(document, path, lightest);
    if (!SBMLDocument_getModel(document) && n == 0) {
        printf("%s: holds no model\n", path);
        n = 1;
    }
    SBMLDocument_free(document);
    return n;
}

int main(int argc, char **argv) {
    unsigned lightest = LIBSBML_SEV_ERROR;
    int first = 1, n = 0;
    if (argc > 1 && strcmp(argv[1], "--no-warnings") == 0) {
        lightest = LIBSBML_SEV_WARNING;
        first = 2;
    }
    if (first >= argc) {
        fputs("usage: check_sbml [--no-warnings] FILE...\n", stderr);
        return 2;
    }
    for (int i = first; i < argc; i++)
        n += check_file(argv[i], lightest);
    return n > 0;
}
