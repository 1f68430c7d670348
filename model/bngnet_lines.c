// .net text -> logical lines by block, and walking along one line.
#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/bngnet_read.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

bool bp_net_is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool bp_net_is_name_part(char c) {
    return bp_net_is_name_start(c) || bp_is_digit(c);
}

bool bp_net_all_digits(const char *text, int length) {
    for (int i = 0; i < length; i++)
        if (!bp_is_digit(text[i])) return false;
    return length > 0;
}

bp_where bp_net_where(const bp_net *net, const bp_net_line *line, const char *place) {
    bp_where where = {net->file, line->number, 0};
    const char *start = line->start;
    for (const char *c = line->start; line->continued && c < place; c++)
        if (*c == '\n') {
            where.line++;
            start = c + 1;
        }
    where.column = 1 + (int)(place - start);
    return where;
}

// ---- along a line ----

void bp_net_skip_blanks(bp_net_cursor *c) {
    const char *end = c->line->end;
    for (; c->at < end; c->at++) {
        bool joins = c->line->continued && (*c->at == '\n' || *c->at == '\\');
        if (!is_blank(*c->at) && !joins) return;
    }
}

bool bp_net_at_end(bp_net_cursor *c) {
    bp_net_skip_blanks(c);
    return c->at >= c->line->end;
}

bp_net_word bp_net_next_word(bp_net_cursor *c) {
    bp_net_skip_blanks(c);
    bp_net_word word = {c->at, 0};
    while (c->at < c->line->end && !is_blank(*c->at) && *c->at != '\n')
        c->at++;
    word.length = (int)(c->at - word.text);
    return word;
}

int bp_net_take_index(bp_net_cursor *c) {
    bp_net_cursor ahead = *c;
    bp_net_word word = bp_net_next_word(&ahead);
    if (word.length > 9 || !bp_net_all_digits(word.text, word.length) ||
        bp_net_at_end(&ahead))
        return 0;
    int value = 0;
    for (int i = 0; i < word.length; i++)
        value = 10 * value + (word.text[i] - '0');
    *c = ahead;
    return value;
}

const char *bp_net_number_here(const bp_net_cursor *c, double *value) {
    const char *end = c->at, *digits = c->at;
    if (digits < c->line->end && (*digits == '-' || *digits == '+')) digits++;
    // a word such as inf is the name of something
    if (digits >= c->line->end || bp_net_is_name_start(*digits)) return NULL;
    *value = bp_number_read(c->at, &end);
    bool whole = end > c->at && end <= c->line->end && isfinite(*value);
    return whole ? end : NULL;
}

void bp_net_expected(bp_net_cursor *c, const char *what) {
    bp_net_skip_blanks(c);
    bp_where where = bp_net_where(c->net, c->line, c->at);
    bp_net_cursor ahead = *c;
    bp_net_word word = bp_net_next_word(&ahead);
    int shown = word.length > 40 ? 40 : word.length;
    if (word.length == 0)
        bp_report_error(c->net->report, BP_SYNTAX, where,
                        "expected %s, found the end of the line", what);
    else
        bp_report_error(c->net->report, BP_SYNTAX, where, "expected %s, found '%.*s'",
                        what, shown, word.text);
}

// ---- lines ----

typedef struct cutter {
    bp_net *net;
    const char *at, *end;
    int number;
    // the block that is open
    char block[48]; // its name as written; "" outside
    bp_where begun;
    int kind; // bp_net_block, or BP_NET_BLOCKS: left out
} cutter;

static const char *line_end(const char *at, const char *end) {
    const char *found = memchr(at, '\n', (size_t)(end - at));
    return found ? found : end;
}

// Whether the physical line ends in a '\', and nothing but blanks after it.
static bool joins_next(const char *start, const char *stop) {
    while (stop > start && is_blank(stop[-1]))
        stop--;
    return stop > start && stop[-1] == '\\';
}

