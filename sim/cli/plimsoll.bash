# bash completion for plimsoll. Options come from each command's own --help, so that this file and
# the program cannot disagree.
_plimsoll() {
    local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]:-} program=${COMP_WORDS[0]} words
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        words=$("$program" --help 2>/dev/null |
            awk '/^Not built yet/ { exit } /^  [a-z]/ { print $1 }')
        mapfile -t COMPREPLY < <(compgen -W "$words --help --version" -- "$word")
        return
    fi
    if [[ $word == --* ]]; then
        words=$("$program" "$command" --help 2>/dev/null |
            awk '/^  --/ { sub(/=.*/, "=", $1); print $1 }')
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
        [[ ${COMPREPLY[0]:-} == *= ]] && compopt -o nospace
        return
    fi
    case $command in
    run | check)
        words=$("$program" list scenarios 2>/dev/null | awk 'NR > 1 { print $1 }')
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word"; compgen -f -- "$word")
        ;;
    import)
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        ;;
    query)
        ((COMP_CWORD == 3)) || return # an expression is not completed
        words=$("$program" list scenarios 2>/dev/null | awk 'NR > 1 { print $1 }')
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word"; compgen -f -- "$word")
        ;;
    compare)
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        ;;
    plot)
        words=$("$program" list plots 2>/dev/null | awk 'NR > 1 { print $1 }')
        mapfile -t COMPREPLY < <(compgen -f -- "$word"
            ((COMP_CWORD > 2)) && compgen -W "$words" -- "$word")
        ;;
    list)
        mapfile -t COMPREPLY < <(compgen -W "strategies policies loads markets instance-types \
            scenarios plots metrics keys" -- "$word")
        ;;
    trace)
        if ((COMP_CWORD == 2)); then
            mapfile -t COMPREPLY < <(compgen -W "stats convert head" -- "$word")
        else
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
        fi
        ;;
    esac
}
complete -o filenames -F _plimsoll plimsoll
