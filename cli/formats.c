// Models read and written in any format, for export and convert.
#include <errno.h>
#include <string.h>

#include "base/paths.h"
#include "cli/cli.h"
#include "model/antimony.h"
#include "model/sbml.h"

bp_format cli_format_named(const char *name) {
    if (!strcmp(name, "antimony")) return BP_FORMAT_ANTIMONY;
    if (!strcmp(name, "sbml")) return BP_FORMAT_SBML;
    return BP_FORMAT_NONE;
}

// ---- reading ----

int cli_spec_load(const char *name, bool lenient, bp_spec **out) {
    bp_report report = {0};
    bp_text path = {0};
    bp_spec *spec = NULL;
    cli_builtin_name(BP_CATALOGUE_MODELS, name, &path);
    const char *file = bp_text_get(&path);
    bp_format format = bp_format_of(file);
    bp_status status = format == BP_FORMAT_SBML || format == BP_FORMAT_NET
                           ? bp_spec_load(file, NULL, &spec, &report)
                           : bp_network_load(file, NULL, &spec, &report);
    if (status == BP_OK) status = bp_spec_check(spec, lenient, &report);
    if (status != BP_OK && report.n_errors == 0)
        bp_report_error(&report, status, BP_NOWHERE, "%s: %s", name,
                        bp_status_text(status));
    cli_print_report(&report, false);
    bp_report_clear(&report);
    bp_text_clear(&path);
    if (status == BP_OK) {
        *out = spec;
        return CLI_OK;
    }
    bp_spec_free(spec);
    return cli_code(status);
}

// ---- writing ----

static int put(const char *path, const char *text) {
    FILE *to = path ? fopen(path, "w") : stdout;
    bool written = to && fputs(text, to) >= 0 && fflush(to) == 0;
    if (to && path) written = fclose(to) == 0 && written;
    if (written) return CLI_OK;
    fprintf(stderr, "bypass: cannot write %s: %s\n", path ? path : "standard output",
            strerror(errno));
    return CLI_NO_OUTPUT;
}

int cli_spec_write(const bp_spec *spec, bp_format format, const char *path,
                   bool force) {
    bp_text text = {0};
    bp_error err = {0};
    if (path && !strcmp(path, "-")) path = NULL;
    if (path && !force && bp_path_exists(path)) {
        fprintf(stderr,
                "bypass: %s exists; it is left alone. Name another file, or say "
                "--force.\n",
                path);
        return CLI_NO_OUTPUT;
    }
    bp_status status = format == BP_FORMAT_SBML ? bp_sbml_write(spec, &text, &err)
                                                : bp_antimony_write(spec, &text, &err);
    int code = cli_code(status);
    if (status == BP_OK)
        code = put(path, bp_text_get(&text));
    else
        cli_print_error(&err);
    bp_text_clear(&text);
    return code;
}
