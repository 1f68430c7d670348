#include "model/format.h"

#include <string.h>

#include "model/antimony.h"
#include "model/bngnet.h"
#include "model/sbml.h"

static const struct ending {
    const char *text;
    bp_format format;
} endings[] = {{".ant", BP_FORMAT_ANTIMONY}, {".antimony", BP_FORMAT_ANTIMONY},
               {".txt", BP_FORMAT_ANTIMONY}, {".xml", BP_FORMAT_SBML},
               {".sbml", BP_FORMAT_SBML},    {".net", BP_FORMAT_NET}};

bp_format bp_format_of(const char *path) {
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t n = strlen(endings[i].text);
        if (length > n && strcmp(path + length - n, endings[i].text) == 0)
            return endings[i].format;
    }
    return BP_FORMAT_NONE;
}

const char *bp_format_text(bp_format format) {
    switch (format) {
    case BP_FORMAT_ANTIMONY:
        return "Antimony";
    case BP_FORMAT_SBML:
        return "SBML";
    case BP_FORMAT_NET:
        return "BioNetGen network";
    default:
        return "no model";
    }
}

bp_status bp_spec_load(const char *path, bp_bundle *bundle, bp_spec **out,
                       bp_report *report) {
    switch (bp_format_of(path)) {
    case BP_FORMAT_ANTIMONY:
        return bp_antimony_load(path, bundle, out, report);
    case BP_FORMAT_SBML:
        return bp_sbml_load(path, bundle, out, report);
    case BP_FORMAT_NET:
        return bp_bngnet_load(path, bundle, out, report);
    default:
        bp_report_error(report, BP_UNSUPPORTED, (bp_where){.file = path},
                        "the ending of the file is not one of .ant, .txt (Antimony), "
                        ".xml, .sbml (SBML), .net (BioNetGen)");
        return BP_UNSUPPORTED;
    }
}
