/* scn_gate: reads gate files (design 3.4): a JSON list of
 *
 *   {"metric": "task_wait_s_p99", "max_increase_pct": 5, "confidence": 0.95, "mode": "reject"}
 *
 * with exactly one limit: max_increase_pct, max_increase, max or min. confidence is that of a
 * one-sided bound, above 0.5 and below 1, 0.95 unless given; mode is reject or prove, reject unless
 * given. What the metrics are worth is not asked here. */
#ifndef SCN_GATE_H
#define SCN_GATE_H

#include "scn_load.h"

enum scn_gate_limit {
    SCN_GATE_MAX_INCREASE_PCT,
    SCN_GATE_MAX_INCREASE,
    SCN_GATE_MAX,
    SCN_GATE_MIN
};

struct scn_gate {
    const char *metric;
    enum scn_gate_limit kind;
    double limit, confidence;
    bool prove;
};

/* The gates of a file, in the arena; NULL after complaints. A file that is not there is looked for
 * among the shipped ones, as scenarios/gates/<path>.json. */
struct scn_gate *scn_gates_read(struct sim_arena *arena, const char *path, uint32_t *count,
                                struct scn_complaints *complaints);

#endif
