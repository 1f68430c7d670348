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
    return bp_arena_format(page->reader.arena, "%s%s%s%s",
                           c->scaled ? "times " : "", c->expression,
                           c->unit[0] ? " " : "", c->unit);
}

void bp_show_mechanism(bp_page *page, const char *text, size_t length) {
    const bp_mechanism *m = bp_mechanism_parse(&page->reader, text, length);
    if (!m) return;
    bp_show_item(page, &m->item);
    if (m->n_strengths) bp_page_section(page, "parameters: default (range)");
    for (int i = 0; i < m->n_strengths; i++) {
        const bp_strength *s = &m->strengths[i];
        const char *about =
            s->source[0] ? bp_arena_format(page->reader.arena, "%s %s", s->text,
                                           s->source)
                         : s->text;
        bp_page_row(page, s->name, range_of(page, s), about);
    }
    if (m->includes.n) bp_page_section(page, "includes");
    for (int i = 0; i < m->includes.n; i++)
        bp_page_row(page, m->includes.items[i].name, "", "");
    if (m->n_changes) bp_page_section(page, "sets in the model");
    for (int i = 0; i < m->n_changes; i++)
        bp_page_row(page, m->changes[i].name, change_of(page, &m->changes[i]),
                    m->changes[i].source);
}
