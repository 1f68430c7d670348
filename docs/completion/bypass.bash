# bash completion for bypass
#
# Commands and options are asked of the program itself, items of the library of `bypass list`,
# so nothing here needs to change with them.

_bypass_commands() {
    "$1" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\)  *[a-zA-Z].*/\1/p'
}

_bypass_options() {
    "$1" "$2" --help 2>/dev/null | grep -oE -- '(^|[ ,])-(-[a-z][a-z-]*|[a-zA-Z]\b)' |
        tr -d ' ,' | sort -u
}

_bypass_kinds() { # what `bypass list` knows: models drugs ...
    "$1" list --help 2>/dev/null | sed -n '1s/^usage: bypass list \([a-z|]*\).*/\1/p' | tr '|' ' '
}

_bypass_words() {
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$1" -- "$2")
}

_bypass_files() { # _bypass_files <word> <extension>...
    local word=$1 extension
    shift
    compopt -o filenames 2>/dev/null
    for extension in "$@"; do
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -X "!*.$extension" -- "$word")
    done
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$word")
}

_bypass_value() { # the value of an option; false where the option has no list of its own
    case $1 in
    --format) _bypass_words "png svg pdf" "$2" ;;
    --to) _bypass_words "sbml antimony" "$2" ;;
    --model) _bypass_words "$("$program" list models 2>/dev/null | awk '{ print $1 }')" "$2" ;;
    -o | --output) _bypass_files "$2" h5 png svg pdf csv ant xml ;;
    --csv) _bypass_files "$2" csv ;;
    -j | --threads) _bypass_words "1 2 4 8 16" "$2" ;;
    --rtol | --atol | --until | --points | --observe | --set | --arm | --run | --figure) ;;
    *) return 1 ;;
    esac
}

_bypass() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]:-}
    local kinds
    COMPREPLY=()

    if [ "$COMP_CWORD" -eq 1 ]; then
        _bypass_words "$(_bypass_commands "$program") --help --version" "$word"
        return
    fi
    if [[ $word == -* ]]; then
        _bypass_words "$(_bypass_options "$program" "$command")" "$word"
        return
    fi
    _bypass_value "$before" "$word" && return

    case $command in
    list) [ "$COMP_CWORD" -eq 2 ] && _bypass_words "$(_bypass_kinds "$program")" "$word" ;;
    show)
        if [ "$COMP_CWORD" -eq 2 ]; then
            kinds=$(_bypass_kinds "$program" | sed 's/observables//; s/s\>//g')
            _bypass_words "$kinds settings" "$word"
        elif [ "$COMP_CWORD" -eq 3 ] && [ "$before" != settings ]; then
            _bypass_words "$("$program" list "${before}s" 2>/dev/null |
                awk '{ print $1 }')" "$word"
            [ "$before" = model ] && _bypass_files "$word" ant xml sbml net yaml
        fi
        ;;
    plot) _bypass_files "$word" h5 ;;
    run | check | export)
        _bypass_words "$("$program" list scenarios 2>/dev/null | awk '{ print $1 }')" "$word"
        _bypass_files "$word" yaml ant xml sbml net h5
        ;;
    convert) _bypass_files "$word" ant txt xml sbml net ;;
    *) _bypass_files "$word" yaml ant xml sbml net h5 ;;
    esac
}

complete -F _bypass bypass
