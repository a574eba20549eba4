/* A job writes into chunks of CHUNK_SIZE bytes. A full chunk is handed over under the lock: its
 * job's spool keeps it in memory or, beyond the limit, writes it to the spool's file and keeps
 * only its place. The chunks of a spool are one list in order of writing, so memory and file may
 * alternate freely. The calling thread takes the jobs in order and, within a job, chunk after
 * chunk while the job still runs.
 *
 * At most LEAD jobs a worker are begun and not yet consumed; that bounds memory whatever the count
 * of jobs. Jobs are begun in order, so the one that the consumer waits for is always under way,
 * and a worker never waits within a job: there is no deadlock.
 *
 * When a job fails no later job begins; those under way run to their end, but their records are
 * dropped. The consumer still takes the jobs before it, and what it wrote, so what has been
 * consumed by then does not depend on the number of threads either. */
#include "sim_parallel.h"

#include "sim_arena.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_SIZE ((size_t)256 << 10)
#define LEAD       2 /* jobs begun and not yet consumed, a worker */

/* A record in a chunk: time, kind and field_count in one word, fields. */
#define RECORD_WORDS_MAX (2 + SIM_RECORD_FIELDS)

struct chunk {
    struct chunk *next;
    size_t words;   /* in use */
    off_t offset;   /* in the spool's file when data is NULL */
    uint64_t *data; /* CHUNK_SIZE bytes */
};

struct run;

struct sim_spool {
    struct run *run;
    uint32_t index;     /* of the job */
    bool direct;        /* single thread: straight to the consumer */
    struct chunk *open; /* being filled; the worker's own */

    /* Under run->lock. */
    struct chunk *first, *last; /* handed over, not yet taken */
    size_t memory;              /* bytes of chunks handed over and in memory */
    uint32_t spilled;           /* chunks in the file and not yet read */
    bool done, ok;
    bool broken; /* a spill failed: nothing more is kept */

    /* The worker writes, the consumer reads at places already written. */
    int file; /* -1: none yet */
    off_t file_size;
};

struct run {
    const struct sim_job_hooks *hooks;
    uint32_t count;
    size_t spool_memory;
    struct sim_spool *spools; /* ring of spool_count, by index modulo */
    uint32_t spool_count;

    pthread_mutex_t lock;
    pthread_cond_t produced; /* a chunk or an end: for the consumer */
    pthread_cond_t consumed; /* a spool became free, or jobs are given up: for workers */
    uint32_t begun;          /* jobs */
    uint32_t finished;       /* jobs consumed */
    uint32_t needed;         /* jobs from this one on are of no use; < count after a failure */
};

static const char spill_failure[] =
    "records could not be written to a temporary file (folder $TMPDIR or /tmp)";

static int open_unlinked(void)
{
    const char *folder = getenv("TMPDIR");
    char path[PATH_MAX];
    int length =
        snprintf(path, sizeof path, "%s/plimsoll-XXXXXX", folder && *folder ? folder : "/tmp");
    if (length < 0 || (size_t)length >= sizeof path)
        return -1;
    int file = mkostemp(path, O_CLOEXEC);
    if (file >= 0)
        unlink(path);
    return file;
}

static bool write_all(int file, const void *bytes, size_t size, off_t offset)
{
    const char *from = bytes;
    while (size > 0) {
        ssize_t wrote = pwrite(file, from, size, offset);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        from += wrote;
        size -= (size_t)wrote;
        offset += wrote;
    }
    return true;
}

