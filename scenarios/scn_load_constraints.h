/* scn_load_constraints: placementConstraints (sheet 03, 4.3), of a request and of a task
 * definition.
 *
 * memberOf's expression is parsed here, once; a mistake is reported at its place in the file with
 * the column inside the expression. A definition cannot ask for distinctInstance (CO-7). At most
 * ten constraints count together, the definition's and the request's (CO-3). */
#ifndef SCN_LOAD_CONSTRAINTS_H
#define SCN_LOAD_CONSTRAINTS_H

#include "scn_loader.h"

#define SCN_CONSTRAINTS_MAX 10 /* CO-3 */

/* Queries of the list's memberOf constraints, in the arena; *distinct is set when it asks for
 * distinctInstance, and left alone otherwise. NULL: of a definition, which cannot. */
const struct ecs_query *const *scn_load_constraints(struct scn_loader *loader,
                                                    const struct scn_value *list, uint32_t *count,
                                                    bool *distinct);

/* CO-3 over both lists; CO-12, an affinity to the tasks' own group that no task may start. */
void scn_check_constraints(struct scn_loader *loader, const struct scn_value *list,
                           const struct ecs_request *request);

#endif
