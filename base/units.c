// Reading unit expressions: our own grammar and table first, UDUNITS-2 for names we do
// not know.
//
//     product  = factor { [ "*" | "." | blank ] factor | "/" factor }     left to right
//     factor   = ( number | name | "(" product ")" ) [ exponent ]
//     exponent = ( "^" | "**" ) ( number | "(" number [ "/" number ] ")" )
//              | whole number right behind a name (m2, s-1) | superscripts
#include "base/units.h"

#include <math.h>
#include <pthread.h>
#include <string.h>
#include <udunits2.h>

#include "base/locale_c.h"
#include "base/text.h"
#include "base/units_table.h"

enum {
    DEEPEST = 32,      // parentheses in parentheses
    LONGEST_NAME = 63, // bytes
    LARGEST_POWER = 99
};

const bp_unit bp_unit_unknown = {.scale = 1};
const bp_unit bp_unit_dimensionless = {.scale = 1, .known = true};

// --- UDUNITS-2
// ----------------------------------------------------------------------------

// The one cache of the process in base/: reading the database takes 5 ms. UDUNITS is
// not thread-safe (its messages go through a global, its parser has static state), so
// the lock is held whenever it is called.
static pthread_mutex_t udunits_lock = PTHREAD_MUTEX_INITIALIZER;
static ut_system *udunits; // read on first use

// What a walk over a UDUNITS unit has found.
typedef struct translation {
    bp_unit unit;
    bool fails; // has an origin (degC) or is logarithmic (dB): no plain unit
} translation;

static bp_unit translate(const ut_unit *unit, bool *fails);

static ut_status visit_basic(const ut_unit *unit, void *data) {
    static const struct {
        const char *symbol;
        int dim; // -1: a number (rad)
    } bases[] = {
        {"m", BP_DIM_LENGTH},      {"kg", BP_DIM_MASS},
        {"s", BP_DIM_TIME},        {"mol", BP_DIM_AMOUNT},
        {"K", BP_DIM_TEMPERATURE}, {"A", BP_DIM_CURRENT},
        {"cd", BP_DIM_LIGHT},      {"rad", -1},
    };
    translation *found = data;
    const char *symbol = ut_get_symbol(unit, UT_ASCII);
    found->unit = bp_unit_dimensionless;
    for (size_t i = 0; symbol && i < sizeof bases / sizeof *bases; i++) {
        if (strcmp(symbol, bases[i].symbol) != 0) continue;
        if (bases[i].dim >= 0) found->unit.power[bases[i].dim] = 1;
        return UT_SUCCESS;
    }
    found->fails = true;
    return UT_SUCCESS;
}

static ut_status visit_product(const ut_unit *unit, int count,
                               const ut_unit *const *bases, const int *powers,
                               void *data) {
    (void)unit;
    translation *found = data;
    found->unit = bp_unit_dimensionless;
    for (int i = 0; i < count; i++) {
        bp_unit base = translate(bases[i], &found->fails);
        found->unit = bp_unit_multiply(found->unit, bp_unit_power(base, powers[i]));
    }
    return UT_SUCCESS;
}

static ut_status visit_galilean(const ut_unit *unit, double scale, const ut_unit *under,
                                double offset, void *data) {
    (void)unit;
    translation *found = data;
    found->unit = translate(under, &found->fails);
    found->unit.scale *= scale;
    if (offset != 0) found->fails = true;
    return UT_SUCCESS;
}

static ut_status visit_timestamp(const ut_unit *unit, const ut_unit *time,
                                 double origin, void *data) {
    (void)unit, (void)time, (void)origin;
    ((translation *)data)->fails = true;
    return UT_SUCCESS;
}

static ut_status visit_logarithmic(const ut_unit *unit, double base,
                                   const ut_unit *reference, void *data) {
    (void)unit, (void)base, (void)reference;
    ((translation *)data)->fails = true;
    return UT_SUCCESS;
}

static bp_unit translate(const ut_unit *unit, bool *fails) {
    static const ut_visitor visitor = {visit_basic, visit_product, visit_galilean,
                                       visit_timestamp, visit_logarithmic};
    translation found = {bp_unit_dimensionless, false};
    if (ut_accept_visitor(unit, &visitor, &found) != UT_SUCCESS) found.fails = true;
    if (found.fails) *fails = true;
    return found.unit;
}

typedef enum verdict { FOUND, NOT_KNOWN, NOT_PLAIN } verdict;

static verdict ask_locked(const char *text, bp_unit *out) {
    if (!udunits) udunits = ut_read_xml(NULL);
    ut_unit *unit = udunits ? ut_parse(udunits, text, UT_UTF8) : NULL;
    if (!unit) return NOT_KNOWN;
    bool fails = false;
    bp_unit found = translate(unit, &fails);
    ut_free(unit);
    if (fails) return NOT_PLAIN;
    *out = found;
    return FOUND;
}

