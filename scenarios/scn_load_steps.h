/* scn_load_steps: step scaling while a scenario is loaded. Private to scn_load_scaling.c.
 *
 * A policy is triggered by the alarm that names it among its AlarmActions; alarms come after all
 * policies. An alarm that names none does nothing here, as most of a real account do. What an alarm
 * that acts asks for and the simulator does not measure is refused by name. */
#ifndef SCN_LOAD_STEPS_H
#define SCN_LOAD_STEPS_H

#include "scn_loader.h"

/* A number of JSON in millionths; false, with a complaint, beyond +-10^9. */
bool scn_millionths(struct scn_loader *loader, const struct scn_value *at, int64_t *out);
/* StepScalingPolicyConfiguration of a policy, NULL where there is none; false after a complaint. */
bool scn_load_steps(struct scn_loader *loader, const struct scn_value *policy,
                    const struct scn_value *steps, struct ecs_scaling_policy *out);
/* `alarms` into the policies that they trigger. */
void scn_load_alarms(struct scn_loader *loader, struct ecs_scaling_policy *policies,
                     uint32_t policy_count);

#endif
