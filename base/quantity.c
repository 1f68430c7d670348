// Arithmetic and printing of units, and quantities: numbers with units.
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "base/units_table.h"

enum { SCALE_DIGITS = 12 };            // of a factor that people would write
static const double same_power = 1e-9; // exponents are sums of small fractions
static const double same_scale = 1e-9; // relative

bp_unit bp_unit_multiply(bp_unit a, bp_unit b) {
    if (!a.known || !b.known) return bp_unit_unknown;
    a.scale *= b.scale;
    for (int i = 0; i < BP_N_DIMS; i++)
        a.power[i] += b.power[i];
    return a;
}

bp_unit bp_unit_divide(bp_unit a, bp_unit b) {
    if (!a.known || !b.known) return bp_unit_unknown;
    a.scale /= b.scale;
    for (int i = 0; i < BP_N_DIMS; i++)
        a.power[i] -= b.power[i];
    return a;
}

bp_unit bp_unit_power(bp_unit a, double exponent) {
    if (!a.known) return bp_unit_unknown;
    a.scale = pow(a.scale, exponent);
    for (int i = 0; i < BP_N_DIMS; i++)
        a.power[i] *= exponent;
    return a;
}

bool bp_unit_same_dimension(bp_unit a, bp_unit b) {
    if (!a.known || !b.known) return true;
    for (int i = 0; i < BP_N_DIMS; i++)
        if (fabs(a.power[i] - b.power[i]) > same_power) return false;
    return true;
}

bool bp_unit_equal(bp_unit a, bp_unit b) {
    if (!a.known || !b.known) return a.known == b.known;
    return bp_unit_same_dimension(a, b) && fabs(a.scale / b.scale - 1) <= same_scale;
}

// A factor such as 1000.0000000000001 is 1000: products of prefixes are off by a few
// roundings, and 10 uM must be 10000 nM exactly.
static double without_rounding(double factor) {
    char buffer[32];
    const char *end;
    bp_number_print_short(factor, SCALE_DIGITS, buffer);
    double decimal = bp_number_read(buffer, &end);
    return fabs(decimal - factor) <= 8 * DBL_EPSILON * fabs(factor) ? decimal : factor;
}

static bp_status does_not_fit(bp_unit a, bp_unit b, const char *more, bp_error *err) {
    bp_text from = {0}, to = {0};
    bp_unit_print(a, &from);
    bp_unit_print(b, &to);
    bp_status status = BP_NO_MEMORY;
    if (from.failed || to.failed)
        bp_error_no_memory(err);
    else
        status =
            bp_error_set(err, BP_BAD_UNIT, "a value in %s does not convert to %s%s",
                         bp_text_get(&from), bp_text_get(&to), more);
    bp_text_clear(&from);
    bp_text_clear(&to);
    return status;
}

bp_status bp_unit_factor(bp_unit a, bp_unit b, double *factor, bp_error *err) {
    if (!bp_unit_same_dimension(a, b)) return does_not_fit(a, b, "", err);
    *factor = a.known && b.known ? without_rounding(a.scale / b.scale) : 1;
    return BP_OK;
}

// --- printing
// -----------------------------------------------------------------------------

// One factor of a printed unit: a base unit with its exponent.
typedef struct piece {
    const char *name;
    double scale; // of the base unit
    double power;
} piece;

// Pieces in the order in which they are written; the first that takes a prefix gets it.
typedef struct spelling {
    piece pieces[BP_N_DIMS];
    int n;
    int lead;           // the piece with the prefix
    const char *prefix; // "" for none
    double rest;        // factor that no prefix explains, 1 for none
} spelling;

static void add_piece(spelling *s, const char *name, double scale, double power) {
    if (fabs(power) <= same_power) return;
    s->pieces[s->n++] = (piece){name, scale, power};
    s->rest /= pow(scale, power);
}

static bool is_near(double a, double b) {
    return fabs(a / b - 1) <= same_scale;
}

