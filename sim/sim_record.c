#include "sim_record.h"

#include <assert.h>

void sim_stream_init(struct sim_stream *stream)
{
    *stream = (struct sim_stream){0};
}

void sim_stream_add(struct sim_stream *stream, sim_observe *observe, void *user)
{
    assert(stream->count < SIM_OBSERVERS);
    stream->observers[stream->count++] = (struct sim_observer){observe, user};
}

void sim_stream_emit(struct sim_stream *stream, const struct sim_record *record)
{
    assert(record->field_count <= SIM_RECORD_FIELDS);
    stream->records++;
    for (uint32_t i = 0; i < stream->count; i++)
        stream->observers[i].observe(stream->observers[i].user, record);
}

/* The hash. One 64-bit state; a word w is absorbed as
 *
 *   state = avalanche(state + (w + 1) * K)
 *
 * where K is odd and avalanche a bijection in which every input bit flips every output bit with a
 * chance of one half (the finalizer of SplitMix64). So a step is one to one in the word for a
 * given state and in the state for a given word: two inputs that differ in one word never
 * collide, others with a chance of 2^-64. The value is the avalanche of the state plus the count
 * of words. Made to notice change, not to resist an attacker. */
static const uint64_t word_factor = UINT64_C(0x9E3779B97F4A7C15);
static const uint64_t start_state = UINT64_C(0x706C696D736F6C6C); /* "plimsoll" */

static inline uint64_t avalanche(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

void sim_hash_init(struct sim_hash *hash)
{
    *hash = (struct sim_hash){.state = start_state};
}

void sim_hash_word(struct sim_hash *hash, uint64_t word)
{
    hash->state = avalanche(hash->state + (word + 1) * word_factor);
    hash->length++;
}

/* Little-endian words, the last filled up with zeros, after the size: so "ab" then "c" differs
 * from "a" then "bc", and "a" from "a\0". */
void sim_hash_bytes(struct sim_hash *hash, const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;
    sim_hash_word(hash, size);
    while (size > 0) {
        size_t part = size < 8 ? size : 8;
        uint64_t word = 0;
        for (size_t i = 0; i < part; i++)
            word |= (uint64_t)byte[i] << (8 * i);
        sim_hash_word(hash, word);
        byte += part;
        size -= part;
    }
}

uint64_t sim_hash_value(const struct sim_hash *hash)
{
    return avalanche(hash->state + hash->length);
}

void sim_hash_observe(void *user, const struct sim_record *record)
{
    struct sim_hash *hash = user;
    sim_hash_word(hash, (uint64_t)record->at);
    sim_hash_word(hash, (uint64_t)record->kind << 32 | record->field_count);
    for (uint32_t i = 0; i < record->field_count; i++)
        sim_hash_word(hash, (uint64_t)record->field[i]);
}
