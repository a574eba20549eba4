/* scn_loader: what the parts of the loader share. Private to scn_load*.c.
 *
 * A load runs in this order: tree (scn_merge), table check (scn_bind), then the parts below, each
 * reading its lists and resolving names against what came before. A part that meets a value the
 * table check has complained about goes on with the default, so that one run reports as many
 * mistakes as it can. Nothing here asserts on what a user wrote: the scenario is only handed out
 * when there was no complaint. */
#ifndef SCN_LOADER_H
#define SCN_LOADER_H

#include "scn_agent.h"
#include "scn_bind.h"
#include "scn_catalog.h"
#include "scn_complain.h"
#include "scn_trace.h"

struct scn_traces {
    struct scn_trace **items;
    uint32_t count;
};

struct scn_services; /* scn_load_services.h */

struct scn_loader {
    struct sim_arena *arena;
    struct scn_complaints *complaints;
    struct ecs_scenario *scenario;
    const struct scn_options *options;
    const struct scn_value *root;
    struct scn_catalog catalog;
    struct scn_traces *traces;

    /* The scenario's arrays while they are filled; the values they came from, by the same index. */
    struct ecs_instance_type *types;
    struct ecs_launch_spec *specs;
    struct scn_agent *spec_agents; /* of the same index as specs */
    struct ecs_asg *asgs;
    const struct scn_value **asg_values;
    struct scn_group_updates *group_updates; /* scn_load_group_update.c */
    struct ecs_provider *providers;          /* those of the cluster */
    struct ecs_task_definition *definitions;
    const struct scn_value **definition_values;
    uint32_t type_capacity;
    const struct scn_catalog_row *own_types; /* instanceTypes */
    uint32_t own_type_count;
    uint32_t *gpu_models;       /* the scenario's, while they are found */
    struct ecs_subnet *subnets; /* likewise */
    uint32_t subnet_capacity;
    struct scn_services *services;
};

/* ---- scn_load_names.c ---- */

/* The list under a top-level key, or NULL. */
const struct scn_value *scn_list(const struct scn_loader *loader, const char *key);
/* Complains about a name that stands twice in a list. */
void scn_check_unique(struct scn_loader *loader, const struct scn_value *list, const char *key);
/* The same for what may stand in several versions, numbered by `version_key` (1 where it is not).
 */
void scn_check_versions(struct scn_loader *loader, const struct scn_value *list, const char *key,
                        const char *version_key);
/* Complains unless the text is 1 to 255 letters, digits, hyphens, underscores (CLU-02, TDF-03). */
void scn_check_name(struct scn_loader *loader, const struct scn_value *object, const char *key);
/* "\"x\" is not ...; did you mean y?": names[] are what there is. */
void scn_unknown_name(struct scn_loader *loader, const struct scn_value *at, const char *what,
                      const char *text, const char *const *names, uint32_t count);
/* Index of an instance type among the scenario's, added on first use; ECS_NONE after a complaint.
 * Complains about a type without a price unless `priced`. */
uint32_t scn_use_type(struct scn_loader *loader, const struct scn_value *at, const char *name,
                      bool priced);
/* scn_load_hardware.c. instanceTypes, which come before the catalogue's. */
void scn_load_hardware(struct scn_loader *loader);
const struct scn_catalog_row *scn_find_type(const struct scn_loader *loader, const char *name);
/* scn_trunking.c. How many awsvpc tasks an instance of the type holds. */
void scn_use_trunking(const struct scn_loader *loader, const struct scn_catalog_row *row,
                      struct ecs_instance_type *type);
/* The scenario counts the GPU model of a type among those that a task may ask for. */
void scn_use_gpu_model(struct scn_loader *loader, const struct scn_value *at, const char *model,
                       struct ecs_instance_type *type);
/* "V100|A100": the models as bits; SCN_NO_GPU_MODEL when no type has any of them. */
#define SCN_NO_GPU_MODEL (UINT64_C(1) << ECS_GPU_MODELS_MAX)
uint64_t scn_gpu_models(const struct ecs_scenario *scenario, const char *text);
/* Complains unless the zone belongs to the scenario's region. */
void scn_check_zone(struct scn_loader *loader, const struct scn_value *at, const char *zone);
/* scn_load_network.c. The zone of a subnet by network.subnets; false when it is not there. */
bool scn_subnet_zone(struct scn_loader *loader, const char *subnet, struct ecs_zone *zone);

/* ---- the parts, in the order they run ---- */

