#include "base/hash.h"

#include <sha256.h>
#include <sys/types.h> // u_int of older libmd headers

void bp_hash(const void *data, size_t length, char hex[65]) {
    SHA256Data(data ? data : "", length, hex);
}
