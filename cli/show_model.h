// bypass show model NAME
#ifndef BP_CLI_SHOW_MODEL_H
#define BP_CLI_SHOW_MODEL_H

#include "cli/cli.h"

int show_model(const cli_command *command, const cli_args *args, const char *name);

#endif
