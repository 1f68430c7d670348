// The names of a .net file, and the ids that its things get.
//
// A parameter, function or group keeps its name. A group that has the name of a
// parameter or function gets a '_' after it (BioNetGen's simulator reads the other one
// in expressions, and so does this reader), and what no id may hold becomes '_'.
// Species are S1, S2 ..., reactions R1, R2 ...; where the file uses a name of that form
// itself, all of them get a '_' after the letter.
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "model/bngnet_read.h"

// Whether the name could be understood as one of BioNetGen's own.
static bool is_own_name(const char *name) {
    static const char *const names[] = {"_pi", "_e", "time", "if"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

static const char *kind_text(bp_net_kind kind) {
    return kind == BP_NET_PARAMETER  ? "parameter"
           : kind == BP_NET_FUNCTION ? "function"
                                     : "group";
}

const bp_net_entry *bp_net_find(const bp_net *net, const char *name, size_t length) {
    int i = bp_names_find_n(&net->names, name, length);
    return i < 0 ? NULL : &net->entries.items[net->entry_of.items[i]];
}

const char *bp_net_nearest(const bp_net *net, const char *name, unsigned kinds) {
    const char *best = NULL;
    for (int i = 0; i < net->entries.count; i++) {
        const bp_net_entry *entry = &net->entries.items[i];
        if (!(entry->kind & kinds)) continue;
        const char *pair[2] = {entry->name, best};
        const char *nearer = bp_text_nearest(name, pair, best ? 2 : 1);
        if (nearer) best = nearer;
    }
    return best;
}

// ---- entries ----

// Whether the name is free, or may stand for two things.
static bool may_share(bp_net *net, const bp_net_entry *entry) {
    const bp_net_entry *other = bp_net_find(net, entry->name, strlen(entry->name));
    if (!other) return true;
    if (entry->kind == BP_NET_GROUP && other->kind != BP_NET_GROUP) return true;
    bp_report_error(net->report, BP_DUPLICATE, entry->where,
                    "%s '%s' has the name of a %s (line %d); rename one of them",
                    kind_text(entry->kind), entry->name, kind_text(other->kind),
                    other->where.line);
    return false;
}

static void enter(bp_net *net, bp_net_entry entry) {
    if (!entry.name) net->failed = true;
    if (net->failed || !may_share(net, &entry)) return;
    if (is_own_name(entry.name))
        bp_report_error(net->report, BP_DUPLICATE, entry.where,
                        "'%s' is a name of BioNetGen's own and cannot be a %s",
                        entry.name, kind_text(entry.kind));
    int before = net->names.count;
    int name = bp_names_add(&net->names, entry.name);
    if (name < 0 || !bp_array_push(&net->entries, entry) ||
        (net->names.count > before &&
         !bp_array_push(&net->entry_of, net->entries.count - 1)))
        net->failed = true;
}

// Takes a name that expressions can use; length 0: an error was reported.
static bp_net_word take_name(bp_net_cursor *c, const char *what) {
    bp_net_skip_blanks(c);
    bp_net_word word = {c->at, 0};
    if (c->at >= c->line->end || !bp_net_is_name_start(*c->at)) {
        bp_net_expected(c, what);
        return word;
    }
    while (c->at < c->line->end && bp_net_is_name_part(*c->at))
        c->at++;
    word.length = (int)(c->at - word.text);
    return word;
}

static bool take(bp_net_cursor *c, char sign) {
    if (bp_net_at_end(c) || *c->at != sign) return false;
    c->at++;
    return true;
}

static bp_net_entry new_entry(bp_net_cursor *c, bp_net_kind kind, bp_net_word name) {
    return (bp_net_entry){
        .kind = kind,
        .name = bp_arena_copy_n(&c->net->spec->arena, name.text, (size_t)name.length),
        .body = *c,
        .where = bp_net_where(c->net, c->line, name.text)};
}

// [index] name [=] expression
static void collect_parameter(bp_net_cursor c) {
    bp_net_take_index(&c);
    bp_net_word name = take_name(&c, "the name of a parameter");
    if (name.length == 0) return;
    take(&c, '=');
    if (bp_net_at_end(&c))
        bp_net_expected(&c, "the value of the parameter");
    else
        enter(c.net, new_entry(&c, BP_NET_PARAMETER, name));
}

// [index] name() [=] expression
static void collect_function(bp_net_cursor c) {
    bp_net_take_index(&c);
    bp_net_word name = take_name(&c, "the name of a function");
    if (name.length == 0) return;
    if (take(&c, '(') && !take(&c, ')')) {
        bp_report_error(c.net->report, BP_UNSUPPORTED,
                        bp_net_where(c.net, c.line, c.at),
                        "function '%.*s' has arguments: a local function, which a "
                        "network has no meaning for; let generate_network() write it "
                        "out",
                        name.length, name.text);
        return;
    }
    take(&c, '=');
    if (bp_net_at_end(&c))
        bp_net_expected(&c, "the expression of the function");
    else
        enter(c.net, new_entry(&c, BP_NET_FUNCTION, name));
}

// [index] name entries
static void collect_group(bp_net_cursor c) {
    bp_net_take_index(&c);
    bp_net_word name = bp_net_next_word(&c);
    if (name.length == 0)
        bp_net_expected(&c, "the name of a group");
    else
        enter(c.net, new_entry(&c, BP_NET_GROUP, name));
}

static void collect(bp_net *net, bp_net_block block, void (*one)(bp_net_cursor c)) {
    for (int i = 0; i < net->blocks[block].count && !net->failed; i++) {
        const bp_net_line *line = &net->blocks[block].items[i];
        one((bp_net_cursor){net, line, line->text});
    }
}

// ---- ids ----

static bool is_taken(const bp_net *net, const char *id) {
    return bp_names_find(&net->taken, id) >= 0;
}

// The name as letters, digits and '_', with a '_' after it as often as needed.
static const char *make_id(bp_net *net, const char *name) {
    bp_text id = {0};
    if (name[0] >= '0' && name[0] <= '9') bp_text_add(&id, "_");
    for (const char *c = name; *c; c++)
        bp_text_add_n(&id, bp_net_is_name_part(*c) ? c : "_", 1);
    while (!id.failed && is_taken(net, bp_text_get(&id)))
        bp_text_add(&id, "_");
    const char *made = NULL;
    if (!id.failed && bp_names_add(&net->taken, bp_text_get(&id)) >= 0)
        made = bp_arena_copy(&net->spec->arena, bp_text_get(&id));
    if (!made) net->failed = true;
    bp_text_clear(&id);
    return made;
}

static void warn_shared(bp_net *net, const bp_net_entry *entry) {
    const bp_net_entry *other = bp_net_find(net, entry->name, strlen(entry->name));
    if (!other || other->kind == entry->kind || !entry->id) return;
    bp_report_warning(net->report, BP_DUPLICATE, entry->where,
                      "group '%s' has the name of a %s (line %d); expressions mean the "
                      "%s, and the group is called '%s'",
                      entry->name, kind_text(other->kind), other->where.line,
                      kind_text(other->kind), entry->id);
}

static void give_ids(bp_net *net) {
    for (int i = 0; i < net->entries.count && !net->failed; i++) {
        bp_net_entry *entry = &net->entries.items[i];
        entry->id = make_id(net, entry->name);
        warn_shared(net, entry);
        if (entry->id)
            entry->node = bp_ast_make_name(&net->spec->arena, entry->id, entry->where);
        if (!entry->node) net->failed = true;
    }
}

void bp_net_collect_names(bp_net *net) {
    collect(net, BP_NET_PARAMETERS, collect_parameter);
    collect(net, BP_NET_FUNCTIONS, collect_function);
    collect(net, BP_NET_GROUPS, collect_group);
    give_ids(net);
}

bool bp_net_numbered_prefix(const bp_net *net, char letter, int n, char prefix[64]) {
    snprintf(prefix, 64, "%c", letter);
    for (size_t length = 1; length < 63; length++) {
        bool clash = false;
        for (int i = 0; i < net->taken.count && !clash; i++) {
            const char *id = net->taken.text[i];
            int digits = (int)strlen(id) - (int)length;
            clash = strncmp(id, prefix, length) == 0 && digits <= 9 &&
                    bp_net_all_digits(id + length, digits) && id[length] != '0';
        }
        if (!clash || n == 0) return true;
        prefix[length] = '_';
        prefix[length + 1] = '\0';
    }
    return false;
}
