/* bench: the benchmarks behind `make bench`, one function each.
 *
 * A benchmark prints its rows as an aligned table on `out`: what was measured, how fast, and a
 * hash of the result, so that a faster wrong answer shows. `small` asks for sizes that take well
 * under a second; that is how the tests run every benchmark, so that none rots. Wall time is read
 * here and nowhere else, and it never reaches a result. */
#ifndef BENCH_H
#define BENCH_H

#include <stdio.h>

/* The event queue: hold operations at 10^3 to 10^6 pending events. */
void bench_queue(FILE *out, int small);

/* The floor under a run with --out: seconds to insert the rows of the database `db_path` again,
 * from memory, with the same schema, in one transaction, synchronous=OFF, journal_mode=OFF, no
 * indexes, in this process; the best of three. Negative when it cannot. Uses "<db_path>.floor". */
double bench_floor(const char *db_path);

/* Whole runs with --out, each in a process of its own: swf-curie (when ../shared is there) and
 * steady-1k, with wall time from the loading of the scenario to the renamed database, tasks and
 * events a second, the process's peak memory, and the ratio to the floor. Returns how many of them
 * failed. */
int bench_runs(FILE *out, int small);

#endif
