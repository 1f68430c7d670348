// Tables: a CSV text as cells with their places. The first line that is no comment is
// the header; `#` begins a comment line; a cell in "double quotes" may hold commas.
#ifndef BP_SCENARIOS_TABLE_H
#define BP_SCENARIOS_TABLE_H

#include "base/bundle.h"
#include "base/spill.h"
#include "scenarios/yaml.h"

typedef struct bp_table_cell {
    const char *text; // without blanks around it
    bp_where where;
} bp_table_cell;

typedef struct bp_table {
    const char *file;
    int n_columns, n_rows;
    const bp_table_cell *header; // (n_columns)
    const bp_table_cell *cells;  // (n_rows x n_columns)
} bp_table;

// Reads the whole text into the reader's arena; false after reporting.
bool bp_table_parse(bp_reader *reader, const char *text, size_t length, bp_table *out);

// A table of finite numbers, the text reader->file of the bundle, which is read piece
// by piece. No cells are kept: only the header, which goes into the reader's arena, and
// the numbers of the first `most` rows, 0: of all, which are added to `values`, row by
// row. n_rows counts all rows. False after reporting.
bool bp_table_read_numbers(bp_reader *reader, bp_bundle *bundle, int most,
                           bp_table *out, bp_spill *values);
// Column of a name, -1.
int bp_table_column(const bp_table *table, const char *name);
const bp_table_cell *bp_table_at(const bp_table *table, int row, int column);
// A finite number; false after reporting.
bool bp_table_number(bp_reader *reader, const bp_table *table, int row, int column,
                     double *value);

#endif
