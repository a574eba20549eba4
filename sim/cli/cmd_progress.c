#include "cmd_progress.h"

#include "sim_arena.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define BAR_WIDTH              24
#define EVENTS_BETWEEN_REPORTS 16384

static double clock_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void cmd_progress_init(struct cmd_progress *progress, bool forced, uint32_t replications,
                       sim_time expected)
{
    bool terminal = isatty(STDERR_FILENO) != 0;
    *progress = (struct cmd_progress){
        .on = forced || terminal,
        .terminal = terminal,
        .replications = replications,
        .expected = expected,
        .began_s = clock_s(),
    };
    progress->shown_s = progress->began_s;
    pthread_mutex_init(&progress->lock, NULL);
    progress->runs = sim_malloc(replications * sizeof *progress->runs);
    for (uint32_t i = 0; i < replications; i++)
        progress->runs[i] = (struct cmd_progress_run){.progress = progress};
}

char *cmd_format_rate(double rate, char *buffer, size_t size)
{
    if (rate >= 1e6)
        snprintf(buffer, size, "%.2f M", rate / 1e6);
    else if (rate >= 1e3)
        snprintf(buffer, size, "%.0f k", rate / 1e3);
    else
        snprintf(buffer, size, "%.0f", rate);
    return buffer;
}

/* Part of all the work that is done, 0 to 1; negative when unknown. */
static double fraction(const struct cmd_progress *progress)
{
    double sum = 0;
    for (uint32_t i = 0; i < progress->replications; i++) {
        const struct cmd_progress_run *run = &progress->runs[i];
        if (run->done)
            sum += 1;
        else if (progress->expected == SIM_TIME_NEVER && run->events > 0)
            return -1;
        else if (run->events > 0)
            sum += fmin(1, (double)run->now / (double)progress->expected);
    }
    return sum / progress->replications;
}

static uint64_t count_events(const struct cmd_progress *progress)
{
    uint64_t events = 0;
    for (uint32_t i = 0; i < progress->replications; i++)
        events += progress->runs[i].events;
    return events;
}

static void show(struct cmd_progress *progress, sim_time now)
{
    double elapsed = clock_s() - progress->began_s;
    double part = fraction(progress);
    char bar[BAR_WIDTH + 1], time[24], rate[16];
    fputs(progress->terminal ? "\r\033[K" : "", stderr);
    if (part >= 0) {
        for (int i = 0; i < BAR_WIDTH; i++)
            bar[i] = i < (int)(part * BAR_WIDTH) ? '#' : '.';
        bar[BAR_WIDTH] = '\0';
        fprintf(stderr, "[%s] %3d %%  ", bar, (int)(part * 100));
    }
    fprintf(stderr, "simulated %s", sim_time_format(now, time, sizeof time));
    fprintf(stderr, "  %s events/s",
            cmd_format_rate((double)count_events(progress) / fmax(elapsed, 1e-3), rate,
                            sizeof rate));
    if (part > 0.01) {
        double left_s = elapsed * (1 - part) / part;
        fprintf(stderr, "  %s left",
                sim_time_format((sim_time)left_s * SIM_SECOND, time, sizeof time));
    }
    fputs(progress->terminal ? "" : "\n", stderr);
    fflush(stderr);
}

static bool on_progress(void *user, const struct sim_engine *engine)
{
    struct cmd_progress_run *run = user;
    struct cmd_progress *progress = run->progress;
    pthread_mutex_lock(&progress->lock);
    run->now = engine->now;
    run->events = engine->events;
    double now_s = clock_s();
    if (progress->on && now_s - progress->shown_s >= (progress->terminal ? 0.2 : 1.0)) {
        progress->shown_s = now_s;
        show(progress, engine->now);
    }
    pthread_mutex_unlock(&progress->lock);
    return true;
}

void cmd_progress_watch(struct cmd_progress *progress, struct sim_engine *engine, uint32_t index)
{
    engine->progress = on_progress;
    engine->progress_user = &progress->runs[index];
    engine->progress_every = EVENTS_BETWEEN_REPORTS;
}

void cmd_progress_done(struct cmd_progress *progress, uint32_t index,
                       const struct sim_engine *engine)
{
    pthread_mutex_lock(&progress->lock);
    progress->runs[index].now = engine->now;
    progress->runs[index].events = engine->events;
    progress->runs[index].done = true;
    if (progress->on && !progress->terminal)
        show(progress, engine->now);
    pthread_mutex_unlock(&progress->lock);
}

double cmd_progress_elapsed_s(const struct cmd_progress *progress)
{
    return clock_s() - progress->began_s;
}

uint64_t cmd_progress_events(const struct cmd_progress *progress)
{
    return count_events(progress);
}

void cmd_progress_release(struct cmd_progress *progress)
{
    if (progress->on && progress->terminal)
        fputs("\r\033[K", stderr);
    pthread_mutex_destroy(&progress->lock);
    free(progress->runs);
}
