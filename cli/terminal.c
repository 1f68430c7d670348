// The terminal that standard output goes to.
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/cli.h"

int cli_width(void) {
    enum { LEAST = 60, USUAL = 80, MOST = 120 }; // longer lines are hard to read
    struct winsize size = {0};
    if (!isatty(STDOUT_FILENO)) return 0;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return USUAL;
    if (size.ws_col < LEAST) return LEAST;
    return size.ws_col > MOST ? MOST : size.ws_col;
}
