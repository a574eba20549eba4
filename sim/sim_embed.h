/* sim_embed: files that travel inside the program.
 *
 * Shipped scenarios, the instance catalogue, mappings, SQL and plot scripts are linked into the
 * binary by the Makefile (list EMBED), so the program works from any folder. Paths are those in
 * the source tree, e.g. "scenarios/mappings/swf.json". Bytes end with one NUL that size does not
 * count. */
#ifndef SIM_EMBED_H
#define SIM_EMBED_H

#include <stddef.h>

struct sim_embedded {
    const char *path;
    const char *bytes;
    size_t size;
};

/* All of them, sorted by path; the last has path NULL. Defined in build/embed.c. */
extern const struct sim_embedded sim_embedded_files[];

/* NULL when there is none. */
const struct sim_embedded *sim_embed_find(const char *path);

#endif
