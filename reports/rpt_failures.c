#include "rpt_failures.h"

#include <string.h>

void rpt_failures_begin(struct rpt_failures *failures, sim_time from)
{
    memset(failures, 0, sizeof *failures);
    failures->from = from;
}

static bool same_hint(const struct rpt_failure *failure, int64_t hint, int64_t subject,
                      int64_t zone)
{
    return failure->hint == hint && failure->zone == zone && failure->subject == subject;
}

/* The reason that has been read becomes the leading one, if it rules out more. */
static void close_reason(struct rpt_failures *failures)
{
    if (failures->reason_count <= failures->leading_count)
        return;
    failures->leading = failures->reason;
    failures->leading_count = failures->reason_count;
    memcpy(failures->leading_row, failures->row, sizeof failures->row);
}

static void close_try(struct rpt_failures *failures)
{
    if (!failures->open)
        return;
    close_reason(failures);
    failures->open = false;
    if (failures->at < failures->from)
        return;
    const int64_t *row = failures->leading_row;
    failures->tries[failures->leading]++;
    if (row[ECS_FAILURE_hint] == ECS_HINT_NONE)
        return;
    uint32_t i = 0;
    while (i < failures->hint_count &&
           !(failures->hints[i].reason == failures->leading &&
             same_hint(&failures->hints[i].failure, row[ECS_FAILURE_hint], row[ECS_FAILURE_subject],
                       row[ECS_FAILURE_zone])))
        i++;
    if (i == RPT_HINTS_MAX)
        return;
    struct rpt_failure *failure = &failures->hints[i].failure;
    if (i == failures->hint_count) {
        failures->hint_count++;
        failures->hints[i].reason = failures->leading;
        *failure = (struct rpt_failure){.hint = row[ECS_FAILURE_hint],
                                        .subject = row[ECS_FAILURE_subject],
                                        .zone = row[ECS_FAILURE_zone]};
    }
    failure->helped++;
    if (row[ECS_FAILURE_amount] > failure->amount)
        failure->amount = row[ECS_FAILURE_amount];
}

bool rpt_failures_observe(struct rpt_failures *failures, sim_time at, const int64_t *field)
{
    bool another = !failures->open || failures->at != at ||
                   failures->arrival != field[ECS_FAILURE_arrival] ||
                   failures->task != field[ECS_FAILURE_task];
    if (another) {
        close_try(failures);
        failures->open = true;
        failures->at = at;
        failures->arrival = field[ECS_FAILURE_arrival];
        failures->task = field[ECS_FAILURE_task];
        failures->leading = failures->leading_count = failures->reason = failures->reason_count = 0;
    }
    if (field[ECS_FAILURE_reason] != failures->reason) {
        close_reason(failures);
        failures->reason = field[ECS_FAILURE_reason];
        failures->reason_count = failures->row_count = 0;
    }
    failures->reason_count += field[ECS_FAILURE_count];
    if (field[ECS_FAILURE_count] > failures->row_count) {
        failures->row_count = field[ECS_FAILURE_count];
        memcpy(failures->row, field, sizeof failures->row);
    }
    return another;
}

int64_t rpt_failures_leading(const struct rpt_failures *failures)
{
    return failures->reason_count > failures->leading_count ? failures->reason : failures->leading;
}

void rpt_failures_end(struct rpt_failures *failures, struct rpt_failure result[ECS_REASONS])
{
    close_try(failures);
    memset(result, 0, sizeof result[0] * ECS_REASONS);
    for (uint32_t i = 0; i < failures->hint_count; i++) {
        struct rpt_failure *best = &result[failures->hints[i].reason];
        if (failures->hints[i].failure.helped > best->helped)
            *best = failures->hints[i].failure;
    }
    for (uint32_t reason = 0; reason < ECS_REASONS; reason++)
        result[reason].tries = failures->tries[reason];
}

void rpt_failures_add(struct rpt_failure total[ECS_REASONS],
                      const struct rpt_failure other[ECS_REASONS])
{
    for (uint32_t reason = 0; reason < ECS_REASONS; reason++) {
        struct rpt_failure *to = &total[reason];
        const struct rpt_failure *from = &other[reason];
        uint64_t tries = to->tries + from->tries;
        if (from->helped > 0 && same_hint(to, from->hint, from->subject, from->zone)) {
            to->helped += from->helped;
            to->amount = from->amount > to->amount ? from->amount : to->amount;
        } else if (from->helped > to->helped) {
            *to = *from;
        }
        to->tries = tries;
    }
}

void rpt_failure_hint(const struct ecs_scenario *scenario, const struct rpt_failure *failure,
                      char *out, size_t size)
{
    int64_t field[ECS_FAILURE_FIELDS] = {0};
    field[ECS_FAILURE_hint] = failure->hint;
    field[ECS_FAILURE_amount] = failure->amount;
    field[ECS_FAILURE_subject] = failure->subject;
    field[ECS_FAILURE_zone] = failure->zone;
    ecs_hint_text(scenario, field, out, size);
}
