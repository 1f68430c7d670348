#!/bin/sh
# Antimony -> SBML -> Bypass: the same trajectories.
#
#   round_trips.sh BYPASS CHECK_SBML
#
# Each model is written as SBML by `bypass convert` and both are simulated at tight tolerances:
# every species and every changing parameter agrees to 1e-10 of its column's largest value. What
# is written passes libsbml's full consistency check, that of units included, without a warning
# for the built-in models (CHECK_SBML: the program built from check_sbml.c).
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
bypass=$1
check=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# Model, until in its own unit of time, which messages of the check are failures.
models="
her2 86400 all
her2-reduced 86400 all
her2_teaching 86400 all
erk_cascade 3600 all
michaelis_menten 200 all
receptor_dimer 3600 all
$root/examples/enzyme.ant 100 errors
$root/tests/cli/files/decay.ant 10 errors
$root/tests/diagnostics/scenarios/small.ant 3600 errors
"

# Species and changing parameters of an SBML file, as the Antimony text calls them: A__B is A.B.
symbols='
BEGIN { RS = "<" }
/^species / || (/^parameter / && / constant="false"/) {
    match($0, / id="[^"]*"/)
    name = substr($0, RSTART + 5, RLENGTH - 6)
    gsub(/__/, ".", name)
    printf "%s%s", comma, name
    comma = ","
}'

fail() {
    echo "FAILED: $model: $1"
    failed=$((failed + 1))
}

simulate() { # file, until, observed, csv
    "$bypass" run "$1" --until "$2" --points 101 --observe "$3" --csv "$4" --quiet \
        --rtol 1e-12 --atol 1e-15 2>"$work/said" || {
        fail "$(grep -v 'warning:' "$work/said" | head -n 1)"
        return 1
    }
}

failed=0
passed=0
while read -r model until messages; do
    [ -n "$model" ] || continue
    "$bypass" convert "$model" "$work/model.xml" --force 2>"$work/said" || {
        fail "$(grep -v 'warning:' "$work/said" | head -n 1)"
        continue
    }
    option=
    [ "$messages" = errors ] || option=--no-warnings
    "$check" $option "$work/model.xml" >"$work/messages" || {
        fail "$(grep -c '^/.*: [0-9]*: ' "$work/messages") messages of libsbml, the first:"
        head -n 4 "$work/messages"
    }
    names=$(awk "$symbols" "$work/model.xml")
    simulate "$model" "$until" "$names" "$work/before.raw" || continue
    sed '/^time/s/\./__/g' "$work/before.raw" >"$work/before.csv"
    names=$(printf '%s\n' "$names" | sed 's/\./__/g')
    simulate "$work/model.xml" "$until" "$names" "$work/after.csv" || continue
    said=$(awk -v relative=0 -v scaled=1e-10 -f "$here/compare_csv.awk" "$work/before.csv" \
        "$work/after.csv") && passed=$((passed + 1)) || fail "$said"
done <<END
$models
END
echo "Antimony to SBML and back: $passed agree, $failed failures"
[ $failed -eq 0 ]