static bp_net_line next_line(cutter *cut) {
    bp_net_line line = {.start = cut->at, .text = cut->at, .number = cut->number};
    const char *stop = line_end(cut->at, cut->end);
    cut->number++;
    while (stop < cut->end && joins_next(line.start, stop)) {
        line.continued = true;
        stop = line_end(stop + 1, cut->end);
        cut->number++;
    }
    cut->at = stop < cut->end ? stop + 1 : stop;
    const char *hash = memchr(line.start, '#', (size_t)(stop - line.start));
    if (hash) {
        line.comment = hash + 1;
        line.comment_length = (int)(stop - line.comment);
        stop = hash;
    }
    while (stop > line.text && (is_blank(stop[-1]) || stop[-1] == '\n'))
        stop--;
    line.end = stop;
    bp_net_cursor c = {cut->net, &line, line.text};
    bp_net_skip_blanks(&c);
    line.text = c.at;
    return line;
}

// ---- blocks ----

static const struct known_block {
    const char *name;
    int kind; // BP_NET_BLOCKS: the network says all of it already
} known_blocks[] = {
    {"parameters", BP_NET_PARAMETERS},   {"functions", BP_NET_FUNCTIONS},
    {"species", BP_NET_SPECIES},         {"reactions", BP_NET_REACTIONS},
    {"groups", BP_NET_GROUPS},           {"molecule types", BP_NET_BLOCKS},
    {"observables", BP_NET_BLOCKS},      {"reaction rules", BP_NET_BLOCKS},
    {"compartments", BP_NET_BLOCKS},     {"energy patterns", BP_NET_BLOCKS},
    {"population types", BP_NET_BLOCKS}, {"population maps", BP_NET_BLOCKS},
    {"actions", BP_NET_BLOCKS},          {"reactions_text", BP_NET_BLOCKS},
};

enum { N_KNOWN = sizeof known_blocks / sizeof *known_blocks };

static bool is_word(const bp_net_word *word, const char *text) {
    return word->length == (int)strlen(text) &&
           memcmp(word->text, text, (size_t)word->length) == 0;
}

// The rest of the line as a name with one blank between its words.
static void read_block_name(bp_net_cursor *c, char *out, size_t size) {
    size_t n = 0;
    for (bp_net_word word; (word = bp_net_next_word(c)).length > 0;) {
        if (n > 0 && n + 1 < size) out[n++] = ' ';
        for (int i = 0; i < word.length && n + 1 < size; i++)
            out[n++] = word.text[i];
    }
    out[n] = '\0';
}

static const struct known_block *find_block(const char *name) {
    for (int i = 0; i < N_KNOWN; i++)
        if (strcmp(known_blocks[i].name, name) == 0) return &known_blocks[i];
    return NULL;
}

static void unknown_block(cutter *cut, const char *name, bp_where where) {
    const char *names[N_KNOWN];
    for (int i = 0; i < N_KNOWN; i++)
        names[i] = known_blocks[i].name;
    const char *nearest = bp_text_nearest(name, names, N_KNOWN);
    if (strcmp(name, "seed species") == 0)
        bp_report_error(cut->net->report, BP_UNSUPPORTED, where,
                        "'seed species' is a block of BioNetGen's language, not of a "
                        "network; make the network with generate_network()");
    else if (nearest)
        bp_report_error(cut->net->report, BP_UNSUPPORTED, where,
                        "there is no block '%s' in a network; did you mean '%s'?", name,
                        nearest);
    else
        bp_report_error(cut->net->report, BP_UNSUPPORTED, where,
                        "the block '%s' is not known, so what it says cannot be left "
                        "out",
                        name);
}

static void begin_block(cutter *cut, const bp_net_line *line, bp_net_cursor c) {
    bp_net *net = cut->net;
    bp_where where = bp_net_where(net, line, line->text);
    char name[sizeof cut->block];
    read_block_name(&c, name, sizeof name);
    if (strcmp(name, "model") == 0) return; // a frame around all blocks
    if (!name[0]) {
        bp_report_error(net->report, BP_SYNTAX, where,
                        "'begin' needs the name of a block");
        return;
    }
    if (cut->block[0])
        bp_report_error(net->report, BP_SYNTAX, where,
                        "'begin %s' stands in the block '%s' (line %d), which has no "
                        "'end %s'",
                        name, cut->block, cut->begun.line, cut->block);
    const struct known_block *known = find_block(name);
    if (!known) unknown_block(cut, name, where);
    memcpy(cut->block, name, sizeof name);
    cut->begun = where;
    cut->kind = known ? known->kind : BP_NET_BLOCKS;
    if (cut->kind == BP_NET_BLOCKS) return;
    int before = net->block_line[cut->kind];
    if (before > 0) {
        bp_report_error(net->report, BP_DUPLICATE, where,
                        "there is a block '%s' already (line %d)", name, before);
        cut->kind = BP_NET_BLOCKS;
        return;
    }
    net->block_line[cut->kind] = where.line;
}