// Explains what is left of the scale by a prefix of the leading piece.
static void find_prefix(spelling *s) {
    s->prefix = "";
    if (s->n == 0 || is_near(s->rest, 1)) {
        if (is_near(s->rest, 1)) s->rest = 1;
        return;
    }
    for (const bp_prefix *prefix = bp_prefixes; prefix->symbol; prefix++) {
        if (strcmp(prefix->symbol, "da") == 0 || strcmp(prefix->symbol, "h") == 0)
            continue;
        if (!is_near(s->rest, pow(prefix->factor, s->pieces[s->lead].power))) continue;
        s->prefix = prefix->symbol;
        s->rest = 1;
        return;
    }
}

// A mass per body mass, perhaps per time: there "kg" reads back as body mass.
static bool is_dose(bp_unit unit) {
    static const double dose[BP_N_DIMS] = {[BP_DIM_MASS] = 1, [BP_DIM_BODY] = -1};
    for (int i = 0; i < BP_N_DIMS; i++)
        if (i != BP_DIM_TIME && unit.power[i] != dose[i]) return false;
    return true;
}

// Amount, mass and count lead, then volume or length, then time: nmol/L, 1/s,
// L/(nmol*s).
static spelling spell(bp_unit unit, bool litres, const piece *time) {
    const double *power = unit.power;
    spelling s = {.rest = unit.scale};
    add_piece(&s, "mol", 1, power[BP_DIM_AMOUNT]);
    add_piece(&s, "g", 1e-3, power[BP_DIM_MASS]);
    bool prefixable = s.n > 0;
    add_piece(&s, "molecule", 1, power[BP_DIM_COUNT]);
    if (litres)
        add_piece(&s, "L", 1e-3, power[BP_DIM_LENGTH] / 3);
    else
        add_piece(&s, "m", 1, power[BP_DIM_LENGTH]);
    add_piece(&s, "K", 1, power[BP_DIM_TEMPERATURE]);
    add_piece(&s, "A", 1, power[BP_DIM_CURRENT]);
    add_piece(&s, "cd", 1, power[BP_DIM_LIGHT]);
    add_piece(&s, is_dose(unit) ? "kg" : "kg_body", 1, power[BP_DIM_BODY]);
    add_piece(&s, time->name, time->scale, power[BP_DIM_TIME]);

    // molecules take no prefix, nor do min, h and d, nor does the kg of body mass
    if (!prefixable && s.n > 1 && strcmp(s.pieces[0].name, "molecule") == 0) s.lead = 1;
    const char *lead = s.n > 0 ? s.pieces[s.lead].name : "s";
    bool takes = strcmp(lead, "molecule") != 0 && strncmp(lead, "kg", 2) != 0 &&
                 (lead != time->name || strcmp(lead, "s") == 0);
    if (takes) {
        find_prefix(&s);
    } else {
        s.prefix = "";
        if (is_near(s.rest, 1)) s.rest = 1;
    }
    return s;
}

// Tries hours before giving up on seconds, litres before cubic metres.
static spelling best_spelling(bp_unit unit) {
    static const piece times[] = {{"s", 1, 0},
                                  {"min", 60, 0},
                                  {"h", 3600, 0},
                                  {"d", 86400, 0},
                                  {"week", 604800, 0}};
    double sixths = unit.power[BP_DIM_LENGTH] / 3 * 2; // L and its root, of sqrt(nM)
    bool volume =
        fabs(sixths) > same_power && fabs(sixths - round(sixths)) <= same_power;
    bool timed = fabs(unit.power[BP_DIM_TIME]) > same_power;
    for (int litres = volume; litres >= 0; litres--) {
        for (int t = 0; t < (timed ? 5 : 1); t++) {
            spelling s = spell(unit, litres, &times[t]);
            if (s.rest == 1) return s;
        }
    }
    return spell(unit, volume, &times[0]);
}

static void print_piece(const spelling *s, int i, double power, bp_text *out) {
    bp_text_add(out, i == s->lead ? s->prefix : "");
    bp_text_add(out, s->pieces[i].name);
    if (fabs(power - 1) <= same_power) return;
    bp_text_add(out, "^");
    bp_text_number_short(out, power, 9);
}

