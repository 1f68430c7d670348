// Module definitions of one or several files.
#include <string.h>

#include "model/antimony_parse.h"
#include "model/antimony_pour.h"
#include "model/spec_units.h"

static void module_free(bp_module *module) {
    bp_array_clear(&module->statements);
    bp_names_clear(&module->mentions);
    bp_names_clear(&module->reactions);
    bp_names_clear(&module->instances);
    bp_free(module);
}

void bp_modules_free(bp_modules *modules) {
    if (!modules) return;
    for (int i = 0; i < modules->items.count; i++)
        module_free(modules->items.items[i]);
    bp_array_clear(&modules->items);
    bp_array_clear(&modules->functions);
    bp_names_clear(&modules->words);
    bp_names_clear(&modules->files);
    bp_names_clear(&modules->names);
    bp_arena_clear(&modules->arena);
    bp_free(modules);
}

bp_status bp_modules_new(bp_modules **out) {
    bp_modules *modules = bp_calloc(1, sizeof *modules);
    bp_module *outer = NULL;
    if (!modules) return BP_NO_MEMORY;
    modules->main = -1;
    // the statements outside any module are a module without a name, the first
    if (bp_names_add(&modules->names, "") < 0 ||
        !bp_array_reserve(&modules->items, 1) ||
        !(outer = bp_calloc(1, sizeof *outer))) {
        bp_modules_free(modules);
        return BP_NO_MEMORY;
    }
    outer->name = "";
    modules->items.items[modules->items.count++] = outer;
    *out = modules;
    return BP_OK;
}

// ---- the main module ----

static bool has_outer_statements(const bp_modules *modules) {
    return modules->items.items[0]->statements.count > 0;
}

static int main_of(const bp_modules *modules) {
    if (modules->main >= 0) return modules->main; // model *name
    return has_outer_statements(modules) ? 0 : modules->items.count - 1;
}

// A module marked in an imported file is the main one even where the file itself has
// modules; libAntimony has it so, and nobody expects it.
static void warn_surprising_main(const bp_modules *modules, const char *name,
                                 bp_report *report) {
    const bp_module *main = modules->items.items[main_of(modules)];
    const bp_module *last = modules->items.items[modules->items.count - 1];
    if (!main->main || !main->where.file || strcmp(main->where.file, name) == 0) return;
    if (!last->where.file || strcmp(last->where.file, name) != 0) return;
    bp_report_warning(report, BP_BAD_MODEL, last->where,
                      "the main module is '%s' of %s, which is marked with '*'; write "
                      "'model *%s' if it should be this one",
                      main->name, main->where.file, last->name);
}

bp_status bp_antimony_read(bp_modules *modules, bp_bundle *bundle, const char *name,
                           bp_report *report) {
    bp_text resolved = {0};
    int errors = report->n_errors;
    bp_bundle_resolve(NULL, name, &resolved);
    bp_status status = resolved.failed ? BP_NO_MEMORY : BP_OK;
    if (status == BP_OK)
        status = bp_parser_file(modules, bundle, bp_text_get(&resolved), BP_NOWHERE,
                                report, 0);
    if (status == BP_OK && !modules->settled) {
        modules->main = main_of(modules);
        modules->settled = true;
        warn_surprising_main(modules, bp_text_get(&resolved), report);
    }
    bp_text_clear(&resolved);
    if (status != BP_OK || report->failed)
        return status != BP_OK ? status : BP_NO_MEMORY;
    return report->n_errors > errors ? bp_report_status(report) : BP_OK;
}

// ---- what there is ----

int bp_modules_count(const bp_modules *modules) {
    return modules->items.count - 1;
}

const char *bp_modules_name(const bp_modules *modules, int i) {
    return modules->items.items[i + 1]->name;
}

bool bp_modules_has(const bp_modules *modules, const char *module) {
    if (!module[0]) return has_outer_statements(modules);
    return bp_names_find(&modules->names, module) > 0;
}

const char *bp_modules_main(const bp_modules *modules) {
    return modules->items.items[main_of(modules)]->name;
}

const bp_module *bp_modules_get(const bp_modules *modules, const char *name) {
    int i = bp_names_find(&modules->names, name);
    return i < 0 ? NULL : modules->items.items[i];
}

// ---- file -> spec ----

static bp_status load(bp_modules *modules, bp_bundle *bundle, const char *name,
                      bp_spec *spec, bp_report *report) {
    BP_TRY(bp_antimony_read(modules, bundle, name, report));
    const char *main = bp_modules_main(modules);
    spec->file = bp_arena_copy(&spec->arena, name);
    spec->name = bp_arena_copy(&spec->arena, main[0] ? main : "__main");
    if (!spec->file || !spec->name) return BP_NO_MEMORY;
    bp_module_use use = {.module = main, .prefix = "", .where = BP_NOWHERE};
    return bp_modules_instantiate(modules, &use, spec, report);
}

