/* scn_catalog: the table of EC2 instance types.
 *
 * A CSV with a header line; columns are found by name, in any order, others are ignored:
 *
 *   instance_type vcpu memory_mib arch          required
 *   gpu_count gpu_model max_enis trunking ecs_trunk_tasks_derived
 *   on_demand_usd_per_hour on_demand_date       optional; empty cells mean "unknown"
 *
 * The shipped one is scenarios/instance-types.csv (origin: LICENSES/instance-types.txt); --catalog
 * reads another. Prices become nano-dollars exactly, digit by digit; a tenth decimal is refused.
 * Mistakes are complaints with file:line:column; any of them makes the whole catalogue unusable.
 * Rows are sorted by name for lookup. */
#ifndef SCN_CATALOG_H
#define SCN_CATALOG_H

#include "scn_load.h"

#define SCN_CATALOG_SHIPPED "scenarios/instance-types.csv"

struct scn_catalog_row {
    struct ecs_instance_type type;
    const char *gpu_model;  /* "" when none */
    bool trunking;          /* can take a trunk network interface */
    uint32_t trunk_tasks;   /* awsvpc tasks with one; 0: unknown */
    const char *price_date; /* "2026-07-20"; "" when no price is known */
};

struct scn_catalog {
    const struct scn_catalog_row *rows; /* by type.name */
    uint32_t count;
};

/* path NULL: the shipped one. False after complaints. */
bool scn_catalog_read(struct scn_catalog *catalog, struct sim_arena *arena, const char *path,
                      struct scn_complaints *complaints);

/* NULL when there is no such type. */
const struct scn_catalog_row *scn_catalog_find(const struct scn_catalog *catalog, const char *name);
/* The name nearest to one that is not there, or NULL. */
const char *scn_catalog_nearest(const struct scn_catalog *catalog, struct sim_arena *arena,
                                const char *name);

/* "0.0116" -> 11600000. False for anything but digits with at most nine decimals. */
bool scn_price_parse(const char *text, int64_t *nusd);

#endif
