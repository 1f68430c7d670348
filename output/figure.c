// Figures as text: a JSON array of objects, the form in which results store them.
#include <libfyaml.h>
#include <math.h>
#include <string.h>

#include "base/names.h"
#include "output/output.h"

// ---- printing ----

static void print_key(bp_text *out, const char *key, bool *first) {
    bp_text_add(out, *first ? "" : ", ");
    *first = false;
    bp_text_json(out, key);
    bp_text_add(out, ": ");
}

static void print_text(bp_text *out, const char *key, const char *value, bool *first) {
    if (!value) return; // what is absent is the default
    print_key(out, key, first);
    bp_text_json(out, value);
}

static void print_number(bp_text *out, const char *key, double value, bool *first) {
    if (isnan(value)) return;
    print_key(out, key, first);
    bp_text_number(out, value);
}

static void print_point(const bp_figure_point *point, bp_text *out) {
    bool first = true;
    bp_text_add(out, "\n    {");
    print_text(out, "of", point->of, &first);
    if (point->group[0]) print_text(out, "group", point->group, &first);
    print_number(out, "x", point->x, &first);
    print_number(out, "value", point->value, &first);
    print_number(out, "sd", point->sd, &first);
    bp_text_add(out, "}");
}

static void print_figure(const bp_figure *figure, bp_text *out) {
    bool first = true;
    bp_text_add(out, "{");
    print_text(out, "name", figure->name, &first);
    print_text(out, "kind", figure->kind, &first);
    print_key(out, "of", &first);
    for (int i = 0; i < figure->n_of; i++) {
        bp_text_add(out, i == 0 ? "[" : ", ");
        bp_text_json(out, figure->of[i]);
    }
    bp_text_add(out, figure->n_of > 0 ? "]" : "[]");
    print_text(out, "compare", figure->compare, &first);
    print_text(out, "panels", figure->panels, &first);
    print_text(out, "x", figure->x, &first);
    print_number(out, "at", figure->at, &first);
    print_text(out, "title", figure->title, &first);
    print_text(out, "as", figure->as, &first);
    print_text(out, "data", figure->data, &first);
    if (figure->n_points > 0) print_key(out, "points", &first);
    for (int i = 0; i < figure->n_points; i++) {
        bp_text_add(out, i == 0 ? "[" : ",");
        print_point(&figure->points[i], out);
    }
    bp_text_add(out, figure->n_points > 0 ? "]}" : "}");
}

void bp_figures_print(const bp_figure *figures, int n, bp_text *out) {
    bp_text_add(out, "[");
    for (int i = 0; i < n; i++) {
        bp_text_add(out, i == 0 ? "\n  " : ",\n  ");
        print_figure(&figures[i], out);
    }
    bp_text_add(out, n > 0 ? "\n]\n" : "]\n");
}

// ---- parsing ----

typedef struct parsing {
    bp_arena *arena;
    bp_error *err;
    bp_status status; // the first failure
} parsing;

static const char *const keys[] = {"name", "kind",  "of", "compare", "panels", "x",
                                   "at",   "title", "as", "data",    "points"};
enum { N_KEYS = sizeof keys / sizeof keys[0] };

// The token where a node starts: lists and objects have none of their own, so it is
// their first member's.
static struct fy_token *first_token(struct fy_node *node) {
    while (node && !fy_node_is_scalar(node)) {
        if (fy_node_is_sequence(node)) {
            node = fy_node_sequence_get_by_index(node, 0);
        } else {
            struct fy_node_pair *pair = fy_node_mapping_get_by_index(node, 0);
            node = pair ? fy_node_pair_key(pair) : NULL;
        }
    }
    return node ? fy_node_get_scalar_token(node) : NULL;
}

static bp_where where_is(struct fy_node *node) {
    bp_where where = {.file = "figures"};
    struct fy_token *token = first_token(node);
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
    if (mark) {
        where.line = mark->line + 1; // libfyaml counts from 0
        where.column = mark->column + 1;
    }
    return where;
}

static void no_memory(parsing *p) {
    if (p->status == BP_OK) p->status = bp_error_no_memory(p->err);
}

static void wrong(parsing *p, struct fy_node *node, const char *key,
                  const char *wanted) {
    if (p->status == BP_OK)
        p->status = bp_error_at(p->err, BP_BAD_VALUE, where_is(node),
                                "'%s' of a figure must be %s", key, wanted);
}

static const char *scalar(parsing *p, struct fy_node *node, const char *key) {
    size_t length = 0;
    const char *text =
        fy_node_is_scalar(node) ? fy_node_get_scalar(node, &length) : NULL;
    if (!text) {
        wrong(p, node, key, "text");
        return NULL;
    }
    const char *copy = bp_arena_copy_n(p->arena, text, length);
    if (!copy) no_memory(p);
    return copy;
}

