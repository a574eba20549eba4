/* plimsoll compare: paired differences between databases, and gates over them.
 *
 * The first database is the baseline; every other one is set against it. Metrics that are equal in
 * every pair are only counted. With a gate file the exit code is 3 when a gate does not hold. */
#include "cmd.h"
#include "cmd_options.h"
#include "cmd_table.h"
#include "rpt_compare.h"
#include "rpt_json.h"
#include "scn_complain.h"
#include "scn_gate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CONFIDENCE  0.95
#define MESSAGE_MAX 1024

struct job {
    struct sim_arena arena;
    struct rpt_measures *measures;
    uint32_t count;
    struct scn_gate *gates;
    uint32_t gate_count;
    uint32_t broken; /* gates */
};

/* A number with as many digits as say something. */
static const char *number(char *out, size_t size, double value)
{
    double magnitude = fabs(value);
    int digits = magnitude >= 1000 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 4;
    if (!(magnitude > 0))
        digits = 0;
    snprintf(out, size, "%.*f", digits, value);
    return out;
}

/* ---- text ---- */

static const char *verdict(const struct rpt_difference *d, char *out, size_t size)
{
    char least[32], most[32];
    bool lower = d->verdict == RPT_VERDICT_LOWER;
    const char *taste = d->good == 0 ? "" : (d->good > 0) == lower ? ", worse" : ", better";
    switch (d->verdict) {
    case RPT_VERDICT_EQUAL:
        snprintf(out, size, "equal in every pair");
        break;
    case RPT_VERDICT_UNKNOWN:
        snprintf(out, size, "one pair says nothing about chance");
        break;
    case RPT_VERDICT_NONE:
        snprintf(out, size, "no difference shown: %s to %s",
                 number(least, sizeof least, d->difference - d->half_width),
                 number(most, sizeof most, d->difference + d->half_width));
        break;
    case RPT_VERDICT_LOWER:
    case RPT_VERDICT_HIGHER:
        snprintf(out, size, "%s by %s to %s%s", lower ? "lower" : "higher",
                 number(least, sizeof least,
                        lower ? -d->difference - d->half_width : d->difference - d->half_width),
                 number(most, sizeof most,
                        lower ? -d->difference + d->half_width : d->difference + d->half_width),
                 taste);
        break;
    }
    return out;
}

/* How much narrower pairing makes the interval: "3.2x". */
static const char *worth(const struct rpt_difference *d, char *out, size_t size)
{
    if (d->pairs < 2 || !(d->half_width > 0))
        snprintf(out, size, "-");
    else
        snprintf(out, size, "%.1fx", d->unpaired_half_width / d->half_width);
    return out;
}

/* What no mean of waits shows: who never started, beside every verdict (design 3.4). */
static bool is_end_count(const char *metric)
{
    return strcmp(metric, "tasks_waiting_at_end_count") == 0 ||
           strcmp(metric, "tasks_failed_at_end_count") == 0 ||
           strcmp(metric, "tasks_dropped_at_end_count") == 0;
}

static void print_differences(const struct rpt_difference *differences, uint32_t count)
{
    static const char *const headings[] = {"metric", "A", "B", "B - A", "pairing", "verdict, 95 %"};
    struct cmd_table table;
    char a[32], b[32], difference[32], factor[32], words[160];
    uint32_t equal = 0;
    cmd_table_init(&table, 6, headings);
    table.right = 1u << 1 | 1u << 2 | 1u << 3 | 1u << 4;
    for (uint32_t i = 0; i < count; i++) {
        const struct rpt_difference *d = &differences[i];
        if (d->verdict == RPT_VERDICT_EQUAL && !is_end_count(d->metric)) {
            equal++;
            continue;
        }
        cmd_table_add(&table, "%s", d->metric);
        cmd_table_add(&table, "%s", number(a, sizeof a, d->mean_a));
        cmd_table_add(&table, "%s", number(b, sizeof b, d->mean_b));
        cmd_table_add(&table, "%s", number(difference, sizeof difference, d->difference));
        cmd_table_add(&table, "%s", worth(d, factor, sizeof factor));
        cmd_table_add(&table, "%s", verdict(d, words, sizeof words));
    }
    cmd_table_print(&table);
    cmd_table_release(&table);
    printf("%u more metric%s equal in every pair\n", equal, equal == 1 ? " is" : "s are");
}

