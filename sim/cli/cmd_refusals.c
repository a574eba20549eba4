#include "cmd_refusals.h"

#include "ecs_scenario.h"

#include <inttypes.h>
#include <stdio.h>

void cmd_refusals_observe(void *user, const struct sim_record *record)
{
    struct cmd_refusals *refusals = user;
    if (record->kind != ECS_RECORD_CHANGE || record->field[ECS_CHANGE_refusal] == ECS_REFUSAL_NONE)
        return;
    if (refusals->count < CMD_REFUSALS_SHOWN)
        refusals->shown[refusals->count] = *record;
    refusals->count++;
}

static void print_one(const struct sim_record *record)
{
    const int64_t *f = record->field;
    const struct ecs_operation_words *words = &ecs_operation_words[f[ECS_CHANGE_operation]];
    const char *exception = ecs_exception_names[f[ECS_CHANGE_exception]];
    int64_t affected = f[ECS_CHANGE_affected];
    char at[32];
    fprintf(stderr, "warning: at %s %s was ", sim_time_format(record->at, at, sizeof at),
            words->name);
    if (affected > 0)
        fprintf(stderr, "done for %" PRId64 " %s%s and otherwise ", affected, words->objects,
                affected == 1 ? "" : "s");
    fprintf(stderr, "refused, %s%s%s\n", exception, exception[0] != '\0' ? ": " : "",
            ecs_refusal_messages[f[ECS_CHANGE_refusal]]);
}

void cmd_refusals_print(const struct cmd_refusals *refusals, uint32_t replications)
{
    for (uint32_t i = 0; i < refusals->count && i < CMD_REFUSALS_SHOWN; i++)
        print_one(&refusals->shown[i]);
    if (refusals->count > CMD_REFUSALS_SHOWN)
        fprintf(stderr, "warning: and %u more calls were refused; v_event has them\n",
                refusals->count - CMD_REFUSALS_SHOWN);
    if (refusals->count > 0 && replications > 1)
        fprintf(stderr, "warning: so in the first of %u replications\n", replications);
}
