#include "solver/integrator.h"

const bp_integrator_type *bp_integrator_of(int method) {
    return method == BP_METHOD_DOPRI5 ? &bp_integrator_dopri5 : &bp_integrator_cvodes;
}
