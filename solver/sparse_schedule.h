// Schedule: puts items into groups of one class each, such that no item needs another
// of its own group or of a later one, and groups are few. Internal to solver/.
#ifndef BP_SOLVER_SPARSE_SCHEDULE_H
#define BP_SOLVER_SPARSE_SCHEDULE_H

#include "base/status.h"
#include "solver/sparse_program.h"

typedef struct bp_sparse_need {
    int item, needed;
} bp_sparse_need;

typedef struct bp_sparse_schedule {
    int n_groups, room;
    bp_sparse_group *group; // (n_groups)
    int *item;              // (n_put): in order, group after group
    int n_put;
    int n_items, n_classes;
    int *class_of; // (n_items): -1: not to be put anywhere
    bp_sparse_need *need;
    int n_needs, needs_room;
} bp_sparse_schedule;

BP_WARN_UNUSED bp_status bp_sparse_schedule_init(bp_sparse_schedule *schedule,
                                                 int n_items, int n_kinds);
void bp_sparse_schedule_clear(bp_sparse_schedule *schedule);
// The item is to be put into a group of this kind and length.
void bp_sparse_schedule_item(bp_sparse_schedule *schedule, int item, int kind,
                             int length);
// `item` needs `needed`, which counts only if it is put as well.
BP_WARN_UNUSED bp_status bp_sparse_schedule_need(bp_sparse_schedule *schedule, int item,
                                                 int needed);
// Puts all items. BAD_ARGUMENT when some need each other in a circle.
BP_WARN_UNUSED bp_status bp_sparse_schedule_run(bp_sparse_schedule *schedule);

#endif
