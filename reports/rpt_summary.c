#include "rpt_metrics.h"
#include "rpt_quota.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct rpt_summary {
    const struct ecs_scenario *scenario;
    bool ended;
    double values[RPT_METRIC_IDS];
    bool present[RPT_METRIC_IDS];
    /* Counted as the run goes, by metric; by fate and reason when an arrival ends. */
    uint64_t counts[RPT_METRIC_IDS];
    uint64_t fates[ECS_FATES];
    struct sim_histogram waits;
    uint64_t waits_over_1m, waits_over_10m;
    struct sim_tally boots;
    __int128 cost_nusd, cost_by_kind_nusd[ECS_COST_KINDS];
    int64_t levels[ECS_LEVELS_FIELDS];
    bool has_levels;
    struct rpt_quota quota;
    /* What last stood in an arrival's way, by arrival: enum ecs_reason. */
    uint8_t *reasons;
    uint32_t reason_capacity;
    struct rpt_failures failures;
    struct rpt_services services;
};

struct rpt_summary *rpt_summary_new(const struct ecs_scenario *scenario)
{
    struct rpt_summary *summary = sim_malloc(sizeof *summary);
    *summary = (struct rpt_summary){.scenario = scenario};
    sim_histogram_init(&summary->waits);
    rpt_quota_init(&summary->quota);
    rpt_services_init(&summary->services, scenario);
    return summary;
}

void rpt_summary_free(struct rpt_summary *summary)
{
    if (summary == NULL)
        return;
    sim_histogram_release(&summary->waits);
    rpt_quota_release(&summary->quota);
    rpt_services_release(&summary->services);
    free(summary->reasons);
    free(summary);
}

void rpt_summary_begin(struct rpt_summary *summary, uint32_t replication)
{
    (void)replication;
    uint8_t *reasons = summary->reasons;
    uint32_t capacity = summary->reason_capacity;
    struct rpt_quota quota = summary->quota;
    struct rpt_services services = summary->services;
    sim_histogram_release(&summary->waits);
    *summary =
        (struct rpt_summary){.scenario = summary->scenario, .quota = quota, .services = services};
    rpt_quota_begin(&summary->quota);
    rpt_services_begin(&summary->services);
    sim_histogram_init(&summary->waits);
    rpt_failures_begin(&summary->failures, summary->scenario->warmup);
    summary->reasons = reasons;
    summary->reason_capacity = capacity;
    if (capacity > 0)
        memset(reasons, 0, capacity);
}

/* ---- collecting ------------------------------------------------------------------------------ */

static void set_reason(struct rpt_summary *summary, int64_t arrival, int64_t reason)
{
    if (arrival <= 0)
        return;
    assert(arrival < UINT32_MAX / 2 && reason >= 0 && reason < ECS_REASONS);
    sim_grow((void **)&summary->reasons, &summary->reason_capacity, (uint32_t)arrival + 1, 1);
    summary->reasons[arrival] = (uint8_t)reason;
}

static void on_arrival_ended(struct rpt_summary *summary, const int64_t *f)
{
    if (f[ECS_ARRIVAL_ENDED_measured] == 0)
        return;
    int64_t fate = f[ECS_ARRIVAL_ENDED_fate], arrival = f[ECS_ARRIVAL_ENDED_arrival];
    sim_time wait = f[ECS_ARRIVAL_ENDED_wait];
    summary->fates[fate]++;
    sim_histogram_add(&summary->waits, wait, 1);
    summary->waits_over_1m += wait > SIM_MINUTE;
    summary->waits_over_10m += wait > 10 * SIM_MINUTE;
    uint32_t reason = arrival < summary->reason_capacity ? summary->reasons[arrival] : 0;
    if (fate == ECS_FATE_FAILED)
        summary->counts[RPT_FAILED_BY + reason]++;
    else if (fate == ECS_FATE_WAITING)
        summary->counts[RPT_WAITING_BY + reason]++;
    else if (fate == ECS_FATE_DROPPED)
        summary->counts[RPT_DROPPED_BY + reason]++;
}

