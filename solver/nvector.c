// Life of Bypass' own N_Vector; what it computes is in nvector_ops.c.
#include "solver/nvector.h"

#include "base/alloc.h"
#include "solver/nvector_parts.h"

typedef bp_nvector_content content;

// Bytes from a content to its data; keeps the data aligned.
enum { HEAD = 64 };

static content *content_of(N_Vector v) {
    return v->content;
}

static void settle(const content *c) {
    if (c->family->n_waiting > 0) c->family->settle(c->family);
}

double *bp_nvector_data(N_Vector v) {
    settle(content_of(v));
    return content_of(v)->data;
}

static int length_of(N_Vector v) {
    return content_of(v)->length;
}

// ---- life ----

static N_Vector_ID get_id(N_Vector v) {
    (void)v;
    return SUNDIALS_NVEC_CUSTOM;
}

static sunindextype get_length(N_Vector v) {
    return length_of(v);
}

static content *content_new(int n, int lanes) {
    size_t bytes = HEAD + (size_t)n * (size_t)lanes * sizeof(double);
    content *c = bp_calloc_aligned(bytes, 1);
    if (!c) return NULL;
    *c = (content){.n = n,
                   .lanes = lanes,
                   .length = n * lanes,
                   .references = 1,
                   .data = (double *)((char *)c + HEAD)};
    return c;
}

static void destroy(N_Vector v) {
    if (!v) return;
    content *c = v->content;
    if (c) settle(c);
    if (c && --c->references == 0) bp_free_aligned(c);
    v->content = NULL;
    N_VFreeEmpty(v);
}

// SUNDIALS 6.4.1 uses what this returns without a look: a failed clone must be a
// vector. It shares its parent's data, and whoever made the first vector is told, so
// that nothing is computed with it.
static N_Vector clone(N_Vector w) {
    N_Vector v = N_VNewEmpty(w->sunctx);
    if (!v) return NULL;
    *v->ops = *w->ops;
    content *parent = w->content;
    content *c = content_new(parent->n, parent->lanes);
    if (c) {
        c->family = parent->family;
    } else {
        c = parent;
        c->references++;
        c->family->failed = true;
    }
    v->content = c;
    return v;
}

static void get_space(N_Vector v, sunindextype *reals, sunindextype *integers) {
    *reals = length_of(v);
    *integers = 4;
}

static void set_operations(N_Vector_Ops ops) {
    ops->nvgetvectorid = get_id;
    ops->nvclone = clone;
    ops->nvdestroy = destroy;
    ops->nvspace = get_space;
    ops->nvgetarraypointer = bp_nvector_data;
    ops->nvgetlength = get_length;
    BP_ISA_CHOOSE(bp_nvector_operations)(ops);
}

N_Vector bp_nvector_new(int n, int lanes, bp_nvector_family *family,
                        SUNContext context) {
    if (n < 1 || lanes < 1 || lanes > BP_MAX_LANES) return NULL;
    N_Vector v = N_VNewEmpty(context);
    if (!v) return NULL;
    set_operations(v->ops);
    content *c = content_new(n, lanes);
    if (!c) {
        N_VFreeEmpty(v);
        return NULL;
    }
    c->family = family;
    family->settle = BP_ISA_CHOOSE(bp_nvector_settle);
    family->length = c->length;
    v->content = c;
    return v;
}
