// One statement of a module body.
#include <string.h>

#include "model/antimony_parse.h"

// ---- what is not supported ----

static void refuse(bp_parser *p, const char *reason) {
    bp_parser_error(p, BP_UNSUPPORTED, bp_parser_where(p), "%s", reason);
}

static const char *const no_dna =
    "strands of DNA, genes and operators are not supported; write the reactions out";
static const char *const no_constraint =
    "constraints and flux bounds are not supported: Bypass integrates, it does not "
    "optimise fluxes; leave the line out";
static const char *const no_algebra =
    "algebraic rules (0 = ...) are not supported; solve for one symbol and write ':='";
static const char *const no_conversion = "conversion factors between modules are not "
                                         "supported; write both modules in the same "
                                         "units";

static void skip_statement(bp_parser *p) {
    while (!bp_parser_end_of_statement(p))
        p->at++;
}

static void ignore_metadata(bp_parser *p, bp_where where, const char *what) {
    bp_report_warning(p->report, BP_UNSUPPORTED, where,
                      "%s is not read: it does not change what is simulated", what);
    skip_statement(p);
}

// ---- values ----

// = expr | := expr | ' = expr | has unit | is "text" ; true when one of them stood
// there.
static bool take_unit(bp_parser *p, bp_local name) {
    const char *text = NULL;
    if (!bp_parser_unit(p, &text)) return true;
    bp_statement *s = bp_parser_add(p, BP_SAYS_UNIT, name);
    if (s) s->u.text = text;
    return true;
}

static bool take_value(bp_parser *p, bp_local name, bp_statement_kind kind) {
    const bp_ast *value = NULL;
    if (!bp_parser_check_name(p, name)) return true;
    if (!bp_parser_end_of_statement(p) && !bp_parser_at(p, ',')) {
        value = bp_parser_expression(p);
        if (!value) return true;
    }
    bp_statement *s = bp_parser_add(p, kind, name);
    if (s) s->u.value = value;
    return true;
}

static bool take_definition(bp_parser *p, bp_local name) {
    if (bp_parser_take(p, '=')) return take_value(p, name, BP_SAYS_INITIAL);
    if (bp_parser_take(p, BP_TOKEN_BECOMES))
        return take_value(p, name, BP_SAYS_ASSIGNMENT);
    if (bp_parser_at(p, '\'') && bp_parser_peek(p, 1)->type == '=') {
        p->at += 2;
        return take_value(p, name, BP_SAYS_RATE);
    }
    if (bp_parser_take_key(p, BP_KEY_HAS)) return take_unit(p, name);
    return false;
}

static bool take_place(bp_parser *p, bp_local name) {
    bp_local place;
    if (!bp_parser_take_key(p, BP_KEY_IN)) return false;
    if (!bp_parser_name(p, &place)) return true;
    bp_statement *s = bp_parser_add(p, BP_SAYS_PLACE, name);
    if (s) s->u.other = place;
    if (bp_names_add(&p->module->mentions, place.name) < 0) p->failed = true;
    return true;
}

// ---- declarations ----

static int flag_of(bp_keyword key) {
    switch (key) {
    case BP_KEY_VAR:
        return BP_AS_VAR;
    case BP_KEY_CONST:
    case BP_KEY_EXT:
        return BP_AS_CONST;
    case BP_KEY_SPECIES:
        return BP_AS_SPECIES;
    case BP_KEY_COMPARTMENT:
        return BP_AS_COMPARTMENT;
    case BP_KEY_FORMULA:
        return BP_AS_PARAMETER;
    case BP_KEY_REACTION:
        return BP_AS_REACTION;
    case BP_KEY_SUBSTANCE_ONLY:
        return BP_AS_SPECIES | BP_AS_SUBSTANCE_ONLY;
    default:
        return 0;
    }
}

static bool is_dna_word(bp_keyword key) {
    return key == BP_KEY_DNA || key == BP_KEY_GENE || key == BP_KEY_OPERATOR;
}

