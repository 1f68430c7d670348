#include "tests/unit/model_fixture.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"

static void *must(void *pointer) {
    if (!pointer) {
        fprintf(stderr, "fixture: out of memory\n");
        abort();
    }
    return pointer;
}

builder fixture_new(void) {
    builder b = {0};
    if (bp_spec_new(&b.spec) != BP_OK) must(NULL);
    b.spec->name = "fixture";
    return b;
}

const bp_ast *fix_number(builder b, double value) {
    return must(bp_ast_number(b.spec, value, BP_NOWHERE));
}

const bp_ast *fix_name(builder b, const char *name) {
    return must(bp_ast_name(b.spec, name, BP_NOWHERE));
}

const bp_ast *fix_op(builder b, bp_op op, int n, ...) {
    const bp_ast *args[16];
    va_list list;
    va_start(list, n);
    for (int i = 0; i < n; i++)
        // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): started above
        args[i] = va_arg(list, const bp_ast *);
    va_end(list);
    return must(bp_ast_call(b.spec, op, args, n, BP_NOWHERE));
}

const bp_ast *fix_product(builder b, const char *first, ...) {
    const bp_ast *args[16];
    int n = 0;
    va_list list;
    va_start(list, first);
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): started above
    for (const char *name = first; name; name = va_arg(list, const char *))
        args[n++] = fix_name(b, name);
    va_end(list);
    return must(bp_ast_call(b.spec, BP_OP_MUL, args, n, BP_NOWHERE));
}

static bp_symbol *symbol(builder b, const char *name, bp_symbol_kind kind,
                         double value) {
    int index = bp_spec_symbol(b.spec, name, BP_NOWHERE);
    if (index < 0) must(NULL);
    bp_symbol *s = &b.spec->symbols.items[index];
    s->kind = kind;
    s->declared = true;
    s->initial = isnan(value) ? NULL : fix_number(b, value);
    return s;
}

int fix_compartment(builder b, const char *name, double size) {
    symbol(b, name, BP_COMPARTMENT, size);
    return bp_spec_find(b.spec, name);
}

int fix_species(builder b, const char *name, const char *compartment, double value) {
    bp_symbol *s = symbol(b, name, BP_SPECIES, value);
    s->compartment = bp_spec_find(b.spec, compartment);
    return bp_spec_find(b.spec, name);
}

int fix_parameter(builder b, const char *name, double value) {
    symbol(b, name, BP_PARAMETER, value);
    return bp_spec_find(b.spec, name);
}

void fix_rule(builder b, const char *name, bp_rule_kind kind, const bp_ast *rule) {
    bp_symbol *s = &b.spec->symbols.items[bp_spec_find(b.spec, name)];
    s->rule_kind = kind;
    s->rule = rule;
}

// Adds the term "2 B" or "B" to one side.
static void add_term(builder b, bp_term **terms, int *n, const char *text) {
    char name[64];
    double stoichiometry = 1;
    if (sscanf(text, "%lf %63s", &stoichiometry, name) != 2 &&
        sscanf(text, "%63s", name) != 1)
        return;
    bp_term *grown =
        must(bp_arena_take(&b.spec->arena, (size_t)(*n + 1) * sizeof *grown));
    if (*n > 0) memcpy(grown, *terms, (size_t)*n * sizeof *grown);
    grown[*n] = (bp_term){.species = bp_spec_find(b.spec, name),
                          .stoichiometry = stoichiometry};
    *terms = grown;
    (*n)++;
}

bp_reaction *fix_reaction(builder b, const char *name, const char *equation,
                          const bp_ast *law) {
    bp_reaction *r = must(bp_spec_add_reaction(b.spec, name, BP_NOWHERE));
    char text[256];
    snprintf(text, sizeof text, "%s", equation);
    char *right = strstr(text, "->");
    *right = '\0';
    right += 2;
    for (char *part = strtok(text, "+"); part; part = strtok(NULL, "+"))
        add_term(b, &r->reactants, &r->n_reactants, part);
    for (char *part = strtok(right, "+"); part; part = strtok(NULL, "+"))
        add_term(b, &r->products, &r->n_products, part);
    r->law = law;
    r->compartment = -1;
    return r;
}

bp_event *fix_event(builder b, const char *name, const bp_ast *trigger) {
    bp_event *event = must(bp_spec_add_event(b.spec, name, BP_NOWHERE));
    event->trigger = trigger;
    event->values_from_trigger = true;
    event->persistent = true;
    return event;
}

void fix_assign(builder b, bp_event *event, const char *name, const bp_ast *value) {
    int n = event->n_assignments;
    bp_event_assignment *grown =
        must(bp_arena_take(&b.spec->arena, (size_t)(n + 1) * sizeof *grown));
    if (n > 0) memcpy(grown, event->assignments, (size_t)n * sizeof *grown);
    grown[n] =
        (bp_event_assignment){.symbol = bp_spec_find(b.spec, name), .value = value};
    event->assignments = grown;
    event->n_assignments = n + 1;
}

bp_model *fix_compile(builder b) {
    bp_model *model = NULL;
    bp_report report = {0};
    bp_status status = bp_model_compile(b.spec, NULL, &model, &report);
    CHECK(status == BP_OK, "%s: %s", bp_status_name(status),
          report.count > 0 ? report.items[0].message : "");
    bp_report_clear(&report);
    bp_spec_free(b.spec);
    return model;
}
