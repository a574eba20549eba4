/* What the order of the changes alone tells: calls on a group that its limits of that moment, or
 * its deletion, will refuse. Only calls change MinSize and MaxSize, so this is known before the
 * run. Such a call is AWS's to refuse, not ours: a warning, and the run goes on as AWS would. */
#include "scn_loader.h"

#include <inttypes.h>

struct limits {
    int64_t min_size, max_size;
    bool deleted;
};

static void warn_size(struct scn_loader *loader, const struct scn_value *input,
                      const struct ecs_change *change, const struct limits *limits)
{
    bool below = change->desired < limits->min_size;
    scn_warning(loader->complaints, scn_json_member(input, "DesiredCapacity"),
                "the group's %s is %" PRId64 " by then, so the call will be refused; %s it by an "
                "UpdateAutoScalingGroup before, or ask for %s",
                below ? "MinSize" : "MaxSize", below ? limits->min_size : limits->max_size,
                below ? "lower" : "raise", below ? "more" : "less");
}

/* New limits, unless the call will be refused for them. */
static void update(struct scn_loader *loader, const struct scn_value *input,
                   const struct ecs_change *change, struct limits *limits)
{
    struct limits after = {change->min_size >= 0 ? change->min_size : limits->min_size,
                           change->max_size >= 0 ? change->max_size : limits->max_size, false};
    if (after.min_size > after.max_size) {
        bool raised = change->min_size >= 0;
        scn_warning(loader->complaints, scn_json_member(input, raised ? "MinSize" : "MaxSize"),
                    "the group's %s is %" PRId64 " by then, so the call will be refused; change "
                    "both in one call",
                    raised ? "MaxSize" : "MinSize", raised ? after.max_size : after.min_size);
        return;
    }
    if (change->desired >= 0 &&
        (change->desired < after.min_size || change->desired > after.max_size))
        warn_size(loader, input, change, &after);
    else
        *limits = after;
}

static void check_change(struct scn_loader *loader, const struct scn_value *input,
                         const struct ecs_change *change, struct limits *groups)
{
    if (change->asg == ECS_NONE)
        return;
    struct limits *limits = &groups[change->asg];
    if (limits->deleted) {
        scn_warning(loader->complaints, scn_json_member(input, "AutoScalingGroupName"),
                    "the group is deleted by then, so the call will be refused");
        return;
    }
    if (change->operation == ECS_OP_SET_DESIRED_CAPACITY &&
        (change->desired < limits->min_size || change->desired > limits->max_size))
        warn_size(loader, input, change, limits);
    if (change->operation == ECS_OP_UPDATE_AUTO_SCALING_GROUP)
        update(loader, input, change, limits);
    if (change->operation == ECS_OP_DELETE_AUTO_SCALING_GROUP)
        limits->deleted = change->force;
}

void scn_check_changes(struct scn_loader *loader, const struct scn_value *const *inputs)
{
    const struct ecs_scenario *scenario = loader->scenario;
    struct limits *groups = sim_arena_array(loader->arena, scenario->asg_count, sizeof groups[0]);
    for (uint32_t i = 0; i < scenario->asg_count; i++)
        groups[i] = (struct limits){loader->asgs[i].min_size, loader->asgs[i].max_size, false};
    for (uint32_t i = 0; i < scenario->change_count; i++)
        check_change(loader, inputs[i], &scenario->changes[i], groups);
}
