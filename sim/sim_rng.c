/* How a draw gets its place. Philox is a keyed bijection of a 128-bit counter: every (key,
 * counter) pair gives 128 bits that look independent of all others, however alike the inputs. So
 * the entity needs no hashing into a state; it only needs a place of its own:
 *
 *   key     = mix(mix(mix(seed, replication), purpose), a)      64 bits
 *   counter = block number (64 bits) | b (64 bits)
 *
 * with mix = sim_rng_mix. For a given seed, replication and purpose, (a, b) -> (key, b) is one to
 * one: two entities never share a stream. Two (seed, replication, purpose, a) share a key with a
 * chance of 2^-64 a pair. */
#include "sim_rng.h"

#include <assert.h>
#include <stddef.h>

#define PHILOX_ROUNDS 10
#define PHILOX_M0     0xD2511F53u
#define PHILOX_M1     0xCD9E8D57u
#define PHILOX_W0     0x9E3779B9u /* golden ratio */
#define PHILOX_W1     0xBB67AE85u /* sqrt(3) - 1 */

struct philox_block {
    uint32_t word[4];
};

static struct philox_block philox(struct philox_block counter, uint32_t key0, uint32_t key1)
{
    uint32_t c0 = counter.word[0], c1 = counter.word[1], c2 = counter.word[2], c3 = counter.word[3];
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
        uint64_t p0 = (uint64_t)PHILOX_M0 * c0;
        uint64_t p1 = (uint64_t)PHILOX_M1 * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ key0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ key1;
        c3 = (uint32_t)p0;
        key0 += PHILOX_W0;
        key1 += PHILOX_W1;
    }
    return (struct philox_block){{c0, c1, c2, c3}};
}

static uint64_t next_word(struct sim_rng_state *state)
{
    if (state->has_spare) {
        state->has_spare = 0;
        return state->spare;
    }
    struct philox_block counter = {{(uint32_t)state->block, (uint32_t)(state->block >> 32),
                                    state->stream[0], state->stream[1]}};
    struct philox_block out = philox(counter, state->key[0], state->key[1]);
    state->block++;
    state->spare = (uint64_t)out.word[3] << 32 | out.word[2];
    state->has_spare = 1;
    return (uint64_t)out.word[1] << 32 | out.word[0];
}

static void set_place(struct sim_rng_state *state, uint64_t key, uint64_t stream)
{
    *state = (struct sim_rng_state){
        .key = {(uint32_t)key, (uint32_t)(key >> 32)},
        .stream = {(uint32_t)stream, (uint32_t)(stream >> 32)},
    };
}

/* The top 53 bits. */
static double unit_double(uint64_t word)
{
    return (double)(word >> 11) * 0x1p-53;
}

/* For gsl_rng_alloc and gsl_rng_set: the seed is the key, stream 0, block 0. */
static void philox_set(void *state, unsigned long seed)
{
    set_place(state, seed, 0);
}

static unsigned long philox_get(void *state)
{
    return next_word(state);
}

static double philox_get_double(void *state)
{
    return unit_double(next_word(state));
}

static const gsl_rng_type philox_type = {
    .name = "philox4x32-10",
    .max = UINT64_MAX,
    .min = 0,
    .size = sizeof(struct sim_rng_state),
    .set = philox_set,
    .get = philox_get,
    .get_double = philox_get_double,
};

const gsl_rng_type *const sim_rng_philox = &philox_type;

_Static_assert(sizeof(unsigned long) == sizeof(uint64_t), "GSL draws must hold 64 bits");

/* The finalizer of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014; constants of Stafford's variant 13): a bijection in which each input
 * bit flips each output bit with a chance of one half. */
static uint64_t avalanche(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

/* The (b + 1)-th output of a SplitMix64 that starts at the avalanche of a. The odd gamma makes it
 * a bijection in b, and addition one in a. */
uint64_t sim_rng_mix(uint64_t a, uint64_t b)
{
    const uint64_t gamma = UINT64_C(0x9E3779B97F4A7C15);
    return avalanche(avalanche(a + gamma) + (b + 1) * gamma);
}

static uint64_t key_of(uint64_t seed, uint32_t replication, enum sim_chance purpose, uint64_t a)
{
    return sim_rng_mix(sim_rng_mix(sim_rng_mix(seed, replication), (uint64_t)purpose), a);
}

void sim_rng_key(struct sim_rng *rng, uint64_t seed, uint32_t replication, enum sim_chance purpose,
                 uint64_t a, uint64_t b)
{
    rng->gsl.type = sim_rng_philox;
    rng->gsl.state = &rng->state;
    set_place(&rng->state, key_of(seed, replication, purpose, a), b);
}

static uint64_t first_word(uint64_t seed, uint32_t replication, enum sim_chance purpose, uint64_t a,
                           uint64_t b)
{
    struct sim_rng_state state;
    set_place(&state, key_of(seed, replication, purpose, a), b);
    return next_word(&state);
}

double sim_rng_uniform(uint64_t seed, uint32_t replication, enum sim_chance purpose, uint64_t a,
                       uint64_t b)
{
    return unit_double(first_word(seed, replication, purpose, a, b));
}

uint64_t sim_rng_index(uint64_t seed, uint32_t replication, enum sim_chance purpose, uint64_t a,
                       uint64_t b, uint64_t n)
{
    assert(n >= 1);
    unsigned __int128 product = first_word(seed, replication, purpose, a, b);
    return (uint64_t)(product * n >> 64);
}
