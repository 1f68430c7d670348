// What a scenario file expects of itself: a published behaviour, and the numbers that
// show it.
#include <math.h>
#include <string.h>

#include "scenarios/sheet.h"

static bool read_bound(bp_reader *reader, const bp_yaml *map, const char *key,
                       double *out) {
    bp_quantity quantity;
    const bp_yaml *node = bp_yaml_find(map, key);
    if (!node) return false;
    if (!bp_yaml_quantity(reader, node, key, &quantity)) return false;
    *out = quantity.value;
    return true;
}

// {what: ..., value: "at(a.pAKT, 1)", at least: 0.5, at most: 2, because: ...}
static void read_expectation(bp_reader *reader, const bp_yaml *node,
                             bp_expectation *out) {
    static const char *const keys[] = {"what",    "value",   "at least",
                                       "at most", "because", NULL};
    *out = (bp_expectation){.low = -INFINITY, .high = INFINITY, .where = node->where};
    if (!bp_yaml_is_map(reader, node, "an expectation")) return;
    bp_yaml_check_keys(reader, node, keys, "an expectation");
    const bp_yaml *value = bp_yaml_need(reader, node, "value", "an expectation");
    out->what = bp_yaml_optional_text(reader, node, "what");
    out->because = bp_yaml_optional_text(reader, node, "because");
    out->value = value ? bp_yaml_get_text(reader, value, "value") : NULL;
    if (value) out->where = value->where;
    bool low = read_bound(reader, node, "at least", &out->low);
    bool high = read_bound(reader, node, "at most", &out->high);
    if (!low && !high)
        bp_report_error(reader->report, BP_SYNTAX, node->where,
                        "an expectation needs 'at least', 'at most' or both");
    else if (out->low > out->high)
        bp_report_error(reader->report, BP_BAD_VALUE, node->where,
                        "'at least' is more than 'at most'");
}

bp_behaviour *bp_behaviour_parse(bp_reader *reader, const bp_yaml *about,
                                 const bp_yaml *expect) {
    static const char *const keys[] = {"id", "source", "fails", "fitted", NULL};
    bp_behaviour *out = bp_reader_take(reader, 1, sizeof *out);
    if (!out) return NULL;
    *out = (bp_behaviour){
        .id = "", .statement = "", .source = "", .fails = "", .fitted = ""};
    if (about && bp_yaml_is_map(reader, about, "behaviour")) {
        bp_yaml_check_keys(reader, about, keys, "behaviour");
        out->id = bp_yaml_optional_text(reader, about, "id");
        out->source = bp_yaml_optional_text(reader, about, "source");
        out->fails = bp_yaml_optional_text(reader, about, "fails");
        out->fitted = bp_yaml_optional_text(reader, about, "fitted");
    }
    if (!expect || !bp_yaml_is_list(reader, expect, "expect")) return out;
    bp_expectation *all = bp_reader_take(reader, (size_t)expect->n + 1, sizeof *all);
    for (const bp_yaml *child = expect->first; all && child; child = child->next)
        read_expectation(reader, child, &all[out->n_expected++]);
    out->expected = all;
    return out;
}
