/* Application Auto Scaling of services (sheet 03, section 17; sheet 04, 4.1 and 4.3).
 *
 * Every minute leaves one datapoint a policy, or none. A minute apart, at a phase of its own, a
 * target's alarms are evaluated on those that have been published, and it acts while one is in
 * ALARM. An activity is complete when the service runs what was asked for (AS-6, AS-12); only then
 * its cooldown begins. Whether it is, is asked at each evaluation.
 *
 * In the scale-out cooldown, and until the activity before it is complete, counts are reckoned from
 * the tasks that ran when it began, so that what it has added is not asked for twice (AS-7). */
#include "ecs_load.h"
#include "ecs_service.h"
#include "scale_alarm.h"
#include "scale_service.h"
#include "scale_tracking.h"

#include <stdlib.h>

/* Cooldown and activity of one direction. */
struct activity {
    bool pending;      /* the service does not run what was asked for yet */
    sim_time cooldown; /* of the policy that asked */
    sim_time until;    /* end of the cooldown, once complete */
};

struct target {
    int64_t minimum, maximum;
    struct activity out, in;
    int64_t base; /* running when the scale-outs that still count began */
};

struct point {
    bool there;
    int64_t num, den;
    int64_t tasks; /* RUNNING ones, which weigh it; 0 where no average is taken */
};

struct ecs_autoscaling {
    struct target *targets;
    struct point *points;      /* by policy, then minute modulo `kept` */
    enum scale_alarm *before;  /* by policy: state of its own alarm */
    struct scale_wish *wishes; /* scratch, as are the next two */
    uint32_t *which;           /* policies that they are of */
    enum scale_point *states;
    uint32_t kept;
};

static const struct ecs_scalable_target *given(const struct ecs_world *world, uint32_t target)
{
    return &world->scenario->scalable_targets[target];
}

static struct ecs_service_book *book_of(const struct ecs_world *world, uint32_t target)
{
    return &world->services->books[given(world, target)->service];
}

/* ---- a run ---- */

/* Datapoints that some alarm of a policy fetches, and minutes that they span. */
static uint32_t points_of(const struct ecs_behaviour *behaviour,
                          const struct ecs_scaling_policy *policy, uint32_t *span)
{
    int64_t high = behaviour->service_high_alarm_datapoints;
    int64_t low = behaviour->service_low_alarm_datapoints;
    uint32_t points = (uint32_t)(high > low ? high : low) + SCALE_ALARM_SPARE;
    if (policy->alarm != NULL)
        points = policy->alarm->periods + SCALE_ALARM_SPARE;
    *span = policy->alarm != NULL ? (points + 1) * policy->alarm->period : points;
    return points;
}

void ecs_autoscaling_new(struct ecs_world *world)
{
    const struct ecs_scenario *scenario = world->scenario;
    const struct ecs_behaviour *behaviour = &scenario->behaviour;
    uint32_t policies = scenario->scaling_policy_count, longest = 0, span = 0;
    uint32_t none = 0, targets = 0, points = 0, wishes = 0, states = 0, before = 0, which = 0;
    sim_grow((void **)&world->autoscaling, &none, 1, sizeof *world->autoscaling);
    struct ecs_autoscaling *scaling = world->autoscaling;
    for (uint32_t i = 0; i < policies; i++) {
        uint32_t minutes, count = points_of(behaviour, &scenario->scaling_policies[i], &minutes);
        longest = count > longest ? count : longest;
        span = minutes > span ? minutes : span;
    }
    scaling->kept = span + (uint32_t)(behaviour->service_metric_latency / SIM_MINUTE) + 2;
    sim_grow((void **)&scaling->targets, &targets, scenario->scalable_target_count + 1,
             sizeof scaling->targets[0]);
    sim_grow((void **)&scaling->points, &points, policies * scaling->kept + 1,
             sizeof scaling->points[0]);
    sim_grow((void **)&scaling->wishes, &wishes, policies + 1, sizeof scaling->wishes[0]);
    sim_grow((void **)&scaling->which, &which, policies + 1, sizeof scaling->which[0]);
    sim_grow((void **)&scaling->states, &states, longest + 1, sizeof scaling->states[0]);
    sim_grow((void **)&scaling->before, &before, policies + 1, sizeof scaling->before[0]);
}

void ecs_autoscaling_free(struct ecs_world *world)
{
    struct ecs_autoscaling *scaling = world->autoscaling;
    free(scaling->targets);
    free(scaling->points);
    free(scaling->wishes);
    free(scaling->which);
    free(scaling->states);
    free(scaling->before);
    free(scaling);
}

