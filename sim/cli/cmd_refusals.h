/* cmd_refusals: the operator's calls that a run refused, told on stderr when it is over.
 *
 * A refused call does not end a run, and a plan that rests on one is wrong: so each is said, with
 * its time, as AWS would have answered. Only the first replication is watched; the others face the
 * same calls and are counted by the summary. Lives as long as the run; one call is one record. */
#ifndef CMD_REFUSALS_H
#define CMD_REFUSALS_H

#include "ecs_records.h"
#include "sim_record.h"

#define CMD_REFUSALS_SHOWN 10

struct cmd_refusals {
    struct sim_record shown[CMD_REFUSALS_SHOWN];
    uint32_t count; /* of all */
};

/* An observer of the first replication's stream; `user` is the zeroed struct. */
void cmd_refusals_observe(void *user, const struct sim_record *record);

/* One line a call, as "warning: at 4m SetDesiredCapacity was refused, ValidationError: ...". */
void cmd_refusals_print(const struct cmd_refusals *refusals, uint32_t replications);

#endif
