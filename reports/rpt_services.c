#include "rpt_services.h"

#include "sim_arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void rpt_services_init(struct rpt_services *services, const struct ecs_scenario *scenario)
{
    *services = (struct rpt_services){.scenario = scenario};
    if (scenario->service_count == 0)
        return;
    services->services = sim_malloc(sizeof *services->services * scenario->service_count);
    services->levels = sim_malloc(sizeof *services->levels * scenario->service_count);
}

void rpt_services_release(struct rpt_services *services)
{
    free(services->services);
    free(services->levels);
    free(services->healthy_of);
    free(services->deployments);
    *services = (struct rpt_services){0};
}

void rpt_services_begin(struct rpt_services *services)
{
    uint32_t count = services->scenario->service_count;
    services->durations_count = 0;
    services->durations = services->longest = 0;
    if (count == 0)
        return;
    memset(services->services, 0, sizeof *services->services * count);
    memset(services->levels, 0, sizeof *services->levels * count);
    if (services->task_capacity > 0)
        memset(services->healthy_of, 0, sizeof(uint32_t) * services->task_capacity);
    if (services->deployment_capacity > 0)
        memset(services->deployments, 0,
               sizeof *services->deployments * services->deployment_capacity);
}

static struct rpt_service *get_service(struct rpt_services *services, int64_t service)
{
    assert(0 <= service && service < services->scenario->service_count);
    return &services->services[service];
}

/* Brings the account of a service up to now; before any of its levels changes. */
static struct rpt_service_level *settle(struct rpt_services *services, int64_t service, sim_time at)
{
    struct rpt_service *account = get_service(services, service);
    struct rpt_service_level *level = &services->levels[service];
    sim_time warmup = services->scenario->warmup;
    sim_time since = level->since > warmup ? level->since : warmup;
    if (account->created && account->status == ECS_SERVICE_ACTIVE && at > since) {
        account->below_minimum += level->healthy < level->minimum ? at - since : 0;
        account->below_desired += level->healthy < level->desired ? at - since : 0;
    }
    level->since = at;
    return level;
}

static void on_bounds(struct rpt_services *services, sim_time at, const int64_t *f)
{
    int64_t service = f[ECS_SERVICE_BOUNDS_service];
    struct rpt_service_level *level = settle(services, service, at);
    struct rpt_service *account = get_service(services, service);
    level->minimum = f[ECS_SERVICE_BOUNDS_lower];
    level->desired = f[ECS_SERVICE_BOUNDS_desired];
    account->created = true;
    account->status = f[ECS_SERVICE_BOUNDS_status];
    account->desired = level->desired;
}

static void on_healthy(struct rpt_services *services, sim_time at, const int64_t *f)
{
    int64_t task = f[ECS_TASK_HEALTHY_task], service = f[ECS_TASK_HEALTHY_service];
    assert(task > 0 && task < UINT32_MAX / 2);
    sim_grow((void **)&services->healthy_of, &services->task_capacity, (uint32_t)task + 1,
             sizeof(uint32_t));
    if (services->healthy_of[task] != 0)
        return;
    settle(services, service, at)->healthy++;
    services->healthy_of[task] = (uint32_t)service + 1;
}

static void on_task_state(struct rpt_services *services, sim_time at, const int64_t *f)
{
    int64_t task = f[ECS_TASK_STATE_task];
    if (task >= services->task_capacity || services->healthy_of[task] == 0 ||
        f[ECS_TASK_STATE_state] == ECS_TASK_RUNNING)
        return;
    settle(services, services->healthy_of[task] - 1, at)->healthy--;
    services->healthy_of[task] = 0;
}

static void on_service_task(struct rpt_services *services, const int64_t *f)
{
    struct rpt_service *account = get_service(services, f[ECS_SERVICE_TASK_service]);
    if (f[ECS_SERVICE_TASK_action] == ECS_ACTION_START)
        account->tasks_started++;
    else
        account->tasks_stopped++;
}

static void on_service_event(struct rpt_services *services, const int64_t *f)
{
    struct rpt_service *account = get_service(services, f[ECS_SERVICE_EVENT_service]);
    account->placement_failures += f[ECS_SERVICE_EVENT_event] == ECS_SERVICE_PLACEMENT_FAILURE;
    account->starts_impaired += f[ECS_SERVICE_EVENT_event] == ECS_SERVICE_START_IMPAIRED;
}

/* One that is rolled back to is IN_PROGRESS again, after its end: that is another deployment. */
static void begin_deployment(struct rpt_services *services, sim_time at, const int64_t *f)
{
    int64_t serial = f[ECS_DEPLOYMENT_deployment];
    assert(serial > 0 && serial < UINT32_MAX / 2);
    sim_grow((void **)&services->deployments, &services->deployment_capacity, (uint32_t)serial + 1,
             sizeof *services->deployments);
    struct rpt_deployment *deployment = &services->deployments[serial];
    if (at < services->scenario->warmup || (deployment->began && !deployment->ended))
        return;
    *deployment = (struct rpt_deployment){.at = at, .began = true};
    get_service(services, f[ECS_DEPLOYMENT_service])->deployments++;
}

