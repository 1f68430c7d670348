// .net -> spec: parameters, species, functions and groups become symbols.
#include "model/bngnet.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/bngnet_read.h"

static const bp_net_scope parameter_scope = {BP_NET_PARAMETER, false, "a parameter"};
static const bp_net_scope amount_scope = {BP_NET_PARAMETER, false,
                                          "the amount of a species"};
static const bp_net_scope function_scope = {
    BP_NET_PARAMETER | BP_NET_FUNCTION | BP_NET_GROUP, true, "a function"};

static bp_symbol *new_symbol(bp_net *net, const char *id, bp_symbol_kind kind,
                             bp_where where) {
    int i = bp_spec_symbol(net->spec, id, where);
    if (i < 0) {
        net->failed = true;
        return NULL;
    }
    bp_symbol *symbol = &net->spec->symbols.items[i];
    symbol->kind = kind;
    symbol->declared = true;
    return symbol;
}

static void add_entries(bp_net *net, bp_net_kind kind) {
    for (int i = 0; i < net->entries.count && !net->failed; i++) {
        const bp_net_entry *entry = &net->entries.items[i];
        if (entry->kind != kind) continue;
        bp_symbol *symbol = new_symbol(net, entry->id, BP_PARAMETER, entry->where);
        if (!symbol) return;
        symbol->constant = kind == BP_NET_PARAMETER;
        if (kind == BP_NET_GROUP) symbol->display_name = entry->name;
    }
}

// ---- species ----

// The pattern without the '$' that fixes its amount.
static const char *pattern_text(bp_net *net, bp_net_word pattern, bool *fixed) {
    char *text =
        bp_arena_copy_n(&net->spec->arena, pattern.text, (size_t)pattern.length);
    if (!text) {
        net->failed = true;
        return NULL;
    }
    int n = 0;
    for (int i = 0; i < pattern.length; i++)
        if (pattern.text[i] != '$') text[n++] = pattern.text[i];
    text[n] = '\0';
    *fixed = n < pattern.length;
    return text;
}

// [index] pattern amount
static void read_species(bp_net *net, const bp_net_line *line, int number,
                         bp_symbol *symbol) {
    bp_net_cursor c = {net, line, line->text};
    int index = bp_net_take_index(&c);
    if (index > 0 && index != number) {
        bp_report_error(net->report, BP_BAD_MODEL, bp_net_where(net, line, line->text),
                        "species %d stands where species %d is expected; sort them by "
                        "their numbers",
                        index, number);
        return;
    }
    bp_net_word pattern = bp_net_next_word(&c);
    bool fixed = false;
    symbol->display_name = pattern_text(net, pattern, &fixed);
    symbol->boundary = fixed;
    if (bp_net_at_end(&c))
        bp_net_expected(&c, "the amount of the species");
    else
        symbol->initial = bp_net_whole_expression(&c, &amount_scope);
}

static void add_one_species(bp_net *net, int i, const char *prefix, int compartment) {
    const bp_net_line *line = &net->blocks[BP_NET_SPECIES].items[i];
    char id[80];
    snprintf(id, sizeof id, "%s%d", prefix, i + 1);
    bp_where where = bp_net_where(net, line, line->text);
    bp_symbol *symbol = new_symbol(net, id, BP_SPECIES, where);
    if (!symbol) return;
    symbol->compartment = compartment;
    symbol->substance_only = true;
    net->species[i] = bp_ast_make_name(&net->spec->arena, symbol->name, where);
    if (!net->species[i]) net->failed = true;
    read_species(net, line, i + 1, symbol);
}

// The one compartment, of size 1.
static int add_compartment(bp_net *net) {
    char id[80] = "cell";
    for (size_t n = 4; bp_names_find(&net->taken, id) >= 0 && n < 78; n++)
        memcpy(id + n, "_", 2);
    bp_where where = {net->file, net->block_line[BP_NET_SPECIES], 1};
    bp_symbol *symbol = new_symbol(net, id, BP_COMPARTMENT, where);
    if (!symbol) return -1;
    symbol->constant = true;
    symbol->initial = bp_net_number(net, 1, where);
    return (int)(symbol - net->spec->symbols.items);
}

static void add_species(bp_net *net) {
    int n = net->blocks[BP_NET_SPECIES].count;
    char prefix[64];
    // NOLINTNEXTLINE(bugprone-sizeof-expression): the items are pointers
    net->species = bp_calloc((size_t)n, sizeof *net->species);
    int compartment = add_compartment(net);
    if (!net->species || !bp_net_numbered_prefix(net, 'S', n, prefix))
        net->failed = true;
    net->n_species = n;
    net->first_species = net->spec->symbols.count;
    for (int i = 0; i < n && !net->failed; i++)
        add_one_species(net, i, prefix, compartment);
}

// ---- groups ----

typedef BP_ARRAY(const bp_ast *) ast_list;

// 5 or 2*5
static const bp_ast *read_member(bp_net_cursor *c) {
    bp_net *net = c->net;
    bp_net_skip_blanks(c);
    bp_where where = bp_net_where(net, c->line, c->at);
    double weight = 1, number = 0;
    const char *end = bp_net_number_here(c, &number);
    if (end && end < c->line->end && *end == '*') {
        weight = number;
        c->at = end + 1;
        end = bp_net_number_here(c, &number);
    }
    if (!end || number != floor(number)) {
        bp_net_expected(c, "the number of a species, such as 5 or 2*5");
        return NULL;
    }
    c->at = end;
    if (number < 1 || number > net->n_species) {
        bp_report_error(net->report, BP_UNKNOWN_NAME, where,
                        "there is no species %.0f: the network has %d", number,
                        net->n_species);
        return NULL;
    }
    const bp_ast *species = net->species[(int)number - 1];
    if (weight == 1) return species;
    const bp_ast *args[2] = {bp_net_number(net, weight, where), species};
    return args[0] ? bp_net_call(net, BP_OP_MUL, args, 2, where) : NULL;
}

