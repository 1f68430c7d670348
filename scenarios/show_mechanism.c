// The page about a mechanism: its strengths, what it sets, what it includes.
#include "base/text.h"
#include "scenarios/show.h"

static const char *range_of(bp_page *page, const bp_strength *s) {
    bp_text text = {0};
    bp_text_number_short(&text, s->value, 6);
    bp_text_add(&text, " (");
    bp_text_number_short(&text, s->low, 6);
    bp_text_add(&text, " to ");
    bp_text_number_short(&text, s->high, 6);
    bp_text_add(&text, ")");
    const char *copy = bp_arena_copy(page->reader.arena, bp_text_get(&text));
    bp_text_clear(&text);
    return copy;
}

static const char *change_of(bp_page *page, const bp_change *c) {
    return bp_arena_format(page->reader.arena, "%s%s%s%s", c->scaled ? "times " : "",
                           c->expression, c->unit[0] ? " " : "", c->unit);
}

static void strength_rows(bp_page *page, const bp_mechanism *m) {
    if (m->n_strengths) bp_page_section(page, "parameters: default (range)");
    for (int i = 0; i < m->n_strengths; i++) {
        const bp_strength *s = &m->strengths[i];
        const char *about = s->source[0]
                                ? bp_arena_format(page->reader.arena, "%s%s%s", s->text,
                                                  s->text[0] ? " " : "", s->source)
                                : s->text;
        bp_page_row(page, s->name, range_of(page, s), about);
    }
}

// With the strengths that differ from the included one's own: "lost 0.5".
static void include_rows(bp_page *page, const bp_mechanism *m) {
    if (m->includes.n) bp_page_section(page, "includes");
    for (int i = 0; i < m->includes.n; i++) {
        const bp_mechanism_use *use = &m->includes.items[i];
        bp_text text = {0};
        for (int s = 0; s < use->strengths.n; s++) {
            bp_text_format(&text, "%s%s ", s ? ", " : "", use->strengths.items[s].name);
            bp_text_number_short(&text, use->strengths.items[s].value.value, 6);
        }
        const char *given = bp_arena_copy(page->reader.arena, bp_text_get(&text));
        if (text.failed || !given) page->reader.report->failed = true;
        bp_page_row(page, use->name, given ? given : "", "");
        bp_text_clear(&text);
    }
}

static void change_rows(bp_page *page, const bp_mechanism *m, bp_change_of of,
                        const char *title) {
    bool any = false;
    for (int i = 0; i < m->n_changes; i++) {
        const bp_change *c = &m->changes[i];
        if (c->of != of) continue;
        if (!any) bp_page_section(page, title);
        any = true;
        const char *name =
            c->drug ? bp_arena_format(page->reader.arena, "%s: %s", c->drug, c->name)
                    : c->name;
        bp_page_row(page, name, change_of(page, c), c->source);
    }
}

void bp_show_mechanism(bp_page *page, const char *text, size_t length) {
    const bp_mechanism *m = bp_mechanism_parse(&page->reader, text, length);
    if (!m) return;
    bp_show_item(page, &m->item);
    if (m->literature[0]) bp_page_row(page, "literature", m->literature, "");
    strength_rows(page, m);
    include_rows(page, m);
    change_rows(page, m, BP_CHANGE_SYMBOL, "sets in the model");
    change_rows(page, m, BP_CHANGE_LIGAND, "holds in the medium");
    change_rows(page, m, BP_CHANGE_DRUG, "sets of drugs, where they are given");
}
