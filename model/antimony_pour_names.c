// Names while pouring: prefixes, other names, instances.
#include <string.h>

#include "model/antimony_pour.h"

const char *bp_pour_keep(bp_pour *pour, const char *text) {
    int i = bp_names_add(&pour->kept, text);
    if (i >= 0 && i < pour->kept_text.count) return pour->kept_text.items[i];
    char *copy = i < 0 ? NULL : bp_arena_copy(&pour->spec->arena, text);
    if (!copy || !bp_array_push(&pour->kept_text, copy)) {
        pour->failed = true;
        return NULL;
    }
    return copy;
}

bp_where bp_pour_where(bp_pour *pour, bp_where where) {
    if (where.file != pour->file) {
        pour->file = where.file;
        pour->file_copy = where.file ? bp_pour_keep(pour, where.file) : NULL;
    }
    where.file = pour->file_copy;
    return where;
}

// prefix.local in the scratch text; every module means the same default compartment.
static const char *join(bp_pour *pour, const bp_scope *scope, const char *local) {
    if (!scope->prefix[0] || strcmp(local, "default_compartment") == 0) return local;
    pour->scratch.length = 0;
    bp_text_add(&pour->scratch, scope->prefix);
    bp_text_add(&pour->scratch, ".");
    bp_text_add(&pour->scratch, local);
    if (!pour->scratch.failed) return pour->scratch.data;
    pour->failed = true;
    return NULL;
}

const char *bp_pour_full(bp_pour *pour, const bp_scope *scope, const char *local) {
    const char *full = join(pour, scope, local);
    return full ? bp_pour_keep(pour, full) : NULL;
}

const char *bp_pour_name(bp_pour *pour, const bp_scope *scope, const char *local) {
    const char *full = join(pour, scope, local);
    return full ? bp_pour_keep(pour, bp_spec_resolve(pour->spec, full)) : NULL;
}

// ---- symbols ----

static bool add_marks(bp_pour *pour) {
    bp_mark fresh = {.value_level = BP_LEVEL_NONE,
                     .rule_level = BP_LEVEL_NONE,
                     .unit_level = BP_LEVEL_NONE,
                     .place_level = BP_LEVEL_NONE,
                     .note_level = BP_LEVEL_NONE,
                     .display_level = BP_LEVEL_NONE,
                     .constness_level = BP_LEVEL_NONE};
    while (pour->marks.count < pour->spec->symbols.count)
        if (!bp_array_push(&pour->marks, fresh)) {
            pour->failed = true;
            return false;
        }
    return true;
}

int bp_pour_symbol(bp_pour *pour, const bp_scope *scope, bp_local local) {
    const char *name = bp_pour_name(pour, scope, local.name);
    if (!name) return -1;
    int symbol = bp_spec_symbol(pour->spec, name, bp_pour_where(pour, local.where));
    if (symbol < 0) pour->failed = true;
    if (symbol < 0 || !add_marks(pour)) return -1;
    return symbol;
}

bp_mark *bp_pour_mark(bp_pour *pour, int symbol) {
    return &pour->marks.items[symbol];
}

bp_symbol *bp_pour_get(bp_pour *pour, int symbol) {
    return &pour->spec->symbols.items[symbol];
}

// ---- dotted names ----

static const bp_module *instance_module(const bp_modules *modules,
                                        const bp_module *module, const char *name,
                                        size_t length) {
    for (int i = 0; i < module->statements.count; i++) {
        const bp_statement *s = &module->statements.items[i];
        if (s->kind == BP_SAYS_INSTANCE && strlen(s->name.name) == length &&
            memcmp(s->name.name, name, length) == 0)
            return bp_modules_get(modules, s->u.instance->module.name);
    }
    return NULL;
}

static void unknown_member(bp_pour *pour, bp_local local, const bp_module *module,
                           const char *member) {
    bp_where where = bp_pour_where(pour, local.where);
    const char *nearest = bp_names_nearest(&module->mentions, member);
    if (nearest)
        bp_report_error(pour->report, BP_UNKNOWN_NAME, where,
                        "module '%s' has no '%s'; did you mean '%s'?", module->name,
                        member, nearest);
    else
        bp_report_error(pour->report, BP_UNKNOWN_NAME, where, "module '%s' has no '%s'",
                        module->name, member);
}

static void unknown_instance(bp_pour *pour, bp_local local, const bp_module *module,
                             const char *name, size_t length) {
    char first[128];
    size_t n = length < sizeof first ? length : sizeof first - 1;
    memcpy(first, name, n);
    first[n] = '\0';
    const char *nearest = bp_names_nearest(&module->instances, first);
    bp_report_error(pour->report, BP_UNKNOWN_NAME, bp_pour_where(pour, local.where),
                    nearest ? "'%s' is not an instance of a module; did you mean '%s'?"
                            : "'%s' is not an instance of a module",
                    first, nearest);
}

