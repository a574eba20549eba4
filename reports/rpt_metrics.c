#include "rpt_metrics.h"

/* One row for each reason, in the order of enum ecs_reason. */
#define EACH_REASON(ROW, BEFORE, AFTER, EXTRA)                                                     \
    ROW(BEFORE "unknown" AFTER, "no reason recorded", EXTRA)                                       \
    ROW(BEFORE "resource_cpu" AFTER, "RESOURCE:CPU", EXTRA)                                        \
    ROW(BEFORE "resource_memory" AFTER, "RESOURCE:MEMORY", EXTRA)                                  \
    ROW(BEFORE "resource_gpu" AFTER, "RESOURCE:GPU", EXTRA)                                        \
    ROW(BEFORE "resource_ports" AFTER, "RESOURCE:PORTS", EXTRA)                                    \
    ROW(BEFORE "resource_eni" AFTER, "RESOURCE:ENI", EXTRA)                                        \
    ROW(BEFORE "attribute" AFTER, "ATTRIBUTE", EXTRA)                                              \
    ROW(BEFORE "distinct_instance" AFTER, "distinctInstance", EXTRA)                               \
    ROW(BEFORE "no_instances" AFTER, "no instances", EXTRA)                                        \
    ROW(BEFORE "provisioning_cap" AFTER, "PROVISIONING cap", EXTRA)                                \
    ROW(BEFORE "provisioning_timeout" AFTER, "PROVISIONING time-out", EXTRA)                       \
    ROW(BEFORE "no_weight" AFTER, "no weight", EXTRA)                                              \
    ROW(BEFORE "host_terminated" AFTER, "host terminated", EXTRA)                                  \
    ROW(BEFORE "essential_exited" AFTER, "essential container exited", EXTRA)                      \
    ROW(BEFORE "agent" AFTER, "AGENT", EXTRA)                                                      \
    ROW(BEFORE "host_stopped" AFTER, "host stopped", EXTRA)                                        \
    ROW(BEFORE "deregistered" AFTER, "instance deregistered", EXTRA)                               \
    ROW(BEFORE "stopped_by_user" AFTER, "stopped by the user", EXTRA)                              \
    ROW(BEFORE "start_failed" AFTER, "container not started", EXTRA)                               \
    ROW(BEFORE "inactive_definition" AFTER, "task definition INACTIVE", EXTRA)                     \
    ROW(BEFORE "no_cluster" AFTER, "cluster deleted", EXTRA)                                       \
    ROW(BEFORE "not_attached" AFTER, "capacity provider not attached", EXTRA)                      \
    ROW(BEFORE "location" AFTER, "LOCATION", EXTRA)                                                \
    ROW(BEFORE "member_of" AFTER, "memberOf", EXTRA)                                               \
    ROW(BEFORE "missing" AFTER, "MISSING", EXTRA)                                                  \
    ROW(BEFORE "inactive" AFTER, "INACTIVE", EXTRA)                                                \
    ROW(BEFORE "no_address" AFTER, "no IPv4 address", EXTRA)                                       \
    ROW(BEFORE "service" AFTER, "stopped by its service", EXTRA)                                   \
    ROW(BEFORE "attach_timeout" AFTER, "interface never attached", EXTRA)                          \
    ROW(BEFORE "unhealthy" AFTER, "health checks failed", EXTRA)                                   \
    ROW(BEFORE "no_definition" AFTER, "task definition not registered", EXTRA)

/* One row for each way not to join the cluster, in the order of enum ecs_join. */
#define EACH_JOIN(ROW, BEFORE, AFTER, EXTRA)                                                       \
    ROW(BEFORE "unknown" AFTER, "no reason recorded", EXTRA)                                       \
    ROW(BEFORE "other_cluster" AFTER, "another cluster", EXTRA)                                    \
    ROW(BEFORE "other_region" AFTER, "another region", EXTRA)                                      \
    ROW(BEFORE "no_route" AFTER, "no route to ECS", EXTRA)                                         \
    ROW(BEFORE "no_role" AFTER, "no role", EXTRA)                                                  \
    ROW(BEFORE "bad_settings" AFTER, "bad agent settings", EXTRA)                                  \
    ROW(BEFORE "bad_attribute" AFTER, "bad attribute", EXTRA)                                      \
    ROW(BEFORE "shared_subnet" AFTER, "shared subnet", EXTRA)                                      \
    ROW(BEFORE "quota" AFTER, "cluster full", EXTRA)                                               \
    ROW(BEFORE "no_cluster" AFTER, "cluster deleted", EXTRA)                                       \
    ROW(BEFORE "no_address" AFTER, "no IPv4 address", EXTRA)

