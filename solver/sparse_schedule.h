// Schedule: puts items into groups of one class each, such that no item needs another
// of its own group or of a later one, and groups are few. Internal to solver/.
#ifndef BP_SOLVER_SPARSE_SCHEDULE_H
#define BP_SOLVER_SPARSE_SCHEDULE_H

#include "base/status.h"
#include "solver/sparse_program.h"

// What every item needs: `each` numbers for each k of from[item] .. to[item], which are
// list[each k] .. list[each k + each - 1], and `extra` of it. Needed items count only
// if they are put as well.
typedef struct bp_sparse_needs {
    const int *from, *to; // (n_items)
    const int *list;
    int each;
    const int *extra; // (n_items): one more, -1: none; NULL: none of any
} bp_sparse_needs;

typedef struct bp_sparse_schedule {
    int n_groups, room;
    bp_sparse_group *group; // (n_groups)
    int *item;              // (n_put): in order, group after group
    int n_put;
    int n_items, n_classes;
    int *class_of; // (n_items): -1: not to be put anywhere
} bp_sparse_schedule;

BP_WARN_UNUSED bp_status bp_sparse_schedule_init(bp_sparse_schedule *schedule,
                                                 int n_items, int n_kinds);
void bp_sparse_schedule_clear(bp_sparse_schedule *schedule);
// The item is to be put into a group of this kind and length.
void bp_sparse_schedule_item(bp_sparse_schedule *schedule, int item, int kind,
                             int length);
// Puts all items. BAD_ARGUMENT when some need each other in a circle.
BP_WARN_UNUSED bp_status bp_sparse_schedule_run(bp_sparse_schedule *schedule,
                                                const bp_sparse_needs *needs);

#endif
