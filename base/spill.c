#include "base/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"

// Numbers of a block, which is read as a whole; blocks held at a time; numbers that
// wait in memory until they are worth writing, a multiple of a block.
enum { BLOCK = 4096, N_BLOCKS = 8, WAITING = 8 * BLOCK };

struct bp_spill {
    int file;       // -1: none so far
    size_t on_disk; // the first numbers, whole blocks
    double *tail;   // those after them (room)
    size_t n_tail, room;
    bool stays;            // in memory: the file did not work
    pthread_mutex_t lock;  // guards what follows
    double *blocks;        // (N_BLOCKS x BLOCK), once there is a file
    size_t held[N_BLOCKS]; // of each: index in the file + 1, 0: none
};

bp_status bp_spill_new(bp_spill **out) {
    bp_spill *spill = bp_calloc(1, sizeof *spill);
    if (!spill) return BP_NO_MEMORY;
    if (pthread_mutex_init(&spill->lock, NULL) != 0) {
        bp_free(spill);
        return BP_NO_MEMORY;
    }
    spill->file = -1;
    *out = spill;
    return BP_OK;
}

static void close_file(bp_spill *spill) {
    if (spill->file >= 0) close(spill->file);
    spill->file = -1;
    spill->on_disk = 0;
    bp_free(spill->blocks);
    spill->blocks = NULL;
}

void bp_spill_free(bp_spill *spill) {
    if (!spill) return;
    close_file(spill);
    pthread_mutex_destroy(&spill->lock);
    bp_free(spill->tail);
    bp_free(spill);
}

size_t bp_spill_count(const bp_spill *spill) {
    return spill->on_disk + spill->n_tail;
}

size_t bp_spill_on_disk(const bp_spill *spill) {
    return spill->on_disk;
}

// ---- the file ----

static int open_unnamed(void) {
    const char *folder = getenv("TMPDIR");
    bp_text path = {0};
    bp_text_format(&path, "%s/bypass-XXXXXX", folder && *folder ? folder : "/tmp");
    int file = path.failed ? -1 : mkstemp(path.data);
    if (file >= 0 && (unlink(path.data) != 0 || fcntl(file, F_SETFD, FD_CLOEXEC) < 0)) {
        close(file);
        file = -1;
    }
    bp_text_clear(&path);
    return file;
}

static bool open_file(bp_spill *spill) {
    if (spill->file >= 0) return true;
    spill->blocks = bp_calloc((size_t)N_BLOCKS * BLOCK, sizeof *spill->blocks);
    if (spill->blocks) spill->file = open_unnamed();
    if (spill->file < 0) close_file(spill);
    memset(spill->held, 0, sizeof spill->held);
    return spill->file >= 0;
}

static bool write_at(int file, const double *values, size_t n, size_t first) {
    const char *p = (const char *)values;
    size_t left = n * sizeof *values;
    off_t at = (off_t)(first * sizeof *values);
    while (left > 0) {
        ssize_t done = pwrite(file, p, left, at);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        p += done;
        at += done;
        left -= (size_t)done;
    }
    return true;
}

static bp_status read_at(int file, double *values, size_t n, size_t first,
                         bp_error *err) {
    char *p = (char *)values;
    size_t left = n * sizeof *values;
    off_t at = (off_t)(first * sizeof *values);
    while (left > 0) {
        ssize_t done = pread(file, p, left, at);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0)
            return bp_error_set(err, BP_IO,
                                "cannot read back what a temporary file holds (in "
                                "$TMPDIR, else /tmp): %s",
                                done < 0 ? strerror(errno) : "it has become shorter");
        p += done;
        at += done;
        left -= (size_t)done;
    }
    return BP_OK;
}

// ---- adding ----

static bool make_room(bp_spill *spill, size_t n) {
    size_t wanted = spill->n_tail + n;
    if (wanted <= spill->room) return true;
    size_t room = spill->room ? 2 * spill->room : 64;
    if (room < wanted) room = wanted;
    double *grown = bp_realloc_array(spill->tail, room, sizeof *grown);
    if (!grown) return false;
    spill->tail = grown;
    spill->room = room;
    return true;
}

// All into memory, as the file takes no more.
static bp_status bring_back(bp_spill *spill, bp_error *err) {
    size_t n = spill->on_disk;
    spill->stays = true;
    if (n > 0) {
        if (!make_room(spill, n)) return bp_error_no_memory(err);
        memmove(spill->tail + n, spill->tail, spill->n_tail * sizeof *spill->tail);
        BP_TRY(read_at(spill->file, spill->tail, n, 0, err));
        spill->n_tail += n;
    }
    close_file(spill);
    return BP_OK;
}

static bp_status write_tail(bp_spill *spill, bp_error *err) {
    size_t n = spill->n_tail - spill->n_tail % BLOCK;
    if (!open_file(spill) || !write_at(spill->file, spill->tail, n, spill->on_disk))
        return bring_back(spill, err);
    spill->on_disk += n;
    spill->n_tail -= n;
    memmove(spill->tail, spill->tail + n, spill->n_tail * sizeof *spill->tail);
    return BP_OK;
}

bp_status bp_spill_add(bp_spill *spill, const double *values, size_t n, bp_error *err) {
    if (n == 0) return BP_OK;
    if (!make_room(spill, n)) return bp_error_no_memory(err);
    memcpy(spill->tail + spill->n_tail, values, n * sizeof *values);
    spill->n_tail += n;
    if (spill->stays || spill->n_tail < WAITING) return BP_OK;
    return write_tail(spill, err);
}

// ---- reading ----

// A block of the file; with the lock held.
static bp_status find_block(bp_spill *spill, size_t block, const double **out,
                            bp_error *err) {
    size_t place = block % N_BLOCKS;
    double *at = spill->blocks + place * BLOCK;
    if (spill->held[place] != block + 1) {
        spill->held[place] = 0;
        BP_TRY(read_at(spill->file, at, BLOCK, block * BLOCK, err));
        spill->held[place] = block + 1;
    }
    *out = at;
    return BP_OK;
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static bp_status read_blocks(bp_spill *spill, size_t first, size_t n, double *out,
                             bp_error *err) {
    bp_status status = BP_OK;
    pthread_mutex_lock(&spill->lock);
    while (status == BP_OK && n > 0) {
        const double *block = NULL;
        size_t from = first % BLOCK, count = smaller(n, BLOCK - from);
        status = find_block(spill, first / BLOCK, &block, err);
        if (status == BP_OK) memcpy(out, block + from, count * sizeof *out);
        first += count;
        out += count;
        n -= count;
    }
    pthread_mutex_unlock(&spill->lock);
    return status;
}

bp_status bp_spill_read(bp_spill *spill, size_t first, size_t n, double *out,
                        bp_error *err) {
    size_t there = first < spill->on_disk ? smaller(n, spill->on_disk - first) : 0;
    if (there) BP_TRY(read_blocks(spill, first, there, out, err));
    if (n > there)
        memcpy(out + there, spill->tail + (first + there - spill->on_disk),
               (n - there) * sizeof *out);
    return BP_OK;
}
