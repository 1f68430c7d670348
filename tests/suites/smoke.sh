#!/bin/sh
# Tests scripts/sbml-test-wrapper and run_sbml_suite with four cases of our own (smoke/):
#
#   smoke.sh BYPASS
#
# What must pass passes, what must be refused writes nothing, and a wrong answer, a list of known
# refusals that is out of date or too few passes are noticed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
wrapper=$here/../../scripts/sbml-test-wrapper
BYPASS=$1
export BYPASS
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

fail() {
    echo "FAILED: $1"
    [ ! -r "$work/said" ] || sed 's/^/    /' "$work/said"
    failed=1
}

# Runs the suite in folder $1 against the list $2: its exit status must be $3 and what it says
# must contain $4.
suite() {
    "$here/run_sbml_suite" -d "$1" -e "$2" -o "$work/out" >"$work/said" 2>&1
    status=$?
    [ $status -eq "$3" ] || fail "exit status $status, not $3"
    grep -q -e "$4" "$work/said" || fail "it does not say '$4'"
}

suite "$here/smoke" "$here/smoke/expected.txt" 0 '^all  *4  *3  *1  *0  *0'

echo "a header is copied from the settings, rows start where they say"
printf '%s\n' time,A,B,J,cell,k 1, 1.5, 2, 2.5, 3, >"$work/wanted"
sed '1n; s/,.*/,/' "$work/out/00001.csv" >"$work/got"
diff "$work/wanted" "$work/got" || fail "other rows"

echo "a wrong answer"
cp -r "$here/smoke" "$work/wrong"
chmod -R u+w "$work/wrong"
results=$work/wrong/semantic/00002/00002-results.csv
awk -F , -v OFS=, 'NR == 7 { $3 *= 1.000001 } { print }' "$results" >"$work/table"
cp "$work/table" "$results"
suite "$work/wrong" none 1 '00002 is wrong: A at 5:'
sed '$d' "$here/smoke/semantic/00002/00002-results.csv" >"$results"
suite "$work/wrong" none 1 '00002 is wrong: another number of rows'
sed '2s/,1.0,/,NaN,/' "$here/smoke/semantic/00002/00002-results.csv" >"$results"
suite "$work/wrong" none 1 '00002 is wrong: B at 0: 1, not NaN'

echo "lists that are out of date"
{
    cat "$here/smoke/expected.txt"
    echo "refused 00001 fbc"
} >"$work/list"
suite "$here/smoke" "$work/list" 1 '00001 passes and is listed as refused'
echo "passed all 4" >"$work/list"
suite "$here/smoke" "$work/list" 1 'tier all: 3 pass, expected 4'
suite "$here/smoke" "$work/list" 1 '00003 is refused: '
printf 'refused 00003 warp drive\nrefused 00009\n' >"$work/list"
suite "$here/smoke" "$work/list" 1 '00003 is refused for another reason than "warp drive"'
suite "$here/smoke" "$work/list" 1 '00009 is listed and did not run'

echo "what is refused writes nothing, and removes what another run wrote"
touch "$work/00003.csv"
"$wrapper" "$here/smoke/semantic" 00003 "$work" 3 2 2>"$work/said"
status=$?
[ $status -eq 3 ] || fail "exit status $status, not 3"
[ ! -e "$work/00003.csv" ] || fail "00003.csv is there"
grep -q fbc "$work/said" || fail "it does not say that fbc is not supported"

echo "calls that are wrong"
"$wrapper" "$here/smoke/semantic" 00001 "$work" 2 4 2>"$work/said"
status=$?
[ $status -eq 2 ] || fail "exit status $status, not 2"
grep -q 'there is no .*00001-sbml-l2v4.xml' "$work/said" || fail "it does not name the file"
"$wrapper" "$here/smoke/semantic" 00001 2>"$work/said"
status=$?
[ $status -eq 2 ] || fail "exit status $status without all arguments, not 2"

"$here/run_sbml_suite" -d "$work/nowhere" >"$work/said"
status=$?
[ $status -eq 77 ] || fail "exit status $status without the suite, not 77"

[ $failed -eq 0 ] && echo "all as expected"
exit $failed
