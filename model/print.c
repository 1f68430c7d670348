// What `bypass show` prints of a model: its tapes and its equations.
#include <math.h>
#include <string.h>

#include "model/model_internal.h"

const char *bp_model_leaf_name(const void *data, bp_expr_op op, int index) {
    const bp_model *model = data;
    if (op == BP_EXPR_STATE) return model->variables[model->state_variable[index]].name;
    if (op == BP_EXPR_PARAMETER && index >= model->n_parameters)
        return index <= model->n_parameters + model->n_actives ? "(active)" : "(mode)";
    if (op == BP_EXPR_PARAMETER)
        return model->variables[model->parameter_variable[index]].name;
    if (op == BP_EXPR_DELAYED) return model->delays[index].info.text;
    return "time";
}

static void print_node(const bp_model *model, int node, bp_text *out) {
    bp_graph_print(&model->graph, node, bp_model_leaf_name, model, out);
}

// ---- tapes ----

// The value of the number that has this register: numbers are placed in order of nodes.
static double number_of(const bp_model *model, int reg) {
    for (int node = 0; node < model->graph.nodes.count; node++)
        if (model->base[node] == reg) return bp_graph_node(&model->graph, node)->number;
    return NAN;
}

static void print_register(const void *data, int reg, bp_text *out) {
    const bp_model *model = data;
    if (reg < model->first_parameter)
        bp_text_number(out, number_of(model, reg));
    else if (reg < model->first_hoisted)
        bp_text_add(out, bp_model_leaf_name(model, BP_EXPR_PARAMETER,
                                            reg - model->first_parameter));
    else if (reg < model->time_register)
        bp_text_format(out, "h%d", reg - model->first_hoisted);
    else if (reg == model->time_register)
        bp_text_add(out, "time");
    else if (reg < model->first_state)
        bp_text_format(out, "t%d", reg - model->time_register - 1);
    else if (reg < model->first_delayed)
        bp_text_add(out,
                    bp_model_leaf_name(model, BP_EXPR_STATE, reg - model->first_state));
    else
        bp_text_add(out, bp_model_leaf_name(model, BP_EXPR_DELAYED,
                                            reg - model->first_delayed));
}

// Operations of a tape, and the copies at its end.
static int count_operations(const bp_tape *tape) {
    int n = 0;
    for (int g = 0; g < tape->n_groups; g++)
        n += tape->groups[g].n;
    return n;
}

static void print_one(const bp_model *model, const char *title, const bp_tape *tape,
                      bp_text *out) {
    int n = count_operations(tape);
    if (n + tape->n_copies == 0) return;
    bp_text_format(out, "# %s: %d operations in %d groups, %d levels, %d copies\n",
                   title, n, tape->n_groups, tape->n_levels, tape->n_copies);
    bp_tape_print(tape, print_register, model, out);
    bp_text_add(out, "\n");
}

static void print_event_tapes(const bp_model *model, int e, bp_text *out) {
    const bp_compiled_event *event = &model->events[e];
    bp_text title = {0};
    bp_text_format(&title, "trigger of event %s", event->info.name);
    print_one(model, bp_text_get(&title), &event->trigger, out);
    bp_text_clear(&title);
    bp_text_format(&title, "values of event %s", event->info.name);
    print_one(model, bp_text_get(&title), &event->values, out);
    out->failed |= title.failed;
    bp_text_clear(&title);
}

void bp_model_print_tape(const bp_model *model, bp_text *out) {
    bp_text_add(out,
                "# species stand for their amounts; hN: computed once per run; tN: "
                "once per time; rN: computed by the tape; outN: its results\n\n");
    print_one(model, "once per run (results are h0, h1, ...)", &model->hoisted, out);
    print_one(model, "once per time (results are t0, t1, ...)", &model->timed, out);
    print_one(model, "rates, out = d(state)/dt", &model->rates, out);
    print_one(model, "Jacobian, out = entries by column", &model->jacobian, out);
    print_one(model, "crossings, out = left - right of unscheduled switches",
              &model->crossings, out);
    print_one(model,
              "schedule, out = difference, slope, comparison of each scheduled switch",
              &model->schedule, out);
    for (int e = 0; e < model->n_events; e++)
        print_event_tapes(model, e, out);
}