static bool take_flags(bp_parser *p, int *flags) {
    *flags = 0;
    for (;;) {
        bp_keyword key = (bp_keyword)bp_parser_peek(p, 0)->keyword;
        if (!bp_parser_at(p, BP_TOKEN_NAME)) return true;
        if (is_dna_word(key)) {
            refuse(p, no_dna);
            return false;
        }
        int flag = flag_of(key);
        if (!flag) return true;
        bool both = (*flags | flag) & BP_AS_VAR && (*flags | flag) & BP_AS_CONST;
        if (both || (*flags & flag & ~BP_AS_SPECIES)) {
            bp_parser_expected(p, "a name");
            return false;
        }
        *flags |= flag;
        p->at++;
    }
}

static bool parse_item(bp_parser *p, int flags) {
    bp_local name;
    bool boundary;
    if (!bp_parser_dollar_name(p, &name, &boundary) || !bp_parser_check_name(p, name))
        return false;
    bp_statement *s = bp_parser_add(p, BP_SAYS_KIND, name);
    if (!s) return false;
    s->u.flags = flags | (boundary ? BP_AS_BOUNDARY : 0);
    take_place(p, name);
    if (!p->bad) take_definition(p, name);
    return !p->bad && !p->failed;
}

static void parse_declaration(bp_parser *p) {
    int flags;
    if (bp_parser_peek(p, 1)->type == '.') { // species.size = {40, 50}
        ignore_metadata(p, bp_parser_where(p), "layout");
        return;
    }
    if (!take_flags(p, &flags)) return;
    do {
        if (!parse_item(p, flags)) return;
    } while (bp_parser_take(p, ','));
}

// ---- statements that start with a dotted name ----

static const char *const metadata[] = {"mean",
                                       "stdev",
                                       "standardDeviation",
                                       "coefficientOfVariation",
                                       "kurtosis",
                                       "median",
                                       "mode",
                                       "sampleSize",
                                       "skewness",
                                       "standardError",
                                       "variance",
                                       "confidenceInterval",
                                       "credibleInterval",
                                       "interquartileRange",
                                       "range",
                                       "distribution",
                                       "externalParameter",
                                       "position",
                                       "pos",
                                       "size",
                                       "width",
                                       "height",
                                       "species_end",
                                       "rxn_end",
                                       "b1",
                                       "b2",
                                       "charge",
                                       "chemicalFormula",
                                       "gpa",
                                       "geneProductAssociation"};

static void refuse_conversion(bp_parser *p, bp_where where) {
    bp_parser_error(p, BP_UNSUPPORTED, where,
                    "conversion factors are not read, and they change what is "
                    "simulated; multiply the stoichiometries by them: n A -> n B");
    skip_statement(p);
}

static bool is_instance(const bp_parser *p, const char *name, size_t length) {
    for (int i = 0; i < p->module->statements.count; i++) {
        const bp_statement *s = &p->module->statements.items[i];
        if (s->kind == BP_SAYS_INSTANCE && s->name.name &&
            strlen(s->name.name) == length && memcmp(s->name.name, name, length) == 0)
            return true;
    }
    return false;
}

// x.sboTerm = 1, x.mean = 2: about x, where x is no instance of a module.
static bool take_attribute(bp_parser *p, bp_local name) {
    const char *dot = strrchr(name.name, '.');
    if (!dot || (!bp_parser_at(p, '=') && !bp_parser_at_key(p, BP_KEY_IS)))
        return false;
    if (strcmp(dot, ".sboTerm") == 0) {
        bp_local owner = name;
        owner.name = bp_parser_word(p, name.name, (size_t)(dot - name.name));
        p->at++;
        if (owner.name && strstr(owner.name, ".kineticLaw"))
            ignore_metadata(p, name.where, "the SBO term of a rate law");
        else if (owner.name)
            bp_parser_sbo(p, owner);
        return true;
    }
    if (is_instance(p, name.name, strcspn(name.name, "."))) return false;
    for (size_t i = 0; i < sizeof metadata / sizeof *metadata; i++)
        if (strcmp(dot + 1, metadata[i]) == 0) {
            ignore_metadata(p, name.where, "layout, uncertainty or flux information");
            return true;
        }
    if (strcmp(dot + 1, "conversionFactor") == 0) {
        refuse_conversion(p, name.where);
        return true;
    }
    return false;
}

