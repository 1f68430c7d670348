// Whole measured series against simulated ones: V1 and V3 of the scientific basis. The
// data lie in the shared folder and are read as they are. They are data that the
// network was fitted to (bench/calibration/LOG.md): agreement is no validation.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/bio.h"
#include "tests/support/harness.h"

enum { N_MINUTES = 8, N_LIGANDS = 2, N_READOUTS = 2, N_FOLDS = 4 * 3 * 3 };
static const double minutes[N_MINUTES] = {0, 5, 15, 30, 45, 60, 90, 120};
static const struct {
    const char *measured, *simulated;
} ligands[N_LIGANDS] = {{"EGF", "EGF"}, {"HRG", "NRG1"}},
  readouts[N_READOUTS] = {{"pAkt", "pAKT"}, {"pERK", "pERK"}};
enum { EGF, NRG1 };
enum { AKT, ERK };

// Standard deviations below this are those of two or three blots, not of the assay
// (bench/calibration/bands.py).
static const double floor_sd = 0.10;

// Imoto 2022: min-max scaled per readout over the series of both ligands.
typedef struct measured {
    double mean[N_LIGANDS][N_READOUTS][N_MINUTES], sd[N_LIGANDS][N_READOUTS][N_MINUTES];
} measured;

static int find_minute(double minute) {
    for (int i = 0; i < N_MINUTES; i++)
        if (minutes[i] == minute) return i;
    return -1;
}

// A row time_min,ligand,dose_nM,readout,relative,sd; true when it is one of a series.
static bool take_row(const char *line, measured *m) {
    char ligand[16], readout[16];
    double minute, dose, mean, sd;
    if (sscanf(line, "%lf,%15[^,],%lf,%15[^,],%lf,%lf", &minute, ligand, &dose, readout,
               &mean, &sd) != 6)
        return false;
    int i = find_minute(minute);
    for (int l = 0; i >= 0 && l < N_LIGANDS; l++)
        for (int r = 0; r < N_READOUTS; r++)
            if (!strcmp(ligand, ligands[l].measured) &&
                !strcmp(readout, readouts[r].measured) && dose == 10) {
                m->mean[l][r][i] = mean;
                m->sd[l][r][i] = sd;
                return true;
            }
    return false;
}

// False, and the running test skipped, where the shared data are absent.
static bool read_imoto(const char *file, measured *m) {
    const char *path = test_shared_data(file);
    if (!path) {
        test_skip("measured series not found: shared/data/experiments is absent");
        return false;
    }
    FILE *from = fopen(path, "r");
    CHECK(from, "cannot open %s", path);
    if (!from) return false;
    char line[256];
    int taken = 0;
    while (fgets(line, sizeof line, from))
        taken += take_row(line, m);
    fclose(from);
    CHECK(taken == N_LIGANDS * N_READOUTS * N_MINUTES, "%d rows of the series in %s",
          taken, path);
    return taken == N_LIGANDS * N_READOUTS * N_MINUTES;
}

// Root mean square of (simulated - measured)/s.d., both min-max scaled over the series
// of both ligands. t = 0 is left out: the scaling puts both near 0 there.
static double rms_z(const bio *run, const measured *m, int ligand, int readout) {
    double y[N_LIGANDS][N_MINUTES], low = INFINITY, high = -INFINITY, sum = 0;
    for (int l = 0; l < N_LIGANDS; l++)
        for (int i = 0; i < N_MINUTES; i++) {
            y[l][i] = bio_at(run, ligands[l].simulated, readouts[readout].simulated,
                             minutes[i]);
            low = fmin(low, y[l][i]);
            high = fmax(high, y[l][i]);
        }
    for (int i = 1; i < N_MINUTES; i++) {
        double x = (y[ligand][i] - low) / (high - low);
        double z = (x - m->mean[ligand][readout][i]) /
                   fmax(m->sd[ligand][readout][i], floor_sd);
        sum += z * z;
    }
    return sqrt(sum / (N_MINUTES - 1));
}

static void v1_akt_of_bt474_under_nrg1(void) {
    measured m = {0};
    if (!read_imoto("experiments/imoto2022_BT474.csv", &m)) return;
    bio run = bio_stimulate("BT-474");
    bio_expect("V1 BT-474 NRG1 10 nM: pAKT series, rms z", rms_z(&run, &m, NRG1, AKT),
               0, 2, "Imoto 2022: s.d. of each point, at least 0.10");
    // Shown, not asserted. In Imoto's blots EGF raises pAKT about as much as NRG1, in
    // Niepel's table 0.27 times as much at 10 min (V2, V7): no curve agrees with both,
    // and the fit gave Imoto's pAKT series of EGF weight 0. The pERK series are scaled
    // by the highest value of both ligands, which is EGF's in Imoto and NRG1's in
    // Niepel: the same disagreement, though here the series had a small weight.
    printf("  shown BT-474 EGF 10 nM: pAKT series, rms z %.3g\n",
           rms_z(&run, &m, EGF, AKT));
    printf("  shown BT-474 EGF 10 nM: pERK series, rms z %.3g\n",
           rms_z(&run, &m, EGF, ERK));
    printf("  shown BT-474 NRG1 10 nM: pERK series, rms z %.3g\n",
           rms_z(&run, &m, NRG1, ERK));
    bio_stop(&run);
}

