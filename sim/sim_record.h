/* sim_record: what a run says about itself.
 *
 * A model emits records: facts in the order in which they became true, made of integers only.
 * Everything that watches a run - result hash, invariants, cost, statistics, the database - is an
 * observer of this one stream; none may change the run. Kinds and their fields are the model's
 * (models/ecs_records.def); this layer only moves them.
 *
 * Observers are called in the order they were added, at once, on the thread of the run. A record
 * lives until the call returns. */
#ifndef SIM_RECORD_H
#define SIM_RECORD_H

#include "sim_time.h"

#include <stdbool.h>

#define SIM_RECORD_FIELDS 28

struct sim_record {
    sim_time at;
    uint32_t kind;
    uint32_t field_count; /* fields in use; the rest are undefined */
    int64_t field[SIM_RECORD_FIELDS];
};

typedef void sim_observe(void *user, const struct sim_record *record);

struct sim_observer {
    sim_observe *observe;
    void *user;
};

#define SIM_OBSERVERS 8

struct sim_stream {
    struct sim_observer observers[SIM_OBSERVERS];
    uint32_t count;
    uint64_t records; /* emitted so far */
};

void sim_stream_init(struct sim_stream *stream);
void sim_stream_add(struct sim_stream *stream, sim_observe *observe, void *user);
void sim_stream_emit(struct sim_stream *stream, const struct sim_record *record);

/* sim_hash: 64-bit hash over integers (order matters). Same on every machine. */
struct sim_hash {
    uint64_t state;
    uint64_t length;
};
void sim_hash_init(struct sim_hash *hash);
void sim_hash_word(struct sim_hash *hash, uint64_t word);
void sim_hash_bytes(struct sim_hash *hash, const void *bytes, size_t size);
uint64_t sim_hash_value(const struct sim_hash *hash);

/* An observer (user = struct sim_hash *) over time, kind and fields of every record. */
void sim_hash_observe(void *user, const struct sim_record *record);

#endif
