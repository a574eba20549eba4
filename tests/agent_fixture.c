/* User data read by itself (agent_fixture.h). */
#include "agent_fixture.h"

#include "test_support.h"

#include <stdio.h>
#include <string.h>

void agent_fixture_init(struct agent_fixture *b)
{
    *b = (struct agent_fixture){.file = {.name = "user-data", .folder = ""}};
    sim_arena_init(&b->arena);
    scn_complaints_init(&b->complaints, &b->arena);
    ecs_scenario_init(&b->scenario, &b->arena);
    b->scenario.cluster = "web";
    b->loader = (struct scn_loader){.arena = &b->arena,
                                    .complaints = &b->complaints,
                                    .scenario = &b->scenario};
    b->at = (struct scn_value){.kind = SCN_STRING, .file = &b->file, .line = 1, .column = 1};
    b->spec.type = ECS_NONE;
}

void agent_fixture_release(struct agent_fixture *b)
{
    scn_complaints_release(&b->complaints);
    ecs_scenario_release(&b->scenario);
    sim_arena_release(&b->arena);
}

void agent_fixture_read(struct agent_fixture *b, const char *text)
{
    agent_fixture_init(b);
    scn_user_data(&b->loader, &b->at, text, &b->spec, &b->agent);
}

bool agent_fixture_has(const char *const *texts, uint32_t count, const char *words)
{
    for (uint32_t i = 0; i < count; i++)
        if (strstr(texts[i], words) != NULL)
            return true;
    return false;
}

bool agent_fixture_refused(const struct agent_fixture *b, const char *words)
{
    uint32_t count = b->complaints.error_count;
    return agent_fixture_has(b->complaints.errors,
                             count < SCN_COMPLAINTS_MAX ? count : SCN_COMPLAINTS_MAX, words);
}

bool agent_fixture_warned(const struct agent_fixture *b, const char *words)
{
    return agent_fixture_has(b->complaints.warnings, b->complaints.warning_count, words);
}

const char *agent_fixture_said(const struct agent_fixture *b)
{
    return b->complaints.error_count > 0     ? b->complaints.errors[0]
           : b->complaints.warning_count > 0 ? b->complaints.warnings[0]
                                             : "nothing";
}

/* One line of ecs.config. */
void agent_fixture_line(struct agent_fixture *b, const char *line)
{
    char text[4096];
    int length = snprintf(text, sizeof text,
                          "#!/bin/sh\ncat <<'EOF' > /etc/ecs/ecs.config\n%s\nEOF\n", line);
    ck_assert_int_lt(length, (int)sizeof text);
    agent_fixture_read(b, text);
}