// ---- equations ----

static void print_part(const bp_model *model, const bp_part *part, bool first,
                       bp_text *out) {
    bool negative = part->coefficient < 0;
    double size = fabs(part->coefficient);
    if (negative)
        bp_text_add(out, first ? "-" : " - ");
    else if (!first)
        bp_text_add(out, " + ");
    if (part->node >= 0) {
        bp_text_add(out, "(");
        print_node(model, part->node, out);
        bp_text_add(out, ")*");
    } else if (size != 1) {
        bp_text_number(out, size);
        bp_text_add(out, "*");
    }
    bp_text_add(out, model->variables[model->n_symbols + part->reaction].name);
}

static void print_rate(const bp_model *model, int state, bp_text *out) {
    bp_text_format(out,
                   "d[%s]/dt = ", model->variables[model->state_variable[state]].name);
    if (model->has_rate_rule[state]) print_node(model, model->rate_node[state], out);
    for (int i = model->part_start[state]; i < model->part_start[state + 1]; i++)
        print_part(model, &model->parts[i], i == model->part_start[state], out);
    bp_text_add(out, "\n");
}

static void print_kind(const bp_model *model, bp_kind kind, const char *title,
                       bp_text *out) {
    bool first = true;
    for (int v = 0; v < model->n_variables; v++) {
        const bp_variable *variable = &model->variables[v];
        bool wanted =
            variable->role == BP_ROLE_ASSIGNED &&
            (variable->kind == BP_KIND_REACTION) == (kind == BP_KIND_REACTION);
        if (!wanted) continue;
        if (first) bp_text_format(out, "\n# %s\n", title);
        first = false;
        bp_text_format(out, "%s = ", variable->name);
        print_node(model, model->variable_node[v], out);
        bp_text_add(out, "\n");
    }
}

static void print_total(const bp_model *model, const bp_total *total, bp_text *out) {
    for (int i = 0; i < total->n; i++) {
        double weight = total->weight[i];
        bp_text_add(out, weight < 0 ? (i ? " - " : "-") : i ? " + " : "");
        if (fabs(weight) != 1) {
            bp_text_number(out, fabs(weight));
            bp_text_add(out, "*");
        }
        bp_text_add(out, model->variables[model->state_variable[total->state[i]]].name);
    }
    bp_text_format(out, " = constant (determines %s)\n",
                   model->variables[model->state_variable[total->dependent]].name);
}

static void print_events(const bp_model *model, bp_text *out) {
    for (int e = 0; e < model->n_events; e++) {
        const bp_compiled_event *event = &model->events[e];
        bp_text_format(out, "%s%s: at ", e ? "" : "\n# events\n", event->info.name);
        print_node(model, event->nodes[0], out);
        for (int i = 0; i < event->info.n_assignments; i++) {
            bp_text_format(out, "%s%s = ", i ? ", " : ": ",
                           model->variables[event->info.assigned[i]].name);
            print_node(model, event->nodes[3 + i], out);
        }
        bp_text_add(out, "\n");
    }
}

void bp_model_print_equations(const bp_model *model, bp_text *out) {
    bp_text_format(out, "# %s: %d states, %d parameters, %d reactions\n", model->name,
                   model->n_states, model->n_parameters, model->n_reactions);
    bp_text_add(out, "# species stand for their amounts\n");
    for (int i = 0; i < model->n_states; i++)
        print_rate(model, i, out);
    print_kind(model, BP_KIND_REACTION, "rates of reactions", out);
    print_kind(model, BP_KIND_PARAMETER, "rules", out);
    if (model->n_totals > 0) bp_text_add(out, "\n# conserved totals\n");
    for (int i = 0; i < model->n_totals; i++)
        print_total(model, &model->totals[i], out);
    print_events(model, out);
}