static void on_task_ended(struct rpt_summary *summary, const int64_t *f)
{
    int64_t outcome = f[ECS_TASK_ENDED_outcome], code = f[ECS_TASK_ENDED_stop_code];
    int64_t reason = f[ECS_TASK_ENDED_stop_reason];
    if (outcome == ECS_OUTCOME_TIMED_OUT)
        reason = ECS_REASON_PROVISIONING_TIMEOUT;
    /* A task that waits for capacity keeps what last stood in its way. */
    if (outcome != ECS_OUTCOME_PROVISIONING || reason > 0)
        set_reason(summary, f[ECS_TASK_ENDED_arrival], reason < 0 ? 0 : reason);
    if (f[ECS_TASK_ENDED_arrived] < summary->scenario->warmup)
        return;
    summary->counts[RPT_TIMED_OUT] += outcome == ECS_OUTCOME_TIMED_OUT;
    if (f[ECS_TASK_ENDED_error] != ECS_ERROR_NONE) {
        summary->counts[RPT_ERRORS]++;
        summary->counts[RPT_ERRORS_BY + f[ECS_TASK_ENDED_error] - 1]++;
    }
    bool reclaimed = code == ECS_STOP_SPOT_INTERRUPTION || code == ECS_STOP_TERMINATION_NOTICE;
    summary->counts[RPT_INTERRUPTIONS] += reclaimed;
    summary->counts[RPT_SCALE_IN_STOPS] += reason == ECS_REASON_HOST_TERMINATED && !reclaimed;
}

static void on_refused(struct rpt_summary *summary, sim_time at, const int64_t *f)
{
    set_reason(summary, f[ECS_REFUSED_arrival], f[ECS_REFUSED_reason]);
    if (at < summary->scenario->warmup)
        return;
    summary->counts[RPT_REFUSED]++;
    summary->counts[RPT_REFUSED_BY + f[ECS_REFUSED_reason]]++;
}

static void on_failure(struct rpt_summary *summary, sim_time at, const int64_t *f)
{
    bool another = rpt_failures_observe(&summary->failures, at, f);
    if (another && at >= summary->scenario->warmup)
        summary->counts[RPT_PLACEMENT_FAILURES]++;
    set_reason(summary, f[ECS_FAILURE_arrival], rpt_failures_leading(&summary->failures));
}

static void on_scaling(struct rpt_summary *summary, sim_time at, const int64_t *f)
{
    if (at < summary->scenario->warmup)
        return;
    summary->counts[RPT_DESIRED_CHANGES]++;
    summary->counts[f[ECS_SCALING_to_count] > f[ECS_SCALING_from_count] ? RPT_SCALE_OUT
                                                                        : RPT_SCALE_IN]++;
}

static void on_instance_ended(struct rpt_summary *summary, const int64_t *f)
{
    sim_time launched = f[ECS_INSTANCE_ENDED_launched];
    sim_time registered = f[ECS_INSTANCE_ENDED_registered];
    if (launched >= summary->scenario->warmup && registered > launched)
        sim_tally_add(&summary->boots, sim_time_to_seconds(registered - launched));
}

/* An item that began before the measured time counts by its share inside, rounded half up. */
static void on_cost(struct rpt_summary *summary, const int64_t *f)
{
    sim_time from = f[ECS_COST_from], to = f[ECS_COST_to], measured = summary->scenario->warmup;
    __int128 cost = f[ECS_COST_cost_nusd];
    if (from < measured) {
        sim_time inside = to > measured ? to - measured : 0;
        cost = to > from ? (cost * inside * 2 + (to - from)) / (2 * (to - from)) : 0;
    }
    summary->cost_nusd += cost;
    summary->cost_by_kind_nusd[f[ECS_COST_kind]] += cost;
}

/* ---- finishing ------------------------------------------------------------------------------- */

static void set_value(struct rpt_summary *summary, enum rpt_metric_id metric, double value)
{
    summary->values[metric] = value;
    summary->present[metric] = true;
}

static void set_count(struct rpt_summary *summary, enum rpt_metric_id metric, uint64_t count)
{
    set_value(summary, metric, (double)count);
}

static void set_percent(struct rpt_summary *summary, enum rpt_metric_id metric, int64_t part,
                        int64_t whole)
{
    if (whole > 0)
        set_value(summary, metric, 100.0 * (double)part / (double)whole);
}

static double usd(__int128 nusd)
{
    return (double)nusd / 1e9;
}

