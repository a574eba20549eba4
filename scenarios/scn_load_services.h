/* scn_load_services: services while a scenario is loaded. Private to scn_load*.c and
 * scn_service_rules.c.
 *
 * scenario->services holds those of `services`, then those that CreateService of `changes` makes,
 * as listed. A call that names a service means the one of that name that was created last by then;
 * one that comes before any of them means the first, and is the run's to refuse. Changes at the
 * same time happen as listed.
 *
 * ECS answers the calls with refusals that a file alone can tell; they are mistakes here, so that a
 * plan hears of them before it runs. */
#ifndef SCN_LOAD_SERVICES_H
#define SCN_LOAD_SERVICES_H

#include "scn_loader.h"

/* A call on services, as written. */
struct scn_service_call {
    const struct scn_value *item;  /* of `changes`; NULL: of `services` */
    const struct scn_value *input; /* of the call */
    sim_time at;
};

/* The services of the scenario while they are read. */
struct scn_services {
    struct ecs_service *items;
    struct scn_service_call *made_by; /* by the same index */
    const struct scn_series **series; /* likewise: of its load; NULL: none */
    struct scn_service_call *updates; /* UpdateService, as listed */
    uint32_t *updated;                /* the service that each of them means; ECS_NONE: none */
    struct scn_service_call *deletions;
    uint32_t *deleted;
    uint32_t update_count, deletion_count;
};

/* scn_load_requests.c. What `sim` (NULL: nothing) says about requests, of
 * scenario->services[service].
 */
void scn_load_requests(struct scn_loader *loader, const struct scn_value *sim, uint32_t service,
                       struct ecs_service_load *load);

/* Whether the object asks for scheduling strategy DAEMON. */
bool scn_is_daemon(const struct scn_value *service);
/* What a call that updates `service` finds under a key: what the last call before it gave, an
 * update or the creation. NULL: nothing. */
const struct scn_value *scn_service_given(const struct scn_loader *loader, uint32_t service,
                                          const struct scn_service_call *before, const char *key);
/* Whether call a comes before b. */
bool scn_call_is_before(const struct scn_service_call *a, const struct scn_service_call *b);

/* ---- scn_service_rules.c: complaints about what ECS refuses ---- */

/* Of one that is created: the rules between its keys. */
void scn_check_service(struct scn_loader *loader, const struct scn_service_call *call);
/* Of one that is updated. */
void scn_check_service_update(struct scn_loader *loader, uint32_t service,
                              const struct scn_service_call *call);
/* Names that are taken, and how many services there are (QTA-3). */
void scn_check_service_names(struct scn_loader *loader);
/* QTA-4. */
void scn_check_desired(struct scn_loader *loader, const struct scn_value *call);
/* DC-13: bounds that let no deployment go on. */
void scn_check_bounds(struct scn_loader *loader, const struct scn_value *value,
                      const struct ecs_service *service);

#endif
