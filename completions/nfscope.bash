# SPDX-License-Identifier: MIT
# bash completion for nfscope(1); to be put where bash-completion finds it as "nfscope".

_nfscope()
{
    local options="-r --read --hex -c -f -F --show -T -e --limit -V -x -q -l -n --hosts --name-wait --threads -v --version -h --help"
    local shows="connections flows records packets templates exporters diagnostics"
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}

    # "--show=flows" comes as three words
    if [[ $current == = ]]; then
        current=
    elif [[ $previous == = ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $previous in
    --show)
        mapfile -t COMPREPLY < <(compgen -W "$shows" -- "$current")
        return
        ;;
    -T)
        mapfile -t COMPREPLY < <(compgen -W "text json csv" -- "$current")
        return
        ;;
    -c | -e | -f | --limit | --name-wait | --threads)
        COMPREPLY=()
        return
        ;;
    esac
    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        compopt -o filenames 2>/dev/null
    fi
}

complete -F _nfscope nfscope
