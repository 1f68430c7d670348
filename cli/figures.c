// Which figures results are drawn as.
#include "cli/cli.h"

bp_status cli_figures(const bp_results *results, bp_arena *arena, bp_figure **figures,
                      int *n, bp_error *err) {
    *n = 0;
    if (results->head.figures && results->head.figures[0])
        BP_TRY(bp_figures_parse(results->head.figures, arena, figures, n, err));
    return *n > 0 ? BP_OK : bp_figures_default(results, arena, figures, n);
}
