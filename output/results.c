#include "output/results.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

bp_status bp_results_new(bp_results **out) {
    bp_results *results = bp_calloc(1, sizeof *results);
    if (!results) return BP_NO_MEMORY;
    results->owner = bp_calloc(1, sizeof(bp_results_owner));
    if (!results->owner) {
        bp_free(results);
        return BP_NO_MEMORY;
    }
    *out = results;
    return BP_OK;
}

void bp_results_free(bp_results *results) {
    if (!results) return;
    bp_results_owner *owner = results->owner;
    for (int run = 0; results->failure && run < results->head.n_runs; run++)
        bp_free(results->failure[run]);
    bp_free(results->failure);
    bp_free(results->stats);
    bp_free(results->status);
    bp_free(results->species);
    bp_free(results->values);
    bp_bundle_free(owner->bundle);
    bp_arena_clear(&owner->arena);
    bp_free(owner);
    bp_free(results);
}

bp_arena *bp_results_arena(bp_results *results) {
    return &((bp_results_owner *)results->owner)->arena;
}

// ---- copying a head ----

// NULL stays NULL. `ok` is cleared when out of memory.
static const char *copy_text(bp_arena *arena, const char *text, bool *ok) {
    if (!text) return NULL;
    char *copy = bp_arena_copy(arena, text);
    if (!copy) *ok = false;
    return copy;
}

static void *copy_bytes(bp_arena *arena, const void *from, size_t count, size_t size,
                        bool *ok) {
    if (!from) return NULL;
    void *copy = count <= SIZE_MAX / size ? bp_arena_take(arena, count * size) : NULL;
    if (copy && count > 0) memcpy(copy, from, count * size);
    if (!copy) *ok = false;
    return copy;
}

static const char *const *copy_texts(bp_arena *arena, const char *const *texts, int n,
                                     bool *ok) {
    const char **copy = copy_bytes(arena, texts, (size_t)n, sizeof *texts, ok);
    for (int i = 0; copy && i < n; i++)
        copy[i] = copy_text(arena, texts[i], ok);
    return copy;
}

static const bp_output *copy_outputs(bp_arena *arena, const bp_output *outputs, int n,
                                     bool *ok) {
    bp_output *copy = copy_bytes(arena, outputs, (size_t)n, sizeof *outputs, ok);
    for (int i = 0; copy && i < n; i++) {
        copy[i].name = copy_text(arena, outputs[i].name, ok);
        copy[i].display_name = copy_text(arena, outputs[i].display_name, ok);
        copy[i].unit = copy_text(arena, outputs[i].unit, ok);
    }
    return copy;
}

static const bp_coordinate *copy_coordinates(bp_arena *arena,
                                             const bp_results_head *head, bool *ok) {
    size_t n_runs = (size_t)head->n_runs;
    bp_coordinate *copy = copy_bytes(arena, head->coordinates,
                                     (size_t)head->n_coordinates, sizeof *copy, ok);
    for (int i = 0; copy && i < head->n_coordinates; i++) {
        const bp_coordinate *from = &head->coordinates[i];
        copy[i].name = copy_text(arena, from->name, ok);
        copy[i].unit = copy_text(arena, from->unit, ok);
        copy[i].labels = copy_texts(arena, from->labels, head->n_runs, ok);
        copy[i].values =
            copy_bytes(arena, from->values, n_runs, sizeof *from->values, ok);
    }
    return copy;
}

static const bp_mark *copy_marks(bp_arena *arena, const bp_mark *marks, int n,
                                 bool *ok) {
    bp_mark *copy = copy_bytes(arena, marks, (size_t)n, sizeof *marks, ok);
    for (int i = 0; copy && i < n; i++) {
        copy[i].arm = copy_text(arena, marks[i].arm, ok);
        copy[i].text = copy_text(arena, marks[i].text, ok);
    }
    return copy;
}

