# Compares two tables of numbers, ours with a reference, column by column.
#
#   awk -v relative=R -v scaled=S [-v separator=CHAR] -f compare_csv.awk REFERENCE OURS
#
# Lines that begin with # are passed over; the first of the others is the header. Every column of
# the reference must be there, under its name, and |ours - reference| must not exceed
# R |reference| + S scale in any row, scale being the largest absolute value of the column, but at
# least 1e-15 of the largest of all columns but time: what is smaller is rounding. A value that
# is no finite number never agrees. `separator` (default ",") is that of the reference; ours has
# commas. With -v columns=NAMES only these of the reference are compared (time is always).
#
# Printed: the worst error in units of the tolerance, and where. Exit status 1 when it is above 1
# or the tables have another shape; 2 when there is nothing to compare.
BEGIN {
    if (separator == "") separator = ","
    n_wanted = split(columns, list, ",")
    for (i = 1; i <= n_wanted; i++) wanted[list[i]]
}

function fail(text, status) {
    print text
    failed = 1
    exit status
}

function size(x) {
    return x < 0 ? -x : x + 0
}

function is_number(cell) {
    return cell ~ /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/
}

FNR == 1 {
    file++
    row = -1
}
/^#/ { next }
{
    sub(/\r$/, "")
    n = split($0, cell, file == 1 ? separator : ",")
    if (row < 0) {
        for (i = 1; i <= n; i++)
            if (file == 1) name[i] = cell[i]
            else at[cell[i]] = i
        if (file == 1) n_columns = n
        row = 0
        next
    }
    row++
    rows[file] = row
    for (i = 1; i <= n_columns; i++) {
        j = file == 1 ? i : at[name[i]]
        if (j == "" || (n_wanted && !(name[i] in wanted) && name[i] != "time")) continue
        value = cell[j]
        if (!is_number(value)) fail(name[i] " in row " row ": " value " is no number", 1)
        if (file == 1) {
            reference[i, row] = value
            if (size(value) > scale[i]) scale[i] = size(value)
        } else ours[i, row] = value
    }
}

END {
    if (failed) exit
    if (rows[1] < 1) fail("no rows in the reference", 2)
    if (rows[2] != rows[1]) fail(rows[2] + 0 " rows, not " rows[1], 1)
    for (i = 1; i <= n_columns; i++)
        if (name[i] != "time" && size(scale[i]) > largest) largest = scale[i]
    worst = 0
    for (i = 1; i <= n_columns; i++) {
        if (n_wanted && !(name[i] in wanted) && name[i] != "time") continue
        if (!(name[i] in at)) fail("there is no column " name[i], 1)
        compared += name[i] != "time"
        least = scale[i] > 1e-15 * largest ? scale[i] : 1e-15 * largest
        for (r = 1; r <= rows[1]; r++) {
            allowed = relative * size(reference[i, r]) + scaled * least
            error = size(ours[i, r] - reference[i, r])
            if (error == 0) continue
            error = allowed > 0 ? error / allowed : 1e300
            if (error > worst) {
                worst = error
                where = sprintf("%s at %s: %s, not %s", name[i], reference[1, r], \
                                ours[i, r], reference[i, r])
            }
        }
    }
    if (!compared) fail("no columns to compare", 2)
    printf "%.2g %s\n", worst, where
    exit worst > 1
}