/* Metrics [first, last] that have a row only when they are not 0. */
static void set_if_any(struct rpt_summary *summary, uint32_t first, uint32_t last)
{
    for (uint32_t id = first; id <= last; id++)
        if (summary->counts[id] > 0)
            set_count(summary, id, summary->counts[id]);
}

static void finish_work(struct rpt_summary *summary)
{
    static const enum rpt_metric_id fates[ECS_FATES] = {
        [ECS_FATE_COMPLETED] = RPT_COMPLETED, [ECS_FATE_FAILED] = RPT_FAILED,
        [ECS_FATE_RUNNING] = RPT_RUNNING,     [ECS_FATE_WAITING] = RPT_WAITING,
        [ECS_FATE_DROPPED] = RPT_DROPPED,     [ECS_FATE_STOPPED] = RPT_STOPPED,
    };
    static const enum rpt_metric_id always[] = {
        RPT_ARRIVALS,  RPT_REFUSED,        RPT_TIMED_OUT,     RPT_PLACEMENT_FAILURES,
        RPT_LAUNCHED,  RPT_SCALE_IN_STOPS, RPT_INTERRUPTIONS, RPT_DESIRED_CHANGES,
        RPT_SCALE_OUT, RPT_SCALE_IN,
    };
    static const enum rpt_metric_id families[] = {RPT_FAILED_BY, RPT_WAITING_BY, RPT_DROPPED_BY,
                                                  RPT_REFUSED_BY};
    for (uint32_t i = 0; i < ECS_FATES; i++)
        if (i != ECS_FATE_STOPPED || summary->fates[i] > 0) /* of services only */
            set_count(summary, fates[i], summary->fates[i]);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        set_count(summary, always[i], summary->counts[always[i]]);
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        set_if_any(summary, families[i], families[i] + ECS_REASONS - 1);
    set_if_any(summary, RPT_NEVER_REGISTERED, RPT_NEVER_REGISTERED);
    set_if_any(summary, RPT_NEVER_REGISTERED_BY, RPT_NEVER_REGISTERED_BY_LAST);
    set_if_any(summary, RPT_LAUNCHES_FAILED, RPT_LAUNCHES_FAILED);
    set_if_any(summary, RPT_CHANGES_DONE, RPT_CHANGES_REFUSED);
    set_if_any(summary, RPT_ERRORS, RPT_ERRORS_BY_LAST);
}

static void finish_waits(struct rpt_summary *summary)
{
    const struct sim_histogram *waits = &summary->waits;
    if (waits->count == 0)
        return;
    static const struct {
        enum rpt_metric_id metric;
        double q;
    } quantiles[] = {{RPT_WAIT_P50, 0.5}, {RPT_WAIT_P90, 0.9}, {RPT_WAIT_P99, 0.99}};
    set_value(summary, RPT_WAIT_MEAN, sim_histogram_mean(waits) / 1e6);
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++)
        set_value(summary, quantiles[i].metric,
                  sim_time_to_seconds(sim_histogram_quantile(waits, quantiles[i].q)));
    set_value(summary, RPT_WAIT_MAX, sim_time_to_seconds(waits->max));
    set_percent(summary, RPT_WAIT_OVER_1M, (int64_t)summary->waits_over_1m, (int64_t)waits->count);
    set_percent(summary, RPT_WAIT_OVER_10M, (int64_t)summary->waits_over_10m,
                (int64_t)waits->count);
}

static void finish_loads(struct rpt_summary *summary, const struct rpt_service_load *load)
{
    if (load->minutes == 0)
        return;
    set_value(summary, RPT_REQUESTS, (double)load->requests);
    set_value(summary, RPT_REQUESTS_SERVED, (double)load->served);
    set_value(summary, RPT_REQUESTS_DROPPED, (double)(load->requests - load->served));
    if (load->measured > 0)
        set_value(summary, RPT_SERVICE_CPU,
                  (double)load->micro_percent / 1e6 / (double)load->measured);
    if (load->has_slo)
        set_value(summary, RPT_ABOVE_SLO, (double)load->above * 60.0);
}

