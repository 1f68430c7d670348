// Bypass, all of it: a mechanistic simulator of HER2 signalling and drug resistance.
//
//   model      what the pathway is: text -> spec -> model, constant, shared by threads
//   solver     how time passes: one run, its settings, statistics and status
//   scenarios  what we do to the pathway: cells, drugs, doses, sweeps
//   output     what we keep: results files written and read back
#ifndef BYPASS_H
#define BYPASS_H

#ifdef __cplusplus
extern "C" {
#endif

#include "base/alloc.h"
#include "base/error.h"
#include "base/status.h"
#include "base/text.h"
#include "model/model.h"
#include "output/output.h"
#include "scenarios/scenario.h"
#include "solver/solver.h"

#ifdef __cplusplus
}
#endif

#endif