/* The first time of an action after `after`, a time of the run; SIM_TIME_NEVER: none. */
static sim_time next_action(const struct ecs_world *world, const struct ecs_scaling_action *action,
                            sim_time after)
{
    int64_t start = world->scenario->start_unix_s;
    int64_t made = action->from > start ? action->from : start;
    int64_t since = after < 0 ? start - 1 : start + after / SIM_SECOND;
    since = since < made ? made - 1 : since;
    int64_t next = action->at;
    if (next == ECS_CRON_NEVER)
        next = ecs_schedule_next(&action->schedule, made, since);
    else if (next <= since)
        next = ECS_CRON_NEVER;
    if (next == ECS_CRON_NEVER || next > action->to ||
        next - start > SIM_TIME_LIMIT / SIM_SECOND) /* beyond any run */
        return SIM_TIME_NEVER;
    return (next - start) * SIM_SECOND;
}

static void expect_action(struct ecs_world *world, uint32_t index, sim_time after)
{
    sim_time at = next_action(world, &world->scenario->scaling_actions[index], after);
    if (at != SIM_TIME_NEVER)
        sim_engine_at(&world->engine, at + world->scenario->behaviour.scheduled_action_delay,
                      ECS_EVENT_SCALING_ACTION, index, 0);
}

void ecs_autoscaling_begin(struct ecs_world *world)
{
    const struct ecs_scenario *scenario = world->scenario;
    struct ecs_autoscaling *scaling = world->autoscaling;
    for (uint32_t i = 0; i < scenario->scaling_policy_count * scaling->kept; i++)
        scaling->points[i] = (struct point){0};
    for (uint32_t i = 0; i < scenario->scaling_policy_count; i++)
        scaling->before[i] = SCALE_ALARM_INSUFFICIENT_DATA;
    for (uint32_t i = 0; i < scenario->scalable_target_count; i++) {
        struct sim_rng rng;
        scaling->targets[i] = (struct target){
            .minimum = given(world, i)->minimum,
            .maximum = given(world, i)->maximum,
        };
        sim_rng_key(&rng, scenario->seed, world->replication, SIM_CHANCE_PHASE,
                    (UINT64_C(1) << 32) + i, 1);
        sim_engine_at(&world->engine,
                      sim_dist_time(&scenario->behaviour.service_alarm_phase, &rng.gsl),
                      ECS_EVENT_SCALING, i, 0);
    }
    for (uint32_t i = 0; i < scenario->scaling_action_count; i++)
        expect_action(world, i, -1);
}

/* ---- metrics ---- */

void ecs_autoscaling_sample(struct ecs_world *world)
{
    static const enum ecs_service_metric_kind kinds[ECS_SCALING_METRICS] = {
        [ECS_SCALING_CPU] = ECS_SERVICE_CPU_UTILIZATION,
        [ECS_SCALING_REQUESTS] = ECS_SERVICE_REQUESTS_PER_TARGET,
    };
    struct ecs_autoscaling *scaling = world->autoscaling;
    int64_t minute = ecs_now(world) / SIM_MINUTE;
    for (uint32_t i = 0; i < world->scenario->scaling_policy_count; i++) {
        const struct ecs_scaling_policy *policy = &world->scenario->scaling_policies[i];
        struct point *point = &scaling->points[i * scaling->kept + minute % scaling->kept];
        point->there = ecs_service_metric(world, given(world, policy->target)->service,
                                          kinds[policy->metric], &point->num, &point->den);
        if (point->there && policy->alarm != NULL && policy->alarm->period > 1)
            point->tasks = ecs_service_count(world, given(world, policy->target)->service).running;
    }
}

static struct point minute_of(const struct ecs_world *world, uint32_t policy, int64_t minute)
{
    const struct ecs_autoscaling *scaling = world->autoscaling;
    return minute < 0 ? (struct point){0}
                      : scaling->points[policy * scaling->kept + minute % scaling->kept];
}

/* The datapoint of `period` minutes of the clock that was published `age` periods before the last
 * one: their average in millionths, each minute weighted by its tasks. A single minute is exact. */
