#include "rpt_json.h"
#include "rpt_metrics.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const group_titles[RPT_GROUPS] = {"Work", "Waiting", "Services", "Capacity",
                                                     "Money"};

/* ---- over the replications ------------------------------------------------------------------- */

/* Mean and 95 % interval over the replications that have a value. */
static struct sim_tally tally_metric(const struct rpt_result *results, uint32_t count,
                                     uint32_t metric)
{
    struct sim_tally tally = {0};
    for (uint32_t i = 0; i < count; i++)
        if (results[i].present[metric])
            sim_tally_add(&tally, results[i].values[metric]);
    return tally;
}

/* One hash for all replications; a single one has its own. */
static uint64_t hash_all(const struct rpt_result *results, uint32_t count)
{
    if (count == 1)
        return results[0].hash;
    struct sim_hash hash;
    sim_hash_init(&hash);
    for (uint32_t i = 0; i < count; i++)
        sim_hash_word(&hash, results[i].hash);
    return sim_hash_value(&hash);
}

static void format_epoch(char text[16], int32_t epoch)
{
    snprintf(text, 16, "%04d-%02d", (int)(epoch / 100), (int)(epoch % 100));
}

/* ---- text ------------------------------------------------------------------------------------ */

#define NUMBER_SIZE 48

/* 1234567.891 with 2 decimals: "1,234,567.89". */
static void format_grouped(char out[NUMBER_SIZE], double value, int decimals)
{
    char plain[NUMBER_SIZE];
    snprintf(plain, sizeof plain, "%.*f", decimals, value);
    const char *digits = plain + (plain[0] == '-');
    size_t whole = strcspn(digits, "."), at = 0;
    if (plain[0] == '-')
        out[at++] = '-';
    for (size_t i = 0; digits[i] != '\0' && at + 2 < NUMBER_SIZE; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

/* How many decimals serve a value of this unit: money to the cent, and below a dollar to four
 * digits; counts whole unless they are means. */
static int decimals_of(const char *unit, double value)
{
    if (strcmp(unit, "count") == 0)
        return fabs(value - round(value)) > 0.0 ? 1 : 0;
    if (strcmp(unit, "usd") == 0)
        return fabs(value) >= 1.0 || fabs(value) <= 0.0 ? 2 : fabs(value) >= 0.01 ? 4 : 6;
    return 1;
}

static const char *unit_text(const char *unit)
{
    if (strcmp(unit, "count") == 0)
        return "";
    if (strcmp(unit, "usd") == 0)
        return "USD";
    if (strcmp(unit, "pct") == 0)
        return "%";
    return unit;
}

static void print_row(const struct rpt_result *results, uint32_t count, uint32_t metric)
{
    const struct rpt_metric_row *row = &rpt_metric_rows[metric];
    const char *unit = rpt_metrics[metric].unit;
    struct sim_tally tally = tally_metric(results, count, metric);
    if (tally.count == 0)
        return;
    char value[NUMBER_SIZE], label[64], note[64] = "";
    int decimals = decimals_of(unit, tally.mean);
    format_grouped(value, tally.mean, decimals);
    snprintf(label, sizeof label, "%s%s", row->by_reason ? "    " : "", row->label);
    if (count > 1 && tally.count > 1) {
        char half[NUMBER_SIZE];
        format_grouped(half, sim_tally_interval(&tally, 0.95).half_width,
                       decimals > 0 ? decimals : 1);
        snprintf(note, sizeof note, "+- %s", half);
    } else if (strcmp(unit, "s") == 0 && tally.mean >= 120.0) {
        char duration[24];
        sim_time_format(sim_time_from_seconds(tally.mean), duration, sizeof duration);
        snprintf(note, sizeof note, "(%s)", duration);
    }
    char line[256];
    int length = snprintf(line, sizeof line, "  %-30s %18s %-4s%s%s", label, value, unit_text(unit),
                          count > 1 ? "" : " ", note);
    while (length > 0 && line[length - 1] == ' ')
        line[--length] = '\0';
    puts(line);
}

static void print_head(const struct ecs_scenario *scenario, const struct rpt_result *results,
                       uint32_t count, const char *version)
{
    char epoch[16], horizon[24], longest[24], start[24];
    sim_time low = results[0].horizon, high = low;
    for (uint32_t i = 1; i < count; i++) {
        low = results[i].horizon < low ? results[i].horizon : low;
        high = results[i].horizon > high ? results[i].horizon : high;
    }
    format_epoch(epoch, scenario->epoch);
    sim_time_format(low, horizon, sizeof horizon);
    sim_time_format(high, longest, sizeof longest);
    printf("%s  (plimsoll %s)\n", scenario->name, version);
    if (scenario->description != NULL && scenario->description[0] != '\0')
        printf("%s\n", scenario->description);
    printf("\nepoch %s, seed %" PRIu64 ", %" PRIu32 " replication%s, from %s\n", epoch,
           scenario->seed, count, count == 1 ? "" : "s",
           sim_unix_format(scenario->start_unix_s, start, sizeof start));
    printf("horizon %s", horizon);
    if (strcmp(horizon, longest) != 0)
        printf(" to %s", longest);
    if (scenario->warmup > 0)
        printf(", measured after %s", sim_time_format(scenario->warmup, start, sizeof start));
    if (scenario->price_date != NULL && scenario->price_date[0] != '\0')
        printf(", prices of %s", scenario->price_date);
    printf("\nresult %016" PRIx64 "\n", hash_all(results, count));
}

static void add_failures(const struct rpt_result *results, uint32_t count,
                         struct rpt_failure total[ECS_REASONS])
{
    memset(total, 0, sizeof total[0] * ECS_REASONS);
    for (uint32_t i = 0; i < count; i++)
        rpt_failures_add(total, results[i].failures);
}

/* A line for each reason that has led failed tries, over all replications. */
static void print_failures(const struct ecs_scenario *scenario, const struct rpt_result *results,
                           uint32_t count)
{
    struct rpt_failure total[ECS_REASONS];
    bool any = false;
    add_failures(results, count, total);
    for (uint32_t reason = 0; reason < ECS_REASONS; reason++) {
        char hint[256], tries[NUMBER_SIZE], helped[NUMBER_SIZE];
        if (total[reason].tries == 0)
            continue;
        if (!any)
            printf("\n%-32s %18s      %s\n", "Placement failures", "tries",
                   "what would have helped");
        any = true;
        rpt_failure_hint(scenario, &total[reason], hint, sizeof hint);
        format_grouped(tries, (double)total[reason].tries, 0);
        format_grouped(helped, (double)total[reason].helped, 0);
        printf("  %-30s %18s      ", ecs_reason_names[reason], tries);
        if (total[reason].helped == 0)
            puts("no single change");
        else if (total[reason].helped == total[reason].tries)
            puts(hint);
        else
            printf("%s, for %s of them\n", hint, helped);
    }
}

/* A service over the replications in which it was created. */
struct service_means {
    uint32_t count;
    double desired, running, healthy, below_minimum_s;
    double deployments[ECS_DEPLOYMENT_STATES]; /* by their end; STUCK: at some time */
};

static struct service_means mean_service(const struct rpt_result *results, uint32_t count,
                                         uint32_t service)
{
    struct service_means sum = {0};
    for (uint32_t i = 0; i < count; i++) {
        const struct rpt_service *one = &results[i].services[service];
        int64_t open = one->deployments;
        if (!one->created)
            continue;
        sum.count++;
        sum.desired += (double)one->desired;
        sum.running += (double)one->running;
        sum.healthy += (double)one->healthy;
        sum.below_minimum_s += sim_time_to_seconds(one->below_minimum);
        for (uint32_t state = 0; state < ECS_DEPLOYMENT_STATES; state++) {
            sum.deployments[state] += (double)one->ended[state];
            open -= one->ended[state];
        }
        sum.deployments[ECS_DEPLOYMENT_IN_PROGRESS] += (double)open;
        sum.deployments[ECS_DEPLOYMENT_STUCK] += (double)one->stuck;
    }
    if (sum.count == 0)
        return sum;
    sum.desired /= sum.count;
    sum.running /= sum.count;
    sum.healthy /= sum.count;
    sum.below_minimum_s /= sum.count;
    for (uint32_t state = 0; state < ECS_DEPLOYMENT_STATES; state++)
        sum.deployments[state] /= sum.count;
    return sum;
}

static void format_mean(char out[NUMBER_SIZE], double mean)
{
    format_grouped(out, mean, decimals_of("count", mean));
}

/* "2 completed, 1 failed": nothing that is 0. */
static void format_deployments(const struct service_means *means, char *out, size_t size)
{
    static const struct {
        enum ecs_deployment_state state;
        const char *words;
    } parts[] = {
        {ECS_DEPLOYMENT_COMPLETED, "completed"}, {ECS_DEPLOYMENT_FAILED, "failed"},
        {ECS_DEPLOYMENT_REPLACED, "replaced"},   {ECS_DEPLOYMENT_IN_PROGRESS, "unfinished"},
        {ECS_DEPLOYMENT_STUCK, "of them stuck"},
    };
    size_t at = 0;
    snprintf(out, size, "none");
    for (size_t i = 0; i < sizeof parts / sizeof *parts && at < size; i++) {
        char number[NUMBER_SIZE];
        double mean = means->deployments[parts[i].state];
        if (!(mean > 0.0))
            continue;
        format_mean(number, mean);
        at += (size_t)snprintf(out + at, size - at, "%s%s %s", at > 0 ? ", " : "", number,
                               parts[i].words);
    }
}

/* Long names differ most often at their ends. */
static void format_name(char *out, size_t size, const char *name)
{
    size_t length = strlen(name), keep = size - 3; /* ".." and the end */
    if (length < size)
        snprintf(out, size, "%s", name);
    else
        snprintf(out, size, "%.*s..%s", (int)(keep / 2), name, name + length - (keep - keep / 2));
}

#define SERVICES_PRINTED 40u

/* How each service ends, over all replications; not those that were never created. Of very many the
 * first ones: a summary is to be read. */
static void print_services(const struct ecs_scenario *scenario, const struct rpt_result *results,
                           uint32_t count)
{
    uint32_t shown = 0;
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        struct service_means means = mean_service(results, count, i);
        char desired[NUMBER_SIZE], running[NUMBER_SIZE], healthy[NUMBER_SIZE];
        char below[24] = "-", deployments[128], name[31];
        if (means.count == 0 || shown++ >= SERVICES_PRINTED)
            continue;
        if (shown == 1)
            printf("\n%-32s %8s %8s %8s %13s  %s\n", "Services at the end", "desired", "running",
                   "healthy", "below minimum", "deployments");
        format_mean(desired, means.desired);
        format_mean(running, means.running);
        format_mean(healthy, means.healthy);
        if (means.below_minimum_s > 0.0)
            sim_time_format(sim_time_from_seconds(means.below_minimum_s), below, sizeof below);
        format_deployments(&means, deployments, sizeof deployments);
        format_name(name, sizeof name, scenario->services[i].name);
        printf("  %-30s %8s %8s %8s %13s  %s\n", name, desired, running, healthy, below,
               deployments);
    }
    if (shown > SERVICES_PRINTED)
        printf("  and %" PRIu32 " more: v_service and --json have them\n",
               shown - SERVICES_PRINTED);
}

/* What became of the load of each service that has one: means over the replications. */
static void print_loads(const struct ecs_scenario *scenario, const struct rpt_result *results,
                        uint32_t count)
{
    bool any = false;
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        char requests[NUMBER_SIZE], dropped[NUMBER_SIZE], cpu[16] = "-", above[24] = "-", name[31];
        struct rpt_service_load sum = {0};
        for (uint32_t k = 0; k < count; k++)
            rpt_service_load_add(&sum, &results[k].services[i].load);
        if (sum.minutes == 0)
            continue;
        if (!any)
            printf("\n%-32s %12s %12s %9s %15s\n", "Load", "requests", "dropped", "CPU mean",
                   "above the SLO");
        any = true;
        format_mean(requests, (double)sum.requests / count);
        format_mean(dropped, (double)(sum.requests - sum.served) / count);
        if (sum.measured > 0)
            snprintf(cpu, sizeof cpu, "%.1f %%",
                     (double)sum.micro_percent / 1e6 / (double)sum.measured);
        if (sum.has_slo)
            sim_time_format(sim_time_from_seconds((double)sum.above * 60.0 / count), above,
                            sizeof above);
        format_name(name, sizeof name, scenario->services[i].name);
        printf("  %-30s %12s %12s %9s %15s\n", name, requests, dropped, cpu, above);
    }
}