static const bp_attribute *copy_attributes(bp_arena *arena, const bp_attribute *from,
                                           int n, bool *ok) {
    bp_attribute *copy = copy_bytes(arena, from, (size_t)n, sizeof *from, ok);
    for (int i = 0; copy && i < n; i++) {
        copy[i].name = copy_text(arena, from[i].name, ok);
        copy[i].text = copy_text(arena, from[i].text, ok);
    }
    return copy;
}

static bp_status add_piece(void *data, const char *piece, size_t length) {
    bp_text *text = data;
    bp_text_add_n(text, piece, length);
    return text->failed ? BP_NO_MEMORY : BP_OK;
}

static bp_status copy_bundle(const bp_bundle *from, bp_bundle **out, bp_error *err) {
    bp_bundle *bundle = NULL;
    BP_TRY(bp_bundle_new(&bundle));
    bp_status status = BP_OK;
    for (int i = 0; status == BP_OK && i < bp_bundle_count(from); i++) {
        bp_text text = {0}; // it may be that the bundle laid it aside
        status = bp_bundle_pass(from, i, add_piece, &text, err);
        if (status == BP_OK)
            status = bp_bundle_add(bundle, bp_bundle_name(from, i), bp_text_get(&text),
                                   text.length);
        bp_text_clear(&text);
    }
    if (status == BP_OK)
        *out = bundle;
    else
        bp_bundle_free(bundle);
    return status;
}

static bp_status copy_parameters(bp_arena *arena, const bp_results_head *head,
                                 const double **out, bp_error *err) {
    size_t n = (size_t)head->n_parameters;
    size_t n_runs = (size_t)head->n_runs;
    bool fits = !n || n_runs <= SIZE_MAX / sizeof(double) / n;
    double *copy = fits ? bp_arena_take(arena, n * n_runs * sizeof *copy + 1) : NULL;
    if (!copy) return BP_NO_MEMORY;
    for (int run = 0; run < head->n_runs; run++)
        BP_TRY(bp_results_parameters(head, run, copy + (size_t)run * n, err));
    *out = copy;
    return BP_OK;
}

static bp_model_text copy_model(bp_arena *arena, const bp_results_head *head,
                                bool *ok) {
    bp_model_text model = {0};
    if (bp_results_model(head, &model) != BP_OK) *ok = false;
    return (bp_model_text){.antimony = copy_text(arena, model.antimony, ok),
                           .hash = copy_text(arena, model.hash, ok)};
}

bp_status bp_results_copy_head(bp_results *results, const bp_results_head *head,
                               bp_error *err) {
    bp_results_owner *owner = results->owner;
    bp_arena *arena = &owner->arena;
    bool ok = true;
    bp_results_head copy = *head; // the numbers; every pointer is replaced below
    copy.title = copy_text(arena, head->title, &ok);
    copy.times =
        copy_bytes(arena, head->times, (size_t)head->n_times, sizeof *head->times, &ok);
    copy.time_unit = copy_text(arena, head->time_unit, &ok);
    copy.shown_time_unit = copy_text(arena, head->shown_time_unit, &ok);
    copy.observables = copy_outputs(arena, head->observables, head->n_observables, &ok);
    copy.species = copy_outputs(arena, head->species, head->n_species, &ok);
    copy.coordinates = copy_coordinates(arena, head, &ok);
    copy.marks = copy_marks(arena, head->marks, head->n_marks, &ok);
    copy.parameters = copy_outputs(arena, head->parameters, head->n_parameters, &ok);
    copy.parameter_row = NULL;
    copy.parameter_data = NULL;
    copy.figures = copy_text(arena, head->figures, &ok);
    copy.model = copy_model(arena, head, &ok);
    copy.model_text = NULL;
    copy.model_data = NULL;
    copy.command_line = copy_text(arena, head->command_line, &ok);
    copy.provenance = copy_attributes(arena, head->provenance, head->n_provenance, &ok);
    copy.bundle = NULL;
    if (!ok) return BP_NO_MEMORY;

    BP_TRY(copy_parameters(arena, head, &copy.parameter_values, err));
    if (head->bundle) BP_TRY(copy_bundle(head->bundle, &owner->bundle, err));
    copy.bundle = owner->bundle;
    results->head = copy;
    return BP_OK;
}