static void parse_of(parsing *p, struct fy_node *node, bp_figure *figure) {
    if (!fy_node_is_sequence(node)) {
        wrong(p, node, "of", "a list of observables");
        return;
    }
    int n = fy_node_sequence_item_count(node);
    const char **of = bp_arena_take(p->arena, (size_t)n * sizeof *of);
    if (!of) no_memory(p);
    for (int i = 0; of && p->status == BP_OK && i < n; i++)
        of[i] = scalar(p, fy_node_sequence_get_by_index(node, i), "of");
    figure->of = of;
    figure->n_of = n;
}

static double number(parsing *p, struct fy_node *node, const char *key,
                     const char *wanted) {
    const char *text = scalar(p, node, key);
    const char *end = text;
    double value = text ? bp_number_read(text, &end) : NAN;
    if (text && (end == text || *end || !isfinite(value))) wrong(p, node, key, wanted);
    return value;
}

static void parse_at(parsing *p, struct fy_node *node, bp_figure *figure) {
    figure->at = number(p, node, "at", "a number: a time in the unit of the time axis");
}

static void parse_point_member(parsing *p, const char *key, struct fy_node *node,
                               bp_figure_point *point) {
    if (strcmp(key, "of") == 0)
        point->of = scalar(p, node, key);
    else if (strcmp(key, "group") == 0)
        point->group = scalar(p, node, key);
    else if (strcmp(key, "x") == 0)
        point->x = number(p, node, key, "a number");
    else if (strcmp(key, "value") == 0)
        point->value = number(p, node, key, "a number");
    else if (strcmp(key, "sd") == 0)
        point->sd = number(p, node, key, "a number");
    else if (p->status == BP_OK)
        p->status = bp_error_at(p->err, BP_UNKNOWN_NAME, where_is(node),
                                "a point of a figure has no '%s'", key);
}

static void parse_point(parsing *p, struct fy_node *node, bp_figure_point *point) {
    *point = (bp_figure_point){.group = "", .x = NAN, .value = NAN, .sd = NAN};
    void *position = NULL;
    struct fy_node_pair *pair;
    while (fy_node_is_mapping(node) && p->status == BP_OK &&
           (pair = fy_node_mapping_iterate(node, &position)) != NULL) {
        const char *key = scalar(p, fy_node_pair_key(pair), "key");
        if (key) parse_point_member(p, key, fy_node_pair_value(pair), point);
    }
    if (!point->of || !point->group || isnan(point->x) || isnan(point->value))
        wrong(p, node, "points", "objects with 'of', 'x' and 'value'");
}

static void parse_points(parsing *p, struct fy_node *node, bp_figure *figure) {
    if (!fy_node_is_sequence(node)) {
        wrong(p, node, "points", "a list of points");
        return;
    }
    int n = fy_node_sequence_item_count(node);
    bp_figure_point *points = bp_arena_take(p->arena, (size_t)n * sizeof *points);
    if (!points) no_memory(p);
    for (int i = 0; points && p->status == BP_OK && i < n; i++)
        parse_point(p, fy_node_sequence_get_by_index(node, i), &points[i]);
    figure->points = points;
    figure->n_points = points ? n : 0;
}

static void parse_kind(parsing *p, struct fy_node *node, bp_figure *figure) {
    figure->kind = scalar(p, node, "kind");
    if (figure->kind && strcmp(figure->kind, "time course") != 0 &&
        strcmp(figure->kind, "dose response") != 0)
        wrong(p, node, "kind", "'time course' or 'dose response'");
}

static void parse_panels(parsing *p, struct fy_node *node, bp_figure *figure) {
    figure->panels = scalar(p, node, "panels");
    if (figure->panels && strcmp(figure->panels, "observables") != 0 &&
        strcmp(figure->panels, "runs") != 0)
        wrong(p, node, "panels", "'observables' or 'runs'");
}