static void finish_services(struct rpt_summary *summary)
{
    const struct rpt_services *services = &summary->services;
    struct rpt_service total = rpt_services_total(services);
    if (!total.created)
        return;
    int64_t created = 0, open = total.deployments;
    for (uint32_t i = 0; i < summary->scenario->service_count; i++)
        created += services->services[i].created;
    for (uint32_t state = 0; state < ECS_DEPLOYMENT_STATES; state++)
        open -= total.ended[state];
    set_value(summary, RPT_SERVICES, (double)created);
    set_value(summary, RPT_SERVICE_STARTED, (double)total.tasks_started);
    set_value(summary, RPT_SERVICE_STOPPED, (double)total.tasks_stopped);
    set_value(summary, RPT_BELOW_MINIMUM, sim_time_to_seconds(total.below_minimum));
    set_value(summary, RPT_BELOW_DESIRED, sim_time_to_seconds(total.below_desired));
    set_value(summary, RPT_SERVICE_FAILURES, (double)total.placement_failures);
    set_value(summary, RPT_STARTS_IMPAIRED, (double)total.starts_impaired);
    finish_loads(summary, &total.load);
    set_value(summary, RPT_DEPLOYMENTS, (double)total.deployments);
    set_value(summary, RPT_DEPLOYMENTS_DONE, (double)total.ended[ECS_DEPLOYMENT_COMPLETED]);
    set_value(summary, RPT_DEPLOYMENTS_FAILED, (double)total.ended[ECS_DEPLOYMENT_FAILED]);
    set_value(summary, RPT_DEPLOYMENTS_REPLACED, (double)total.ended[ECS_DEPLOYMENT_REPLACED]);
    set_value(summary, RPT_DEPLOYMENTS_OPEN, (double)open);
    set_value(summary, RPT_DEPLOYMENTS_STUCK, (double)total.stuck);
    if (services->durations_count == 0)
        return;
    set_value(summary, RPT_DEPLOYMENT_MEAN,
              sim_time_to_seconds(services->durations) / (double)services->durations_count);
    set_value(summary, RPT_DEPLOYMENT_MAX, sim_time_to_seconds(services->longest));
}

static void finish_capacity(struct rpt_summary *summary)
{
    if (summary->boots.count > 0)
        set_value(summary, RPT_BOOT_MEAN, summary->boots.mean);
    if (!summary->has_levels)
        return;
    const int64_t *levels = summary->levels;
    double span_s = sim_time_to_seconds(levels[ECS_LEVELS_span]);
    set_value(summary, RPT_INSTANCES_PEAK, (double)levels[ECS_LEVELS_instances_peak]);
    set_value(summary, RPT_INSTANCE_HOURS, (double)levels[ECS_LEVELS_instance_s] / 3600.0);
    set_value(summary, RPT_TASKS_PEAK, (double)levels[ECS_LEVELS_tasks_running_peak]);
    if (span_s > 0.0) {
        set_value(summary, RPT_INSTANCES_MEAN, (double)levels[ECS_LEVELS_instance_s] / span_s);
        set_value(summary, RPT_TASKS_MEAN, (double)levels[ECS_LEVELS_tasks_running_s] / span_s);
    }
    const struct ecs_behaviour *behaviour = &summary->scenario->behaviour;
    int64_t instances_over = rpt_quota_instances_over(&summary->quota, behaviour);
    int64_t tasks_over = rpt_quota_tasks_over(levels[ECS_LEVELS_tasks_running_peak], behaviour);
    if (instances_over > 0)
        set_value(summary, RPT_INSTANCES_OVER, (double)instances_over);
    if (tasks_over > 0)
        set_value(summary, RPT_TASKS_OVER, (double)tasks_over);
    set_percent(summary, RPT_CPU_RESERVED, levels[ECS_LEVELS_cpu_reserved_s],
                levels[ECS_LEVELS_cpu_registered_s]);
    set_percent(summary, RPT_MEMORY_RESERVED, levels[ECS_LEVELS_memory_reserved_s],
                levels[ECS_LEVELS_memory_registered_s]);
    if (levels[ECS_LEVELS_enis_used_s] > 0)
        set_percent(summary, RPT_ENIS_USED, levels[ECS_LEVELS_enis_used_s],
                    levels[ECS_LEVELS_enis_registered_s]);
}

