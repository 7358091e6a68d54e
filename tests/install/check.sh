#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check.sh CMAKE SOURCE BUILD COMPILER [FLAG...]
# Installs into an empty folder, then builds and runs consumer.c with nothing but what is installed. The loop in
# it is the one of the comment in include/nfdec/decoder.h: what is shown to users is what is tested.
set -eu
cmake=$1 source=$2 build=$3 compiler=$4
shift 4

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$cmake" --install "$build" --prefix "$work/usr" >/dev/null
for file in bin/nfscope include/nfdec/nfdec.h include/nfdec/columns.def share/man/man1/nfscope.1 share/man/man5/nfscope-json.5; do
    [ ! -e "$source/man/nfscope.1" ] && [ "$file" = share/man/man1/nfscope.1 ] && continue
    [ -e "$work/usr/$file" ] || { echo "install: $file is missing" >&2; exit 1; }
done

# The usage loop: the lines of the first comment that are indented as code.
sed -n '/^ \*     struct nfdec \*dec = nfdec_new/,/^ \*     nfdec_free(dec);/p' "$work/usr/include/nfdec/decoder.h" |
    sed 's/^ \* \{0,4\}//' >"$work/usage.inc"
grep -q 'nfdec_free(dec);' "$work/usage.inc" || { echo 'install: decoder.h has no usage loop' >&2; exit 1; }

PKG_CONFIG_PATH=$(dirname "$(find "$work/usr" -name nfdec.pc)")
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")
export PKG_CONFIG_PATH LD_LIBRARY_PATH
here=$source/tests/install

check()
{
    "$work/$1" >"$work/out"
    grep -q 'sourceIPv4Address=10\.0\.0\.1 ' "$work/out" &&
        grep -q 'destinationTransportPort=443 ' "$work/out" &&
        [ "$(wc -l <"$work/out")" -eq 1 ] && return
    echo "install: the $1 consumer printed:" >&2
    cat "$work/out" >&2
    exit 1
}

# shellcheck disable=SC2046 # flags are words
"$compiler" -std=c17 -Wall -Wextra -Werror "$@" -I"$work" $(pkg-config --cflags nfdec) "$here/consumer.c" \
    -o "$work/shared" $(pkg-config --libs nfdec)
check shared
# shellcheck disable=SC2046
"$compiler" -std=c17 -Wall -Wextra -Werror "$@" -I"$work" $(pkg-config --cflags nfdec) "$here/consumer.c" \
    -o "$work/static" "$LD_LIBRARY_PATH/libnfdec.a" $(pkg-config --static --libs-only-other nfdec) -lm
check static