static bool read_all(int file, void *bytes, size_t size, off_t offset)
{
    char *to = bytes;
    while (size > 0) {
        ssize_t got = pread(file, to, size, offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        size -= (size_t)got;
        offset += got;
    }
    return true;
}

static struct chunk *new_chunk(void)
{
    struct chunk *chunk = sim_malloc(sizeof *chunk);
    *chunk = (struct chunk){.data = sim_malloc(CHUNK_SIZE)};
    return chunk;
}

static void free_chunk(struct chunk *chunk)
{
    if (chunk)
        free(chunk->data);
    free(chunk);
}

/* Writes a chunk to the file and lets its memory go. Called by the worker, without the lock. */
static bool spill(struct sim_spool *spool, struct chunk *chunk, off_t offset)
{
    if (spool->file < 0)
        spool->file = open_unlinked();
    if (spool->file < 0 ||
        !write_all(spool->file, chunk->data, chunk->words * sizeof *chunk->data, offset))
        return false;
    free(chunk->data);
    chunk->data = NULL;
    chunk->offset = offset;
    return true;
}

/* Jobs from `index` on are of no use any more. Under the lock. */
static void give_up_from(struct run *run, uint32_t index)
{
    if (index < run->needed)
        run->needed = index;
    pthread_cond_broadcast(&run->consumed);
}

/* Hands the open chunk over to the consumer. */
static void hand_over(struct sim_spool *spool)
{
    struct run *run = spool->run;
    struct chunk *chunk = spool->open;
    spool->open = NULL;
    size_t bytes = chunk->words * sizeof *chunk->data;

    pthread_mutex_lock(&run->lock);
    bool lost = spool->index >= run->needed || spool->broken;
    bool fits = spool->memory + CHUNK_SIZE <= run->spool_memory;
    if (spool->spilled == 0)
        spool->file_size = 0; /* all of it was read: write over it */
    pthread_mutex_unlock(&run->lock);

    /* Only this thread adds to memory, spilled and file_size, so they can only have shrunk. */
    bool spilled = !lost && !fits && spill(spool, chunk, spool->file_size);
    bool broken = !lost && !fits && !spilled;
    if (lost || broken) {
        free_chunk(chunk);
        chunk = NULL;
    }

    pthread_mutex_lock(&run->lock);
    if (broken) {
        spool->broken = true;
        give_up_from(run, spool->index + 1);
    }
    if (spilled) {
        spool->spilled++;
        spool->file_size += (off_t)bytes;
    } else if (chunk) {
        spool->memory += CHUNK_SIZE;
    }
    if (chunk) {
        *(spool->last ? &spool->last->next : &spool->first) = chunk;
        spool->last = chunk;
    }
    pthread_cond_signal(&run->produced);
    pthread_mutex_unlock(&run->lock);
}

void sim_spool_put(struct sim_spool *spool, const struct sim_record *record)
{
    assert(record->field_count <= SIM_RECORD_FIELDS);
    if (spool->direct) {
        const struct sim_job_hooks *hooks = spool->run->hooks;
        hooks->consume(hooks->user, spool->index, record);
        return;
    }
    size_t words = 2 + record->field_count;
    if (spool->open && (spool->open->words + words) * sizeof(uint64_t) > CHUNK_SIZE)
        hand_over(spool);
    if (!spool->open)
        spool->open = new_chunk();
    uint64_t *to = spool->open->data + spool->open->words;
    to[0] = (uint64_t)record->at;
    to[1] = (uint64_t)record->kind << 32 | record->field_count;
    memcpy(to + 2, record->field, record->field_count * sizeof *to);
    spool->open->words += words;
}

static void open_spool(struct run *run, struct sim_spool *spool, uint32_t index)
{
    *spool = (struct sim_spool){.run = run, .index = index, .file = -1};
}

/* Frees what a spool still holds. */
static void close_spool(struct sim_spool *spool)
{
    while (spool->first) {
        struct chunk *next = spool->first->next;
        free_chunk(spool->first);
        spool->first = next;
    }
    spool->last = NULL;
    free_chunk(spool->open);
    spool->open = NULL;
    if (spool->file >= 0)
        close(spool->file);
    spool->file = -1;
}

static void *work(void *argument)
{
    struct run *run = argument;
    const struct sim_job_hooks *hooks = run->hooks;
    pthread_mutex_lock(&run->lock);
    for (;;) {
        while (run->begun < run->needed && run->begun - run->finished == run->spool_count)
            pthread_cond_wait(&run->consumed, &run->lock);
        if (run->begun >= run->needed)
            break;
        uint32_t index = run->begun++;
        struct sim_spool *spool = &run->spools[index % run->spool_count];
        open_spool(run, spool, index);
        pthread_mutex_unlock(&run->lock);

        bool ok = hooks->run(hooks->user, index, spool);
        if (spool->open)
            hand_over(spool);

        pthread_mutex_lock(&run->lock);
        spool->done = true;
        spool->ok = ok && !spool->broken;
        if (!spool->ok)
            give_up_from(run, index + 1);
        pthread_cond_signal(&run->produced);
    }
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

static void consume_chunk(const struct sim_job_hooks *hooks, uint32_t index, const uint64_t *words,
                          size_t count)
{
    struct sim_record record;
    for (size_t i = 0; i < count; i += 2 + record.field_count) {
        record.at = (sim_time)words[i];
        record.kind = (uint32_t)(words[i + 1] >> 32);
        record.field_count = (uint32_t)words[i + 1];
        memcpy(record.field, words + i + 2, record.field_count * sizeof *words);
        hooks->consume(hooks->user, index, &record);
    }
}

/* Waits for the next chunk of a spool; NULL when the job has ended and all were taken. */
static struct chunk *take_chunk(struct sim_spool *spool)
{
    struct run *run = spool->run;
    pthread_mutex_lock(&run->lock);
    while (!spool->first && !spool->done)
        pthread_cond_wait(&run->produced, &run->lock);
    struct chunk *chunk = spool->first;
    if (chunk) {
        spool->first = chunk->next;
        if (!spool->first)
            spool->last = NULL;
    }
    pthread_mutex_unlock(&run->lock);
    return chunk;
}

/* Consumes one job to its end; `buffer` holds a chunk read back. */
static bool consume_job(struct run *run, struct sim_spool *spool, uint64_t *buffer,
                        const char **why)
{
    const struct sim_job_hooks *hooks = run->hooks;
    struct chunk *chunk;
    while ((chunk = take_chunk(spool))) {
        const uint64_t *data = chunk->data;
        if (!data) {
            if (!read_all(spool->file, buffer, chunk->words * sizeof *buffer, chunk->offset)) {
                free_chunk(chunk);
                *why = spill_failure;
                return false;
            }
            data = buffer;
        }
        pthread_mutex_lock(&run->lock);
        if (chunk->data)
            spool->memory -= CHUNK_SIZE;
        else
            spool->spilled--;
        pthread_mutex_unlock(&run->lock);
        consume_chunk(hooks, spool->index, data, chunk->words);
        free_chunk(chunk);
    }
    if (spool->broken)
        *why = spill_failure;
    return spool->ok && hooks->end(hooks->user, spool->index);
}

/* The calling thread's part: jobs in order, until the last or the first that fails. */
static bool consume_all(struct run *run, const char **why)
{
    uint64_t *buffer = sim_malloc(CHUNK_SIZE);
    bool ok = true;
    for (uint32_t index = 0; index < run->count && ok; index++) {
        struct sim_spool *spool = &run->spools[index % run->spool_count];
        pthread_mutex_lock(&run->lock);
        while (run->begun <= index)
            pthread_cond_wait(&run->produced, &run->lock);
        pthread_mutex_unlock(&run->lock);

        ok = consume_job(run, spool, buffer, why);

        pthread_mutex_lock(&run->lock);
        if (ok) {
            close_spool(spool);
            run->finished++;
            pthread_cond_broadcast(&run->consumed);
        } else {
            give_up_from(run, 0);
        }
        pthread_mutex_unlock(&run->lock);
    }
    free(buffer);
    return ok;
}

static bool run_here(const struct sim_job_hooks *hooks, uint32_t count)
{
    struct run run = {.hooks = hooks, .count = count};
    for (uint32_t index = 0; index < count; index++) {
        struct sim_spool spool = {.run = &run, .index = index, .direct = true, .file = -1};
        if (!hooks->run(hooks->user, index, &spool) || !hooks->end(hooks->user, index))
            return false;
    }
    return true;
}

bool sim_parallel_run_spooled(const struct sim_job_hooks *hooks, uint32_t count, uint32_t threads,
                              size_t spool_memory, const char **why)
{
    assert(threads >= 1);
    *why = NULL;
    if (threads > count)
        threads = count;
    if (threads <= 1)
        return run_here(hooks, count);

    struct run run = {.hooks = hooks,
                      .count = count,
                      .spool_memory = spool_memory,
                      .needed = count};
    run.spool_count = threads > count / LEAD ? count : threads * LEAD;
    run.spools = sim_realloc(NULL, run.spool_count, sizeof *run.spools);
    for (uint32_t i = 0; i < run.spool_count; i++)
        open_spool(&run, &run.spools[i], 0);
    pthread_mutex_init(&run.lock, NULL);
    pthread_cond_init(&run.produced, NULL);
    pthread_cond_init(&run.consumed, NULL);

    /* Fewer threads than asked for give the same result, none at all too. */
    pthread_t *workers = sim_realloc(NULL, threads, sizeof *workers);
    uint32_t started = 0;
    while (started < threads && pthread_create(&workers[started], NULL, work, &run) == 0)
        started++;
    bool ok = started > 0 ? consume_all(&run, why) : run_here(hooks, count);

    for (uint32_t i = 0; i < started; i++)
        pthread_join(workers[i], NULL);
    for (uint32_t i = 0; i < run.spool_count; i++)
        close_spool(&run.spools[i]);
    pthread_cond_destroy(&run.consumed);
    pthread_cond_destroy(&run.produced);
    pthread_mutex_destroy(&run.lock);
    free(workers);
    free(run.spools);
    return ok;
}

bool sim_parallel_run(const struct sim_job_hooks *hooks, uint32_t count, uint32_t threads,
                      const char **why)
{
    return sim_parallel_run_spooled(hooks, count, threads, SIM_SPOOL_MEMORY, why);
}
