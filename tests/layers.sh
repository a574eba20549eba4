#!/bin/sh
# The order of the layers, as the linker sees it: an archive may need symbols of the layers below it
# and of libraries, never of a layer above. Usage: tests/layers.sh BUILD
set -eu
build=$1

# What each layer must not reach (DESIGN: reports and scenarios do not know each other).
above() {
    case $1 in
    sim) echo models scenarios reports cli ;;
    models) echo scenarios reports cli ;;
    scenarios) echo reports cli ;;
    reports) echo scenarios cli ;;
    esac
}
symbols() { # symbols LAYER --defined-only|--undefined-only
    nm -g --format=posix "$2" "$build/lib$1.a" 2>/dev/null | awk 'NF >= 2 {print $1}' | sort -u
}

bad=0
for layer in sim models scenarios reports; do
    symbols $layer --undefined-only >"$build/layers.needs"
    for upper in $(above $layer); do
        symbols "$upper" --defined-only >"$build/layers.has"
        for symbol in $(comm -12 "$build/layers.needs" "$build/layers.has"); do
            echo "layers: $layer/ uses $symbol of $upper/, a layer it must not know" >&2
            bad=1
        done
    done
    # Only sim/cli may end the program in its own way; abort and _exit are for bugs and signals.
    for symbol in $(grep -xE 'exit|getopt|getopt_long|optarg|optind' "$build/layers.needs" || :); do
        # Running out of memory ends the program, by contract of sim_arena.h.
        if [ "$layer:$symbol" != sim:exit ]; then
            echo "layers: $layer/ uses $symbol, which only sim/cli/ may" >&2
            bad=1
        fi
    done
done
rm -f "$build/layers.needs" "$build/layers.has"
exit $bad