static bool group_is_empty(const struct rpt_result *results, uint32_t count, enum rpt_group group)
{
    for (uint32_t metric = 0; metric < RPT_METRIC_IDS; metric++)
        if (rpt_metric_rows[metric].group == group &&
            tally_metric(results, count, metric).count > 0)
            return false;
    return true;
}

void rpt_summary_print(const struct ecs_scenario *scenario, const struct rpt_result *results,
                       uint32_t count, const char *version)
{
    if (count == 0)
        return;
    print_head(scenario, results, count, version);
    enum rpt_group group = RPT_GROUPS;
    for (uint32_t metric = 0; metric < RPT_METRIC_IDS; metric++) {
        if (rpt_metric_rows[metric].group != group) {
            if (group == RPT_GROUP_WORK)
                print_failures(scenario, results, count);
            else if (group == RPT_GROUP_SERVICES) {
                print_services(scenario, results, count);
                print_loads(scenario, results, count);
            }
            group = rpt_metric_rows[metric].group;
            if (group == RPT_GROUP_SERVICES && group_is_empty(results, count, group))
                continue;
            if (group == RPT_GROUP_WORK && count > 1)
                printf("\n%-32s %18s      %s\n", group_titles[group], "mean", "+- 95 %");
            else
                printf("\n%s\n", group_titles[group]);
        }
        print_row(results, count, metric);
    }
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void json_metrics(struct rpt_json *json, const struct rpt_result *result)
{
    rpt_json_begin(json, "metrics", '{');
    for (uint32_t metric = 0; metric < RPT_METRIC_IDS; metric++)
        if (result->present[metric])
            rpt_json_double(json, rpt_metrics[metric].name, result->values[metric]);
    rpt_json_end(json, '{');
}

static void json_hash(struct rpt_json *json, const char *key, uint64_t hash)
{
    char text[17];
    snprintf(text, sizeof text, "%016" PRIx64, hash);
    rpt_json_text(json, key, text);
}

static void json_failures(struct rpt_json *json, const struct ecs_scenario *scenario,
                          const struct rpt_result *results, uint32_t count)
{
    struct rpt_failure total[ECS_REASONS];
    add_failures(results, count, total);
    rpt_json_begin(json, "placement_failures", '[');
    for (uint32_t reason = 0; reason < ECS_REASONS; reason++) {
        char hint[256];
        if (total[reason].tries == 0)
            continue;
        rpt_failure_hint(scenario, &total[reason], hint, sizeof hint);
        rpt_json_begin(json, NULL, '{');
        rpt_json_text(json, "reason", ecs_reason_names[reason]);
        rpt_json_uint(json, "tries", total[reason].tries);
        if (total[reason].helped > 0)
            rpt_json_text(json, "hint", hint);
        rpt_json_uint(json, "helped", total[reason].helped);
        rpt_json_end(json, '{');
    }
    rpt_json_end(json, '[');
}

static void json_load(struct rpt_json *json, const struct rpt_service_load *load)
{
    rpt_json_int(json, "requests", load->requests);
    rpt_json_int(json, "requests_served", load->served);
    rpt_json_int(json, "requests_dropped", load->requests - load->served);
    if (load->measured > 0)
        rpt_json_double(json, "cpu_utilization_pct_mean",
                        (double)load->micro_percent / 1e6 / (double)load->measured);
    if (load->has_slo)
        rpt_json_int(json, "above_slo_s", load->above * 60);
}

static void json_services(struct rpt_json *json, const struct ecs_scenario *scenario,
                          const struct rpt_result *result)
{
    rpt_json_begin(json, "services", '[');
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        const struct rpt_service *service = &result->services[i];
        if (!service->created)
            continue;
        rpt_json_begin(json, NULL, '{');
        rpt_json_text(json, "service", scenario->services[i].name);
        rpt_json_text(json, "status", ecs_service_status_names[service->status]);
        rpt_json_int(json, "desired", service->desired);
        rpt_json_int(json, "running", service->running);
        rpt_json_int(json, "healthy", service->healthy);
        rpt_json_double(json, "below_minimum_s", sim_time_to_seconds(service->below_minimum));
        rpt_json_double(json, "below_desired_s", sim_time_to_seconds(service->below_desired));
        rpt_json_int(json, "tasks_started", service->tasks_started);
        rpt_json_int(json, "tasks_stopped", service->tasks_stopped);
        rpt_json_int(json, "placement_failures", service->placement_failures);
        rpt_json_int(json, "deployments", service->deployments);
        rpt_json_int(json, "deployments_completed", service->ended[ECS_DEPLOYMENT_COMPLETED]);
        rpt_json_int(json, "deployments_failed", service->ended[ECS_DEPLOYMENT_FAILED]);
        rpt_json_int(json, "deployments_replaced", service->ended[ECS_DEPLOYMENT_REPLACED]);
        rpt_json_int(json, "deployments_stuck", service->stuck);
        if (service->load.minutes > 0)
            json_load(json, &service->load);
        rpt_json_end(json, '{');
    }
    rpt_json_end(json, '[');
}

