/* scn_selection: which instances or tasks a change or a fault means.
 *
 * A selection is an object. Either it names its members by id, or it says what they have in common:
 *
 *   {"instanceIds": ["i-00000000000000003"]}                 EC2's ids
 *   {"containerInstances": ["000...003", "arn:aws:..."]}     ECS's, of the same instances
 *   {"tasks": ["000...017"]}                                 tasks only
 *   {"autoScalingGroup": "web", "availabilityZone": "us-east-1a", "count": 2, "order": "oldest"}
 *   {"count": "all"}                                         everything
 *
 * Ids are serial numbers: the n-th instance launched is i- and n in 17 digits, the n-th container
 * instance or task n in 32 digits, or those with hyphens as a UUID has them. Ids need not exist:
 * only the run knows. Without `count` all that agree are meant; `order` (oldest) matters only below
 * that. Tasks may also be told by family, taskDefinition and group. Names that do not exist are
 * complained about with the nearest one. */
#ifndef SCN_SELECTION_H
#define SCN_SELECTION_H

#include "scn_bind.h"

struct scn_loader;

enum scn_id {
    SCN_ID_INSTANCE,           /* "i-00000000000000003" */
    SCN_ID_CONTAINER_INSTANCE, /* 32 digits, 36 with hyphens, or an ARN that ends on them */
    SCN_ID_TASK,
};

/* Tables for scn_bind. */
extern const struct scn_key scn_instance_selection_keys[];
extern const struct scn_key scn_task_selection_keys[];

/* Reads the selection; `tasks`: of tasks, else of instances. Groups, capacity providers and task
 * definitions must have been loaded. False after a complaint. */
bool scn_load_selection(struct scn_loader *loader, const struct scn_value *object, bool tasks,
                        struct ecs_selection *out);

/* The serial number of an id given as a text. False after a complaint. */
bool scn_load_id(struct scn_loader *loader, const struct scn_value *at, enum scn_id kind,
                 int64_t *serial);

#endif