bool bp_pour_check_member(bp_pour *pour, const bp_scope *scope, bp_local local) {
    const bp_module *module = scope->module;
    const char *rest = local.name;
    for (const char *dot; (dot = strchr(rest, '.')) != NULL; rest = dot + 1) {
        size_t length = (size_t)(dot - rest);
        const bp_module *inner = instance_module(pour->modules, module, rest, length);
        if (!inner) {
            if (module == scope->module)
                unknown_instance(pour, local, module, rest, length);
            else
                unknown_member(pour, local, module, rest);
            return false;
        }
        if (bp_names_find(&inner->mentions, dot + 1) >= 0) return true;
        module = inner;
    }
    if (module == scope->module || bp_names_find(&module->mentions, rest) >= 0)
        return true;
    unknown_member(pour, local, module, rest);
    return false;
}

bool bp_pour_is_deleted(const bp_pour *pour, const bp_scope *scope, const char *name) {
    if (pour->deleted.count == 0) return false;
    int i = bp_names_find(&pour->deleted, name);
    return i >= 0 && pour->deleted_level.items[i] < scope->level;
}

// ---- expressions ----

static void use(bp_pour *pour, const char *name, bp_where where) {
    bp_use u = {name, where};
    if (!bp_array_push(&pour->uses, u)) pour->failed = true;
}

void bp_pour_use_unit(bp_pour *pour, const char *text, bp_where where) {
    bp_use u = {text, where};
    if (!bp_array_push(&pour->units, u)) pour->failed = true;
}

static const bp_ast *pour_leaf(bp_pour *pour, const bp_scope *scope, const bp_ast *ast,
                               bp_where where) {
    bp_arena *arena = &pour->spec->arena;
    if (ast->op == BP_OP_NUMBER) {
        const char *unit = ast->unit ? bp_pour_keep(pour, ast->unit) : NULL;
        if (unit) bp_pour_use_unit(pour, unit, where);
        return bp_ast_make_number(arena, ast->number, unit, where);
    }
    const char *name =
        scope ? bp_pour_name(pour, scope, ast->name) : bp_pour_keep(pour, ast->name);
    if (!name) return NULL;
    if (scope) use(pour, name, where);
    return bp_ast_make_name(arena, name, where);
}

const bp_ast *bp_pour_ast(bp_pour *pour, const bp_scope *scope, const bp_ast *ast) {
    if (!ast) return NULL;
    bp_where where = bp_pour_where(pour, ast->where);
    if (ast->op == BP_OP_NUMBER || ast->op == BP_OP_NAME) {
        const bp_ast *leaf = pour_leaf(pour, scope, ast, where);
        if (!leaf) pour->failed = true;
        return leaf;
    }
    const bp_ast **args;
    bp_ast *call =
        bp_ast_make_open(&pour->spec->arena, ast->op, ast->n_args, where, &args);
    if (!call) {
        pour->failed = true;
        return NULL;
    }
    if (ast->name) call->name = bp_pour_keep(pour, ast->name);
    for (int i = 0; i < ast->n_args && !pour->failed; i++)
        args[i] = bp_pour_ast(pour, scope, ast->args[i]);
    return pour->failed ? NULL : call;
}

// ---- first pass: instances, other names, deletions ----

static bool find_module(bp_pour *pour, bp_local name, const bp_module **out) {
    *out = bp_modules_get(pour->modules, name.name);
    if (*out) return true;
    const char *nearest = bp_names_nearest(&pour->modules->names, name.name);
    bp_where where = bp_pour_where(pour, name.where);
    if (nearest && nearest[0])
        bp_report_error(pour->report, BP_UNKNOWN_NAME, where,
                        "there is no module '%s'; did you mean '%s'?", name.name,
                        nearest);
    else
        bp_report_error(pour->report, BP_UNKNOWN_NAME, where,
                        "there is no module '%s'; is an import missing?", name.name);
    return false;
}

static bool check_recursion(bp_pour *pour, const bp_scope *inner, bp_local name) {
    bp_where where = bp_pour_where(pour, name.where);
    for (const bp_scope *s = inner->parent; s; s = s->parent)
        if (s->module == inner->module) {
            bp_report_error(pour->report, BP_BAD_MODEL, where,
                            "module '%s' contains an instance of itself", name.name);
            return false;
        }
    if (inner->level <= BP_MAX_LEVEL) return true;
    bp_report_error(pour->report, BP_UNSUPPORTED, where,
                    "modules are nested more than %d deep", BP_MAX_LEVEL);
    return false;
}

bool bp_pour_inner(bp_pour *pour, const bp_scope *outer, const bp_statement *s,
                   bp_scope *inner) {
    const bp_module *module = bp_modules_get(pour->modules, s->u.instance->module.name);
    const char *prefix = bp_pour_full(pour, outer, s->name.name);
    if (!module || !prefix) return false;
    *inner = (bp_scope){.module = module,
                        .prefix = prefix,
                        .parent = outer,
                        .level = outer->level + 1,
                        .id = pour->n_scopes++,
                        .n_bound = s->u.instance->n_args};
    return true;
}

