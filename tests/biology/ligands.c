// Published responses to ligands without drugs: V1-V4, V6, V7 of the scientific basis.
// Bands were derived from the sources before anything was fitted
// (bench/calibration/bands.py).
#include <math.h>
#include <stdio.h>

#include "tests/support/bio.h"
#include "tests/support/harness.h"

enum { N_MINUTES = 8 };
static const double minutes[N_MINUTES] = {0, 5, 15, 30, 45, 60, 90, 120};

// Min-max scaled over both ligands' series at Imoto's times, as the measurements are.
typedef struct scaled {
    double egf[N_MINUTES], nrg1[N_MINUTES];
} scaled;

static scaled scale(const bio *run, const char *observable) {
    scaled s;
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < N_MINUTES; i++) {
        s.egf[i] = bio_at(run, "EGF", observable, minutes[i]);
        s.nrg1[i] = bio_at(run, "NRG1", observable, minutes[i]);
        low = fmin(low, fmin(s.egf[i], s.nrg1[i]));
        high = fmax(high, fmax(s.egf[i], s.nrg1[i]));
    }
    for (int i = 0; i < N_MINUTES; i++) {
        s.egf[i] = (s.egf[i] - low) / (high - low);
        s.nrg1[i] = (s.nrg1[i] - low) / (high - low);
    }
    return s;
}

static double most(const double *x) {
    double value = x[0];
    for (int i = 1; i < N_MINUTES; i++)
        value = fmax(value, x[i]);
    return value;
}

static double log10_fold(const bio *run, const char *arm, const char *observable,
                         double minute) {
    return log10(bio_at(run, arm, observable, minute) /
                 bio_at(run, "control", observable, minute));
}

static void v1_nrg1_sustains_akt_in_bt474(void) {
    bio run = bio_stimulate("BT-474");
    scaled akt = scale(&run, "pAKT");
    double least = INFINITY;
    for (int i = 2; i < N_MINUTES; i++)
        least = fmin(least, akt.nrg1[i] / most(akt.nrg1));
    bio_expect("V1 BT-474 NRG1 10 nM: pAKT at 5 min, min-max", akt.nrg1[1], 0.34,
               INFINITY, "Imoto 2022: 0.627 less one s.d. of 0.289");
    bio_expect("V1 BT-474 NRG1: least pAKT over 15-120 min, of its max", least, 0.60,
               INFINITY, "Imoto 2022: sustained at 0.6 of max or more");
    bio_stop(&run);
}

static void akt_of_bt474_at_rest_is_a_part_of_what_nrg1_gives(void) {
    bio run = bio_stimulate("BT-474");
    bio_expect("Rest: BT-474 pAKT, of NRG1-stimulated",
               bio_at(&run, "control", "pAKT", 0) /
                   bio_max(&run, "NRG1", "pAKT", 0, 120),
               0.20, 0.60, "20-60 %, from Niepel's folds of .6-.9 log10");
    bio_stop(&run);
}

static void v2_egf_akt_is_weaker_than_nrg1_in_bt474(void) {
    bio run = bio_stimulate("BT-474");
    double egf = bio_at(&run, "EGF", "pAKT", 10),
           nrg1 = bio_at(&run, "NRG1", "pAKT", 10);
    double rest = bio_at(&run, "control", "pAKT", 10);
    bio_expect("V2 BT-474 EGF 10 nM: pAKT at 10 min, log10 fold",
               log10_fold(&run, "EGF", "pAKT", 10), 0.07, 0.47,
               "Niepel 2013: 0.27 +- 0.20");
    bio_expect("V2 BT-474: rise by EGF over rise by NRG1 at 10 min",
               (egf - rest) / (nrg1 - rest), 0.05, 0.67,
               "well below NRG1: Niepel 0.27, Imoto about 1 with s.d. 0.3");
    bio_stop(&run);
}

