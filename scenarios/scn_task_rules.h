/* scn_task_rules: what RegisterTaskDefinition refuses beyond types, ranges and choices.
 *
 * The tables of scn_keys_task.c say what one key may hold; here stand the rules between keys, most
 * of which change nothing in a run but would be refused by AWS before anything ran. Each rule
 * carries the id of its source in the code (rule sheet 01) and complains at the value that breaks
 * it. What is empty ([], {}, "", false) says nothing: describe output is full of it.
 *
 * scn_task_rules.c            the definition as a whole: size, volumes, dependencies, ports, proxy
 * scn_task_rules_container.c  one container: image, kernel settings, links, health checks
 * scn_task_rules_log.c        logs, secrets, environment files, private registries
 * scn_task_rules_platform.c   what Fargate and Windows do not allow; launch types satisfied
 *
 * Everything reads the tree, writes complaints only and costs time linear in it, but for the at
 * most ten containers, which are compared with each other. */
#ifndef SCN_TASK_RULES_H
#define SCN_TASK_RULES_H

#include "scn_loader.h"

#define SCN_TASK_CONTAINERS_MAX 10 /* TDF-04 */

struct scn_task_check {
    struct scn_complaints *complaints;
    const struct scn_value *definition;
    const char *network_mode; /* the default filled in */
    bool windows;             /* runtimePlatform says so */
    int32_t epoch;            /* YYYYMM */
};

/* All rules that hold for this definition. */
void scn_check_task(struct scn_loader *loader, const struct scn_value *definition);

enum { SCN_COMPATIBLE_EC2 = 1, SCN_COMPATIBLE_FARGATE = 2 };

/* The launch types whose rules a definition keeps (TDF-12), as AWS computes `compatibilities`.
 * Garbage goes to the arena. */
unsigned scn_task_compatibilities(struct sim_arena *arena, const struct scn_value *definition,
                                  int32_t epoch);

/* Whether it is for Windows instances: by runtimePlatform, else by sim.os. */
bool scn_task_is_windows(const struct scn_value *definition);

/* AGT-01: the oldest agent that knows all that the definition uses, as ecs_host.agent_version; 0:
 * any. (scn_task_rules_platform.c) */
uint32_t scn_task_agent_version(const struct scn_value *definition);

/* "256", "0.25 vCPU" or "1 GB" -> units of which `per_unit` make one vCPU or GB; -1: malformed.
 * (scn_load_tasks.c) */
int64_t scn_task_amount(const char *text, const char *unit, int64_t per_unit);

/* ---- between the files above ---- */

/* An item of environmentFiles (ENV-01). */
void scn_check_environment_file(struct scn_complaints *complaints, const struct scn_value *file);

void scn_check_container(const struct scn_task_check *check, const struct scn_value *container);
void scn_check_logs(const struct scn_task_check *check);
void scn_check_container_logs(const struct scn_task_check *check,
                              const struct scn_value *container);
void scn_check_fargate(const struct scn_task_check *check);
void scn_check_windows(const struct scn_task_check *check);

struct scn_task_check scn_task_check_of(struct scn_complaints *complaints,
                                        const struct scn_value *definition, int32_t epoch);
bool scn_task_requires(const struct scn_value *definition, const char *launch_type);

/* First element of the list under a key, or NULL. */
const struct scn_value *scn_first(const struct scn_value *object, const char *key);
/* The member when it says something, else NULL. */
const struct scn_value *scn_said(const struct scn_value *object, const char *key);
/* The container of that name, or NULL. */
const struct scn_value *scn_task_container(const struct scn_value *definition, const char *name);
/* A Secrets Manager ARN with a JSON key, a version stage or a version id. */
bool scn_secret_has_parts(const char *value_from);

#endif