static void parse_member(parsing *p, struct fy_node *key_node, struct fy_node *value,
                         bp_figure *figure) {
    const char *key = scalar(p, key_node, "key");
    if (!key) return;
    if (strcmp(key, "of") == 0)
        parse_of(p, value, figure);
    else if (strcmp(key, "at") == 0)
        parse_at(p, value, figure);
    else if (strcmp(key, "kind") == 0)
        parse_kind(p, value, figure);
    else if (strcmp(key, "panels") == 0)
        parse_panels(p, value, figure);
    else if (strcmp(key, "name") == 0)
        figure->name = scalar(p, value, key);
    else if (strcmp(key, "compare") == 0)
        figure->compare = scalar(p, value, key);
    else if (strcmp(key, "x") == 0)
        figure->x = scalar(p, value, key);
    else if (strcmp(key, "title") == 0)
        figure->title = scalar(p, value, key);
    else if (strcmp(key, "as") == 0)
        figure->as = scalar(p, value, key);
    else if (strcmp(key, "data") == 0)
        figure->data = scalar(p, value, key);
    else if (strcmp(key, "points") == 0)
        parse_points(p, value, figure);
    else {
        const char *near = bp_text_nearest(key, keys, N_KEYS);
        p->status = bp_error_at(
            p->err, BP_UNKNOWN_NAME, where_is(key_node), "a figure has no '%s'%s%s%s",
            key, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
}

static void parse_figure(parsing *p, struct fy_node *node, bp_figure *figure) {
    *figure = (bp_figure){.at = NAN};
    if (!fy_node_is_mapping(node)) {
        p->status = bp_error_at(p->err, BP_BAD_VALUE, where_is(node),
                                "a figure must be an object: {\"name\": ...}");
        return;
    }
    void *position = NULL;
    struct fy_node_pair *pair;
    while (p->status == BP_OK &&
           (pair = fy_node_mapping_iterate(node, &position)) != NULL)
        parse_member(p, fy_node_pair_key(pair), fy_node_pair_value(pair), figure);
    if (!figure->name) wrong(p, node, "name", "given");
    if (!figure->kind) wrong(p, node, "kind", "'time course' or 'dose response'");
}

// What libfyaml found wrong, at its place.
static bp_status syntax_error(struct fy_diag *diag, bp_error *err) {
    void *position = NULL;
    const struct fy_diag_error *found = fy_diag_errors_iterate(diag, &position);
    bp_where where = {.file = "figures"};
    if (found && found->line >= 0) where.line = found->line;
    if (found && found->column >= 0) where.column = found->column;
    return bp_error_at(err, BP_SYNTAX, where, "not a JSON list of figures: %s",
                       found && found->msg ? found->msg : "it is empty");
}

static void parse_root(parsing *p, struct fy_node *root, bp_figure **out, int *n) {
    if (!root || !fy_node_is_sequence(root)) {
        p->status = bp_error_at(p->err, BP_SYNTAX, (bp_where){.file = "figures"},
                                "figures must be a JSON list: [{\"name\": ...}, ...]");
        return;
    }
    int count = fy_node_sequence_item_count(root);
    bp_figure *figures = bp_arena_take(p->arena, (size_t)count * sizeof *figures);
    if (!figures) no_memory(p);
    for (int i = 0; figures && p->status == BP_OK && i < count; i++)
        parse_figure(p, fy_node_sequence_get_by_index(root, i), &figures[i]);
    if (p->status != BP_OK) return;
    *out = figures;
    *n = count;
}

static bool blank(const char *text) {
    return text[strspn(text, " \t\r\n")] == '\0';
}

bp_status bp_figures_parse(const char *text, bp_arena *arena, bp_figure **out, int *n,
                           bp_error *err) {
    if (!text || blank(text)) { // none asked for
        *out = NULL;
        *n = 0;
        return BP_OK;
    }
    struct fy_diag_cfg quiet;
    fy_diag_cfg_default(&quiet);
    quiet.fp = NULL;
    struct fy_diag *diag = fy_diag_create(&quiet);
    if (!diag) return bp_error_no_memory(err);
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg settings = {
        .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_JSON_FORCE, .diag = diag};
    struct fy_document *document =
        fy_document_build_from_string(&settings, text, strlen(text));

    parsing p = {.arena = arena, .err = err, .status = BP_OK};
    if (document)
        parse_root(&p, fy_document_root(document), out, n);
    else
        p.status = syntax_error(diag, err);
    fy_document_destroy(document);
    fy_diag_destroy(diag);
    return p.status;
}

// ---- the default ----

bp_status bp_figures_default(const bp_results *results, bp_arena *arena,
                             bp_figure **out, int *n) {
    const bp_results_head *head = &results->head;
    bp_figure *figure = bp_arena_take(arena, sizeof *figure);
    const char **of =
        bp_arena_take(arena, (size_t)head->n_observables * sizeof *of + sizeof *of);
    if (!figure || !of) return BP_NO_MEMORY;
    for (int i = 0; i < head->n_observables; i++) {
        of[i] = bp_arena_copy(arena, head->observables[i].name);
        if (!of[i]) return BP_NO_MEMORY;
    }
    *figure = (bp_figure){.name = "time-course",
                          .kind = "time course",
                          .of = of,
                          .n_of = head->n_observables,
                          .at = NAN};
    if (head->n_coordinates > 0) {
        figure->compare = bp_arena_copy(arena, head->coordinates[0].name);
        if (!figure->compare) return BP_NO_MEMORY;
    }
    *out = figure;
    *n = 1;
    return BP_OK;
}