static struct point point_of(const struct ecs_world *world, uint32_t policy, uint32_t period,
                             uint32_t age)
{
    sim_time seen = ecs_now(world) - world->scenario->behaviour.service_metric_latency;
    __int128 sum = 0;
    int64_t tasks = 0;
    if (seen < 0)
        return (struct point){0};
    int64_t start = world->scenario->start_unix_s / 60;
    int64_t last = seen / SIM_MINUTE, past = (start + last) % period;
    last -= (past < 0 ? past + period : past) + (int64_t)age * period;
    if (period == 1)
        return minute_of(world, policy, last);
    for (int64_t minute = last; minute > last - period; minute--) {
        struct point point = minute_of(world, policy, minute);
        if (point.there) {
            sum +=
                ((__int128)point.num * SCALE_MILLIONTHS + point.den / 2) / point.den * point.tasks;
            tasks += point.tasks;
        }
    }
    if (tasks == 0)
        return (struct point){0};
    return (struct point){.there = true,
                          .num = (int64_t)((sum + tasks / 2) / tasks),
                          .den = SCALE_MILLIONTHS};
}

/* ---- alarms ---- */

/* The newest datapoint of an alarm that has one. */
static struct point newest(const struct ecs_world *world, uint32_t policy, uint32_t period)
{
    struct point point = {0};
    for (uint32_t age = 0; !point.there; age++)
        point = point_of(world, policy, period, age);
    return point;
}

/* One of the two alarms of target tracking. */
static bool in_alarm(const struct ecs_world *world, uint32_t index, bool high)
{
    const struct ecs_behaviour *behaviour = &world->scenario->behaviour;
    int64_t value = world->scenario->scaling_policies[index].value;
    enum scale_point *states = world->autoscaling->states;
    uint32_t needed = (uint32_t)(high ? behaviour->service_high_alarm_datapoints
                                      : behaviour->service_low_alarm_datapoints);
    for (uint32_t i = 0; i < needed + SCALE_ALARM_SPARE; i++) {
        struct point p = point_of(world, index, 1, i);
        states[i] = SCALE_POINT_MISSING;
        if (!p.there)
            continue;
        bool breaches =
            high ? scale_track_above(p.num, p.den, value)
                 : scale_track_below(p.num, p.den, value, behaviour->service_low_alarm_pct);
        states[i] = breaches ? SCALE_POINT_BREACH : SCALE_POINT_FINE;
    }
    return scale_alarm_state(states, needed, needed, SCALE_MISSING,
                             SCALE_ALARM_INSUFFICIENT_DATA) == SCALE_ALARM_ALARM;
}

static bool breaches_own(const struct ecs_scaling_alarm *alarm, const struct point *point)
{
    bool above = scale_track_above(point->num, point->den, alarm->threshold);
    bool below = scale_track_below(point->num, point->den, alarm->threshold, 100);
    bool equal = !above && !below;
    return (alarm->above ? above : below) || (alarm->or_equal && equal);
}

/* The alarm that triggers a step scaling policy. */
static bool in_own_alarm(struct ecs_world *world, uint32_t index)
{
    const struct ecs_scaling_alarm *alarm = world->scenario->scaling_policies[index].alarm;
    struct ecs_autoscaling *scaling = world->autoscaling;
    if (alarm == NULL)
        return false;
    for (uint32_t i = 0; i < alarm->periods + SCALE_ALARM_SPARE; i++) {
        struct point point = point_of(world, index, alarm->period, i);
        scaling->states[i] = !point.there                  ? SCALE_POINT_MISSING
                             : breaches_own(alarm, &point) ? SCALE_POINT_BREACH
                                                           : SCALE_POINT_FINE;
    }
    scaling->before[index] = scale_alarm_state(scaling->states, alarm->periods, alarm->datapoints,
                                               alarm->missing, scaling->before[index]);
    return scaling->before[index] == SCALE_ALARM_ALARM;
}

/* ---- activities ---- */

static void settle(struct activity *activity, bool complete, sim_time now)
{
    if (!activity->pending || !complete)
        return;
    activity->pending = false;
    activity->until = now + activity->cooldown;
}

static bool is_cooling(const struct activity *activity, sim_time now)
{
    return activity->pending || now < activity->until;
}

