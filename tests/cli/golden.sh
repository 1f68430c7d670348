#!/bin/sh
# Golden tests of the command line: what it prints on both streams and how it ends.
#
#   golden.sh BYPASS [--update] [CASE...]
#
# A case (cases/NAME.case) is a comment line, a `$ command` line, then what is expected: lines of
# standard output after `1| `, of standard error after `2| `, and `exit N`. The command runs
# in a fresh folder that holds the files of files/. Durations are replaced by `T`,
# and the table of --profile by `N` and `T`.
set -u
bypass=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
update=no
if [ "${1:-}" = --update ]; then
    update=yes
    shift
fi
if [ $# -gt 0 ]; then
    cases=""
    for name in "$@"; do cases="$cases $here/cases/$name.case"; done
else
    cases=$(ls "$here"/cases/*.case)
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
bin=$work/bin
mkdir "$bin"
ln -s "$bypass" "$bin/bypass"
PATH=$bin:$PATH
export PATH LC_ALL=C.UTF-8

# Wall times differ from run to run: nothing else may.
mask() {
    sed -E 's/[0-9.]+(e[-+][0-9]+)? s$/T s/; s/"([a-z_]*seconds)": [0-9.e-]+/"\1": T/g
        s/^(  .*[^ 0-9.]) +[0-9]+ +[0-9]+\.[0-9][0-9] +[0-9]+\.[0-9][0-9] +[0-9]+\.[0-9]$/\1 N T T T/'
}

passed=0
failed=0
for case in $cases; do
    name=$(basename "$case" .case)
    command=$(sed -n 's/^\$ //p' "$case")
    folder=$work/$name
    mkdir "$folder"
    cp -r "$here"/files/. "$folder"
    (cd "$folder" && sh -c "$command" >"$work/out" 2>"$work/err" </dev/null)
    code=$?
    {
        sed -n '/^#/p' "$case"
        printf '$ %s\n' "$command"
        mask <"$work/out" | sed 's/^/1| /'
        mask <"$work/err" | sed 's/^/2| /'
        echo "exit $code"
    } >"$work/actual"
    if [ $update = yes ]; then
        cp "$work/actual" "$case"
    elif diff -u "$case" "$work/actual"; then
        passed=$((passed + 1))
    else
        echo "FAILED: $name (after looking at the difference: golden.sh BYPASS --update $name)"
        failed=$((failed + 1))
    fi
done
echo "command line: $passed passed, $failed failed"
[ $failed -eq 0 ]
