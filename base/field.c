#include "base/field.h"

#include <limits.h>
#include <math.h>
#include <string.h>

// Members of the object, by type.
static void *member(const bp_field *field, void *object) {
    return (char *)object + field->offset;
}

static const void *member_const(const bp_field *field, const void *object) {
    return (const char *)object + field->offset;
}

const bp_field *bp_field_find(const bp_field *table, const char *name) {
    for (const bp_field *field = table; field->name; field++)
        if (strcmp(field->name, name) == 0) return field;
    return NULL;
}

static bp_status out_of_range(const bp_field *field, const char *value, bp_where where,
                              bp_error *err) {
    char low[32], high[32];
    const char *unit = field->unit ? field->unit : "";
    const char *kind = field->type == BP_FIELD_DOUBLE ? "" : "be a whole number that ";
    const char *verb = field->type == BP_FIELD_DOUBLE ? "lie" : "lies";
    return bp_error_at(
        err, BP_BAD_VALUE, where, "%s must %s%s between %s and %s%s%s, not %s",
        field->name, kind, verb, bp_number_print(field->low, low),
        bp_number_print(field->high, high), unit[0] ? " " : "", unit, value);
}

static bool whole(double number, double low, double high) {
    return number == floor(number) && number >= low && number <= high;
}

static bp_status read_number(const bp_field *field, void *object, const char *value,
                             bp_where where, bp_error *err) {
    const char *end;
    double number = bp_number_read(value, &end);
    if (end == value || *end != '\0')
        return bp_error_at(err, BP_BAD_VALUE, where,
                           "%s must be a number%s%s, not '%s'", field->name,
                           field->unit && field->unit[0] ? " in " : "",
                           field->unit ? field->unit : "", value);
    bool inside = number >= field->low && number <= field->high; // false for nan
    // 2^63 itself does not fit, and is what LONG_MAX rounds to
    if (field->type == BP_FIELD_INT) inside = inside && whole(number, INT_MIN, INT_MAX);
    if (field->type == BP_FIELD_LONG)
        inside =
            inside && whole(number, (double)LONG_MIN, nextafter((double)LONG_MAX, 0));
    if (!inside) return out_of_range(field, value, where, err);

    if (field->type == BP_FIELD_DOUBLE)
        *(double *)member(field, object) = number;
    else if (field->type == BP_FIELD_INT)
        *(int *)member(field, object) = (int)number;
    else
        *(long *)member(field, object) = (long)number;
    return BP_OK;
}

static bp_status read_bool(const bp_field *field, void *object, const char *value,
                           bp_where where, bp_error *err) {
    // even places are true
    static const char *const words[] = {"true", "false", "yes", "no", "on",
                                        "off",  "1",     "0",   NULL};
    for (int i = 0; words[i]; i++) {
        if (bp_text_distance(words[i], value) != 0) continue;
        *(bool *)member(field, object) = i % 2 == 0;
        return BP_OK;
    }
    return bp_error_at(err, BP_BAD_VALUE, where, "%s must be true or false, not '%s'",
                       field->name, value);
}

static bp_status bad_choice(const bp_field *field, const char *value, bp_where where,
                            bp_error *err) {
    int n = 0;
    bp_text list = {0};
    for (; field->choices[n]; n++)
        bp_text_format(&list, "%s%s", n ? ", " : "", field->choices[n]);
    const char *nearest = bp_text_nearest(value, field->choices, n);
    bp_status status = BP_NO_MEMORY;
    if (list.failed)
        bp_error_no_memory(err);
    else
        status = bp_error_at(
            err, BP_BAD_VALUE, where, "%s must be one of %s, not '%s'%s%s%s",
            field->name, bp_text_get(&list), value, nearest ? "; did you mean '" : "",
            nearest ? nearest : "", nearest ? "'?" : "");
    bp_text_clear(&list);
    return status;
}

static bp_status read_choice(const bp_field *field, void *object, const char *value,
                             bp_where where, bp_error *err) {
    for (int i = 0; field->choices[i]; i++) {
        if (strcmp(field->choices[i], value) != 0) continue;
        *(int *)member(field, object) = i;
        return BP_OK;
    }
    return bad_choice(field, value, where, err);
}

bp_status bp_field_read(const bp_field *field, void *object, const char *value,
                        bp_where where, bp_error *err) {
    switch (field->type) {
    case BP_FIELD_BOOL:
        return read_bool(field, object, value, where, err);
    case BP_FIELD_CHOICE:
        return read_choice(field, object, value, where, err);
    default:
        return read_number(field, object, value, where, err);
    }
}

double bp_field_number(const bp_field *field, const void *object) {
    const void *at = member_const(field, object);
    switch (field->type) {
    case BP_FIELD_DOUBLE:
        return *(const double *)at;
    case BP_FIELD_LONG:
        return (double)*(const long *)at;
    case BP_FIELD_BOOL:
        return *(const bool *)at;
    default:
        return *(const int *)at;
    }
}

void bp_field_print(const bp_field *field, const void *object, bp_text *out) {
    const void *at = member_const(field, object);
    switch (field->type) {
    case BP_FIELD_DOUBLE:
        bp_text_number(out, *(const double *)at);
        break;
    case BP_FIELD_INT:
        bp_text_format(out, "%d", *(const int *)at);
        break;
    case BP_FIELD_LONG:
        bp_text_format(out, "%ld", *(const long *)at);
        break;
    case BP_FIELD_BOOL:
        bp_text_add(out, *(const bool *)at ? "true" : "false");
        break;
    case BP_FIELD_CHOICE:
        bp_text_add(out, field->choices[*(const int *)at]);
        break;
    }
}
