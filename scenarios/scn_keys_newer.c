/* Keys and choices newer than the packaged service models (scn_bind.h), and the warning about those
 * that a scenario of an earlier epoch uses. The epochs are the months in which the SDKs got them.
 */
#include "scn_bind.h"

#include "scn_complain.h"

#include <string.h>

#define CONTAINER  "taskDefinitions[].containerDefinitions[]."
#define PLATFORM   "taskDefinitions[].runtimePlatform.operatingSystemFamily"
#define TEMPLATE   "launchTemplates[].LaunchTemplateData."
#define INTERFACE  TEMPLATE "NetworkInterfaces[]."
#define SETTING    "accountSettings[].name"
#define DEPLOYMENT "services[].deploymentConfiguration."
#define UPDATE     "changes[].UpdateService."

const struct scn_newer_key scn_newer_keys[] = {
    /* RegisterTaskDefinition */
    {CONTAINER "portMappings[].containerPortRange", NULL, 202212},
    {CONTAINER "restartPolicy", NULL, 202408},
    {CONTAINER "versionConsistency", NULL, 202411},
    {CONTAINER "credentialSpecs", NULL, 202306},
    {"taskDefinitions[].volumes[].s3filesVolumeConfiguration", NULL, 202604},
    {"taskDefinitions[].volumes[].configuredAtLaunch", NULL, 202401},
    {"taskDefinitions[].requiresCompatibilities", "MANAGED_INSTANCES", 202509},
    {"taskDefinitions[].enableFaultInjection", NULL, 202412},
    {PLATFORM, "WINDOWS_SERVER_2025_CORE", 202507},
    {PLATFORM, "WINDOWS_SERVER_2025_FULL", 202507},
    {"taskDefinitions[].deleteRequestedAt", NULL, 202302},
    /* RunTask */
    {"runTasks[].launchType", "MANAGED_INSTANCES", 202509},
    {"runTasks[].clientToken", NULL, 202311},
    {"runTasks[].volumeConfigurations", NULL, 202401},
    {"changes[].StartTask.volumeConfigurations", NULL, 202401},
    /* CreateService, UpdateService, DescribeServices */
    {"services[].availabilityZoneRebalancing", NULL, 202411},
    {"services[].launchType", "MANAGED_INSTANCES", 202509},
    {DEPLOYMENT "alarms", NULL, 202212},
    {DEPLOYMENT "strategy", NULL, 202507},
    {DEPLOYMENT "bakeTimeInMinutes", NULL, 202507},
    {DEPLOYMENT "lifecycleHooks", NULL, 202507},
    {DEPLOYMENT "linearConfiguration", NULL, 202510},
    {DEPLOYMENT "canaryConfiguration", NULL, 202510},
    {"services[].serviceConnectConfiguration.accessLogConfiguration", NULL, 202511},
    {"services[].volumeConfigurations", NULL, 202401},
    {"services[].vpcLatticeConfigurations", NULL, 202411},
    {"services[].currentServiceDeployment", NULL, 202507},
    {"services[].currentServiceRevisions", NULL, 202507},
    {"services[].resourceManagementType", NULL, 202511},
    /* RegisterScalableTarget, PutScalingPolicy */
    {"scalableTargets[].Tags", NULL, 202303},
    {"scalableTargets[].ScalableTargetARN", NULL, 202303},
    {"scalableTargets[].PredictedCapacity", NULL, 202411},
    {"scalingPolicies[].PolicyType", "PredictiveScaling", 202411},
    {"alarms[].EvaluationState", NULL, 202212},
    {"alarms[].StateTransitionedTimestamp", NULL, 202212},
    {"scalingPolicies[].PredictiveScalingPolicyConfiguration", NULL, 202411},
    {UPDATE "availabilityZoneRebalancing", NULL, 202411},
    {UPDATE "deploymentConfiguration.alarms", NULL, 202212},
    {UPDATE "deploymentConfiguration.strategy", NULL, 202507},
    {UPDATE "deploymentConfiguration.bakeTimeInMinutes", NULL, 202507},
    {UPDATE "deploymentConfiguration.lifecycleHooks", NULL, 202507},
    {UPDATE "deploymentConfiguration.linearConfiguration", NULL, 202510},
    {UPDATE "deploymentConfiguration.canaryConfiguration", NULL, 202510},
    {UPDATE "deploymentController", NULL, 202507},
    {UPDATE "serviceConnectConfiguration.accessLogConfiguration", NULL, 202511},
    {UPDATE "volumeConfigurations", NULL, 202401},
    {UPDATE "vpcLatticeConfigurations", NULL, 202411},
    /* CreateCapacityProvider */
    {"capacityProviders[].cluster", NULL, 202509},
    {"capacityProviders[].autoScalingGroupProvider.managedDraining", NULL, 202401},
    {"capacityProviders[].managedInstancesProvider", NULL, 202509},
    {"capacityProviders[].type", NULL, 202509},
    /* CreateCluster */
    {"cluster.configuration.managedStorageConfiguration", NULL, 202406},
    /* CreateAutoScalingGroup */
    {"autoScalingGroups[].AvailabilityZoneIds", NULL, 202510},
    {"autoScalingGroups[].DeletionProtection", NULL, 202602},
    {"autoScalingGroups[].InstanceMaintenancePolicy", NULL, 202311},
    {"autoScalingGroups[].AvailabilityZoneDistribution", NULL, 202411},
    {"autoScalingGroups[].AvailabilityZoneImpairmentPolicy", NULL, 202411},
    {"autoScalingGroups[].SkipZonalShiftValidation", NULL, 202411},
    {"autoScalingGroups[].CapacityReservationSpecification", NULL, 202411},
    {"autoScalingGroups[].InstanceLifecyclePolicy", NULL, 202511},
    /* CreateLaunchTemplate */
    {TEMPLATE "CapacityReservationSpecification.CapacityReservationPreference",
     "capacity-reservations-only", 202411},
    {TEMPLATE "Placement.AvailabilityZoneId", NULL, 202510},
    {TEMPLATE "BlockDeviceMappings[].Ebs.VolumeInitializationRate", NULL, 202505},
    {TEMPLATE "BlockDeviceMappings[].Ebs.EbsCardIndex", NULL, 202601},
    {INTERFACE "Ipv6Addresses[].IsPrimaryIpv6", NULL, 202308},
    {INTERFACE "PrimaryIpv6", NULL, 202308},
    {INTERFACE "EnaSrdSpecification", NULL, 202311},
    {INTERFACE "ConnectionTrackingSpecification", NULL, 202311},
    {INTERFACE "EnaQueueCount", NULL, 202506},
    {TEMPLATE "NetworkPerformanceOptions", NULL, 202501},
    {TEMPLATE "SecondaryInterfaces", NULL, 202602},
    {TEMPLATE "Operator", NULL, 202412},
    {"launchTemplates[].Operator", NULL, 202412},
    /* PutAccountSettingDefault; dualStackIPv6 stands in the text of its reference only */
    {SETTING, "dualStackIPv6", 202111},
    {SETTING, "tagResourceAuthorization", 202304},
    {SETTING, "fargateFIPSMode", 202305},
    {SETTING, "fargateTaskRetirementWaitPeriod", 202309},
    {SETTING, "guardDutyActivate", 202311},
    {SETTING, "defaultLogDriverMode", 202506},
    {SETTING, "fargateEventWindows", 202512},
    {"accountSettings[].type", NULL, 202311},
    /* PutRule, PutTargets */
    {"rules[].State", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", 202311},
    {"rules[].Targets[].AppSyncParameters", NULL, 202401},
    {0},
};

/* Places of a scenario that take the input whose keys the table lists at another. */
static const struct {
    const char *listed, *also;
} places[] = {
    {"taskDefinitions[].", "changes[].RegisterTaskDefinition."},
    {"accountSettings[].", "changes[].PutAccountSettingDefault."},
    {"services[].", "changes[].CreateService."},
};

static void warn(struct scn_complaints *complaints, const struct scn_value *at,
                 const struct scn_newer_key *newer, int32_t epoch)
{
    if (newer->value != NULL && (at->kind != SCN_STRING || strcmp(at->text, newer->value) != 0))
        return;
    scn_warning(complaints, at, "`%s` came with epoch %04d-%02d and the scenario's is %04d-%02d",
                newer->value != NULL ? newer->value : at->key, newer->epoch / 100,
                newer->epoch % 100, epoch / 100, epoch % 100);
}

/* Goes down the rest of the newer key's path from `object`. */
static void look(struct scn_complaints *complaints, const struct scn_value *object,
                 const char *path, const struct scn_newer_key *newer, int32_t epoch)
{
    size_t length = strcspn(path, ".[");
    const char *rest = path + length + strspn(path + length, "[].");
    for (const struct scn_value *v = object->first; v != NULL; v = v->next) {
        if (v->key == NULL || strncmp(v->key, path, length) != 0 || v->key[length] != '\0')
            continue;
        bool list = v->kind == SCN_LIST && (*rest != '\0' || newer->value != NULL);
        for (const struct scn_value *at = list ? v->first : v; at != NULL;
             at = list ? at->next : NULL) {
            if (*rest == '\0')
                warn(complaints, at, newer, epoch);
            else
                look(complaints, at, rest, newer, epoch);
        }
    }
}

void scn_check_newer(struct scn_complaints *complaints, const struct scn_value *root, int32_t epoch)
{
    if (epoch >= ECS_EPOCH_NEWEST) /* the default, which stands for today */
        return;
    for (const struct scn_newer_key *newer = scn_newer_keys; newer->path != NULL; newer++) {
        if (newer->epoch <= epoch)
            continue;
        look(complaints, root, newer->path, newer, epoch);
        for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
            size_t length = strlen(places[i].listed);
            if (strncmp(newer->path, places[i].listed, length) == 0)
                look(complaints, root,
                     sim_arena_printf(complaints->arena, "%s%s", places[i].also,
                                      newer->path + length),
                     newer, epoch);
        }
    }
}