static void print_head(const struct rpt_measures *a, const struct rpt_measures *b)
{
    printf("A  %s  (%s, epoch %s, plimsoll %s)\n", a->path, a->scenario, a->epoch, a->version);
    printf("B  %s  (%s, epoch %s, plimsoll %s)\n", b->path, b->scenario, b->epoch, b->version);
    printf("%u pair%s of replications on equal arrivals, durations and boots\n\n", a->run_count,
           a->run_count == 1 ? "" : "s");
}

/* ---- gates ---- */

static const char *const kind_names[] = {"max_increase_pct", "max_increase", "max", "min"};

static struct rpt_gate gate_of(const struct scn_gate *gate)
{
    return (struct rpt_gate){
        .metric = gate->metric,
        .kind = (enum rpt_gate_kind)gate->kind,
        .limit = gate->limit,
        .confidence = gate->confidence,
        .prove = gate->prove,
    };
}

/* False after saying why a gate cannot be judged. */
static bool judge_all(const struct job *job, const struct rpt_difference *differences,
                      uint32_t count, struct rpt_gate_result *results)
{
    char message[MESSAGE_MAX];
    bool good = true;
    for (uint32_t i = 0; i < job->gate_count; i++) {
        struct rpt_gate gate = gate_of(&job->gates[i]);
        if (!rpt_gate_judge(&gate, differences, count, &results[i], message, sizeof message)) {
            cmd_error("compare", "gate %u: %s", i + 1, message);
            good = false;
        }
    }
    return good;
}

static void print_gates(const struct job *job, const struct rpt_gate_result *results)
{
    static const char *const headings[] = {"gate", "limit", "measured", "bounds", "verdict"};
    struct cmd_table table;
    char value[32], lower[32], upper[32];
    cmd_table_init(&table, 5, headings);
    table.right = 1u << 2;
    for (uint32_t i = 0; i < job->gate_count; i++) {
        const struct scn_gate *gate = &job->gates[i];
        const char *percent = gate->kind == SCN_GATE_MAX_INCREASE_PCT ? " %" : "";
        cmd_table_add(&table, "%s", gate->metric);
        cmd_table_add(&table, "%s %g", kind_names[gate->kind], gate->limit);
        cmd_table_add(&table, "%s%s", number(value, sizeof value, results[i].value), percent);
        cmd_table_add(&table, "%s to %s%s", number(lower, sizeof lower, results[i].lower),
                      number(upper, sizeof upper, results[i].upper), percent);
        cmd_table_add(&table, "%s",
                      results[i].holds ? "holds"
                      : gate->prove    ? "BROKEN: not shown to hold"
                                       : "BROKEN: shown to exceed it");
    }
    putchar('\n');
    cmd_table_print(&table);
    cmd_table_release(&table);
}

/* ---- JSON ---- */

static void json_difference(struct rpt_json *json, const struct rpt_difference *d)
{
    static const char *const verdicts[] = {"equal", "unknown", "none", "lower", "higher"};
    rpt_json_begin(json, NULL, '{');
    rpt_json_text(json, "metric", d->metric);
    rpt_json_text(json, "unit", d->unit);
    rpt_json_uint(json, "pairs", d->pairs);
    rpt_json_double(json, "mean_a", d->mean_a);
    rpt_json_double(json, "mean_b", d->mean_b);
    rpt_json_double(json, "difference", d->difference);
    rpt_json_double(json, "half_width", d->half_width);
    rpt_json_double(json, "unpaired_half_width", d->unpaired_half_width);
    rpt_json_text(json, "verdict", verdicts[d->verdict]);
    rpt_json_end(json, '{');
}

static void json_gates(struct rpt_json *json, const struct job *job,
                       const struct rpt_gate_result *results)
{
    rpt_json_begin(json, "gates", '[');
    for (uint32_t i = 0; i < job->gate_count; i++) {
        const struct scn_gate *gate = &job->gates[i];
        rpt_json_begin(json, NULL, '{');
        rpt_json_text(json, "metric", gate->metric);
        rpt_json_double(json, kind_names[gate->kind], gate->limit);
        rpt_json_text(json, "mode", gate->prove ? "prove" : "reject");
        rpt_json_double(json, "confidence", gate->confidence);
        rpt_json_double(json, "value", results[i].value);
        rpt_json_double(json, "lower", results[i].lower);
        rpt_json_double(json, "upper", results[i].upper);
        rpt_json_text(json, "verdict", results[i].holds ? "holds" : "broken");
        rpt_json_end(json, '{');
    }
    rpt_json_end(json, '[');
}

