// Progress on a terminal, for anything that takes over two seconds.
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

double cli_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void cli_progress_start(cli_progress *progress, bool quiet) {
    progress->show = !quiet && isatty(STDERR_FILENO);
    progress->started = cli_seconds();
    progress->printed = 0;
}

// "2 min 5 s", as much as a person wants to know.
static void print_duration(double seconds, char *buffer, size_t size) {
    int s = (int)(seconds + 0.5);
    if (s >= 3600)
        snprintf(buffer, size, "%d h %d min", s / 3600, s / 60 % 60);
    else if (s >= 60)
        snprintf(buffer, size, "%d min %d s", s / 60, s % 60);
    else
        snprintf(buffer, size, "%d s", s);
}

int cli_progress_tick(void *data, int done, int failed, int total) {
    cli_progress *progress = data;
    double now = cli_seconds(), passed = now - progress->started;
    if (!progress->show || passed < 2 || now - progress->printed < 0.2 || done == 0)
        return 0;
    char left[32], some_failed[32] = "";
    double rate = done / passed;
    print_duration((total - done) / rate, left, sizeof left);
    if (failed) snprintf(some_failed, sizeof some_failed, ", %d failed", failed);
    fprintf(stderr, "\r\033[K%d of %d runs%s, %.3g runs/s, %s left", done, total,
            some_failed, rate, left);
    progress->printed = now;
    return 0;
}

void cli_progress_end(cli_progress *progress) {
    if (progress->printed > 0) fprintf(stderr, "\r\033[K");
}