void scn_load_behaviour(struct scn_loader *loader);   /* scn_load_behaviour.c */
void scn_load_network(struct scn_loader *loader);     /* scn_load_network.c: listed subnets */
void scn_load_capacity(struct scn_loader *loader);    /* scn_load_capacity.c: specs, groups, ... */
void scn_load_cluster(struct scn_loader *loader);     /* scn_load_cluster.c: providers, default */
void scn_load_definitions(struct scn_loader *loader); /* scn_load_tasks.c */
void scn_load_arrivals(struct scn_loader *loader);    /* scn_load_arrivals.c: runTasks, workload */
void scn_load_services(struct scn_loader *loader);    /* scn_load_services.c */
void scn_load_scaling(struct scn_loader *loader);     /* scn_load_scaling.c: of services */
void scn_load_typical(struct scn_loader *loader);     /* scn_load_sample.c: what is usual */
void scn_load_rules(struct scn_loader *loader);       /* scn_load_rules.c: scheduled tasks */
void scn_load_faults(struct scn_loader *loader);      /* scn_load_faults.c */
void scn_load_account_settings(struct scn_loader *loader); /* scn_load_settings.c */
void scn_load_changes(struct scn_loader *loader);          /* scn_load_changes.c */
void scn_check_tags(struct scn_loader *loader);            /* scn_load_tags.c */
/* scn_capability.c: what agents register, what definitions require of them. */
void scn_load_capabilities(struct scn_loader *loader);

/* ---- shared between parts ---- */

/* scn_user_data.c. What the agent makes of this user data: fills `agent`, and what its settings
 * change in the spec. */
void scn_user_data(struct scn_loader *loader, const struct scn_value *at, const char *text,
                   struct ecs_launch_spec *spec, struct scn_agent *agent);
/* scn_load_sim.c. What `sim` of a task definition says (NULL: nothing), once its containers are
 * there. */
void scn_load_task_sim(struct scn_loader *loader, const struct scn_value *sim,
                       struct ecs_task_definition *definition, struct ecs_container *containers);
/* scn_load_containers.c. What the containers wait for, and when they end: dependsOn, healthCheck,
 * sim.containers. */
void scn_load_container_order(struct scn_loader *loader, const struct scn_value *value,
                              struct ecs_task_definition *definition,
                              struct ecs_container *containers);
/* scn_agent.c. PRT-1: the ports an instance reserves unless ECS_RESERVED_PORTS says otherwise. */
void scn_default_ports(struct ecs_launch_spec *spec);

/* scn_load_versions.c. The spec of a LaunchTemplateName or LaunchTemplateId with its Version;
 * ECS_NONE after a complaint. */
uint32_t scn_find_template(struct scn_loader *loader, const struct scn_value *reference);
/* scn_load_launch.c. Launch configurations and templates into loader->specs: one for each element,
 * in order, configurations first. */
void scn_load_specs(struct scn_loader *loader);
/* What sim, image and volumes say of the instances of a spec: type, host, price. `data` has the
 * type and the image under these keys and perhaps BlockDeviceMappings. Comes before user data. */
void scn_load_host(struct scn_loader *loader, const struct scn_value *data, const char *type_key,
                   const char *image_key, const struct scn_value *sim,
                   struct ecs_launch_spec *spec);
/* ENI-4, ENI-6: what it says of the host would do for a trunk network interface. */
bool scn_trunk_capable(const struct ecs_host *host);
/* sim.pricePerHour, in place of the type's price; Windows needs it. Comes after user data, which
 * may tell the system. */
void scn_load_price(struct scn_loader *loader, const struct scn_value *at,
                    const struct scn_value *sim, struct ecs_launch_spec *spec);
/* The spec of a group whose instances may be cut off by their subnets: the spec itself, or a copy
 * of it that does not register. */
uint32_t scn_spec_in_subnets(struct scn_loader *loader, const struct scn_value *group,
                             uint32_t spec);

/* scn_load_cluster.c. Reads a capacityProviderStrategy; the default strategy when list is NULL. */
void scn_load_strategy(struct scn_loader *loader, const struct scn_value *list,
                       struct ecs_strategy *strategy);

/* scn_load_request.c. What runTasks and workload items share. False when there is no usable task
 * definition. */
bool scn_load_request(struct scn_loader *loader, const struct scn_value *item,
                      const struct scn_value *refusal, struct ecs_request *request);
/* placementStrategy and placementConstraints of an item, one of the parts of a request. */
void scn_load_placement(struct scn_loader *loader, const struct scn_value *item,
                        struct ecs_placement *placement);
/* scn_load_services.c. The service that an input of CreateService or DeleteService means;
 * ECS_NONE after a complaint. */
uint32_t scn_created_service(const struct scn_loader *loader, const struct scn_value *input);
uint32_t scn_deleted_service(const struct scn_loader *loader, const struct scn_value *input);
/* The same of UpdateService, and what it changes. */
uint32_t scn_load_service_update(struct scn_loader *loader, const struct scn_value *item,
                                 const struct scn_value *input, struct ecs_service_update *update);