static void end_block(cutter *cut, const bp_net_line *line, bp_net_cursor c) {
    char name[sizeof cut->block];
    read_block_name(&c, name, sizeof name);
    if (strcmp(name, "model") == 0) return;
    bp_where where = bp_net_where(cut->net, line, line->text);
    if (!cut->block[0])
        bp_report_error(cut->net->report, BP_SYNTAX, where,
                        "this 'end' closes nothing");
    else if (strcmp(name, cut->block) != 0)
        bp_report_error(cut->net->report, BP_SYNTAX, where,
                        "'end %s' closes the block '%s' (line %d)", name, cut->block,
                        cut->begun.line);
    cut->block[0] = '\0';
}

// Actions that would change what is simulated.
static bool changes_values(const bp_net_word *word) {
    static const char *const names[] = {"setConcentration", "addConcentration",
                                        "setParameter",     "resetParameters",
                                        "readFile",         "parameter_scan"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_word(word, names[i])) return true;
    return false;
}

// Outside all blocks stand actions: substanceUnits("Number"), simulate({...}).
static void outside(cutter *cut, const bp_net_line *line) {
    bp_net_word name = {line->text, 0};
    while (line->text + name.length < line->end &&
           bp_net_is_name_part(line->text[name.length]))
        name.length++;
    bp_net_cursor c = {cut->net, line, line->text + name.length};
    bool action = name.length > 0 && !bp_net_at_end(&c) && *c.at == '(';
    bp_where where = bp_net_where(cut->net, line, line->text);
    c.at = line->text;
    if (!action)
        bp_net_expected(&c, "'begin BLOCK' or an action such as simulate(...)");
    else if (changes_values(&name))
        bp_report_warning(cut->net->report, BP_UNSUPPORTED, where,
                          "the action %.*s is not carried out: the network starts as "
                          "its blocks say",
                          name.length, name.text);
}

static void cut_line(cutter *cut) {
    bp_net_line line = next_line(cut);
    if (line.text >= line.end) return;
    bp_net_cursor c = {cut->net, &line, line.text};
    if (*line.text == 'b' || *line.text == 'e') {
        bp_net_word word = bp_net_next_word(&c);
        if (is_word(&word, "begin")) {
            begin_block(cut, &line, c);
            return;
        }
        if (is_word(&word, "end")) {
            end_block(cut, &line, c);
            return;
        }
    }
    if (!cut->block[0])
        outside(cut, &line);
    else if (cut->kind != BP_NET_BLOCKS &&
             !bp_array_push(&cut->net->blocks[cut->kind], line))
        cut->net->failed = true;
}

void bp_net_cut(bp_net *net, const char *text, size_t length) {
    cutter cut = {.net = net, .at = text, .end = text + length, .number = 1};
    if (length > INT_MAX / 2) {
        bp_report_error(net->report, BP_UNSUPPORTED, (bp_where){net->file, 0, 0},
                        "the file is larger than 1 GiB");
        return;
    }
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        cut.at += 3; // byte order mark
    while (cut.at < cut.end && !net->failed)
        cut_line(&cut);
    if (cut.block[0])
        bp_report_error(net->report, BP_SYNTAX, cut.begun,
                        "the block '%s' that begins here has no 'end %s'", cut.block,
                        cut.block);
    if (net->block_line[BP_NET_SPECIES] == 0 && net->report->n_errors == 0)
        bp_report_error(net->report, BP_BAD_MODEL, (bp_where){net->file, 0, 0},
                        "the file has no block 'species', so it is no network of "
                        "BioNetGen");
}