// ---- instances ----

typedef BP_ARRAY(bp_said_argument) argument_list;

static bool parse_argument(bp_parser *p, argument_list *args) {
    bp_said_argument arg = {0};
    if (bp_parser_at(p, BP_TOKEN_NUMBER) || bp_parser_at(p, '-')) {
        arg.name.where = bp_parser_where(p);
        arg.number = bp_parser_expression(p);
        if (!arg.number) return false;
        if (arg.number->op != BP_OP_NUMBER) {
            bp_parser_error(
                p, BP_SYNTAX, arg.name.where,
                "an instance is given names or numbers, not expressions; give "
                "the expression a name with ':='");
            return false;
        }
    } else if (!bp_parser_name(p, &arg.name)) {
        return false;
    }
    if (bp_array_push(args, arg) &&
        (!arg.name.name || bp_names_add(&p->module->mentions, arg.name.name) >= 0))
        return true;
    p->failed = true;
    return false;
}

static bool parse_arguments(bp_parser *p, argument_list *args) {
    p->at++; // (
    if (bp_parser_take(p, ')')) return true;
    do {
        if (!parse_argument(p, args)) return false;
    } while (bp_parser_take(p, ','));
    if (bp_parser_take(p, ')')) return true;
    bp_parser_expected(p, "',' or ')'");
    return false;
}

// module(x, 3) [in C]; the module's name is at hand.
static bool parse_instance(bp_parser *p, bp_said_instance *instance) {
    argument_list args = {0};
    bool fine = bp_parser_name(p, &instance->module) && parse_arguments(p, &args);
    if (fine && args.count > 0) {
        size_t size = (size_t)args.count * sizeof *args.items;
        instance->args = bp_arena_take(p->arena, size);
        fine = instance->args != NULL;
        p->failed = p->failed || !fine;
        if (fine) memcpy(instance->args, args.items, size);
        instance->n_args = args.count;
    }
    bp_array_clear(&args);
    if (fine && bp_parser_at(p, ',')) {
        refuse(p, no_conversion);
        return false;
    }
    if (fine && bp_parser_take_key(p, BP_KEY_IN))
        return bp_parser_name(p, &instance->place);
    return fine;
}

static void add_instance(bp_parser *p, bp_local name, bp_local place) {
    bp_said_instance *instance = bp_arena_take(p->arena, sizeof *instance);
    if (!instance) {
        p->failed = true;
        return;
    }
    if (!name.name) name.where = bp_parser_where(p);
    instance->place = place;
    if (!parse_instance(p, instance)) return;
    bp_statement *s = bp_parser_add(p, BP_SAYS_INSTANCE, name);
    if (s) s->u.instance = instance;
}

// ---- statements that start with a name ----

static void parse_is(bp_parser *p, bp_local name) {
    const bp_token *token = bp_parser_peek(p, 0);
    bp_local other;
    if (bp_parser_take(p, BP_TOKEN_STRING)) {
        const char *text = bp_parser_word(p, token->text, (size_t)token->length);
        bp_statement *s = bp_parser_add(p, BP_SAYS_DISPLAY, name);
        if (s) s->u.text = text;
        return;
    }
    if (!bp_parser_name(p, &other)) return;
    if (bp_parser_at(p, '/')) {
        refuse(p, no_conversion);
        return;
    }
    bp_statement *s = bp_parser_add(p, BP_SAYS_SAME, name);
    if (s) s->u.other = other;
    if (bp_names_add(&p->module->mentions, other.name) < 0) p->failed = true;
}

