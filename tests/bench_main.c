/* make bench: every benchmark, as tables on stdout. `build/bench small` takes a few seconds. */
#include "bench.h"

#include <string.h>

int main(int argc, char **argv)
{
    int small = argc > 1 && strcmp(argv[1], "small") == 0;
    if (argc > 2 || (argc == 2 && !small && strcmp(argv[1], "full") != 0)) {
        fputs("usage: bench [small|full]\n", stderr);
        return 2;
    }
    bench_queue(stdout, small);
    putchar('\n');
    bench_places(stdout, small);
    putchar('\n');
    int failed = bench_checks(stdout, small);
    putchar('\n');
    return bench_runs(stdout, small) + failed ? 1 : 0;
}
