// Names, units and trees as the writer of Antimony puts them.
#include <string.h>

#include "model/antimony_write.h"

void bp_ant_fail(bp_antimony_writer *w, bp_status status) {
    if (w->status == BP_OK) w->status = status;
}

void bp_ant_refuse(bp_antimony_writer *w, bp_where where, const char *what,
                   const char *advice) {
    if (w->status != BP_OK) return;
    w->status = bp_error_at(w->err, BP_UNSUPPORTED, where, "Antimony cannot say %s; %s",
                            what, advice);
}

// ---- names ----

// What Antimony would read as something else.
static bool is_reserved(const char *name) {
    static const char *const words[] = {
#define X(key, text) text,
        BP_KEYWORD_LIST(X)
#undef X
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], name) == 0) return true;
    return bp_is_constant_name(name) || bp_is_function_name(name);
}

// A unit of such a name would be that of the whole model.
static bool is_reserved_unit(const char *name) {
    static const char *const wide[] = {"substance", "volume",    "area",
                                       "length",    "time_unit", "extent"};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strcmp(wide[i], name) == 0) return true;
    return is_reserved(name);
}

const char *bp_ant_name(bp_antimony_writer *w, const char *name) {
    const char *made = bp_plain_name(&w->names, name);
    if (w->names.failed) bp_ant_fail(w, BP_NO_MEMORY);
    return made;
}

// Functions and units keep their names where they can; symbols step aside, since
// Antimony has one space of names for all.
void bp_ant_give_names(bp_antimony_writer *w) {
    const bp_spec *spec = w->spec;
    w->names = (bp_plain_names){.spec = spec, .is_reserved = is_reserved};
    w->unit_names = (bp_plain_names){.is_reserved = is_reserved_unit};
    for (int i = 0; i < spec->functions.count; i++)
        bp_ant_name(w, spec->functions.items[i].name);
    for (int i = 0; i < spec->units.count && w->status == BP_OK; i++) {
        const char *name = bp_plain_name(&w->unit_names, spec->units.items[i].name);
        if (w->unit_names.failed || bp_names_add(&w->names.taken, name) < 0)
            bp_ant_fail(w, BP_NO_MEMORY);
    }
    bp_plain_give(&w->names);
    if (w->names.failed) bp_ant_fail(w, BP_NO_MEMORY);
}

// ---- units ----

static bool is_unit(const bp_spec *spec, const char *name) {
    for (int i = 0; i < spec->units.count; i++)
        if (strcmp(spec->units.items[i].name, name) == 0) return true;
    return false;
}

static bool in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || (unsigned char)c >= 0x80;
}

// The text of a unit with the names that its units are given here.
void bp_ant_add_unit(bp_antimony_writer *w, const char *text, bp_text *out) {
    for (const char *c = text; *c;) {
        size_t n = 0;
        while (in_name(c[n]))
            n++;
        bool word = n > 0 && !(c[0] >= '0' && c[0] <= '9');
        const char *name = word ? bp_arena_copy_n(&w->arena, c, n) : NULL;
        if (word && !name) bp_ant_fail(w, BP_NO_MEMORY);
        if (name && is_unit(w->spec, name))
            bp_text_add(out, bp_plain_name(&w->unit_names, name));
        else
            bp_text_add_n(out, c, n > 0 ? n : 1);
        c += n > 0 ? n : 1;
    }
    if (w->unit_names.failed) bp_ant_fail(w, BP_NO_MEMORY);
}

const char *bp_ant_unit(bp_antimony_writer *w, const char *text) {
    bp_text out = {0};
    if (!text) return NULL;
    bp_ant_add_unit(w, text, &out);
    const char *kept = out.failed ? NULL : bp_arena_copy(&w->arena, bp_text_get(&out));
    if (!kept) bp_ant_fail(w, BP_NO_MEMORY);
    bp_text_clear(&out);
    return kept;
}

// ---- trees with plain names ----

// An argument keeps its name unless the language has it for itself.
const char *bp_ant_argument(bp_antimony_writer *w, const bp_function *f,
                            const char *name) {
    bp_plain_names own = {.is_reserved = is_reserved};
    const char *made = "";
    for (int i = 0; i < f->n_args; i++)
        if (strcmp(f->args[i], name) == 0)
            made = bp_plain_name(&own, name);
        else
            bp_plain_name(&own, f->args[i]);
    const char *kept = own.failed ? NULL : bp_arena_copy(&w->arena, made);
    bp_plain_clear(&own);
    if (!kept) bp_ant_fail(w, BP_NO_MEMORY);
    return kept ? kept : "";
}

// A tree with the names that things are given here; the arguments of `within` (NULL:
// none) are names of their own.
const bp_ast *bp_ant_tree(bp_antimony_writer *w, const bp_ast *ast,
                          const bp_function *within) {
    if (!ast || w->status != BP_OK) return NULL;
    const bp_ast **args;
    bp_ast *copy = bp_ast_make_open(&w->arena, ast->op, ast->n_args, ast->where, &args);
    if (!copy) {
        bp_ant_fail(w, BP_NO_MEMORY);
        return NULL;
    }
    copy->number = ast->number;
    // SBML says of each number that it is pure; here a number is that anyway
    bool pure = ast->unit && strcmp(ast->unit, "dimensionless") == 0;
    copy->unit = pure ? NULL : bp_ant_unit(w, ast->unit);
    copy->name = ast->name;
    if (ast->op == BP_OP_CALL || (ast->op == BP_OP_NAME && !within))
        copy->name = bp_ant_name(w, ast->name);
    else if (ast->op == BP_OP_NAME)
        copy->name = bp_ant_argument(w, within, ast->name);
    for (int i = 0; i < ast->n_args; i++)
        args[i] = bp_ant_tree(w, ast->args[i], within);
    return w->status == BP_OK ? copy : NULL;
}

// The name of the spec where the plain one does not show it: A(b!1), at. NULL: it does.
const char *bp_ant_lost_name(bp_antimony_writer *w, const char *name) {
    bool dotted = false;
    for (const char *c = name; *c; c++) {
        if (*c != '.' && !in_name(*c)) return name;
        dotted = dotted || *c == '.';
    }
    return dotted || strcmp(bp_ant_name(w, name), name) == 0 ? NULL : name;
}

void bp_ant_put(bp_antimony_writer *w, const char *text) {
    bp_text_add(w->out, text);
}

void bp_ant_put_tree(bp_antimony_writer *w, const bp_ast *ast) {
    const bp_ast *renamed = bp_ant_tree(w, ast, NULL);
    if (renamed) bp_ast_print(renamed, w->out);
}
