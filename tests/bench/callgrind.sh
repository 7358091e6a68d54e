#!/bin/sh
# SPDX-License-Identifier: MIT
#
#     callgrind.sh BUILD [FLOWS [KIND]]
#
# Instructions a flow of each amount of work, and the functions they go to. Instructions do not depend on what else the
# machine does: a regression shows where clocks only flicker. FLOWS [200000], KIND [mix].
set -eu
bench=$1/tests/bench
flows=${2:-200000}
kind=${3:-mix}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$bench/bench_generate" "$kind" "$flows" "$scratch/x.pcap"
for amount in walk count store pair; do
    valgrind --tool=callgrind --callgrind-out-file="$scratch/$amount" --toggle-collect=session_run \
        "$bench/bench_work" "$amount" "$scratch/x.pcap" >/dev/null 2>"$scratch/log" || {
        cat "$scratch/log" >&2
        exit 1
    }
    total=$(sed -n 's/^\(totals\|summary\): //p' "$scratch/$amount" | tail -1)
    awk -v n="$total" -v f="$flows" -v a="$amount" 'BEGIN { printf "%s: %.1f instructions a flow\n", a, n / f }'
    callgrind_annotate --threshold=97 --auto=no "$scratch/$amount" 2>/dev/null |
        awk -v f="$flows" '/^ *[0-9,]+ \(.*\)  .*:/ && shown < 15 {
            gsub(",", "", $1)
            name = $0
            sub(/^.*:/, "", name)
            sub(/ \[.*$/, "", name)
            printf "    %7.1f  %s\n", $1 / f, name
            shown++
        }'
done