static void json_runs(struct rpt_json *json, const struct ecs_scenario *scenario,
                      const struct rpt_result *results, uint32_t count)
{
    rpt_json_begin(json, "runs", '[');
    for (uint32_t i = 0; i < count; i++) {
        rpt_json_begin(json, NULL, '{');
        rpt_json_uint(json, "replication", results[i].replication);
        json_hash(json, "result_hash", results[i].hash);
        rpt_json_uint(json, "events", results[i].events);
        rpt_json_uint(json, "records", results[i].records);
        rpt_json_double(json, "horizon_s", sim_time_to_seconds(results[i].horizon));
        json_metrics(json, &results[i]);
        if (scenario->service_count > 0)
            json_services(json, scenario, &results[i]);
        rpt_json_end(json, '{');
    }
    rpt_json_end(json, '[');
}

static void json_overall(struct rpt_json *json, const struct rpt_result *results, uint32_t count)
{
    rpt_json_begin(json, "summary", '{');
    for (uint32_t metric = 0; metric < RPT_METRIC_IDS; metric++) {
        struct sim_tally tally = tally_metric(results, count, metric);
        if (tally.count == 0)
            continue;
        rpt_json_begin(json, rpt_metrics[metric].name, '{');
        rpt_json_double(json, "mean", tally.mean);
        if (tally.count > 1)
            rpt_json_double(json, "half_width_95", sim_tally_interval(&tally, 0.95).half_width);
        rpt_json_uint(json, "replications", tally.count);
        rpt_json_text(json, "unit", rpt_metrics[metric].unit);
        rpt_json_end(json, '{');
    }
    rpt_json_end(json, '{');
}

