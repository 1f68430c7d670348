// Reactions, interactions and events.
#include <string.h>

#include "model/antimony_parse.h"

typedef enum divider { NO_DIVIDER, REACTS, REACTS_ONE_WAY, INTERACTS } divider;

// `-(` and `-o` are two tokens, which are arrows only where an arrow can stand.
static divider divider_at(const bp_parser *p, int ahead, int *length) {
    const bp_token *token = bp_parser_peek(p, ahead),
                   *next = bp_parser_peek(p, ahead + 1);
    *length = 1;
    switch (token->type) {
    case BP_TOKEN_ARROW:
        return REACTS;
    case BP_TOKEN_ARROW_ONEWAY:
        return REACTS_ONE_WAY;
    case BP_TOKEN_INHIBITS:
        return INTERACTS;
    case '-':
        *length = 2;
        if (next->type == '(') return INTERACTS;
        if (next->type == BP_TOKEN_NAME && bp_token_is(next, "o") &&
            next->text == token->text + 1)
            return INTERACTS;
        return NO_DIVIDER;
    default:
        return NO_DIVIDER;
    }
}

bool bp_parser_sees_arrow(const bp_parser *p) {
    for (int i = 0;; i++) {
        const bp_token *token = bp_parser_peek(p, i);
        int length;
        if (divider_at(p, i, &length) != NO_DIVIDER) return true;
        bool listed = (token->type == BP_TOKEN_NAME && token->keyword == BP_KEY_NONE) ||
                      token->type == BP_TOKEN_NUMBER || token->type == '.' ||
                      token->type == '$' || token->type == '+';
        bool factor = token->type == '*' && i > 0 && // 2*A: told off where it is read
                      bp_parser_peek(p, i - 1)->type == BP_TOKEN_NUMBER;
        if (!listed && !factor) return false;
    }
}

typedef BP_ARRAY(bp_said_term) term_list;

// [2 | n] [$]S
static bool parse_term(bp_parser *p, bp_said_term *term) {
    *term = (bp_said_term){.stoichiometry = 1.0};
    if (bp_parser_at(p, BP_TOKEN_NUMBER)) {
        term->stoichiometry = bp_parser_peek(p, 0)->number;
        p->at++;
        if (bp_parser_at(p, '*')) {
            bp_parser_error(
                p, BP_SYNTAX, bp_parser_where(p),
                "a stoichiometry stands before its species without '*': 2 A");
            return false;
        }
    } else if (bp_parser_at(p, BP_TOKEN_NAME)) {
        int after = bp_parser_peek(p, 1)->type;
        if ((after == BP_TOKEN_NAME && bp_parser_peek(p, 1)->keyword == BP_KEY_NONE) ||
            after == '$') {
            if (!bp_parser_name(p, &term->variable)) return false;
            if (bp_names_add(&p->module->mentions, term->variable.name) < 0)
                p->failed = true;
        }
    }
    return bp_parser_dollar_name(p, &term->species, &term->boundary) &&
           bp_parser_check_name(p, term->species);
}

static bool parse_terms(bp_parser *p, term_list *terms) {
    do {
        bp_said_term term;
        if (!parse_term(p, &term)) return false;
        if (!bp_array_push(terms, term) ||
            bp_names_add(&p->module->mentions, term.species.name) < 0) {
            p->failed = true;
            return false;
        }
    } while (bp_parser_take(p, '+'));
    return true;
}

// A side of a reaction up to what ends it; kept in the arena.
static bool parse_side(bp_parser *p, bp_said_term **out, int *n) {
    term_list terms = {0};
    bool fine = parse_terms(p, &terms);
    if (fine) {
        size_t size = (size_t)terms.count * sizeof *terms.items;
        *out = bp_arena_take(p->arena, size);
        if (*out) memcpy(*out, terms.items, size);
        fine = *out != NULL;
        p->failed = p->failed || !fine;
        *n = terms.count;
    }
    bp_array_clear(&terms);
    return fine;
}

static bool parse_in(bp_parser *p, bp_local *place) {
    if (!bp_parser_take_key(p, BP_KEY_IN)) return true;
    return bp_parser_name(p, place);
}

// ; law [in C]
static bool parse_law(bp_parser *p, bp_said_reaction *reaction) {
    if (!bp_parser_take(p, ';')) {
        bp_parser_expected(p, "'+', or ';' and the rate law");
        return false;
    }
    if (!bp_parser_end_of_statement(p) && !bp_parser_at_key(p, BP_KEY_IN)) {
        reaction->law = bp_parser_expression(p);
        if (!reaction->law) return false;
    }
    return parse_in(p, &reaction->place);
}

static bool parse_reaction(bp_parser *p, bp_said_reaction *reaction, divider *kind) {
    int length;
    if (divider_at(p, 0, &length) == NO_DIVIDER &&
        !parse_side(p, &reaction->left, &reaction->n_left))
        return false;
    *kind = divider_at(p, 0, &length);
    if (*kind == NO_DIVIDER) {
        bp_parser_expected(p, "'+', '->' or '=>'");
        return false;
    }
    p->at += length;
    reaction->reversible = *kind != REACTS_ONE_WAY;
    if (!bp_parser_end_of_statement(p) &&
        !parse_side(p, &reaction->right, &reaction->n_right))
        return false;
    return parse_law(p, reaction);
}

