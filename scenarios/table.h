// Tables: a CSV text as cells with their places. The first line that is no comment is
// the header; `#` begins a comment line; a cell in "double quotes" may hold commas.
#ifndef BP_SCENARIOS_TABLE_H
#define BP_SCENARIOS_TABLE_H

#include "base/array.h"
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

// The numbers of a table, row by row.
typedef struct bp_numbers {
    BP_ARRAY(double) list; // (n_columns x rows kept)
    bool bad;              // something was none, and is reported
} bp_numbers;

// A table of finite numbers, of which no cells are kept: only the header, which goes
// into the reader's arena, and the numbers of the first `most` rows, 0: of all.
// `values` is to be cleared (bp_array_clear of its list) in any case. n_rows counts all
// rows.
bool bp_table_read_numbers(bp_reader *reader, const char *text, size_t length, int most,
                           bp_table *out, bp_numbers *values);
// Column of a name, -1.
int bp_table_column(const bp_table *table, const char *name);
const bp_table_cell *bp_table_at(const bp_table *table, int row, int column);
// A finite number; false after reporting.
bool bp_table_number(bp_reader *reader, const bp_table *table, int row, int column,
                     double *value);

#endif
