/* `faults`: what goes wrong during the run. */
#include "scn_loader.h"
#include "scn_selection.h"

#include <string.h>

static bool load_fault(struct scn_loader *loader, const struct scn_value *value,
                       struct ecs_fault *fault)
{
    const char *kind = scn_get_text(value, "kind", "");
    const struct scn_value *instances = scn_get(value, "instances", SCN_OBJECT);
    const struct scn_value *duration = scn_json_member(value, "duration");
    *fault = (struct ecs_fault){.kind = ECS_FAULT_AGENT_DISCONNECT,
                                .at = scn_load_at(loader, value),
                                .duration = scn_get_duration(value, "duration", SIM_TIME_NEVER)};
    if (strcmp(kind, "agentDisconnect") != 0) {
        if (kind[0] != '\0')
            scn_not_yet(loader->complaints, value, kind);
        return false;
    }
    if (duration != NULL && fault->duration == 0) {
        scn_error(loader->complaints, duration, "nothing fails in no time; write a longer one");
        return false;
    }
    if (duration == NULL && loader->scenario->duration == SIM_TIME_NEVER) {
        scn_error(loader->complaints, value,
                  "duration is required, of this fault or of the scenario: a task that is placed "
                  "there before ECS notices waits until the agent is back, and a run without "
                  "`duration` waits for its last task");
        return false;
    }
    if (instances == NULL) {
        if (scn_json_member(value, "instances") == NULL)
            scn_error(loader->complaints, value,
                      "`instances` is missing; say which ones, such as "
                      "{\"autoScalingGroup\": \"web\", \"count\": 1}");
        return false;
    }
    if (loader->scenario->duration != SIM_TIME_NEVER && fault->at > loader->scenario->duration)
        scn_warning(loader->complaints, scn_json_member(value, "at"),
                    "the run is over by then, so it never happens");
    return scn_load_selection(loader, instances, false, &fault->selection);
}

void scn_load_faults(struct scn_loader *loader)
{
    struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *list = scn_list(loader, "faults");
    if (list == NULL)
        return;
    struct ecs_fault *faults = sim_arena_array(loader->arena, list->count, sizeof faults[0]);
    scn_check_unique(loader, list, "name");
    for (const struct scn_value *v = list->first; v != NULL; v = v->next)
        if (v->kind == SCN_OBJECT && load_fault(loader, v, &faults[scenario->fault_count]))
            scenario->fault_count++;
    scenario->faults = faults;
}