static void set_desired(struct ecs_world *world, uint32_t service, int64_t desired,
                        enum ecs_cause cause, int64_t policy, int64_t action, int64_t running)
{
    struct ecs_service_book *book = &world->services->books[service];
    struct sim_record record = ecs_record(world, ECS_RECORD_SERVICE_SCALING);
    record.field[ECS_SERVICE_SCALING_service] = service;
    record.field[ECS_SERVICE_SCALING_cause] = cause;
    record.field[ECS_SERVICE_SCALING_from_count] = book->desired;
    record.field[ECS_SERVICE_SCALING_to_count] = desired;
    record.field[ECS_SERVICE_SCALING_policy] = policy;
    record.field[ECS_SERVICE_SCALING_action] = action;
    record.field[ECS_SERVICE_SCALING_running] = running;
    ecs_emit(world, &record);
    ecs_service_bound(world, service, desired);
    book->retry_at = 0; /* as UpdateService, which it calls */
    ecs_service_look(world, service);
}

/* What a policy would do, reckoned from `base` tasks on the way out and `running` on the way in. */
static struct scale_wish wish_of(const struct ecs_world *world, uint32_t index, int64_t base,
                                 int64_t running)
{
    const struct ecs_scaling_policy *policy = &world->scenario->scaling_policies[index];
    struct scale_wish wish = {.may_remove = !policy->no_scale_in};
    bool high = in_alarm(world, index, true);
    if (!high && (policy->no_scale_in || !in_alarm(world, index, false)))
        return wish; /* TT-5: nothing is known, or nothing is amiss */
    struct point point = newest(world, index, 1);
    wish.say = high ? SCALE_SAY_OUT : SCALE_SAY_IN;
    wish.count = scale_track_count(high ? base : running, point.num, point.den, policy->value);
    int64_t cap = scale_in_cap(running, world->scenario->behaviour.service_scale_in_cap_pct);
    if (!high && wish.count < running - cap)
        wish.count = running - cap;
    return wish;
}

/* The same of step scaling. A state that comes of missing data alone has no metric, and no step. */
static struct scale_wish step_of(struct ecs_world *world, uint32_t index, int64_t base,
                                 int64_t running)
{
    const struct ecs_scaling_policy *policy = &world->scenario->scaling_policies[index];
    struct scale_wish wish = {0};
    struct point point = {0};
    if (!in_own_alarm(world, index))
        return wish;
    for (uint32_t age = 0; !point.there && age < policy->alarm->periods + SCALE_ALARM_SPARE; age++)
        point = point_of(world, index, policy->alarm->period, age);
    const struct scale_step *step =
        point.there ? scale_step_find(policy->steps, policy->step_count, point.num, point.den,
                                      policy->alarm->threshold)
                    : NULL;
    if (step == NULL)
        return wish;
    wish.count = scale_step_count(policy->adjustment, running, step->adjustment, policy->magnitude);
    wish.may_remove = wish.count < running;
    wish.say = wish.may_remove        ? SCALE_SAY_IN
               : wish.count > running ? SCALE_SAY_OUT
                                      : SCALE_SAY_NOTHING;
    if (wish.say == SCALE_SAY_OUT)
        wish.count =
            scale_step_count(policy->adjustment, base, step->adjustment, policy->magnitude);
    return wish;
}

static void scale_out(struct ecs_world *world, uint32_t index, int64_t count, uint32_t policy,
                      int64_t running)
{
    struct target *target = &world->autoscaling->targets[index];
    int64_t desired = book_of(world, index)->desired;
    int64_t to = scale_limit_out(desired, count, target->minimum, target->maximum);
    if (given(world, index)->out_suspended || to == desired)
        return;
    if (!is_cooling(&target->out, ecs_now(world)))
        target->base = running;
    target->out.pending = true;
    target->out.cooldown = world->scenario->scaling_policies[policy].out_cooldown;
    target->in = (struct activity){0}; /* AS-8 */
    set_desired(world, given(world, index)->service, to, ECS_CAUSE_HIGH_ALARM, policy, -1,
                target->base);
}

/* Scale-in waits for the end of a deployment (sheet 04, 4.1). */
static bool is_deploying(const struct ecs_world *world, uint32_t service,
                         const struct ecs_service_count *count)
{
    enum ecs_deployment_state state = ecs_deployment_primary(world, service)->state;
    return count->deployments > 1 || state == ECS_DEPLOYMENT_IN_PROGRESS ||
           state == ECS_DEPLOYMENT_STUCK;
}

static void scale_in(struct ecs_world *world, uint32_t index, int64_t count, uint32_t policy,
                     int64_t running)
{
    struct target *target = &world->autoscaling->targets[index];
    int64_t desired = book_of(world, index)->desired;
    int64_t to = scale_limit_in(desired, count, target->minimum, target->maximum);
    if (given(world, index)->in_suspended || to == desired ||
        is_cooling(&target->in, ecs_now(world)))
        return;
    target->in.pending = true;
    target->in.cooldown = world->scenario->scaling_policies[policy].in_cooldown;
    set_desired(world, given(world, index)->service, to, ECS_CAUSE_LOW_ALARM, policy, -1, running);
}