// What follows `name [in C] :`
static void parse_labelled(bp_parser *p, bp_local name, bp_local place) {
    if (!bp_parser_check_name(p, name)) return;
    if (strchr(name.name, '.')) {
        bp_parser_error(p, BP_BAD_MODEL, name.where,
                        "'%s' has a '.': what a module contains is named by the module",
                        name.name);
    } else if (bp_parser_at_key(p, BP_KEY_AT)) {
        bp_parser_event(p, name);
    } else if (bp_parser_at_key(p, BP_KEY_MAXIMIZE) ||
               bp_parser_at_key(p, BP_KEY_MINIMIZE)) {
        refuse(p, no_constraint);
    } else if (bp_parser_at(p, BP_TOKEN_NUMBER) && bp_parser_peek(p, 1)->type == '=') {
        refuse(p, no_algebra);
    } else if (bp_parser_at(p, BP_TOKEN_DASHES) ||
               bp_parser_peek(p, 1)->type == BP_TOKEN_DASHES) {
        refuse(p, no_dna);
    } else if (bp_parser_at(p, '@')) {
        bp_parser_error(p, BP_SYNTAX, bp_parser_where(p),
                        "write 'at' for an event, not '@'");
    } else if (bp_parser_at(p, BP_TOKEN_NAME) && bp_parser_peek(p, 1)->type == '(') {
        add_instance(p, name, place);
    } else {
        bp_parser_reaction(p, name, place);
    }
}

static bool is_comparison(int type) {
    return type == '<' || type == '>' || type == BP_TOKEN_LE || type == BP_TOKEN_GE ||
           type == BP_TOKEN_EQ || type == BP_TOKEN_NE;
}

static void parse_rest(bp_parser *p, bp_local name) {
    if (bp_parser_take_key(p, BP_KEY_IS)) {
        parse_is(p, name);
    } else if (bp_parser_annotation_ahead(p)) {
        bp_parser_annotation(p, name);
    } else if (bp_parser_at(p, BP_TOKEN_DASHES)) {
        refuse(p, no_dna);
    } else if (bp_parser_at(p, '*')) {
        refuse(p, no_conversion);
    } else if (is_comparison(bp_parser_peek(p, 0)->type)) {
        refuse(p, no_constraint);
    } else if (!take_definition(p, name)) {
        bp_parser_expected(p, "'=', ':=', \"'=\", ':', 'is', 'has', 'in' or an arrow");
    }
}

static void parse_named(bp_parser *p) {
    bp_local name, place = {0};
    bool boundary;
    int start = p->at;
    if (bp_parser_peek(p, 1)->type == '.' &&
        bp_parser_peek(p, 2)->type == BP_TOKEN_DASHES) {
        ignore_metadata(p, bp_parser_where(p), "layout");
        return;
    }
    if (!bp_parser_dollar_name(p, &name, &boundary)) return;
    if (!boundary && take_attribute(p, name)) return;
    if (!boundary && bp_parser_at(p, '(')) {
        p->at = start;
        add_instance(p, (bp_local){0}, place);
        return;
    }
    if (boundary) {
        bp_statement *s = bp_parser_add(p, BP_SAYS_KIND, name);
        if (s) s->u.flags = BP_AS_BOUNDARY;
    }
    int before = p->module->statements.count;
    bool placed = take_place(p, name);
    if (p->bad || p->failed) return;
    if (bp_parser_take(p, ':')) {
        if (placed) { // the label's place, not a symbol's
            place = p->module->statements.items[before].u.other;
            p->module->statements.count = before;
        }
        parse_labelled(p, name, place);
    } else if (!placed || !bp_parser_end_of_statement(p)) {
        parse_rest(p, name);
    }
}

// ---- all statements ----

static void parse_unit_definition(bp_parser *p) {
    bp_local name;
    const char *text = NULL;
    p->at++; // unit
    if (!bp_parser_name(p, &name)) return;
    if (!bp_parser_take(p, '=')) {
        bp_parser_expected(p, "'=' and what the unit is: unit nM = 1e-9 mole/litre");
        return;
    }
    const bp_ast *value = bp_parser_unit(p, &text);
    if (!value) return;
    bp_statement *s = bp_parser_add(p, BP_DEFINES_UNIT, name);
    if (s) s->u.value = value;
}

