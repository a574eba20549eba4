/* awsvpc tasks on an instance, without and with a trunk network interface: the guide's table (sheet
 * 02, 5.2) for the types that it lists; for others the catalogue's maximum of interfaces, and from
 * the epoch on at which AWS supported more types (behaviour.trunkingTypes) the number that the
 * catalogue derives from the branch interfaces of a type. */
#include "scn_loader.h"

#include <string.h>

static const struct {
    const char *type;
    int32_t without, with;
} guide[] = {
    {"a1.medium", 1, 10},     {"a1.large", 2, 10},        {"a1.xlarge", 3, 20},
    {"a1.2xlarge", 3, 40},    {"a1.4xlarge", 7, 60},      {"c5.large", 2, 10},
    {"c5.xlarge", 3, 20},     {"c5.2xlarge", 3, 40},      {"c5.4xlarge", 7, 60},
    {"c5.9xlarge", 7, 60},    {"c5.18xlarge", 14, 120},   {"c5d.large", 2, 10},
    {"c5d.xlarge", 3, 20},    {"c5d.2xlarge", 3, 40},     {"c5d.4xlarge", 7, 60},
    {"c5d.9xlarge", 7, 60},   {"c5d.18xlarge", 14, 120},  {"m5.large", 2, 10},
    {"m5.xlarge", 3, 20},     {"m5.2xlarge", 3, 40},      {"m5.4xlarge", 7, 60},
    {"m5.12xlarge", 7, 60},   {"m5.24xlarge", 14, 120},   {"m5a.large", 2, 10},
    {"m5a.xlarge", 3, 20},    {"m5a.2xlarge", 3, 40},     {"m5a.4xlarge", 7, 60},
    {"m5a.12xlarge", 7, 60},  {"m5a.24xlarge", 14, 120},  {"m5ad.large", 2, 10},
    {"m5ad.xlarge", 3, 20},   {"m5ad.2xlarge", 3, 40},    {"m5ad.4xlarge", 7, 60},
    {"m5ad.12xlarge", 7, 60}, {"m5ad.24xlarge", 14, 120}, {"m5d.large", 2, 10},
    {"m5d.xlarge", 3, 20},    {"m5d.2xlarge", 3, 40},     {"m5d.4xlarge", 7, 60},
    {"m5d.12xlarge", 7, 60},  {"m5d.24xlarge", 14, 120},  {"p3.2xlarge", 3, 40},
    {"p3.8xlarge", 7, 60},    {"p3.16xlarge", 7, 120},    {"r5.large", 2, 10},
    {"r5.xlarge", 3, 20},     {"r5.2xlarge", 3, 40},      {"r5.4xlarge", 7, 60},
    {"r5.12xlarge", 7, 60},   {"r5.24xlarge", 14, 120},   {"r5a.large", 2, 10},
    {"r5a.xlarge", 3, 20},    {"r5a.2xlarge", 3, 40},     {"r5a.4xlarge", 7, 60},
    {"r5a.12xlarge", 7, 60},  {"r5a.24xlarge", 14, 120},  {"r5ad.large", 2, 10},
    {"r5ad.xlarge", 3, 20},   {"r5ad.2xlarge", 3, 40},    {"r5ad.4xlarge", 7, 60},
    {"r5ad.12xlarge", 7, 60}, {"r5ad.24xlarge", 14, 120}, {"r5d.large", 2, 10},
    {"r5d.xlarge", 3, 20},    {"r5d.2xlarge", 3, 40},     {"r5d.4xlarge", 7, 60},
    {"r5d.12xlarge", 7, 60},  {"r5d.24xlarge", 14, 120},
};
#define GUIDE (sizeof guide / sizeof guide[0])

void scn_use_trunking(const struct scn_loader *loader, const struct scn_catalog_row *row,
                      struct ecs_instance_type *type)
{
    bool own = row >= loader->own_types && row < loader->own_types + loader->own_type_count;
    bool known = loader->scenario->behaviour.trunking_types == ECS_TRUNKING_KNOWN;
    for (size_t i = 0; i < GUIDE && !own; i++)
        if (strcmp(guide[i].type, type->name) == 0) {
            type->awsvpc_tasks = guide[i].without;
            type->awsvpc_tasks_trunked = guide[i].with;
            return;
        }
    if (row->trunking && (own || known))
        type->awsvpc_tasks_trunked = (int32_t)row->trunk_tasks;
}