static verdict ask_udunits(const char *text, bp_unit *out) {
    pthread_mutex_lock(&udunits_lock);
    bp_locale_before before = bp_locale_enter_c(); // its parser reads numbers by locale
    ut_error_message_handler handler = ut_set_error_message_handler(ut_ignore);
    verdict found = ask_locked(text, out);
    ut_set_error_message_handler(handler);
    bp_locale_leave_c(before);
    pthread_mutex_unlock(&udunits_lock);
    return found;
}

// --- our grammar
// --------------------------------------------------------------------------

typedef struct parser {
    const char *text; // all of it, for messages
    const char *at;
    int depth;
    bool body_next; // a `kg` that comes now is body mass: "mg/kg"
    bp_status status;
    bp_error *err;
} parser;

static bp_unit parse_product(parser *p);

static bp_unit fail(parser *p, const char *what) {
    if (p->status == BP_OK)
        p->status = bp_error_set(p->err, BP_BAD_UNIT, "unit '%s': %s at character %d",
                                 p->text, what, (int)(p->at - p->text) + 1);
    return bp_unit_dimensionless;
}

static bool take(parser *p, const char *word) {
    size_t n = strlen(word);
    if (strncmp(p->at, word, n) != 0) return false;
    p->at += n;
    return true;
}

static void skip_blanks(parser *p) {
    while (*p->at == ' ' || *p->at == '\t')
        p->at++;
}

// Superscripts, as UTF-8: the digits 0 to 9, then minus.
static int superscript(const char *at, size_t *length) {
    static const char *const marks[] = {"\xe2\x81\xb0", "\xc2\xb9",     "\xc2\xb2",
                                        "\xc2\xb3",     "\xe2\x81\xb4", "\xe2\x81\xb5",
                                        "\xe2\x81\xb6", "\xe2\x81\xb7", "\xe2\x81\xb8",
                                        "\xe2\x81\xb9", "\xe2\x81\xbb"};
    for (int i = 0; i < 11; i++) {
        *length = strlen(marks[i]);
        if (strncmp(at, marks[i], *length) == 0) return i;
    }
    return -1;
}

// Signs of multiplication: middle dot, dot operator, times.
static size_t times_sign(const char *at) {
    static const char *const signs[] = {"*", ".", "\xc2\xb7", "\xe2\x8b\x85",
                                        "\xc3\x97"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strncmp(at, signs[i], strlen(signs[i])) == 0) return strlen(signs[i]);
    return 0;
}

// Length of the name that stands at `at`, 0 when none does.
static size_t name_length(const char *at) {
    size_t n = 0, ignored;
    if (at[0] == '%') return 1;
    while ((at[n] >= 'a' && at[n] <= 'z') || (at[n] >= 'A' && at[n] <= 'Z') ||
           at[n] == '_' ||
           ((unsigned char)at[n] >= 0x80 && !times_sign(at + n) &&
            superscript(at + n, &ignored) < 0))
        n++;
    return n;
}

static double read_number(parser *p) {
    const char *end;
    double value = bp_number_read(p->at, &end);
    if (end == p->at) fail(p, "expected a number");
    p->at = end;
    return value;
}

// What stands behind ^ or **.
static double read_power(parser *p) {
    if (!take(p, "(")) return read_number(p);
    double power = read_number(p);
    if (take(p, "/")) power /= read_number(p);
    if (!take(p, ")")) fail(p, "expected ')'");
    return power;
}

static double read_superscripts(parser *p) {
    size_t n;
    double power = 0, sign = 1;
    int digit = superscript(p->at, &n);
    if (digit == 10) {
        sign = -1;
        p->at += n;
    }
    if (superscript(p->at, &n) > 9 || superscript(p->at, &n) < 0)
        fail(p, "expected a superscript digit");
    while ((digit = superscript(p->at, &n)) >= 0 && digit <= 9) {
        power = 10 * power + digit;
        p->at += n;
    }
    return sign * power;
}

// The whole number of m2 and s-1.
static double read_trailing(parser *p) {
    double sign = *p->at == '-' ? -1 : 1, power = 0;
    if (!bp_is_digit(*p->at)) p->at++;
    for (; bp_is_digit(*p->at) && power <= LARGEST_POWER; p->at++)
        power = 10 * power + (*p->at - '0');
    return sign * power;
}

static bp_unit parse_exponent(parser *p, bp_unit unit, bool after_name) {
    size_t ignored;
    double power = 1;
    bool is_sign = *p->at == '-' || *p->at == '+';
    if (take(p, "^") || take(p, "**"))
        power = read_power(p);
    else if (after_name && (bp_is_digit(*p->at) || (is_sign && bp_is_digit(p->at[1]))))
        power = read_trailing(p);
    else if (superscript(p->at, &ignored) >= 0)
        power = read_superscripts(p);
    if (!(fabs(power) <= LARGEST_POWER)) return fail(p, "impossible exponent");
    return bp_unit_power(unit, power);
}