// ---- arrays ----

// n_runs x n_times x width doubles, all NaN; NULL when out of memory or too many.
static double *take_block(const bp_results_head *head, int width) {
    size_t rows = (size_t)head->n_runs * (size_t)head->n_times;
    if (width > 0 && rows > SIZE_MAX / sizeof(double) / (size_t)width) return NULL;
    size_t count = rows * (size_t)width;
    double *block = bp_malloc(count * sizeof *block);
    for (size_t i = 0; block && i < count; i++)
        block[i] = NAN;
    return block;
}

bp_status bp_results_reserve(bp_results *results) {
    const bp_results_head *head = &results->head;
    size_t n_runs = (size_t)head->n_runs;
    results->values = take_block(head, head->n_observables);
    if (!results->values) return BP_NO_MEMORY;
    if (head->n_species > 0) {
        results->species = take_block(head, head->n_species);
        if (!results->species) return BP_NO_MEMORY;
    }
    results->status = bp_calloc(n_runs, sizeof *results->status);
    results->stats = bp_calloc(n_runs, sizeof *results->stats);
    results->failure = bp_calloc(n_runs, sizeof *results->failure);
    if (!results->status || !results->stats || !results->failure) return BP_NO_MEMORY;
    for (int run = 0; run < head->n_runs; run++) {
        results->status[run] = -1;
        results->failure[run] = bp_calloc(1, 1);
        if (!results->failure[run]) return BP_NO_MEMORY;
    }
    return BP_OK;
}

// ---- small rules ----

bp_status bp_results_check_head(const bp_results_head *head, bp_error *err) {
    if (head->n_runs < 1)
        return bp_error_set(err, BP_BAD_ARGUMENT, "results need at least one run");
    if (head->n_times < 1)
        return bp_error_set(err, BP_BAD_ARGUMENT, "results need at least one time");
    for (int i = 0; i < head->n_coordinates; i++) {
        const bp_coordinate *coordinate = &head->coordinates[i];
        if (!coordinate->labels && !coordinate->values)
            return bp_error_set(err, BP_BAD_ARGUMENT,
                                "coordinate '%s' has neither labels nor values",
                                coordinate->name);
    }
    return BP_OK;
}

double bp_results_shown_time(const bp_results_head *head, int i) {
    double factor = head->shown_time_factor;
    double inverse = round(1.0 / factor);
    // a whole number of model units per shown unit: divide, which rounds once
    if (inverse >= 1.0 && fabs(factor * inverse - 1.0) < 1e-14)
        return head->times[i] / inverse;
    return head->times[i] * factor;
}

static bool take_name(bp_names *taken, const char *name, const char **out) {
    if (bp_names_find(taken, name) >= 0) return false;
    int index = bp_names_add(taken, name);
    *out = index < 0 ? NULL : taken->text[index];
    return true;
}

const char *bp_column_name(bp_names *taken, const char *name, const char *suffix,
                           bool plain) {
    const char *found = NULL;
    bp_text text = {0};
    bp_text_add(&text, name[0] ? name : "_");
    for (char *c = text.failed ? NULL : text.data; plain && c && *c; c++)
        if (*c == '/' || *c == ' ' || *c == '\t') *c = '_';
    if (text.data && plain && strcmp(text.data, ".") == 0) text.data[0] = '_';

    bool done = text.failed || take_name(taken, text.data, &found);
    if (!done) {
        bp_text_add(&text, suffix);
        done = text.failed || take_name(taken, text.data, &found);
    }
    size_t length = text.length;
    for (int number = 2; !done; number++) {
        text.length = length; // cut the last number off
        bp_text_format(&text, "%d", number);
        done = text.failed || take_name(taken, text.data, &found);
    }
    bp_text_clear(&text);
    return found;
}
