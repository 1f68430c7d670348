// Units and functions while pouring: shared by all modules of a spec.
#include <string.h>

#include "model/antimony_pour.h"
#include "model/spec_units.h"

#define MAX_UNIT_DEPTH 64

typedef struct lookup {
    bp_pour *pour;
    const bp_module *module;
    int depth; // definitions within definitions
} lookup;

static const bp_statement *find_definition(const bp_module *module, const char *name) {
    for (int i = 0; i < module->statements.count; i++) {
        const bp_statement *s = &module->statements.items[i];
        if (s->kind == BP_DEFINES_UNIT && strcmp(s->name.name, name) == 0) return s;
    }
    return NULL;
}

bool bp_pour_defines_unit(const bp_module *module, const char *name) {
    return find_definition(module, name) != NULL;
}

// A name within a definition: of this module, of the spec, or known to everybody.
static bp_status look_up(const char *name, const void *data, bp_unit *out,
                         bp_error *err) {
    const lookup *l = data;
    const bp_statement *s = find_definition(l->module, name);
    if (s && !(s->u.value->op == BP_OP_NAME && strcmp(s->u.value->name, name) == 0)) {
        lookup deeper = {l->pour, l->module, l->depth + 1};
        if (l->depth > MAX_UNIT_DEPTH)
            return bp_error_at(err, BP_BAD_UNIT, s->name.where,
                               "unit '%s' is defined by itself", name);
        return bp_unit_from_ast(s->u.value, look_up, &deeper, out, err);
    }
    if (s) return bp_unit_known(name, out, err); // unit mole = mole
    return bp_spec_unit(l->pour->spec, name, out, err);
}

static const char **model_wide(bp_spec *spec, const char *name) {
    const struct {
        const char *name, **unit;
    } wide[] = {{"substance", &spec->substance_unit}, {"volume", &spec->volume_unit},
                {"area", &spec->area_unit},           {"length", &spec->length_unit},
                {"time_unit", &spec->time_unit},      {"extent", &spec->extent_unit}};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strcmp(wide[i].name, name) == 0) return wide[i].unit;
    return NULL;
}

// unit substance = zmol: what the model is written in. The outermost module says it.
static void set_model_wide(bp_pour *pour, const bp_scope *scope, const bp_statement *s,
                           const char **held, const char *text) {
    bp_unit own, mine;
    if (!*held) {
        *held = text;
        return;
    }
    if (scope->level > 0 && bp_spec_unit(pour->spec, *held, &own, NULL) == BP_OK &&
        bp_spec_unit(pour->spec, text, &mine, NULL) == BP_OK &&
        !bp_unit_equal(own, mine))
        bp_report_warning(
            pour->report, BP_BAD_UNIT, bp_pour_where(pour, s->name.where),
            "module '%s' has %s in %s, but the model in %s: its numbers are "
            "not converted",
            scope->module->name, s->name.name, text, *held);
}

static void define(bp_pour *pour, const bp_statement *s, bp_unit unit,
                   const char *text) {
    bp_where where = bp_pour_where(pour, s->name.where);
    for (int i = 0; i < pour->spec->units.count; i++) {
        const bp_unit_definition *known = &pour->spec->units.items[i];
        if (strcmp(known->name, s->name.name) != 0) continue;
        if (!bp_unit_equal(known->unit, unit))
            bp_report_error(pour->report, BP_DUPLICATE, where,
                            "unit '%s' is '%s' here, but '%s' at %s:%d", s->name.name,
                            text, known->text,
                            known->where.file ? known->where.file : "",
                            known->where.line);
        return;
    }
    bp_unit_definition fresh = {bp_pour_keep(pour, s->name.name), unit, text, where};
    if (!fresh.name || !bp_array_push(&pour->spec->units, fresh)) pour->failed = true;
}

static void pour_unit(bp_pour *pour, const bp_scope *scope, const bp_statement *s) {
    bp_text written = {0};
    bp_unit unit;
    bp_error err = {0};
    lookup l = {pour, scope->module, 0};
    bp_ast_print(s->u.value, &written);
    const char *text =
        written.failed ? NULL : bp_pour_keep(pour, bp_text_get(&written));
    bp_text_clear(&written);
    if (!text) {
        pour->failed = true;
        return;
    }
    const char **held = model_wide(pour->spec, s->name.name);
    bp_status status = bp_unit_from_ast(s->u.value, look_up, &l, &unit, &err);
    if (status == BP_NO_MEMORY)
        pour->failed = true;
    else if (status != BP_OK)
        bp_report_error(pour->report, status, bp_pour_where(pour, s->u.value->where),
                        "%s", err.message);
    else if (held)
        set_model_wide(pour, scope, s, held, text);
    else
        define(pour, s, unit, text);
}

void bp_pour_units(bp_pour *pour, const bp_scope *scope) {
    for (int i = 0; i < scope->module->statements.count && !pour->failed; i++)
        if (scope->module->statements.items[i].kind == BP_DEFINES_UNIT)
            pour_unit(pour, scope, &scope->module->statements.items[i]);
}

void bp_pour_check_units(bp_pour *pour) {
    bp_names seen = {0};
    for (int i = 0; i < pour->units.count && !pour->failed; i++) {
        const bp_use *u = &pour->units.items[i];
        int before = seen.count;
        bp_unit unit;
        bp_error err = {0};
        if (bp_names_add(&seen, u->name) < 0) pour->failed = true;
        if (seen.count == before) continue; // once for each
        bp_status status = bp_spec_unit(pour->spec, u->name, &unit, &err);
        if (status == BP_NO_MEMORY)
            pour->failed = true;
        else if (status != BP_OK)
            bp_report_error(pour->report, BP_BAD_UNIT, u->where, "%s", err.message);
    }
    bp_names_clear(&seen);
}

// ---- functions ----

static bool same_function(const bp_function *a, const bp_function *b) {
    if (a->n_args != b->n_args || !bp_ast_equal(a->body, b->body)) return false;
    for (int i = 0; i < a->n_args; i++)
        if (strcmp(a->args[i], b->args[i]) != 0) return false;
    return true;
}

static void pour_function(bp_pour *pour, const bp_function *f) {
    bp_where where = bp_pour_where(pour, f->where);
    for (int i = 0; i < pour->spec->functions.count; i++) {
        const bp_function *known = &pour->spec->functions.items[i];
        if (strcmp(known->name, f->name) != 0) continue;
        if (!same_function(known, f))
            bp_report_error(pour->report, BP_DUPLICATE, where,
                            "function '%s' is defined differently at %s:%d", f->name,
                            known->where.file ? known->where.file : "",
                            known->where.line);
        return;
    }
    bp_function copy = {.where = where, .n_args = f->n_args};
    copy.name = bp_pour_keep(pour, f->name);
    copy.args =
        bp_arena_take(&pour->spec->arena, ((size_t)f->n_args + 1) * sizeof *copy.args);
    if (!copy.name || !copy.args) {
        pour->failed = true;
        return;
    }
    for (int i = 0; i < f->n_args; i++)
        copy.args[i] = bp_pour_keep(pour, f->args[i]);
    copy.body = bp_pour_ast(pour, NULL, f->body);
    if (!bp_array_push(&pour->spec->functions, copy)) pour->failed = true;
}

void bp_pour_functions(bp_pour *pour) {
    for (int i = 0; i < pour->modules->functions.count && !pour->failed; i++)
        pour_function(pour, &pour->modules->functions.items[i]);
}
