// Schedule: puts items into groups of one class each, such that no item needs another
// of its own group or of a later one. Internal to solver/.
#ifndef BP_SOLVER_SPARSE_SCHEDULE_H
#define BP_SOLVER_SPARSE_SCHEDULE_H

#include "base/status.h"
#include "solver/sparse_program.h"

// The groups of one class, ascending.
typedef struct bp_sparse_class {
    int *group;
    int n, room;
} bp_sparse_class;

typedef struct bp_sparse_schedule {
    int n_groups, room;
    bp_sparse_group *group; // (n_groups)
    int *first, *last;      // (n_groups): items of each group, linked by `next`
    int *next;              // (n_items): -1: no more
    int *group_of;          // (n_items): -1: not put yet
    bp_sparse_class *classes;
    int n_classes;
    int earliest; // group that the item at hand may go into
} bp_sparse_schedule;

BP_WARN_UNUSED bp_status bp_sparse_schedule_init(bp_sparse_schedule *schedule,
                                                 int n_items, int n_kinds);
void bp_sparse_schedule_clear(bp_sparse_schedule *schedule);
// An item follows: the items it needs, which were put before (or never, and then do not
// count), are named by `after`, then it is put into the first group of its class behind
// theirs and not before `earliest`, or into a new one.
void bp_sparse_schedule_begin(bp_sparse_schedule *schedule, int earliest);
void bp_sparse_schedule_after(bp_sparse_schedule *schedule, int needed);
BP_WARN_UNUSED bp_status bp_sparse_schedule_put(bp_sparse_schedule *schedule, int item,
                                                int kind, int length);

#endif
