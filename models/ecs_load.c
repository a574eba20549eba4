#include "ecs_load.h"

/* A task's requests in a minute at 100 %: thousandths a second x 60 / 1,000. */
#define PER_MINUTE_NUM 3
#define PER_MINUTE_DEN 50

static __int128 gcd(__int128 a, __int128 b)
{
    while (b != 0) {
        __int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* base + (100 - base) x served / what all RUNNING tasks serve at 100 %. Reduced; only thousands of
 * tasks of strange capacities, beyond any quota, would need more than 64 bits, and are rounded. */
static void use(const struct ecs_service_load *load, struct ecs_settled *settled)
{
    __int128 den = (__int128)settled->running * load->capacity_milli * PER_MINUTE_NUM;
    __int128 num = den * load->base_percent +
                   (__int128)(100 - load->base_percent) * settled->served * PER_MINUTE_DEN;
    settled->cpu_num = settled->cpu_den = 0;
    if (settled->running == 0)
        return; /* MX-4 */
    __int128 common = gcd(den, num);
    den /= common;
    num /= common;
    for (; num > INT64_MAX || den > INT64_MAX; num /= 2)
        den = den / 2 > 0 ? den / 2 : 1;
    settled->cpu_num = (int64_t)num;
    settled->cpu_den = (int64_t)den;
}

/* What the healthy tasks can serve of it. */
static int64_t serve(const struct ecs_service_load *load, const struct ecs_settled *settled)
{
    __int128 most = (__int128)settled->healthy * load->capacity_milli * PER_MINUTE_NUM *
                    (load->max_percent - load->base_percent) /
                    (PER_MINUTE_DEN * (100 - load->base_percent));
    return most < settled->load ? (int64_t)most : settled->load;
}

static bool is_above(const struct ecs_service_load *load, const struct ecs_settled *settled)
{
    if (load->slo_milli < 0)
        return false;
    return settled->served < settled->load ||
           (__int128)settled->cpu_num * 1000 > (__int128)settled->cpu_den * load->slo_milli;
}

void ecs_load_settle(struct ecs_world *world, uint32_t service, int64_t running, int64_t healthy)
{
    const struct ecs_scenario *scenario = world->scenario;
    const struct ecs_service_load *load = &scenario->services[service].load;
    struct ecs_settled *settled = &world->services->books[service].settled;
    sim_time now = ecs_now(world);
    if (now == 0 || now % SIM_MINUTE != 0)
        return;
    const struct load_minute minute = {
        .minute = now / SIM_MINUTE - 1,
        .start_unix_s = scenario->start_unix_s,
        .seed = scenario->seed,
        .replication = world->replication,
        .service = service,
    };
    *settled = (struct ecs_settled){.load = load_requests(&load->spec, &minute),
                                    .running = running,
                                    .healthy = healthy};
    settled->served = serve(load, settled);
    use(load, settled);
    struct sim_record record = ecs_record(world, ECS_RECORD_SERVICE_LOAD);
    record.field[ECS_SERVICE_LOAD_service] = service;
    record.field[ECS_SERVICE_LOAD_load] = settled->load;
    record.field[ECS_SERVICE_LOAD_served] = settled->served;
    record.field[ECS_SERVICE_LOAD_running] = running;
    record.field[ECS_SERVICE_LOAD_healthy] = healthy;
    record.field[ECS_SERVICE_LOAD_cpu_num] = settled->cpu_num;
    record.field[ECS_SERVICE_LOAD_cpu_den] = settled->cpu_den;
    record.field[ECS_SERVICE_LOAD_above] = is_above(load, settled);
    record.field[ECS_SERVICE_LOAD_metric] = load->metric;
    ecs_emit(world, &record);
}

bool ecs_service_metric(const struct ecs_world *world, uint32_t service,
                        enum ecs_service_metric_kind kind, int64_t *num, int64_t *den)
{
    const struct ecs_service_book *book = &world->services->books[service];
    const struct ecs_settled *settled = &book->settled;
    if (book->status == ECS_SERVICE_INACTIVE || settled->cpu_den == 0)
        return false;
    if (kind == ECS_SERVICE_REQUESTS_PER_TARGET && settled->healthy == 0)
        return false;
    bool cpu = kind == ECS_SERVICE_CPU_UTILIZATION;
    *num = cpu ? settled->cpu_num : settled->load;
    *den = cpu ? settled->cpu_den : settled->healthy;
    return true;
}
