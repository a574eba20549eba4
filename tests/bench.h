/* bench: the benchmarks behind `make bench`, one function each.
 *
 * A benchmark prints its rows as an aligned table on `out`: what was measured, how fast, and a
 * hash of the result, so that a faster wrong answer shows. `small` asks for sizes that take well
 * under a second; that is how the tests run every benchmark, so that none rots. Wall time is read
 * here and nowhere else, and it never reaches a result. */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdio.h>

/* The event queue: hold operations at 10^3 to 10^6 pending events. */
void bench_queue(FILE *out, int small);

/* The floor under a run with --out: seconds to insert the rows of the database `db_path` again,
 * from memory, with the same schema, in one transaction, synchronous=OFF, journal_mode=OFF, no
 * indexes, in this process; the best of three. Negative when it cannot. Uses "<db_path>.floor". */
double bench_floor(const char *db_path);

/* Placement alone at 1,000 to 100,000 container instances: ns of CPU time a placement, how much
 * dearer the largest cluster is than the smallest, and how many of the largest one's instances a
 * placement looks at, which no other process can blur. The result is a hash of all choices. */
void bench_places(FILE *out, int small);

/* Whole runs with --out, each in a process of its own: swf-curie (when ../shared is there) and
 * steady-1k, with wall time from the loading of the scenario to the renamed database, tasks and
 * events a second, the process's peak memory, and the ratio to the floor. Returns how many of them
 * failed. */
int bench_runs(FILE *out, int small);

/* Writes a scenario of about so many lines; `wrong`: with a mistake in every container. */
void bench_check_write(FILE *out, unsigned lines, bool wrong);
/* CPU seconds (user and system) to load a scenario, as `plimsoll check` does: the least of some. */
double bench_check_cpu_s(const char *path);
/* Loads scenarios of 2,000 lines and more, right ones and ones full of mistakes; the rows give the
 * number of complaints and of keys without effect where others give a hash. Returns how many did
 * not end as they should. */
int bench_checks(FILE *out, int small);

#endif