/* One row for each container error, in the order of enum ecs_container_error, from the first on. */
#define EACH_ERROR(ROW, BEFORE, AFTER, EXTRA)                                                      \
    ROW(BEFORE "image_not_found" AFTER, "image not found", EXTRA)                                  \
    ROW(BEFORE "registry_timeout" AFTER, "no way to the registry", EXTRA)                          \
    ROW(BEFORE "registry_canceled" AFTER, "no route to ECR", EXTRA)                                \
    ROW(BEFORE "repository_not_found" AFTER, "repository not found", EXTRA)                        \
    ROW(BEFORE "no_space" AFTER, "no space left on the disk", EXTRA)                               \
    ROW(BEFORE "thin_pool" AFTER, "thin pool full", EXTRA)                                         \
    ROW(BEFORE "killed" AFTER, "killed, exit code 137", EXTRA)                                     \
    ROW(BEFORE "start_timeout" AFTER, "start given up", EXTRA)                                     \
    ROW(BEFORE "dependency" AFTER, "another container was not ready", EXTRA)

const struct rpt_metric rpt_metrics[] = {
#define RPT_METRIC(ID, NAME, UNIT, GROUP, LABEL, HELP) {NAME, UNIT, HELP},
#define REASON_INFO(NAME, LABEL, HELP)                 {NAME, "count", HELP ": " LABEL},
#define RPT_REASONS(ID, BEFORE, AFTER, GROUP, HELP)    EACH_REASON(REASON_INFO, BEFORE, AFTER, HELP)
#define RPT_JOINS(ID, BEFORE, AFTER, GROUP, HELP)      EACH_JOIN(REASON_INFO, BEFORE, AFTER, HELP)
#define RPT_ERRORS(ID, BEFORE, AFTER, GROUP, HELP)     EACH_ERROR(REASON_INFO, BEFORE, AFTER, HELP)
#include "rpt_metrics.def"
#undef RPT_METRIC
#undef RPT_REASONS
#undef RPT_JOINS
#undef RPT_ERRORS
    {NULL, NULL, NULL},
};

const struct rpt_metric_row rpt_metric_rows[RPT_METRIC_IDS] = {
#define RPT_METRIC(ID, NAME, UNIT, GROUP, LABEL, HELP) {RPT_GROUP_##GROUP, LABEL, false},
#define REASON_ROW(NAME, LABEL, GROUP)                 {GROUP, LABEL, true},
#define RPT_REASONS(ID, BEFORE, AFTER, GROUP, HELP)                                                \
    EACH_REASON(REASON_ROW, BEFORE, AFTER, RPT_GROUP_##GROUP)
#define RPT_JOINS(ID, BEFORE, AFTER, GROUP, HELP)                                                  \
    EACH_JOIN(REASON_ROW, BEFORE, AFTER, RPT_GROUP_##GROUP)
#define RPT_ERRORS(ID, BEFORE, AFTER, GROUP, HELP)                                                 \
    EACH_ERROR(REASON_ROW, BEFORE, AFTER, RPT_GROUP_##GROUP)
#include "rpt_metrics.def"
#undef RPT_METRIC
#undef RPT_REASONS
#undef RPT_JOINS
#undef RPT_ERRORS
};

const uint32_t rpt_metric_count = RPT_METRIC_IDS;

_Static_assert(sizeof rpt_metrics / sizeof *rpt_metrics == RPT_METRIC_IDS + 1,
               "EACH_REASON, EACH_JOIN and EACH_ERROR have a row for every member of their enums");
_Static_assert(ECS_JOIN_OTHER_CLUSTER == 1 && ECS_JOIN_NO_ROLE == 4 && ECS_JOIN_NO_CLUSTER == 9 &&
                   ECS_JOIN_NO_ADDRESS == 10,
               "EACH_JOIN is in the order of enum ecs_join");
_Static_assert(ECS_REASON_RESOURCE_CPU == 1 && ECS_REASON_ATTRIBUTE == 6 &&
                   ECS_REASON_NO_WEIGHT == 11 && ECS_REASON_ESSENTIAL_EXITED == 13 &&
                   ECS_REASON_NOT_ATTACHED == 21 && ECS_REASON_ATTACH_TIMEOUT == 28 &&
                   ECS_REASON_UNHEALTHY == 29 && ECS_REASON_NO_DEFINITION == 30,
               "EACH_REASON is in the order of enum ecs_reason");
_Static_assert(ECS_ERROR_IMAGE_NOT_FOUND == 1 && ECS_ERROR_NO_SPACE == 5 &&
                   ECS_ERROR_DEPENDENCY == 9,
               "EACH_ERROR is in the order of enum ecs_container_error");