static void on_deployment(struct rpt_services *services, sim_time at, const int64_t *f)
{
    struct rpt_service *account = get_service(services, f[ECS_DEPLOYMENT_service]);
    int64_t serial = f[ECS_DEPLOYMENT_deployment], state = f[ECS_DEPLOYMENT_state];
    if (state == ECS_DEPLOYMENT_IN_PROGRESS) {
        begin_deployment(services, at, f);
        return;
    }
    if (serial >= services->deployment_capacity || !services->deployments[serial].began ||
        services->deployments[serial].ended)
        return; /* it began in the warm-up, or is over */
    struct rpt_deployment *deployment = &services->deployments[serial];
    if (state == ECS_DEPLOYMENT_STUCK) {
        account->stuck += !deployment->stuck;
        deployment->stuck = true;
        return;
    }
    deployment->ended = true;
    account->ended[state]++;
    if (state == ECS_DEPLOYMENT_COMPLETED && at > deployment->at) { /* not there from the start */
        sim_time duration = at - deployment->at;
        services->durations_count++;
        services->durations += duration;
        services->longest = duration > services->longest ? duration : services->longest;
    }
}

/* What a service's last row says is how it ends. */
static void on_service(struct rpt_services *services, const int64_t *f)
{
    struct rpt_service *account = get_service(services, f[ECS_SERVICE_service]);
    account->created = true;
    account->status = f[ECS_SERVICE_status];
    account->desired = f[ECS_SERVICE_desired];
    account->running = f[ECS_SERVICE_running];
    account->healthy = f[ECS_SERVICE_healthy];
}

static void on_load(struct rpt_services *services, sim_time at, const int64_t *f)
{
    int64_t service = f[ECS_SERVICE_LOAD_service];
    int64_t num = f[ECS_SERVICE_LOAD_cpu_num], den = f[ECS_SERVICE_LOAD_cpu_den];
    struct rpt_service_load *load = &get_service(services, service)->load;
    if (at - SIM_MINUTE < services->scenario->warmup)
        return;
    load->minutes++;
    load->requests += f[ECS_SERVICE_LOAD_load];
    load->served += f[ECS_SERVICE_LOAD_served];
    load->measured += den > 0;
    load->micro_percent += den > 0 ? (int64_t)(((__int128)num * 1000000 + den / 2) / den) : 0;
    load->above += f[ECS_SERVICE_LOAD_above];
    load->has_slo = services->scenario->services[service].load.slo_milli >= 0;
}

void rpt_service_load_add(struct rpt_service_load *sum, const struct rpt_service_load *one)
{
    sum->minutes += one->minutes;
    sum->requests += one->requests;
    sum->served += one->served;
    sum->measured += one->measured;
    sum->micro_percent += one->micro_percent;
    sum->above += one->above;
    sum->has_slo = sum->has_slo || one->has_slo;
}

static void end_run(struct rpt_services *services, sim_time at)
{
    for (uint32_t i = 0; i < services->scenario->service_count; i++) {
        struct rpt_service *account = &services->services[i];
        settle(services, i, at);
        if (account->status == ECS_SERVICE_INACTIVE)
            account->desired = account->running = account->healthy = 0;
    }
}

void rpt_services_observe(struct rpt_services *services, const struct sim_record *record)
{
    const int64_t *f = record->field;
    bool measured = record->at >= services->scenario->warmup;
    if (services->scenario->service_count == 0)
        return;
    if (record->kind == ECS_RECORD_TASK_STATE)
        on_task_state(services, record->at, f);
    else if (record->kind == ECS_RECORD_SERVICE)
        on_service(services, f);
    else if (record->kind == ECS_RECORD_SERVICE_LOAD)
        on_load(services, record->at, f);
    else if (record->kind == ECS_RECORD_SERVICE_BOUNDS)
        on_bounds(services, record->at, f);
    else if (record->kind == ECS_RECORD_TASK_HEALTHY)
        on_healthy(services, record->at, f);
    else if (record->kind == ECS_RECORD_DEPLOYMENT)
        on_deployment(services, record->at, f);
    else if (record->kind == ECS_RECORD_SERVICE_TASK && measured)
        on_service_task(services, f);
    else if (record->kind == ECS_RECORD_SERVICE_EVENT && measured)
        on_service_event(services, f);
    else if (record->kind == ECS_RECORD_RUN_ENDED)
        end_run(services, record->at);
}

struct rpt_service rpt_services_total(const struct rpt_services *services)
{
    struct rpt_service total = {0};
    for (uint32_t i = 0; i < services->scenario->service_count; i++) {
        const struct rpt_service *one = &services->services[i];
        total.created = total.created || one->created;
        total.below_minimum += one->below_minimum;
        total.below_desired += one->below_desired;
        total.tasks_started += one->tasks_started;
        total.tasks_stopped += one->tasks_stopped;
        total.placement_failures += one->placement_failures;
        total.starts_impaired += one->starts_impaired;
        total.deployments += one->deployments;
        total.stuck += one->stuck;
        rpt_service_load_add(&total.load, &one->load);
        for (uint32_t state = 0; state < ECS_DEPLOYMENT_STATES; state++)
            total.ended[state] += one->ended[state];
    }
    return total;
}