static void finish_money(struct rpt_summary *summary)
{
    double cost = usd(summary->cost_nusd);
    set_value(summary, RPT_COST, cost);
    set_value(summary, RPT_COST_EC2_ON_DEMAND,
              usd(summary->cost_by_kind_nusd[ECS_COST_EC2_ON_DEMAND]));
    if (summary->fates[ECS_FATE_COMPLETED] > 0)
        set_value(summary, RPT_COST_PER_TASK, cost / (double)summary->fates[ECS_FATE_COMPLETED]);
    if (summary->has_levels && summary->levels[ECS_LEVELS_span] > 0)
        set_value(summary, RPT_COST_PER_DAY,
                  cost * (double)SIM_DAY / (double)summary->levels[ECS_LEVELS_span]);
}

void rpt_summary_observe(void *user, const struct sim_record *record)
{
    struct rpt_summary *summary = user;
    const int64_t *f = record->field;
    bool measured = record->at >= summary->scenario->warmup;
    rpt_quota_observe(&summary->quota, record);
    rpt_services_observe(&summary->services, record);
    if (record->kind == ECS_RECORD_ARRIVAL) {
        summary->counts[RPT_ARRIVALS] += measured;
    } else if (record->kind == ECS_RECORD_ARRIVAL_ENDED) {
        on_arrival_ended(summary, f);
    } else if (record->kind == ECS_RECORD_TASK_ENDED) {
        on_task_ended(summary, f);
    } else if (record->kind == ECS_RECORD_REFUSED) {
        on_refused(summary, record->at, f);
    } else if (record->kind == ECS_RECORD_FAILURE) {
        on_failure(summary, record->at, f);
    } else if (record->kind == ECS_RECORD_SCALING) {
        on_scaling(summary, record->at, f);
    } else if (record->kind == ECS_RECORD_INSTANCE_STATE) {
        summary->counts[RPT_LAUNCHED] +=
            measured && f[ECS_INSTANCE_STATE_state] == ECS_INSTANCE_PENDING;
    } else if (record->kind == ECS_RECORD_NOT_JOINED) {
        summary->counts[RPT_NEVER_REGISTERED] += measured;
        summary->counts[RPT_NEVER_REGISTERED_BY + f[ECS_NOT_JOINED_join]] += measured;
    } else if (record->kind == ECS_RECORD_LAUNCH_FAILED) {
        summary->counts[RPT_LAUNCHES_FAILED] += measured;
    } else if (record->kind == ECS_RECORD_CHANGE) {
        /* UpdateContainerInstancesState answers with failures, without an exception */
        bool refused = f[ECS_CHANGE_refusal] != ECS_REFUSAL_NONE && f[ECS_CHANGE_affected] == 0;
        summary->counts[refused ? RPT_CHANGES_REFUSED : RPT_CHANGES_DONE] += measured;
    } else if (record->kind == ECS_RECORD_INSTANCE_ENDED) {
        on_instance_ended(summary, f);
    } else if (record->kind == ECS_RECORD_COST) {
        on_cost(summary, f);
    } else if (record->kind == ECS_RECORD_LEVELS) {
        memcpy(summary->levels, f, sizeof summary->levels);
        summary->has_levels = true;
    } else if (record->kind == ECS_RECORD_RUN_ENDED) {
        /* A run that ends within its warm-up has measured nothing: no metric has a row. */
        if (record->at > summary->scenario->warmup || summary->scenario->warmup == 0) {
            finish_work(summary);
            finish_waits(summary);
            finish_services(summary);
            finish_capacity(summary);
            finish_money(summary);
        }
        summary->ended = true;
    }
}

void rpt_summary_failures(struct rpt_summary *summary, struct rpt_failure failures[ECS_REASONS])
{
    assert(summary->ended);
    rpt_failures_end(&summary->failures, failures);
}

void rpt_summary_services(const struct rpt_summary *summary, struct rpt_service *services)
{
    assert(summary->ended);
    if (summary->scenario->service_count > 0)
        memcpy(services, summary->services.services,
               sizeof *services * summary->scenario->service_count);
}

bool rpt_summary_value(const struct rpt_summary *summary, uint32_t metric, double *value)
{
    assert(summary->ended && metric < RPT_METRIC_IDS);
    *value = summary->values[metric];
    return summary->present[metric];
}