static void json_pair(struct rpt_json *json, const struct job *job, uint32_t with,
                      const struct rpt_difference *differences, uint32_t count,
                      const struct rpt_gate_result *results)
{
    rpt_json_begin(json, NULL, '{');
    rpt_json_text(json, "a", job->measures[0].path);
    rpt_json_text(json, "b", job->measures[with].path);
    rpt_json_double(json, "confidence", CONFIDENCE);
    rpt_json_begin(json, "differences", '[');
    for (uint32_t i = 0; i < count; i++)
        json_difference(json, &differences[i]);
    rpt_json_end(json, '[');
    json_gates(json, job, results);
    rpt_json_end(json, '{');
}

/* ---- the command ---- */

/* One database against the baseline. False when a gate cannot be judged. */
static bool compare_with(struct job *job, uint32_t with, struct rpt_json *json)
{
    uint32_t count;
    const struct rpt_difference *differences =
        rpt_compare(&job->arena, &job->measures[0], &job->measures[with], CONFIDENCE, &count);
    struct rpt_gate_result *results =
        sim_arena_array(&job->arena, job->gate_count, sizeof results[0]);
    if (!judge_all(job, differences, count, results))
        return false;
    for (uint32_t i = 0; i < job->gate_count; i++)
        job->broken += !results[i].holds;
    if (json != NULL) {
        json_pair(json, job, with, differences, count, results);
        return true;
    }
    if (with > 1)
        putchar('\n');
    print_head(&job->measures[0], &job->measures[with]);
    print_differences(differences, count);
    if (job->gate_count > 0)
        print_gates(job, results);
    return true;
}

static bool read_gates(struct job *job, const char *path)
{
    struct scn_complaints complaints;
    scn_complaints_init(&complaints, &job->arena);
    job->gates = scn_gates_read(&job->arena, path, &job->gate_count, &complaints);
    if (job->gates == NULL)
        cmd_print_errors(&complaints);
    scn_complaints_release(&complaints);
    return job->gates != NULL;
}

static bool read_all(struct job *job, char **paths, uint32_t count)
{
    char message[MESSAGE_MAX];
    job->measures = sim_arena_array(&job->arena, count, sizeof job->measures[0]);
    job->count = count;
    for (uint32_t i = 0; i < count; i++)
        if (!rpt_measures_read(&job->arena, paths[i], &job->measures[i], message, sizeof message) ||
            !rpt_comparable(&job->measures[0], &job->measures[i], message, sizeof message)) {
            cmd_error("compare", "%s", message);
            return false;
        }
    return true;
}

static int compare_all(struct job *job, bool as_json)
{
    struct rpt_json json;
    rpt_json_init(&json, stdout);
    if (as_json)
        rpt_json_begin(&json, NULL, '[');
    for (uint32_t i = 1; i < job->count; i++)
        if (!compare_with(job, i, as_json ? &json : NULL))
            return CMD_USAGE;
    if (as_json)
        rpt_json_end(&json, '[');
    return job->broken > 0 ? CMD_GATE : CMD_DONE;
}

int cmd_compare(int argc, char **argv)
{
    const char *gate = NULL;
    bool as_json = false;
    const struct cmd_option options[] = {
        {"gate", "F.json", CMD_TEXT, &gate, 0, NULL, NULL,
         "limits that B has to keep against A; exit 3 when one is broken"},
        {"json", NULL, CMD_FLAG, &as_json, 0, NULL, NULL, "the differences as JSON"},
        {.name = NULL},
    };
    const struct cmd_usage usage = {
        "compare",
        "compare A.db B.db [...] [--gate=F.json] [--json]",
        "Sets databases against the first one, replication by replication: means, differences\n"
        "and their 95 % intervals. `pairing` is how much narrower equal chance makes them.",
        options,
        2,
        -1,
    };
    int operands;
    int code = cmd_parse(&usage, argc, argv, &operands);
    if (code >= 0)
        return code;
    struct job job = {0};
    sim_arena_init(&job.arena);
    code = CMD_USAGE;
    if ((gate == NULL || read_gates(&job, gate)) && read_all(&job, argv + 1, (uint32_t)operands))
        code = compare_all(&job, as_json);
    sim_arena_release(&job.arena);
    return code;
}