/* What the target's policies want together: those of target tracking, which agree among themselves
 * (TT-8), then each step of step scaling. Returns the policy whose count it is. */
static uint32_t consult(struct ecs_world *world, uint32_t index, int64_t base, int64_t running,
                        enum scale_say *say, int64_t *to)
{
    const struct ecs_scenario *scenario = world->scenario;
    struct ecs_autoscaling *scaling = world->autoscaling;
    uint32_t first = 0, count = 0;
    while (first < scenario->scaling_policy_count &&
           scenario->scaling_policies[first].target != index)
        first++;
    uint32_t end = first;
    for (; end < scenario->scaling_policy_count && scenario->scaling_policies[end].target == index;
         end++) {
        if (scenario->scaling_policies[end].type != ECS_SCALING_TRACKING)
            continue;
        scaling->wishes[count] = wish_of(world, end, base, running);
        scaling->which[count++] = end;
    }
    uint32_t best = scale_agree(scaling->wishes, count, say);
    count = 0;
    if (*say != SCALE_SAY_NOTHING) {
        scaling->which[0] = scaling->which[best];
        scaling->wishes[count++] =
            (struct scale_wish){*say, scaling->wishes[best].count, *say == SCALE_SAY_IN};
    }
    for (uint32_t i = first; i < end; i++) {
        if (scenario->scaling_policies[i].type != ECS_SCALING_STEP)
            continue;
        scaling->wishes[count] = step_of(world, i, base, running);
        scaling->which[count++] = i;
    }
    best = scale_agree(scaling->wishes, count, say);
    *to = best < count ? scaling->wishes[best].count : 0;
    return best < count ? scaling->which[best] : 0;
}

/* All policies of the target at once: they stand together. */
static void evaluate(struct ecs_world *world, uint32_t index)
{
    struct target *target = &world->autoscaling->targets[index];
    uint32_t service = given(world, index)->service;
    struct ecs_service_count tasks = ecs_service_count(world, service);
    int64_t desired = book_of(world, index)->desired, to;
    settle(&target->out, tasks.running >= desired, ecs_now(world));
    settle(&target->in, tasks.running <= desired, ecs_now(world));
    int64_t base = is_cooling(&target->out, ecs_now(world)) ? target->base : tasks.running;
    enum scale_say say;
    uint32_t policy = consult(world, index, base, tasks.running, &say, &to);
    if (say == SCALE_SAY_OUT)
        scale_out(world, index, to, policy, tasks.running);
    else if (say == SCALE_SAY_IN && !is_deploying(world, service, &tasks))
        scale_in(world, index, to, policy, tasks.running);
}

static bool is_there(const struct ecs_world *world, uint32_t target)
{
    const struct ecs_service_book *book = book_of(world, target);
    return book->created && book->status == ECS_SERVICE_ACTIVE;
}

void ecs_on_scaling(struct ecs_world *world, uint32_t target)
{
    sim_engine_at(&world->engine, ecs_now(world) + SIM_MINUTE, ECS_EVENT_SCALING, target, 0);
    if (is_there(world, target))
        evaluate(world, target);
}

/* ---- scheduled actions ---- */

/* New limits, and at once a desired count within them, whatever cools down. Limits that would cross
 * are refused as a whole. */
void ecs_on_scaling_action(struct ecs_world *world, uint32_t index)
{
    const struct ecs_scaling_action *action = &world->scenario->scaling_actions[index];
    struct target *target = &world->autoscaling->targets[action->target];
    int64_t minimum = action->minimum >= 0 ? action->minimum : target->minimum;
    int64_t maximum = action->maximum >= 0 ? action->maximum : target->maximum;
    expect_action(world, index, ecs_now(world) - world->scenario->behaviour.scheduled_action_delay);
    if (minimum > maximum || given(world, action->target)->scheduled_suspended)
        return;
    target->minimum = minimum;
    target->maximum = maximum;
    if (!is_there(world, action->target))
        return;
    int64_t desired = book_of(world, action->target)->desired;
    int64_t to = desired < minimum ? minimum : desired > maximum ? maximum : desired;
    if (to != desired)
        set_desired(world, given(world, action->target)->service, to, ECS_CAUSE_SCHEDULED, -1,
                    index, -1);
}
