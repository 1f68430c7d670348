#!/bin/sh
# Runs what a page tells its readers to type.
#
#   snippets.sh BYPASS PAGE FOLDER
#
# In a copy of FOLDER: a ```yaml block that begins with `# file NAME` is written to NAME, a ```sh
# block is run. Any command that fails, or prints a warning or an error, fails the test.
set -eu
page=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/folder"
ln -s "$1" "$work/bin/bypass"
PATH=$work/bin:$PATH
export PATH LC_ALL=C.UTF-8
cp -r "$3"/. "$work/folder"
cd "$work/folder"

# One file per block: NNN.sh to run, NNN.yaml to write.
awk -v out="$work/block" '
    /^```(sh|yaml)$/ { kind = substr($0, 4); n++; inside = 1; next }
    /^```/           { inside = 0; next }
    inside           { print > sprintf("%s-%03d.%s", out, n, kind) }
' "$page"

count=0
for block in "$work"/block-*; do
    case $block in
    *.yaml)
        name=$(sed -n '1s/^# file //p' "$block")
        [ -z "$name" ] || cp "$block" "$name"
        ;;
    *.sh)
        count=$((count + 1))
        if ! sh -eu "$block" >"$work/out" 2>"$work/err"; then
            echo "fails:" && cat "$block" "$work/err"
            exit 1
        fi
        if grep -E 'error:|warning:' "$work/err"; then
            echo "from:" && cat "$block"
            exit 1
        fi
        ;;
    esac
done
echo "$page: $count blocks run"
[ "$count" -ge 3 ]
