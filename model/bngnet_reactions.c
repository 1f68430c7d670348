// The reactions of a .net file: [index] reactants products law #rule
//
// Reactants and products are lists of species numbers, 0 means none. A species that
// stands twice has stoichiometry 2.
#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "model/bngnet_read.h"

enum {
    MOST_SPECIES = 64,    // on one side of a reaction
    ENOUGH_ERRORS = 1000, // more than a report keeps
};

typedef struct side {
    int number[MOST_SPECIES]; // of the species, from 1, as they stand
    bp_where where[MOST_SPECIES];
    int n;
} side;

static bool is_list(const bp_net_word *word) {
    for (int i = 0; i < word->length; i++)
        if (word->text[i] != ',' && (word->text[i] < '0' || word->text[i] > '9'))
            return false;
    return word->length > 0;
}

// Over the index where there is one: there is, when a third list of numbers and a law
// follow it.
static void skip_index(bp_net_cursor *c) {
    bp_net_cursor ahead = *c;
    bp_net_word index = bp_net_next_word(&ahead);
    bp_net_cursor after = ahead;
    bp_net_word first = bp_net_next_word(&ahead), second = bp_net_next_word(&ahead);
    if (bp_net_all_digits(index.text, index.length) && is_list(&first) &&
        is_list(&second) && !bp_net_at_end(&ahead))
        *c = after;
}

static bool add_species(bp_net_cursor *c, side *s, int number, const char *place) {
    bp_where where = bp_net_where(c->net, c->line, place);
    if (number > c->net->n_species) {
        bp_report_error(c->net->report, BP_UNKNOWN_NAME, where,
                        "there is no species %d: the network has %d", number,
                        c->net->n_species);
        return false;
    }
    if (number == 0) return true;
    if (s->n == MOST_SPECIES) {
        bp_report_error(c->net->report, BP_UNSUPPORTED, where,
                        "more than %d species on one side of a reaction", MOST_SPECIES);
        return false;
    }
    s->number[s->n] = number;
    s->where[s->n++] = where;
    return true;
}

// 1,2,2
static bool read_side(bp_net_cursor *c, side *s, const char *what) {
    bp_net_skip_blanks(c);
    bool more = true;
    while (more) {
        const char *place = c->at;
        int number = 0;
        while (c->at < c->line->end && *c->at >= '0' && *c->at <= '9') {
            int digit = *c->at++ - '0';
            number = number > (INT_MAX - 9) / 10 ? INT_MAX : 10 * number + digit;
        }
        if (c->at == place) {
            bp_net_expected(c, what);
            return false;
        }
        if (!add_species(c, s, number, place)) return false;
        more = c->at < c->line->end && *c->at == ',';
        if (more) c->at++;
    }
    return true;
}

// ---- into the spec ----

// The terms of a side, equal species together.
static int fill_terms(const bp_net *net, const side *s, bp_term *terms) {
    int n = 0;
    for (int i = 0; i < s->n; i++) {
        int symbol = net->first_species + s->number[i] - 1, k = 0;
        while (k < n && terms[k].species != symbol)
            k++;
        if (k == n) terms[n++] = (bp_term){.species = symbol, .where = s->where[i]};
        terms[k].stoichiometry += 1;
    }
    return n;
}

// What follows '#', which is the name of the rule; NULL: nothing.
static const char *note_of(bp_net *net, const bp_net_line *line) {
    const char *text = line->comment;
    int length = line->comment ? line->comment_length : 0;
    while (length > 0 && (unsigned char)text[0] <= ' ')
        text++, length--;
    while (length > 0 && (unsigned char)text[length - 1] <= ' ')
        length--;
    if (length == 0) return NULL;
    int i = bp_names_add_n(&net->comments, text, (size_t)length);
    if (i == net->notes.count) {
        const char *copy = bp_arena_copy(&net->spec->arena, net->comments.text[i]);
        if (!copy || !bp_array_push(&net->notes, copy)) i = -1;
    }
    if (i < 0) net->failed = true;
    return i < 0 ? NULL : net->notes.items[i];
}

// R123
static void write_name(char name[80], const char *prefix, int number) {
    char digits[16];
    int n = 0;
    for (; number > 0; number /= 10)
        digits[n++] = (char)('0' + number % 10);
    size_t at = strlen(prefix);
    memcpy(name, prefix, at);
    while (n > 0)
        name[at++] = digits[--n];
    name[at] = '\0';
}

static void add_reaction(bp_net *net, const char *name, const bp_net_line *line,
                         const side *sides, const bp_ast *law) {
    bp_reaction *r =
        bp_spec_add_reaction(net->spec, name, bp_net_where(net, line, line->text));
    size_t n = (size_t)sides[0].n + (size_t)sides[1].n;
    bp_term *terms = r ? bp_arena_take(&net->spec->arena, n * sizeof *terms) : NULL;
    if (!terms) {
        net->failed = true;
        return;
    }
    r->reversible = false;
    r->law = law;
    r->note = note_of(net, line);
    r->reactants = terms;
    r->n_reactants = fill_terms(net, &sides[0], terms);
    r->products = terms + sides[0].n;
    r->n_products = fill_terms(net, &sides[1], r->products);
}

static void read_reaction(bp_net *net, const bp_net_line *line, const char *name) {
    bp_net_cursor c = {net, line, line->text};
    side sides[2];
    sides[0].n = sides[1].n = 0;
    skip_index(&c);
    if (!read_side(&c, &sides[0], "the numbers of the reactants, such as 1,2") ||
        !read_side(&c, &sides[1], "the numbers of the products, such as 1,2"))
        return;
    if (bp_net_at_end(&c)) {
        bp_net_expected(&c, "a rate constant or rate law");
        return;
    }
    const bp_ast *law = bp_net_law(&c, sides[0].number, sides[0].n);
    if (law) add_reaction(net, name, line, sides, law);
}

void bp_net_read_reactions(bp_net *net) {
    char prefix[64], name[80];
    int n = net->blocks[BP_NET_REACTIONS].count;
    if (!bp_net_numbered_prefix(net, 'R', n, prefix) ||
        !bp_array_reserve(&net->spec->reactions, n)) {
        net->failed = true;
        return;
    }
    for (int i = 0; i < n && !net->failed && net->report->n_errors < ENOUGH_ERRORS;
         i++) {
        write_name(name, prefix, i + 1);
        read_reaction(net, &net->blocks[BP_NET_REACTIONS].items[i], name);
    }
}
