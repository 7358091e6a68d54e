# SPDX-License-Identifier: MIT
# bash completion for nfscope(1); to be put where bash-completion finds it as "nfscope".

_nfscope()
{
    local options="-r --read -i --interface --listen --follow --hex -c -a -p -s -B -y -D -L --memory -Z -f -F -Y --filter --show -z -T -e --match-host --sort --limit -w --write --min-packets --scaled -t --utc --archive --rotate -V -x -q -l --tui --color --ascii --no-mouse -n -N --hosts --name-wait --threads -v --version -h --help"
    local shows="connections flows records packets templates exporters diagnostics"
    local reports="talkers ports protocols applications exporters interfaces timeline health"
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
    -z)
        mapfile -t COMPREPLY < <(compgen -W "$reports" -- "$current")
        compopt -o nospace 2>/dev/null
        return
        ;;
    -t)
        mapfile -t COMPREPLY < <(compgen -W "a ad r e d u ud" -- "$current")
        return
        ;;
    --color)
        mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$current")
        return
        ;;
    -i | --interface)
        mapfile -t COMPREPLY < <(compgen -W "any $(nfscope -D 2>/dev/null | sed 's/^[0-9]*\. //; s/ .*//')" -- "$current")
        return
        ;;
    -a)
        mapfile -t COMPREPLY < <(compgen -W "duration: packets: filesize:" -- "$current")
        compopt -o nospace 2>/dev/null
        return
        ;;
    --rotate)
        mapfile -t COMPREPLY < <(compgen -W "duration: filesize:" -- "$current")
        compopt -o nospace 2>/dev/null
        return
        ;;
    -Z)
        mapfile -t COMPREPLY < <(compgen -u -- "$current")
        return
        ;;
    --listen | -e | -N | --limit | --match-host | --min-packets | --sort | -Y | --filter | -s | -B | -y | -c | -f | --name-wait | --threads)
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
