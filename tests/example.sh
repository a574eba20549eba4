#!/bin/sh
# Builds CONTRIBUTING.md's worked example, a placement strategy, onto this tree.
#
#   sh tests/example.sh BUILD OUT
#
# From the root of the checkout. BUILD is a folder in which the program and the tests have been
# built; their flags are used again. OUT receives the files that the page shows, OUT/plimsoll, the
# program with the strategy, and OUT/check, the tests with it. The tree is left alone.
#
# A block of the page that is a file has its path after the language in its opening fence. That of
# place.c holds two lines, which go where its text says: the declaration beside the others, the
# entry before the list's end.
set -eu

build=$1 out=$2 page=CONTRIBUTING.md list=models/place/place.c
die() { echo "example: $*" >&2; exit 1; }

[ -f "$build/flags" ] && [ -f "$build/libs" ] && [ -f "$build/obj/sim/cli/main.o" ] ||
    die "$build has no program; build it first"

block() { # block PATH: the text of that file, without the indent of the list it stands in
    awk -v path="$1" '
        inside && /^ *```$/ { found = 1; exit }
        inside { sub("^" indent, ""); print }
        !inside && /^ *```[a-z]+ / && $2 == path {
            inside = 1
            match($0, /^ */)
            indent = substr($0, 1, RLENGTH)
        }
        END { exit !found }' "$page" || die "$page has no block $1"
}
write() { # write PATH
    mkdir -p "$out/$(dirname "$1")"
    block "$1" >"$out/$1"
}

strategy=$(sed -n 's/^ *```c \(models\/place\/place_[a-z_]*\.c\)$/\1/p' "$page")
scenario=$(sed -n 's/^ *```json \(scenarios\/[a-z-]*\.json\)$/\1/p' "$page")
[ -n "$strategy" ] && [ -n "$scenario" ] || die "$page shows no strategy or no scenario"
write "$strategy"
write "$scenario"
write models/FIDELITY.md

declaration=$(block "$list" | grep '^extern ') || die "$page does not declare the strategy"
entry=$(block "$list" | grep '^    &') || die "$page does not list the strategy"
awk -v declaration="$declaration" -v entry="$entry" '
    /^extern const struct place_strategy / && !declared { print declaration; declared = 1 }
    /^    NULL,$/ && !listed { print entry; listed = 1 }
    { print }
    END { exit !(declared && listed) }' "$list" >"$out/$list" || die "$list has changed its shape"

# As a file of models/, which sees sim/ and models/ alone.
flags=$(cat "$build/flags")
models_flags=$(printf '%s' "$flags" | sed 's/ -Iscenarios -Ireports -Isim\/cli//')
objects=
for source in "$strategy" "$list"; do
    $models_flags -c -o "$out/$(basename "$source" .c).o" "$out/$source"
    objects="$objects $out/$(basename "$source" .c).o"
done

# The new place.o stands before the archives, so theirs is never asked.
archives=
for layer in cli reports scenarios models sim; do
    archives="$archives $build/lib$layer.a"
done
tests=
for source in tests/*.c; do
    case $source in
    tests/bench_main.c | tests/fuzz_*) ;;
    *) tests="$tests $build/obj/${source%.c}.o" ;;
    esac
done
libs=$(cat "$build/libs")
$flags -o "$out/plimsoll" "$build/obj/sim/cli/main.o" $objects $archives "$build/embed.o" $libs
$flags -o "$out/check" $tests $objects $archives "$build/embed.o" $libs