static void v3_both_ligands_sustain_akt_and_erk_in_skbr3(void) {
    bio run = bio_stimulate("SK-BR-3");
    scaled akt = scale(&run, "pAKT"), erk = scale(&run, "pERK");
    bio_expect("V3 SK-BR-3 EGF: pAKT at 5 min", akt.egf[1], 0.63, 1.09,
               "Imoto 2022: 0.864 +- 2 x 0.113");
    bio_expect("V3 SK-BR-3 EGF: pAKT at 120 min", akt.egf[7], 0.18, 0.58,
               "Imoto 2022: 0.380 +- 2 x 0.10");
    bio_expect("V3 SK-BR-3 NRG1: pAKT at 5 min", akt.nrg1[1], 0.61, 1.05,
               "Imoto 2022: 0.833 +- 2 x 0.11");
    bio_expect("V3 SK-BR-3 NRG1: pAKT at 120 min", akt.nrg1[7], 0.37, 1.06,
               "Imoto 2022: 0.714 +- 2 x 0.171");
    bio_expect("V3 SK-BR-3 EGF: pERK at 120 min, a plateau", erk.egf[7], 0.27, 0.79,
               "Imoto 2022: 0.533 +- 2 x 0.128");
    bio_expect("V3 SK-BR-3 NRG1: pERK at 120 min", erk.nrg1[7], 0.32, 0.73,
               "Imoto 2022: 0.525 +- 2 x 0.10");
    bio_stop(&run);
}

static void v4_mcf7_erk_is_transient_under_egf(void) {
    bio run = bio_stimulate("MCF7");
    scaled akt = scale(&run, "pAKT"), erk = scale(&run, "pERK");
    bio_expect("V4 MCF7: max pAKT by EGF over NRG1", most(akt.egf) / most(akt.nrg1),
               0.04, 0.44, "0.24 +- 2 x 0.10");
    bio_expect("V4 MCF7 EGF: pERK at 5 min", erk.egf[1], 0.59, 0.99,
               "0.79 +- 2 x 0.10");
    bio_expect("V4 MCF7 EGF: pERK at 90 min", erk.egf[6], -0.01, 0.33,
               "0.13 +- 2 x 0.10");
    bio_expect("V4 MCF7 NRG1: pERK at 5 min", erk.nrg1[1], 0.73, 1.01,
               "0.93 +- 2 x 0.10");
    bio_expect("V4 MCF7 NRG1: pERK at 15 min", erk.nrg1[2], 0.80, 1.01, "1 - 2 x 0.10");
    bio_expect("V4 MCF7 NRG1: pERK at 120 min", erk.nrg1[7], 0.05, 0.57,
               "0.31 +- 2 x 0.13");
    bio_stop(&run);
}

// Fold of the control at the same time, over the times of Hass' table.
static double fold(const bio *run, const char *observable, double minute) {
    return pow(10, log10_fold(run, "NRG1", observable, minute));
}

// The median of six folds from 5 to 240 min.
static double median_fold(const bio *run, const char *observable) {
    double x[] = {5, 10, 30, 60, 120, 240};
    for (int i = 0; i < 6; i++)
        x[i] = fold(run, observable, x[i]);
    for (int i = 1; i < 6; i++)
        for (int j = i; j > 0 && x[j] < x[j - 1]; j--) {
            double swap = x[j];
            x[j] = x[j - 1];
            x[j - 1] = swap;
        }
    return 0.5 * (x[2] + x[3]);
}

