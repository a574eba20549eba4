/* ecs_ids: the text of ids and ARNs, made from serial numbers (ACC-10).
 *
 * A run counts its tasks and instances from 1; AWS draws ids at random. So that ids are the same in
 * every run, an id here is the serial number in decimal, padded with zeros to the length that AWS
 * uses: every digit is a hexadecimal digit too. Which format a resource has was decided when it was
 * made (ACC-05) and stands in its records as long_arn.
 *
 *   task, container instance   long: 32 digits. short: 36 characters, 8-4-4-4-12 with hyphens
 *   EC2 instance               "i-" and 17 digits; it has one format
 *   ARN of a resource          long: .../<kind>/<cluster>/<id>. short: .../<kind>/<id>
 *
 * Functions are pure: they write into the caller's buffer, always end it with a NUL, and return the
 * length that the whole text has, as snprintf does: a value >= size means that it was cut off.
 * The account is one that AWS uses in its own examples. */
#ifndef ECS_IDS_H
#define ECS_IDS_H

#include "ecs_scenario.h"

#define ECS_ID_SIZE     37 /* of a buffer: the short format and the NUL */
#define ECS_EC2_ID_SIZE 20
#define ECS_ACCOUNT     "111122223333"

enum ecs_resource { ECS_RESOURCE_TASK, ECS_RESOURCE_CONTAINER_INSTANCE, ECS_RESOURCES };

size_t ecs_id_text(char *out, size_t size, int64_t serial, bool long_format);
size_t ecs_ec2_id_text(char *out, size_t size, int64_t serial);
size_t ecs_resource_arn(char *out, size_t size, const struct ecs_scenario *scenario,
                        enum ecs_resource resource, int64_t serial, bool long_format);
/* .../service/<name>, or .../service/<cluster>/<name>. */
size_t ecs_service_arn(char *out, size_t size, const struct ecs_scenario *scenario,
                       const char *name, bool long_format);
/* .../cluster/<name> and .../task-definition/<family>:<revision>: they have one format. */
size_t ecs_cluster_arn(char *out, size_t size, const struct ecs_scenario *scenario);
size_t ecs_definition_arn(char *out, size_t size, const struct ecs_scenario *scenario,
                          uint32_t definition);

#endif
