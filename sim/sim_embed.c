#include "sim_embed.h"

#include <string.h>

/* A few dozen files, looked up a few times a run: walking the list is enough. */
const struct sim_embedded *sim_embed_find(const char *path)
{
    for (const struct sim_embedded *file = sim_embedded_files; file->path; file++) {
        if (strcmp(file->path, path) == 0)
            return file;
    }
    return NULL;
}