static void v6_nrg1_raises_her3_and_not_her2_in_bt474(void) {
    bio run = bio_stimulate("BT-474");
    double least = INFINITY, highest = 0;
    for (int t = 5; t <= 120; t += 5) {
        least = fmin(least, fold(&run, "pHER3", t));
        highest = fmax(highest, fold(&run, "pHER3", t));
    }
    bio_expect("V6 BT-474 NRG1: pHER3 fold, least of 5-120 min", least, 5, 11,
               "Hass 2017: x6-8, x7.3-9.9 of the control, +- 20 %");
    bio_expect("V6 BT-474 NRG1: pHER3 fold, most of 5-120 min", highest, 5, 11,
               "the same");
    bio_expect("V6 BT-474 NRG1: pHER3 fold at 240 min", fold(&run, "pHER3", 240), 4, 8,
               "Hass 2017: x5.2, x6.3 of the control, +- 25 %");
    bio_expect("V6 BT-474 NRG1: pEGFR fold, median of 5-240 min",
               median_fold(&run, "pEGFR"), 0.3, 0.9,
               "Hass 2017: x0.37-0.78 of the control, +- 20 %");
    bio_expect("V6 BT-474 NRG1: pHER2 fold, median of 5-240 min",
               median_fold(&run, "pHER2"), 0.3, 1.0,
               "Hass 2017: x0.55-0.80, does not rise");
    bio_stop(&run);
}

// log10 fold of pAKT at 10, 30 and 90 min, each within the band.
static void akt_folds(const bio *run, const char *cell, const char *arm, double low,
                      double high, const char *source) {
    static const double at[] = {10, 30, 90};
    for (int i = 0; i < 3; i++) {
        char statement[128];
        snprintf(statement, sizeof statement, "V7 %s %s: pAKT at %g min, log10 fold",
                 cell, arm, at[i]);
        bio_expect(statement, log10_fold(run, arm, "pAKT", at[i]), low, high, source);
    }
}

static void v7_akt_folds_of_four_lines(void) {
    bio run = bio_stimulate("SK-BR-3");
    akt_folds(&run, "SK-BR-3", "NRG1 100 ng/mL", 0.57, 1.10, "Niepel: .77-.90 +- .20");
    akt_folds(&run, "SK-BR-3", "EGF 100 ng/mL", 0.34, 0.96, "Niepel: .54-.76 +- .20");
    akt_folds(&run, "SK-BR-3", "IGF1 100 ng/mL", -INFINITY, 0.10, "Niepel: 0");
    bio_stop(&run);
    run = bio_stimulate("BT-474");
    akt_folds(&run, "BT-474", "NRG1 100 ng/mL", 0.42, 0.91, "Niepel: .62-.71 +- .20");
    akt_folds(&run, "BT-474", "EGF 100 ng/mL", 0.00, 0.47, "Niepel: .18-.27 +- .20");
    akt_folds(&run, "BT-474", "IGF1 100 ng/mL", -INFINITY, 0.10, "Niepel: 0");
    bio_stop(&run);
    run = bio_stimulate("HCC1954");
    akt_folds(&run, "HCC1954", "NRG1 100 ng/mL", 0.46, 0.93, "Niepel: .66-.73 +- .20");
    akt_folds(&run, "HCC1954", "EGF 100 ng/mL", 0.24, 0.70, "Niepel: .44-.50 +- .20");
    akt_folds(&run, "HCC1954", "IGF1 100 ng/mL", -INFINITY, 0.50,
              "Niepel: <= .30 + .20");
    bio_stop(&run);
    run = bio_stimulate("MCF7");
    akt_folds(&run, "MCF7", "NRG1 100 ng/mL", 0.60, 1.76, "Niepel: .80-1.56 +- .20");
    akt_folds(&run, "MCF7", "IGF1 100 ng/mL", 0.35, 1.32, "Niepel: .55-1.12 +- .20");
    bio_stop(&run);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(v1_nrg1_sustains_akt_in_bt474),
        TEST(akt_of_bt474_at_rest_is_a_part_of_what_nrg1_gives),
        TEST(v2_egf_akt_is_weaker_than_nrg1_in_bt474),
        TEST(v3_both_ligands_sustain_akt_and_erk_in_skbr3),
        TEST(v4_mcf7_erk_is_transient_under_egf),
        TEST(v6_nrg1_raises_her3_and_not_her2_in_bt474),
        TEST(v7_akt_folds_of_four_lines),
        TEST_END};
    return test_main("biology_ligands", tests, argc, argv);
}