/* scn_load_references.c. family, family:revision or ARN -> index, ECS_NONE when there is none. */
uint32_t scn_find_definition(const struct scn_loader *loader, const char *name);
/* The same, with a complaint at the text when there is none. */
uint32_t scn_use_definition(struct scn_loader *loader, const struct scn_value *at);
/* Deregistered, as a describe output says. */
bool scn_is_inactive(const struct scn_loader *loader, uint32_t index);
/* Complains about a `taskDefinition` of which no task can start (TDF-09); of one item, and of all
 * runTasks and workload items. */
void scn_check_active(struct scn_loader *loader, const struct scn_value *item);
void scn_check_references(struct scn_loader *loader);
/* Whether taskDefinitions holds one alone: the one meant where none is named. */
bool scn_only_definition(const struct scn_loader *loader);
uint32_t scn_find_provider(const struct scn_loader *loader, const char *name);
/* scn_load_cluster.c. FARGATE and FARGATE_SPOT. */
bool scn_is_fargate(const char *provider);
/* scn_load_capacity.c. What a group, or an update of it, launches: LaunchConfigurationName or
 * LaunchTemplate. ECS_NONE after a complaint. */
uint32_t scn_load_group_spec(struct scn_loader *loader, const struct scn_value *group);
/* The zones and subnets of a group or of an update of it, and its termination policies. */
void scn_load_zones(struct scn_loader *loader, const struct scn_value *group, struct ecs_asg *asg);
void scn_load_policies(struct scn_loader *loader, const struct scn_value *group,
                       struct ecs_asg *asg);
/* ASG-03: warns at `group` unless the group's instances serve this cluster. */
void scn_check_group(struct scn_loader *loader, const struct scn_value *group,
                     const struct ecs_asg *asg);
/* scn_load_group_update.c. What every UpdateAutoScalingGroup of `changes` says of zones, subnets,
 * policies and cooldown: read with the groups, for others ask which zones a group ever has. */
void scn_load_group_updates(struct scn_loader *loader);
/* Of that call; NULL: it says nothing of these. */
const struct ecs_group_update *scn_group_update(const struct scn_loader *loader,
                                                const struct scn_value *input);
/* Names of all zones that the group ever launches in. */
const uint32_t *scn_group_zones(const struct scn_loader *loader, uint32_t asg, uint32_t *count);
/* REG-6, over changes in order of time: what is launched from then on, in the subnets of then. */
void scn_settle_group_specs(struct scn_loader *loader, struct ecs_change *changes,
                            const struct scn_value *const *inputs, uint32_t count);
/* scn_load_settings.c. {name, value} of an account setting; false after a complaint. Without effect
 * here: acts is false. */
bool scn_load_setting(struct scn_loader *loader, const struct scn_value *object,
                      enum ecs_account_setting *setting, bool *enabled, bool *acts);
/* scn_load_arrivals.c. What RunTask's network and the tasks' sizes must be, of a scheduled task. */
void scn_check_scheduled(struct scn_loader *loader, const struct scn_value *item,
                         struct ecs_request *request);
/* Warns of a service whose tasks nothing may ever hold; the scenario has a duration. */
void scn_check_served(struct scn_loader *loader, const struct scn_value *item,
                      const struct ecs_request *request);
/* The same of StartTask. */
void scn_check_started(struct scn_loader *loader, const struct scn_value *item,
                       struct ecs_request *request);
/* scn_load_overrides.c. What `overrides` (NULL: none) of a request makes of the sizes of its tasks.
 */
void scn_load_overrides(struct scn_loader *loader, const struct scn_value *overrides,
                        struct ecs_request *request);
/* scn_load_tasks.c. What tasks of this definition reserve; its index is left to the caller. */
struct ecs_override scn_task_size(struct scn_loader *loader, const struct scn_value *definition);
/* scn_load_sample.c. `sample` of a workload item: its trace's rows from now on. */
void scn_load_sample(struct scn_loader *loader, const struct scn_value *sample,
                     struct scn_trace *trace);
/* scn_load_arrivals.c. `at` of an item: "5m", or an ISO 8601 time at or after the start; 0 without
 * one or after a complaint. scn_peek_at is the same without a word, for who comes first. */
sim_time scn_load_at(struct scn_loader *loader, const struct scn_value *item);
sim_time scn_peek_at(const struct scn_loader *loader, const struct scn_value *item);
/* scn_load_attributes.c. What ECS refuses in a custom attribute, or NULL; a value may be empty. */
const char *scn_attribute_fault(const char *name, const char *value);
/* Complains about {name, value} when there is a fault, and returns false then. */
bool scn_check_attribute(struct scn_loader *loader, const struct scn_value *attribute);
/* scn_check_changes.c. Warns of calls that will be refused whatever the run brings; `inputs` are
 * those of scenario->changes, in the same order. */
void scn_check_changes(struct scn_loader *loader, const struct scn_value *const *inputs);
/* scn_request_parameters.c. A call's input as CloudTrail shows it, JSON text on the arena. */
const char *scn_request_parameters(struct sim_arena *arena, const char *operation,
                                   const struct scn_value *input);

#endif