void rpt_summary_print_json(const struct ecs_scenario *scenario, const struct rpt_result *results,
                            uint32_t count, const char *version)
{
    struct rpt_json json;
    char text[24];
    rpt_json_init(&json, stdout);
    rpt_json_begin(&json, NULL, '{');
    rpt_json_text(&json, "scenario", scenario->name);
    rpt_json_text(&json, "plimsoll_version", version);
    format_epoch(text, scenario->epoch);
    rpt_json_text(&json, "epoch", text);
    rpt_json_uint(&json, "seed", scenario->seed);
    rpt_json_uint(&json, "replications", count);
    rpt_json_text(&json, "start_utc", sim_unix_format(scenario->start_unix_s, text, sizeof text));
    rpt_json_double(&json, "measured_from_s", sim_time_to_seconds(scenario->warmup));
    rpt_json_text(&json, "region", scenario->region);
    rpt_json_text(&json, "price_date", scenario->price_date);
    json_hash(&json, "scenario_hash", scenario->scenario_hash);
    json_hash(&json, "workload_hash", scenario->workload_hash);
    if (count > 0)
        json_hash(&json, "result_hash", hash_all(results, count));
    json_overall(&json, results, count);
    json_failures(&json, scenario, results, count);
    json_runs(&json, scenario, results, count);
    rpt_json_end(&json, '{');
}