static bool read_members(bp_net_cursor *c, ast_list *list) {
    while (!bp_net_at_end(c)) {
        const bp_ast *member = read_member(c);
        if (!member) return false;
        if (!bp_array_push(list, member)) {
            c->net->failed = true;
            return false;
        }
        if (bp_net_at_end(c)) return true;
        if (*c->at != ',') {
            bp_net_expected(c, "',' or the end of the line");
            return false;
        }
        c->at++;
    }
    return true;
}

// The sum of its members.
static const bp_ast *read_group(bp_net_cursor c, bp_where where) {
    ast_list list = {0};
    const bp_ast *sum = NULL;
    if (read_members(&c, &list)) {
        if (list.count == 0)
            sum = bp_net_number(c.net, 0, where);
        else if (list.count == 1)
            sum = list.items[0];
        else
            sum = bp_net_call(c.net, BP_OP_ADD, list.items, list.count, where);
    }
    bp_array_clear(&list);
    return sum;
}

// ---- values ----

static void read_values(bp_net *net) {
    for (int i = 0; i < net->entries.count && !net->failed; i++) {
        const bp_net_entry *entry = &net->entries.items[i];
        int index = bp_spec_find(net->spec, entry->id);
        bp_net_cursor body = entry->body;
        const bp_ast *value;
        if (entry->kind == BP_NET_PARAMETER)
            value = bp_net_whole_expression(&body, &parameter_scope);
        else if (entry->kind == BP_NET_FUNCTION)
            value = bp_net_whole_expression(&body, &function_scope);
        else
            value = read_group(body, entry->where);
        bp_symbol *symbol = &net->spec->symbols.items[index];
        if (entry->kind == BP_NET_PARAMETER) {
            symbol->initial = value;
        } else {
            symbol->rule = value;
            symbol->rule_kind = BP_ASSIGNMENT_RULE;
        }
    }
}

static void read_network(bp_net *net, const char *text, size_t length) {
    bp_net_cut(net, text, length);
    if (!net->failed) bp_net_collect_names(net);
    if (!net->failed) add_entries(net, BP_NET_PARAMETER);
    if (!net->failed) add_species(net);
    if (!net->failed) add_entries(net, BP_NET_FUNCTION);
    if (!net->failed) add_entries(net, BP_NET_GROUP);
    if (!net->failed) read_values(net);
    if (!net->failed) bp_net_read_reactions(net);
}

static void clear(bp_net *net) {
    for (int i = 0; i < BP_NET_BLOCKS; i++)
        bp_array_clear(&net->blocks[i]);
    bp_array_clear(&net->entries);
    bp_names_clear(&net->names);
    bp_array_clear(&net->entry_of);
    bp_names_clear(&net->taken);
    bp_free(net->species);
    bp_names_clear(&net->comments);
    bp_array_clear(&net->notes);
}

// "egfr" of "models/egfr.net"
static const char *model_name(bp_spec *spec, const char *path) {
    const char *slash = strrchr(path, '/');
    const char *start = slash ? slash + 1 : path;
    const char *dot = strrchr(start, '.');
    size_t n = dot && dot > start ? (size_t)(dot - start) : strlen(start);
    char *name = bp_arena_copy_n(&spec->arena, start, n);
    for (char *c = name; c && *c; c++)
        if (!bp_net_is_name_part(*c)) *c = '_';
    if (name && n > 0 && !bp_net_is_name_start(name[0])) name[0] = '_';
    return name;
}

static bp_status read_text(const char *path, const char *text, size_t length,
                           bp_spec *spec, bp_report *report) {
    int errors = report->n_errors;
    bp_net net = {.spec = spec, .report = report};
    net.file = spec->file = bp_arena_copy(&spec->arena, path);
    spec->name = model_name(spec, path);
    if (!spec->file || !spec->name) return BP_NO_MEMORY;
    read_network(&net, text, length);
    clear(&net);
    if (net.failed || report->failed) return BP_NO_MEMORY;
    return report->n_errors > errors ? bp_report_status(report) : BP_OK;
}

bp_status bp_bngnet_load(const char *name, bp_bundle *bundle, bp_spec **out,
                         bp_report *report) {
    bp_bundle *own = NULL;
    bp_spec *spec = NULL;
    const char *text = NULL;
    size_t length = 0;
    bp_error err = {0};
    bp_status status = BP_OK;
    if (!bundle) status = bp_bundle_new(&own);
    if (status == BP_OK)
        status = bp_bundle_read(bundle ? bundle : own, name, &text, &length, &err);
    if (status != BP_OK && status != BP_NO_MEMORY)
        bp_report_error(report, status, (bp_where){.file = name}, "%s", err.message);
    if (status == BP_OK) status = bp_spec_new(&spec);
    if (status == BP_OK) status = read_text(name, text, length, spec, report);
    if (status == BP_OK)
        *out = spec;
    else
        bp_spec_free(spec);
    bp_bundle_free(own);
    return status;
}
