#!/bin/sh
# Runs a fuzzer of libFuzzer's. Usage: tests/fuzz.sh PROGRAM WORK runs=N | seconds=N
#
# runs=N: from the seeds alone and with a fixed seed of chance, so that two machines do the same.
# seconds=N: goes on from what earlier times found (WORK/corpus), with new chance.
# Seeds are tests/fuzz/query and, where ../shared has the guide's text, its examples. An input that
# breaks something is left in WORK/found, and the exit code is not 0.
set -eu
program=$1
work=$2
limit=$3

mkdir -p "$work/corpus" "$work/guide" "$work/found"
guide=../shared/spec/ecs-developer-guide-2020.txt
if [ -r "$guide" ]; then
    # In quotes after --filter and "expression":, and on lines of their own.
    subject='(attribute:|task:group|not\(task|runningTasksCount |agentVersion |registeredAt |ec2InstanceId )'
    sed -nE -e 's/.*(--filter|"expression":) "([^"]*)".*/\2/p' -e "/^$subject[^ ]* *[=!<>i]/p" "$guide" |
        sort -u | awk -v folder="$work/guide" \
        '{ file = folder "/" NR; printf "%s", $0 >file; close(file) }'
    examples=$(find "$work/guide" -type f | wc -l)
    if [ "$examples" -lt 15 ]; then
        echo "fuzz: only $examples examples found in the guide's text; it has more" >&2
        exit 1
    fi
elif [ "${PLIMSOLL_REQUIRE_SHARED:-0}" = 1 ]; then
    echo "fuzz: $guide is missing" >&2
    exit 1
fi

case $limit in
runs=*) rm -f "$work/corpus"/* && set -- -runs="${limit#runs=}" -seed=1 ;;
seconds=*) set -- -max_total_time="${limit#seconds=}" ;;
*) echo "usage: tests/fuzz.sh PROGRAM WORK runs=N | seconds=N" >&2; exit 2 ;;
esac
exec "$program" "$@" -dict=tests/fuzz/query.dict -max_len=12000 -timeout=20 -rss_limit_mb=1024 \
    -artifact_prefix="$work/found/" -verbosity=0 -print_final_stats=1 \
    "$work/corpus" tests/fuzz/query "$work/guide"