static void v3_akt_and_erk_of_skbr3(void) {
    measured m = {0};
    if (!read_imoto("experiments/imoto2022_SKBR3.csv", &m)) return;
    bio run = bio_stimulate("SK-BR-3");
    for (int l = 0; l < N_LIGANDS; l++)
        for (int r = 0; r < N_READOUTS; r++) {
            char statement[80];
            snprintf(statement, sizeof statement,
                     "V3 SK-BR-3 %s 10 nM: %s series, rms z", ligands[l].simulated,
                     readouts[r].simulated);
            bio_expect(statement, rms_z(&run, &m, l, r), 0, 2,
                       "Imoto 2022: s.d. of each point, at least 0.10");
        }
    bio_stop(&run);
}

// Mean of the repeats of one log10 fold in Niepel's table at 100 ng/mL.
static double niepel(FILE *from, const char *line, const char *readout,
                     const char *ligand, int minute) {
    char key[64], row[256];
    double sum = 0, value;
    int n = 0;
    snprintf(key, sizeof key, "%s,%s,%s,100,%d,", line, readout, ligand, minute);
    rewind(from);
    while (fgets(row, sizeof row, from))
        if (!strncmp(row, key, strlen(key)) &&
            sscanf(row + strlen(key), "%lf", &value) == 1) {
            sum += value;
            n++;
        }
    CHECK(n > 0, "no row %s", key);
    return sum / n;
}

static double correlation(const double *x, const double *y, int n) {
    double mx = 0, my = 0, xy = 0, xx = 0, yy = 0;
    for (int i = 0; i < n; i++) {
        mx += x[i] / n;
        my += y[i] / n;
    }
    for (int i = 0; i < n; i++) {
        xy += (x[i] - mx) * (y[i] - my);
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
    }
    return xy / sqrt(xx * yy);
}

// log10 folds of one cell line, three ligands at three times, printed beside each
// other; returns how many.
static int add_folds(FILE *from, const char *cell, const char *line, int readout,
                     double *observed, double *simulated) {
    static const char *const names[] = {"EGF", "HRG", "IGF-1"}; // in Niepel's table
    static const char *const arms[] = {"EGF 100 ng/mL", "NRG1 100 ng/mL",
                                       "IGF1 100 ng/mL"};
    static const int at[] = {10, 30, 90};
    const char *observable = readouts[readout].simulated;
    bio run = bio_stimulate(cell);
    for (int l = 0; l < 3; l++) {
        double *o = observed + l * 3, *s = simulated + l * 3;
        for (int i = 0; i < 3; i++) {
            o[i] =
                niepel(from, line, readout == AKT ? "pAkt" : "pErk", names[l], at[i]);
            s[i] = log10(bio_at(&run, arms[l], observable, at[i]) /
                         bio_at(&run, "control", observable, at[i]));
        }
        printf("  shown %-7s %-5s %s log10 fold at 10, 30, 90 min: %.2f %.2f %.2f, "
               "measured %.2f %.2f %.2f\n",
               cell, names[l], observable, s[0], s[1], s[2], o[0], o[1], o[2]);
    }
    bio_stop(&run);
    return 9;
}

// Shown, not asserted: V7 of ligands.c holds the bands, line by line. A correlation is
// high once NRG1 and IGF1 differ, whatever the size of the folds.
static void folds_of_four_lines(void) {
    static const char *const cells[] = {"BT-474", "SK-BR-3", "HCC1954", "MCF7"};
    static const char *const lines[] = {"BT474", "SKBR3", "HCC1954", "MCF7"};
    const char *path = test_shared_data("experiments/niepel_ligand_response.csv");
    if (!path) {
        test_skip("measured folds not found: shared/data/experiments is absent");
        return;
    }
    FILE *from = fopen(path, "r");
    CHECK(from, "cannot open %s", path);
    if (!from) return;
    for (int r = 0; r < N_READOUTS; r++) {
        double observed[N_FOLDS], simulated[N_FOLDS], sum = 0;
        int n = 0;
        for (int c = 0; c < 4; c++)
            n += add_folds(from, cells[c], lines[c], r, observed + n, simulated + n);
        for (int i = 0; i < n; i++)
            sum += (simulated[i] - observed[i]) / n;
        double both = correlation(observed, simulated, n);
        CHECK(isfinite(both), "correlation of %d folds", n);
        printf("  shown %s log10 folds, four lines, three ligands: r = %.3f of %d, mean"
               " difference %+.3f\n",
               readouts[r].simulated, both, n, sum);
    }
    fclose(from);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(v1_akt_of_bt474_under_nrg1),
                                      TEST(v3_akt_and_erk_of_skbr3),
                                      TEST(folds_of_four_lines), TEST_END};
    return test_main("biology_series", tests, argc, argv);
}