bp_status bp_antimony_load(const char *name, bp_bundle *bundle, bp_spec **out,
                           bp_report *report) {
    bp_modules *modules = NULL;
    bp_bundle *own = NULL;
    bp_spec *spec = NULL;
    bp_status status = BP_OK;
    if (!bundle) status = bp_bundle_new(&own);
    if (status == BP_OK) status = bp_modules_new(&modules);
    if (status == BP_OK) status = bp_spec_new(&spec);
    if (status == BP_OK)
        status = load(modules, bundle ? bundle : own, name, spec, report);
    if (status == BP_OK)
        *out = spec;
    else
        bp_spec_free(spec);
    bp_modules_free(modules);
    bp_bundle_free(own);
    return status;
}

// ---- single expressions ----

typedef struct fragment {
    bp_modules *modules;
    bp_tokens tokens;
    bp_parser parser;
} fragment;

static void fragment_close(fragment *f) {
    bp_array_clear(&f->tokens);
    bp_modules_free(f->modules);
}

// Gets a parser ready for a piece of text whose trees go to `arena`.
static bp_status fragment_open(fragment *f, bp_arena *arena, const char *text,
                               const char *file, bp_report *report) {
    *f = (fragment){0};
    BP_TRY(bp_modules_new(&f->modules));
    bp_status status = bp_antimony_lex(text, strlen(text), file, &f->tokens, report);
    f->parser = (bp_parser){.modules = f->modules,
                            .arena = arena,
                            .report = report,
                            .file = file,
                            .tokens = f->tokens.items,
                            .n_tokens = f->tokens.count,
                            .module = f->modules->items.items[0]};
    return status;
}

static bp_status fragment_end(fragment *f) {
    bp_parser *p = &f->parser;
    if (p->failed || p->report->failed) return BP_NO_MEMORY;
    if (!p->bad && !bp_parser_at(p, BP_TOKEN_END))
        bp_parser_expected(p, "the end of the expression");
    return bp_report_status(p->report);
}

bp_status bp_antimony_unit_text(bp_arena *arena, const char *text, const bp_ast **out) {
    bp_report report = {0};
    bp_arena scratch = {0};
    fragment f;
    const char *written;
    bp_status status = fragment_open(&f, &scratch, text, NULL, &report);
    if (status == BP_OK) {
        const bp_ast *ast = bp_parser_unit(&f.parser, &written);
        status = fragment_end(&f);
        if (status == BP_OK) {
            *out = bp_ast_copy(arena, ast);
            if (!*out) status = BP_NO_MEMORY;
        }
    }
    if (f.modules) fragment_close(&f);
    bp_arena_clear(&scratch);
    bp_report_clear(&report);
    return status;
}

// Moves a position within the text to where the text stands.
static bp_where offset(bp_where inner, bp_where outer) {
    bp_where where = {outer.file, outer.line, outer.column};
    if (outer.line > 0) where.line += inner.line - 1;
    if (outer.column > 0)
        where.column =
            inner.line > 1 ? inner.column : outer.column + (inner.column - 1);
    return where;
}

// Places in the fragment become places in the file; the tree is ours alone.
static void shift(bp_ast *ast, bp_where start) {
    ast->where = offset(ast->where, start);
    for (int i = 0; i < ast->n_args; i++)
        shift((bp_ast *)ast->args[i], start);
}

bp_status bp_antimony_expression(bp_spec *spec, const char *text, bp_where where,
                                 const bp_ast **out, bp_error *err) {
    bp_report report = {0};
    bp_arena scratch = {0};
    fragment f;
    bp_status status = fragment_open(&f, &scratch, text, where.file, &report);
    if (status == BP_OK) {
        const bp_ast *ast = bp_parser_expression(&f.parser);
        status = fragment_end(&f);
        if (status == BP_OK) {
            bp_ast *copy = bp_ast_copy(&spec->arena, ast);
            if (copy) shift(copy, where);
            if (copy) *out = copy;
            status = copy ? BP_OK : BP_NO_MEMORY;
        }
    }
    if (status == BP_NO_MEMORY) {
        bp_error_no_memory(err);
    } else if (status != BP_OK) {
        const bp_finding *first = report.items;
        while (first->severity != BP_ERROR)
            first++;
        bp_error_at(err, status, offset(first->where, where), "%s", first->message);
    }
    if (f.modules) fragment_close(&f);
    bp_arena_clear(&scratch);
    bp_report_clear(&report);
    return status;
}
