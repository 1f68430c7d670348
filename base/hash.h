// SHA-256 by libmd: the hash that names a composed model and its settings.
#ifndef BP_BASE_HASH_H
#define BP_BASE_HASH_H

#include <stddef.h>

#include "base/status.h"

// 64 lower-case hexadecimal digits and a NUL.
BP_API void bp_hash(const void *data, size_t length, char hex[65]);

#endif