static void parse_delete(bp_parser *p) {
    p->at++; // delete
    do {
        bp_local name;
        if (!bp_parser_name(p, &name)) return;
        if (!bp_parser_add(p, BP_SAYS_DELETE, name)) return;
    } while (bp_parser_take(p, ','));
}

// model notes "...", model.layout = on
static void parse_about_model(bp_parser *p) {
    bp_where where = bp_parser_where(p);
    p->at++; // model
    if (bp_parser_at(p, '.')) {
        if (bp_token_is(bp_parser_peek(p, 1), "sboTerm"))
            ignore_metadata(p, where, "the SBO term of a model");
        else if (bp_token_is(bp_parser_peek(p, 1), "conversionFactor"))
            refuse_conversion(p, where);
        else
            ignore_metadata(p, where, "layout");
        return;
    }
    if (!bp_parser_annotation_ahead(p)) {
        bp_parser_expected(p, "an annotation: model notes \"...\"");
        return;
    }
    bp_parser_annotation(p, (bp_local){"", where});
}

static void parse_keyword(bp_parser *p) {
    switch (bp_parser_peek(p, 0)->keyword) {
    case BP_KEY_UNIT:
        parse_unit_definition(p);
        return;
    case BP_KEY_DELETE:
        parse_delete(p);
        return;
    case BP_KEY_AT:
        bp_parser_event(p, (bp_local){0});
        return;
    case BP_KEY_MODEL:
    case BP_KEY_MODULE:
        parse_about_model(p);
        return;
    case BP_KEY_CONSTRAINT:
    case BP_KEY_MAXIMIZE:
    case BP_KEY_MINIMIZE:
    case BP_KEY_GENE_PRODUCT:
        refuse(p, no_constraint);
        return;
    case BP_KEY_DNA:
    case BP_KEY_GENE:
    case BP_KEY_OPERATOR:
        refuse(p, no_dna);
        return;
    case BP_KEY_IMPORT:
        bp_parser_error(p, BP_SYNTAX, bp_parser_where(p),
                        "'import' stands outside of modules, before them");
        return;
    case BP_KEY_FUNCTION:
        bp_parser_error(p, BP_SYNTAX, bp_parser_where(p),
                        "a function is defined outside of modules; is an 'end' missing "
                        "before it?");
        return;
    default:
        break;
    }
    if (flag_of((bp_keyword)bp_parser_peek(p, 0)->keyword))
        parse_declaration(p);
    else
        bp_parser_expected(p, "a statement");
}

static void parse_number_first(bp_parser *p) {
    if (bp_parser_peek(p, 1)->type == '=')
        refuse(p, no_algebra);
    else if (is_comparison(bp_parser_peek(p, 1)->type) ||
             is_comparison(bp_parser_peek(p, 2)->type))
        refuse(p, no_constraint);
    else
        bp_parser_expected(p, "a statement");
}

void bp_parser_statement(bp_parser *p) {
    const bp_token *token = bp_parser_peek(p, 0);
    if (bp_parser_sees_arrow(p))
        bp_parser_reaction(p, (bp_local){0}, (bp_local){0});
    else if (token->type == BP_TOKEN_NAME && token->keyword != BP_KEY_NONE)
        parse_keyword(p);
    else if (token->type == BP_TOKEN_NAME || token->type == '$')
        parse_named(p);
    else if (token->type == BP_TOKEN_NUMBER || token->type == '-')
        parse_number_first(p);
    else if (token->type == BP_TOKEN_DASHES)
        refuse(p, no_dna);
    else if (token->type == '@')
        bp_parser_error(p, BP_SYNTAX, bp_parser_where(p),
                        "write 'at' for an event, not '@'");
    else
        bp_parser_expected(p, "a statement");
}