void bp_parser_reaction(bp_parser *p, bp_local name, bp_local place) {
    bp_said_reaction *reaction = bp_arena_take(p->arena, sizeof *reaction);
    divider kind = NO_DIVIDER;
    if (!reaction) {
        p->failed = true;
        return;
    }
    if (!name.name) name.where = bp_parser_where(p);
    reaction->place = place;
    if (!parse_reaction(p, reaction, &kind)) return;
    bp_statement *s = bp_parser_add(
        p, kind == INTERACTS ? BP_SAYS_INTERACTION : BP_SAYS_REACTION, name);
    if (s) s->u.reaction = reaction;
}

// ---- events ----

static bool parse_truth(bp_parser *p, const char *what, bool *out) {
    const bp_token *token = bp_parser_peek(p, 0);
    bool yes = bp_token_is(token, "true"), no = bp_token_is(token, "false");
    if (!yes && !no) {
        bp_parser_error(p, BP_BAD_VALUE, bp_parser_where(p),
                        "'%s' of an event is true or false", what);
        return false;
    }
    *out = yes;
    p->at++;
    return true;
}

// priority = expr | persistent = true | t0 = false | fromTrigger = true
static bool parse_option(bp_parser *p, bp_said_event *event) {
    const bp_token *token = bp_parser_peek(p, 0);
    bp_where where = bp_parser_where(p);
    p->at++;
    if (!bp_parser_take(p, '=')) {
        bp_parser_expected(p, "'='");
        return false;
    }
    if (bp_token_is(token, "priority"))
        return (event->priority = bp_parser_expression(p)) != NULL;
    if (bp_token_is(token, "persistent"))
        return parse_truth(p, "persistent", &event->persistent);
    if (bp_token_is(token, "t0")) return parse_truth(p, "t0", &event->initially_true);
    if (bp_token_is(token, "fromTrigger"))
        return parse_truth(p, "fromTrigger", &event->values_from_trigger);
    bp_parser_error(p, BP_SYNTAX, where,
                    "an event has no option '%.*s'; there are priority, persistent, t0 "
                    "and fromTrigger",
                    token->length > 40 ? 40 : token->length, token->text);
    return false;
}

static void skip_newlines(bp_parser *p) {
    while (bp_parser_take(p, BP_TOKEN_NEWLINE)) {
    }
}

typedef BP_ARRAY(bp_said_assignment) assignment_list;

static bool parse_assignment(bp_parser *p, assignment_list *list) {
    bp_said_assignment a = {0};
    if (!bp_parser_name(p, &a.target) || !bp_parser_check_name(p, a.target))
        return false;
    if (!bp_parser_take(p, '=')) {
        bp_parser_expected(p, "'='");
        return false;
    }
    a.value = bp_parser_expression(p);
    if (!a.value) return false;
    if (bp_array_push(list, a) &&
        bp_names_add(&p->module->mentions, a.target.name) >= 0)
        return true;
    p->failed = true;
    return false;
}

// a = expr {, b = expr}; a new line may follow each comma
static bool parse_assignments(bp_parser *p, bp_said_event *event) {
    assignment_list list = {0};
    bool fine;
    do {
        skip_newlines(p);
        fine = parse_assignment(p, &list);
    } while (fine && (bp_parser_take(p, ',') || bp_parser_take(p, ':')));
    if (fine) {
        size_t size = (size_t)list.count * sizeof *list.items;
        event->assignments = bp_arena_take(p->arena, size);
        fine = event->assignments != NULL;
        p->failed = p->failed || !fine;
        if (fine) memcpy(event->assignments, list.items, size);
        event->n_assignments = list.count;
    }
    bp_array_clear(&list);
    return fine;
}

// at [delay after] trigger {, option} : assignments; `at` has been taken.
static bool parse_event(bp_parser *p, bp_said_event *event) {
    event->trigger = bp_parser_expression(p);
    if (!event->trigger) return false;
    if (bp_parser_take_key(p, BP_KEY_AFTER)) {
        event->delay = event->trigger;
        event->trigger = bp_parser_expression(p);
        if (!event->trigger) return false;
    }
    while (bp_parser_take(p, ','))
        if (!parse_option(p, event)) return false;
    if (!bp_parser_take(p, ':')) {
        bp_parser_expected(p, "',' and an option, or ':' and what the event sets");
        return false;
    }
    return parse_assignments(p, event);
}

void bp_parser_event(bp_parser *p, bp_local name) {
    bp_said_event *event = bp_arena_take(p->arena, sizeof *event);
    if (!event) {
        p->failed = true;
        return;
    }
    if (!name.name) name.where = bp_parser_where(p);
    event->initially_true = event->persistent = event->values_from_trigger = true;
    p->at++; // at
    if (!parse_event(p, event)) return;
    bp_statement *s = bp_parser_add(p, BP_SAYS_EVENT, name);
    if (s) s->u.event = event;
}