static void alias(bp_pour *pour, const char *name, const char *target, bp_where where) {
    if (!name || !target) return;
    // what was there before keeps its name
    bool swap = bp_spec_find(pour->spec, name) >= 0;
    bp_status status = swap ? bp_spec_alias(pour->spec, target, name)
                            : bp_spec_alias(pour->spec, name, target);
    if (status == BP_NO_MEMORY) pour->failed = true;
    if (status == BP_DUPLICATE)
        bp_report_error(pour->report, BP_UNSUPPORTED, bp_pour_where(pour, where),
                        "'%s' and '%s' are there already and cannot become one", name,
                        target);
}

static void collect_same(bp_pour *pour, const bp_scope *scope, const bp_statement *s) {
    if (!bp_pour_check_member(pour, scope, s->name) ||
        !bp_pour_check_member(pour, scope, s->u.other))
        return;
    const char *name = bp_pour_name(pour, scope, s->name.name);
    const char *other = name ? bp_pour_name(pour, scope, s->u.other.name) : NULL;
    alias(pour, name, other, s->name.where);
}

static void collect_deletion(bp_pour *pour, const bp_scope *scope,
                             const bp_statement *s) {
    if (!strchr(s->name.name, '.')) {
        bp_report_error(pour->report, BP_BAD_MODEL, bp_pour_where(pour, s->name.where),
                        "'%s' is of this module: leave it out instead of deleting it",
                        s->name.name);
        return;
    }
    if (!bp_pour_check_member(pour, scope, s->name)) return;
    const char *name = bp_pour_name(pour, scope, s->name.name);
    if (!name) return;
    int i = bp_names_add(&pour->deleted, name);
    if (i < 0 || (i == pour->deleted_level.count &&
                  !bp_array_push(&pour->deleted_level, scope->level)))
        pour->failed = true;
}

static bool check_new_instance(bp_pour *pour, const bp_statement *s, const char *full) {
    bp_where where = bp_pour_where(pour, s->name.where);
    if (bp_names_find(&pour->instances, full) >= 0) {
        int known = bp_spec_find_instance(pour->spec, full);
        bp_report_error(pour->report, BP_DUPLICATE, where,
                        "there is already an instance '%s' at line %d", s->name.name,
                        known < 0 ? 0 : pour->spec->instances.items[known].where.line);
        return false;
    }
    if (++pour->n_instances <= BP_MAX_INSTANCES) return true;
    if (pour->n_instances == BP_MAX_INSTANCES + 1)
        bp_report_error(pour->report, BP_UNSUPPORTED, where,
                        "the model has more than %d instances of modules",
                        BP_MAX_INSTANCES);
    return false;
}

static void bind_ports(bp_pour *pour, const bp_scope *outer, const bp_scope *inner,
                       const bp_said_instance *said) {
    for (int i = 0; i < said->n_args && !pour->failed; i++) {
        const bp_said_argument *arg = &said->args[i];
        if (!arg->name.name) continue; // a number: a value, not a name
        if (!bp_pour_check_member(pour, outer, arg->name)) continue;
        const char *port = bp_pour_name(pour, inner, inner->module->ports[i].name);
        const char *target = port ? bp_pour_name(pour, outer, arg->name.name) : NULL;
        alias(pour, port, target, arg->name.where);
    }
}

void bp_pour_add_instance(bp_pour *pour, const bp_scope *scope, bp_where where) {
    bp_instance instance = {scope->prefix, bp_pour_keep(pour, scope->module->name),
                            where};
    if (!instance.module || bp_names_add(&pour->instances, scope->prefix) < 0 ||
        !bp_array_push(&pour->spec->instances, instance))
        pour->failed = true;
}

static void collect_instance(bp_pour *pour, const bp_scope *scope,
                             const bp_statement *s) {
    const bp_said_instance *said = s->u.instance;
    const bp_module *module;
    bp_scope inner;
    if (!find_module(pour, said->module, &module)) return;
    if (!bp_pour_inner(pour, scope, s, &inner)) return;
    if (!check_recursion(pour, &inner, said->module)) return;
    if (!check_new_instance(pour, s, inner.prefix)) return;
    if (said->n_args > module->n_ports) {
        bp_report_error(pour->report, BP_BAD_MODEL,
                        bp_pour_where(pour, said->args[module->n_ports].name.where),
                        "module '%s' has %d port%s, not %d", module->name,
                        module->n_ports, module->n_ports == 1 ? "" : "s", said->n_args);
        return;
    }
    bp_pour_add_instance(pour, &inner, bp_pour_where(pour, s->name.where));
    bind_ports(pour, scope, &inner, said);
    bp_pour_collect(pour, &inner);
}

void bp_pour_collect(bp_pour *pour, const bp_scope *scope) {
    for (int i = 0; i < scope->module->statements.count && !pour->failed; i++) {
        const bp_statement *s = &scope->module->statements.items[i];
        if (s->kind == BP_SAYS_INSTANCE)
            collect_instance(pour, scope, s);
        else if (s->kind == BP_SAYS_SAME)
            collect_same(pour, scope, s);
    }
    for (int i = 0; i < scope->module->statements.count && !pour->failed; i++)
        if (scope->module->statements.items[i].kind == BP_SAYS_DELETE)
            collect_deletion(pour, scope, &scope->module->statements.items[i]);
}
