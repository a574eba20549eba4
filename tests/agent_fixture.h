/* agent_fixture: user data read by itself, without a scenario around it.
 *
 * An agent_fixture is a loader with an empty scenario for cluster "web" in us-east-1; reading user
 * data on it leaves the agent's settings, the launch spec and what was complained of to look at.
 * Release it. */
#ifndef AGENT_FIXTURE_H
#define AGENT_FIXTURE_H

#include "scn_loader.h"

struct agent_fixture {
    struct sim_arena arena;
    struct scn_complaints complaints;
    struct ecs_scenario scenario;
    struct scn_loader loader;
    struct scn_file file;
    struct scn_value at;
    struct ecs_launch_spec spec;
    struct scn_agent agent;
};

void agent_fixture_init(struct agent_fixture *b);
void agent_fixture_release(struct agent_fixture *b);
/* Reads the text as the user data of an instance. */
void agent_fixture_read(struct agent_fixture *b, const char *text);
/* The same of a script that writes this one line to ecs.config. */
void agent_fixture_line(struct agent_fixture *b, const char *line);

/* Whether one of the texts holds the words. */
bool agent_fixture_has(const char *const *texts, uint32_t count, const char *words);
bool agent_fixture_refused(const struct agent_fixture *b, const char *words);
bool agent_fixture_warned(const struct agent_fixture *b, const char *words);
/* The first complaint, else the first warning. */
const char *agent_fixture_said(const struct agent_fixture *b);

#endif
