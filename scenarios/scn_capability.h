/* scn_capability: by which attributes agents say what they can do, and which of them a task
 * definition needs (AGT-01, AGT-6, ATR-4, API-8).
 *
 * An agent registers one attribute without value for each thing it can do: log drivers by
 * ECS_AVAILABLE_LOGGING_DRIVERS, volume drivers by sim.volumeDrivers (`local` is built in), what
 * its other settings switch on, and what its version knows. A definition needs those of its log
 * drivers, Docker volumes, network mode, roles, secrets and so on; an instance that lacks one is no
 * candidate, and the reason of the refusal is ATTRIBUTE. The names are those that the agent's
 * public source has.
 *
 * Queries see all of them (`attribute:ecs.capability.task-eni exists`). A definition keeps only
 * what some instance of the scenario might lack: what all agents have narrows no choice, and tasks
 * without requirements are placed faster. Instances whose own `attributes` are those that
 * describe-container-instances printed have these alone; single ones come on top.
 *
 * scn_load_capabilities is the last part of a load, so that its names come after all others of the
 * scenario. It warns of a definition that no instance can take, and of one whose
 * requiresAttributes, which describe output brings, do not go with what it says. Costs definitions
 * times launch specs. */
#ifndef SCN_CAPABILITY_H
#define SCN_CAPABILITY_H

#include "scn_loader.h"

/* A list of texts that grows in an arena. */
struct scn_capabilities {
    struct sim_arena *arena;
    const char **names;
    uint32_t count, capacity;
};

/* What an agent of this version registers; version 0 is the newest. */
void scn_capabilities_of_agent(struct scn_capabilities *list, const struct scn_agent *agent,
                               const struct ecs_host *host, int32_t epoch);
/* What a task definition needs. */
void scn_capabilities_needed(struct scn_capabilities *list, const struct scn_value *definition);
bool scn_capabilities_hold(const struct scn_capabilities *list, const char *name);

/* One that an agent has by its settings or its host alone: a log driver, a volume driver or a
 * security option that none has by default. */
bool scn_capability_is_own(const char *name);

/* sim.volumeDrivers of a launch configuration, template or container instance (VOL-07, VOL-09). */
void scn_load_volume_drivers(struct scn_loader *loader, const struct scn_value *sim,
                             struct scn_agent *agent);

#endif
