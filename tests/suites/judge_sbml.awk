# Judges the cases that ran: OUT/NNNNN.csv against SUITE/NNNNN/NNNNN-results.csv by the suite's
# rule, |C - U| <= absolute + relative |C| at every point, infinities and NaN the same.
#
#   awk -v suite=SUITE -v out=OUT -f judge_sbml.awk STATUS... CASES
#
# STATUS: lines "NNNNN exit-status"; CASES: case, tier, level, tags, with tabs between. Printed:
# case, tier, verdict (passed, refused, failed, wrong), tags, reason, with tabs between.
BEGIN {
    FS = "\t"
    usage = 2
    input = 3 # exit status of `bypass run`: the model is not one that it can read
    timed_out = 124
}

function trim(text) {
    gsub(/^[ \t\r]+|[ \t\r]+$/, "", text)
    return text
}

# "INF" -> "+inf", "nan" -> "nan", a number -> "".
function word(cell) {
    cell = tolower(cell)
    if (cell ~ /nan/) return "nan"
    if (cell ~ /inf/) return cell ~ /^-/ ? "-inf" : "+inf"
    return ""
}

function is_number(cell) {
    return cell ~ /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/
}

function near(wanted, got,    difference, size, special) {
    special = word(wanted)
    if (special != "" || word(got) != "") return special == word(got)
    if (!is_number(wanted) || !is_number(got)) return 0
    difference = wanted - got
    size = wanted + 0
    if (difference < 0) difference = -difference
    if (size < 0) size = -size
    return difference <= absolute + relative * size
}

function read_settings(path,    line, colon, key) {
    absolute = relative = steps = ""
    while ((getline line < path) > 0) {
        colon = index(line, ":")
        key = trim(substr(line, 1, colon - 1))
        if (key == "absolute") absolute = trim(substr(line, colon + 1)) + 0
        if (key == "relative") relative = trim(substr(line, colon + 1)) + 0
        if (key == "steps") steps = trim(substr(line, colon + 1))
    }
    close(path)
}

# The next line that is not empty, split into `cells`; the number of them, 0 at the end.
function read_row(path, cells,    line, n, i) {
    while ((getline line < path) > 0) {
        if (trim(line) == "") continue
        n = split(line, cells, ",")
        for (i = 1; i <= n; i++) cells[i] = trim(cells[i])
        return n
    }
    return 0
}

# What differs first, or "".
function compare(wanted_path, got_path,    n, m, i, row, wanted, got, names, difference) {
    n = read_row(wanted_path, names)
    m = read_row(got_path, got)
    if (n == 0) return "no expected results"
    if (m != n) return m " columns, not " n
    for (i = 2; i <= n; i++)
        if (got[i] != names[i]) return "column " i " is " got[i] ", not " names[i]
    for (row = 0; ; row++) {
        n = read_row(wanted_path, wanted)
        m = read_row(got_path, got)
        if (n == 0 && m == 0) break
        if (n == 0 || m == 0) return "another number of rows than " steps + 1
        if (n != m) return "row " row " has " m " cells, not " n
        for (i = 1; i <= n; i++)
            if (!near(wanted[i], got[i])) {
                difference = names[i] " at " wanted[1] ": " got[i] ", not " wanted[i]
                return difference
            }
    }
    if (steps != "" && row != steps + 1) return row " rows, not " steps + 1
    return ""
}

# The first line that says what is wrong, else the first.
function first_error(path, number,    line, any) {
    any = ""
    while ((getline line < path) > 0) {
        if (line ~ /warning:/) continue
        if (any == "" || (any !~ /error/ && line ~ /error:/)) any = line
    }
    close(path)
    gsub(/\t/, " ", any)
    gsub("[^ \047\"]*/" number "/", "", any)
    return any
}

FILENAME != file_before {
    file_before = FILENAME
    in_cases = FILENAME !~ /status\.[0-9]+$/
}

!in_cases {
    split($0, part, " ")
    status[part[1]] = part[2]
    next
}

{
    number = $1
    code = number in status ? status[number] : -1
    wanted = suite "/" number "/" number "-results.csv"
    got = out "/" number ".csv"
    reason = ""
    if (code == 0) {
        read_settings(suite "/" number "/" number "-settings.txt")
        reason = compare(wanted, got)
        close(wanted)
        close(got)
        verdict = reason == "" ? "passed" : "wrong"
    } else {
        verdict = code == input ? "refused" : "failed"
        reason = first_error(out "/" number ".err", number)
        if (code == timed_out) reason = "takes too long"
        else if (reason == "") reason = "exit status " code " and no word why"
        if (code > timed_out || code == 1 || code < 0) reason = "exit status " code ": " reason
    }
    print number "\t" $2 "\t" verdict "\t" $4 "\t" reason
}