// All pieces whose exponent has this sign, joined by "*"; returns how many.
static int print_side(const spelling *s, int sign, bp_text *out) {
    int n = 0;
    for (int i = 0; i < s->n; i++) {
        if (s->pieces[i].power * sign < 0) continue;
        if (n++ > 0) bp_text_add(out, "*");
        print_piece(s, i, fabs(s->pieces[i].power), out);
    }
    return n;
}

void bp_unit_print(bp_unit unit, bp_text *out) {
    if (!unit.known) {
        bp_text_add(out, "a unit not stated");
        return;
    }
    spelling s = best_spelling(unit);
    if (s.n == 0 && s.rest == 1) {
        bp_text_add(out, "dimensionless");
        return;
    }
    int above = 0;
    for (int i = 0; i < s.n; i++)
        above += s.pieces[i].power > 0;
    if (s.rest != 1) bp_text_number(out, without_rounding(s.rest));
    if (s.rest != 1 && above > 0) bp_text_add(out, " ");
    if (s.rest == 1 && above == 0) bp_text_add(out, "1");
    print_side(&s, 1, out);

    int below = s.n - above;
    if (below > 0) bp_text_add(out, below > 1 ? "/(" : "/");
    print_side(&s, -1, out);
    if (below > 1) bp_text_add(out, ")");
}

// --- quantities
// ---------------------------------------------------------------------------

static const char *skip_blanks(const char *text) {
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

bp_status bp_quantity_parse(const char *text, bp_quantity *out, bp_error *err) {
    const char *start = skip_blanks(text), *end;
    bp_quantity found = {.unit = bp_unit_unknown};
    found.value = bp_number_read(start, &end);
    if (end == start || !isfinite(found.value))
        return bp_error_set(err, BP_SYNTAX,
                            "'%s' is not a number with a unit, such as 200 nM or 72 h",
                            text);

    const char *unit = skip_blanks(end);
    size_t length = strlen(unit);
    while (length > 0 && (unit[length - 1] == ' ' || unit[length - 1] == '\t'))
        length--;
    if (length >= sizeof found.text)
        return bp_error_set(err, BP_BAD_UNIT,
                            "the unit of '%s' is longer than %d characters", text,
                            (int)sizeof found.text - 1);
    memcpy(found.text, unit, length);
    if (length > 0) BP_TRY(bp_unit_parse(found.text, &found.unit, err));
    *out = found;
    return BP_OK;
}

// How often mass has to be turned into amount to get from a to b: 1, -1, or 0 when that
// is not what they differ by.
static int mass_to_amount(bp_unit a, bp_unit b) {
    double step = a.power[BP_DIM_MASS] - b.power[BP_DIM_MASS];
    if (fabs(fabs(step) - 1) > same_power) return 0;
    a.power[BP_DIM_MASS] -= step;
    a.power[BP_DIM_AMOUNT] += step;
    if (!bp_unit_same_dimension(a, b)) return 0;
    return step > 0 ? 1 : -1;
}

bp_status bp_quantity_in(const bp_quantity *quantity, bp_unit unit,
                         double molar_mass_g_per_mol, double *value, bp_error *err) {
    bp_unit from = quantity->unit;
    if (!from.known || !unit.known || bp_unit_same_dimension(from, unit)) {
        double factor = 1;
        BP_TRY(bp_unit_factor(from, unit, &factor, err));
        *value = quantity->value * factor;
        return BP_OK;
    }
    int step = mass_to_amount(from, unit);
    if (step == 0) return does_not_fit(from, unit, "", err);
    if (!(molar_mass_g_per_mol > 0))
        return does_not_fit(from, unit, ": the molar mass of the substance is needed",
                            err);

    double kg_per_mol = molar_mass_g_per_mol * 1e-3;
    double factor = from.scale / unit.scale * (step > 0 ? 1 / kg_per_mol : kg_per_mol);
    *value = quantity->value * without_rounding(factor);
    return BP_OK;
}