static bp_unit unknown_name(parser *p, const char *name, verdict found) {
    if (p->status != BP_OK) return bp_unit_dimensionless;
    const char *nearest = bp_unit_nearest(name);
    if (found == NOT_PLAIN)
        p->status =
            bp_error_set(p->err, BP_BAD_UNIT,
                         "unit '%s' has its own zero or is logarithmic, and cannot "
                         "be used; convert the value first (to K, for example)",
                         name);
    else if (nearest)
        p->status =
            bp_error_set(p->err, BP_BAD_UNIT,
                         "unit '%s' is unknown; did you mean '%s'?", name, nearest);
    else
        p->status =
            bp_error_set(p->err, BP_BAD_UNIT,
                         "unit '%s' is unknown; write nM, mg, mL, min, h, ng/mL, "
                         "1/(nM*s), ... or any unit that UDUNITS knows",
                         name);
    return bp_unit_dimensionless;
}

// Names with digits in them, which UDUNITS has and which look like exponents: cmH2O.
static bool parse_long_name(parser *p, size_t length, bp_unit *out) {
    char name[LONGEST_NAME + 1];
    size_t n = length;
    while (bp_is_digit(p->at[n]) || name_length(p->at + n) > 0)
        n += bp_is_digit(p->at[n]) ? 1 : name_length(p->at + n);
    if (n == length || n > LONGEST_NAME) return false;
    memcpy(name, p->at, n);
    name[n] = '\0';
    if (ask_udunits(name, out) != FOUND) return false;
    p->at += n;
    return true;
}

static bp_unit parse_name(parser *p, size_t length, bool body) {
    char name[LONGEST_NAME + 1];
    if (length > LONGEST_NAME) return fail(p, "a name is too long");
    memcpy(name, p->at, length);
    name[length] = '\0';

    bp_unit unit = bp_unit_dimensionless;
    verdict found = FOUND;
    if (body && strcmp(name, "kg") == 0)
        unit.power[BP_DIM_BODY] = 1;
    else if (!bp_unit_builtin(name, length, &unit))
        found = ask_udunits(name, &unit);

    if (found == NOT_KNOWN && parse_long_name(p, length, &unit)) return unit;
    p->at += length;
    return found == FOUND ? unit : unknown_name(p, name, found);
}

static bp_unit parse_factor(parser *p) {
    bool body = p->body_next;
    p->body_next = false;
    size_t length = name_length(p->at);
    bp_unit unit = bp_unit_dimensionless;
    if (length > 0) {
        unit = parse_name(p, length, body);
    } else if (bp_is_digit(p->at[0]) || (p->at[0] == '.' && bp_is_digit(p->at[1]))) {
        unit.scale = read_number(p);
    } else if (take(p, "(")) {
        p->body_next = body;
        if (++p->depth > DEEPEST) return fail(p, "too many parentheses");
        unit = parse_product(p);
        p->depth--;
        if (!take(p, ")")) return fail(p, "expected ')'");
    } else {
        return fail(p, *p->at ? "unexpected character" : "expected a unit");
    }
    return parse_exponent(p, unit, length > 0);
}

// Whether "/" or "per" stands here.
static size_t division_sign(const char *at) {
    if (*at == '/') return 1;
    return strncmp(at, "per", 3) == 0 && (at[3] == ' ' || at[3] == '\t') ? 3 : 0;
}

// A mass or a mass per time: by kg means by kg of body mass. J/kg, mL/kg and mol/kg
// stay.
static bool is_dose(bp_unit unit) {
    for (int i = 0; i < BP_N_DIMS; i++)
        if (i != BP_DIM_TIME && unit.power[i] != (i == BP_DIM_MASS)) return false;
    return true;
}

static bp_unit parse_product(parser *p) {
    skip_blanks(p);
    bp_unit unit = bp_unit_dimensionless;
    if (division_sign(p->at) == 0) unit = parse_factor(p); // "/s" is 1/s
    while (p->status == BP_OK) {
        skip_blanks(p);
        if (*p->at == '\0' || *p->at == ')') break;
        size_t divides = division_sign(p->at);
        p->at += divides ? divides : times_sign(p->at);
        p->body_next = divides && is_dose(unit);
        skip_blanks(p);
        bp_unit factor = parse_factor(p);
        unit = divides ? bp_unit_divide(unit, factor) : bp_unit_multiply(unit, factor);
    }
    return unit;
}

bp_status bp_unit_parse(const char *text, bp_unit *out, bp_error *err) {
    parser p = {.text = text, .at = text, .err = err};
    bp_unit unit = parse_product(&p);
    if (p.status == BP_OK && *p.at != '\0') fail(&p, "unexpected ')'");
    if (p.status == BP_OK && !(unit.scale > 0 && isfinite(unit.scale)))
        fail(&p, "its size is out of range, found");
    if (p.status != BP_OK) return p.status;
    *out = unit;
    return BP_OK;
}
