/* Keys of CreateCluster, CreateCapacityProvider, CreateAutoScalingGroup and
 * CreateLaunchConfiguration (scn_bind.h). The shapes are those of botocore's service model;
 * tests/test_botocore.py compares them. */
#include "scn_bind.h"

static const struct scn_key group_sim_keys[] = {
    {"initial", SCN_T_TEXT, SCN_ACTS, .choices = "launching registered", .fallback = "registered",
     .help = "what the desired instances are at t = 0"},
    {"boot", SCN_T_DIST, SCN_ACTS, .fallback = "behaviour.boot",
     .help = "from the launch call to the registration with the cluster"},
    {0},
};

const struct scn_key scn_launch_sim_keys[] = {
    {"os", SCN_T_TEXT, SCN_ACTS, .choices = "linux windows", .fallback = "that of ImageId",
     .help = "operating system of the instances"},
    {"agentVersion", SCN_T_TEXT, SCN_ACTS, .min = 5, .max = 20, .fallback = "that of ImageId",
     .help = "of the ECS agent, such as \"1.40.0\""},
    {"storage", SCN_T_TEXT, SCN_ACTS, .choices = "overlay2 devicemapper",
     .fallback = "that of ImageId", .help = "Docker's storage driver"},
    {"diskSize", SCN_T_ANY, SCN_ACTS, .fallback = "BlockDeviceMappings, else that of ImageId",
     .help = "of the volume that holds images and containers, such as \"30 GiB\""},
    {"pricePerHour", SCN_T_ANY, SCN_ACTS, .fallback = "the on-demand price for Linux",
     .help = "USD, a number or a text such as \"0.188\"; Windows needs it"},
    {"boot", SCN_T_DIST, SCN_ACTS, .fallback = "behaviour.boot or windowsBoot",
     .help = "from the launch call to the registration; a group's sim.boot wins"},
    {"volumeDrivers", SCN_T_TEXTS, SCN_ACTS, .min = 0, .max = 20, .item_min = 1, .item_max = 100,
     .fallback = "[]",
     .help = "Docker volume drivers that run before the agent starts; local is always there"},
    {"route", SCN_T_BOOL, SCN_ACTS, .fallback = "true",
     .help = "false: the instances do not reach the ECS endpoint"},
    {"role", SCN_T_BOOL, SCN_ACTS, .fallback = "true",
     .help = "false: the instance profile does not allow the agent to register"},
    {"foreignInterfaces", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 10000, .fallback = "0",
     .help = "network interfaces attached by hand, which ECS does not count"},
    {"sharedSubnet", SCN_T_BOOL, SCN_ACTS, .fallback = "false",
     .help = "true: with awsvpcTrunking enabled registration fails"},
    {0},
};

static const struct scn_key cluster_settings_keys[] = {
    {"name", SCN_T_TEXT, SCN_NONE, .choices = "containerInsights"},
    {"value", SCN_T_TEXT, SCN_NONE, .choices = "enabled disabled enhanced"},
    {0},
};

static const struct scn_key cluster_log_configuration_keys[] = {
    {"cloudWatchLogGroupName", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"cloudWatchEncryptionEnabled", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"s3BucketName", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"s3EncryptionEnabled", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"s3KeyPrefix", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key cluster_execute_command_configuration_keys[] = {
    {"kmsKeyId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"logging", SCN_T_TEXT, SCN_NONE, .choices = "NONE DEFAULT OVERRIDE"},
    {"logConfiguration", SCN_T_OBJECT, SCN_NONE, .members = cluster_log_configuration_keys},
    {0},
};

static const struct scn_key cluster_managed_storage_configuration_keys[] = {
    {"kmsKeyId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"fargateEphemeralStorageKmsKeyId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key cluster_configuration_keys[] = {
    {"executeCommandConfiguration", SCN_T_OBJECT, SCN_NONE,
     .members = cluster_execute_command_configuration_keys},
    {"managedStorageConfiguration", SCN_T_OBJECT, SCN_NONE,
     .members = cluster_managed_storage_configuration_keys},
    {0},
};

static const struct scn_key cluster_service_connect_defaults_keys[] = {
    {"namespace", SCN_T_TEXT, SCN_NONE, .required = true},
    {0},
};

const struct scn_key scn_cluster_keys[] = {
    {"clusterName", SCN_T_TEXT, SCN_ACTS, .fallback = "default", .min = 1, .max = 255,
     .help = "letters, digits, - and _"},
    {"tags", SCN_T_OBJECTS, SCN_NONE, .members = scn_tag_keys, .min = 0, .max = 50,
     .limit = SCN_TAGS_LIMIT, .help = "tags are only labels"},
    {"settings", SCN_T_OBJECTS, SCN_NONE, .members = cluster_settings_keys,
     .help = "monitoring is not modelled"},
    {"configuration", SCN_T_OBJECT, SCN_NONE, .members = cluster_configuration_keys,
     .help = "logs are not modelled"},
    {"capacityProviders", SCN_T_TEXTS, SCN_ACTS,
     .help = "names or ARNs of those its strategies may use"},
    {"defaultCapacityProviderStrategy", SCN_T_OBJECTS, SCN_ACTS, .members = scn_strategy_item_keys,
     .help = "for tasks with neither a strategy nor a launch type"},
    {"serviceConnectDefaults", SCN_T_OBJECT, SCN_NONE,
     .members = cluster_service_connect_defaults_keys,
     .help = "addresses and firewalls are not modelled"},
    {"clusterArn", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {"status", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {"registeredContainerInstancesCount", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {"runningTasksCount", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {"pendingTasksCount", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {"activeServicesCount", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {"statistics", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {"attachments", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {"attachmentsStatus", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {0},
};

static const struct scn_key provider_managed_scaling_keys[] = {
    {"status", SCN_T_TEXT, SCN_ACTS, .choices = "ENABLED DISABLED", .fallback = "DISABLED",
     .help = "ENABLED: ECS scales the group"},
    {"targetCapacity", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 100, .fallback = "100",
     .help = "percent of the instances in use that it aims at"},
    {"minimumScalingStepSize", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 10000, .fallback = "1",
     .help = "fewest instances started at once"},
    {"maximumScalingStepSize", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 10000,
     .fallback = "behaviour.maximumScalingStepSize", .help = "most instances started at once"},
    {"instanceWarmupPeriod", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 10000,
     .fallback = "behaviour.instanceWarmupPeriod",
     .help = "seconds for which a new instance holds further scale-out back; from epoch 2020-12"},
    {0},
};

static const struct scn_key provider_auto_scaling_group_provider_keys[] = {
    {"autoScalingGroupArn", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 2048,
     .help = "name or ARN of the group"},
    {"managedScaling", SCN_T_OBJECT, SCN_ACTS, .members = provider_managed_scaling_keys,
     .help = "whether and how ECS sets the desired capacity of the group"},
    {"managedTerminationProtection", SCN_T_TEXT, SCN_ACTS, .choices = "ENABLED DISABLED",
     .fallback = "DISABLED", .help = "ENABLED: no scale-in of an instance that has tasks"},
    {"managedDraining", SCN_T_TEXT, SCN_ACTS, .choices = "ENABLED DISABLED",
     .fallback = "behaviour.managedDraining",
     .help = "ENABLED: instances drain before they go; from epoch 2024-01"},
    {0},
};

const struct scn_key scn_provider_keys[] = {
    {"name", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 255,
     .help = "letters, digits, - and _"},
    {"cluster", SCN_T_TEXT, SCN_NONE, .help = "only the API call needs it"},
    {"autoScalingGroupProvider", SCN_T_OBJECT, SCN_ACTS,
     .members = provider_auto_scaling_group_provider_keys, .required = true,
     .help = "the group behind it"},
    {"managedInstancesProvider", SCN_T_OBJECT, SCN_LATER, .min = 1, .max = 100, .help = NULL},
    {"tags", SCN_T_OBJECTS, SCN_NONE, .members = scn_tag_keys, .min = 0, .max = 50,
     .limit = SCN_TAGS_LIMIT, .help = "tags are only labels"},
    {"capacityProviderArn", SCN_T_TEXT, SCN_NONE, .help = "output of a describe call"},
    {"status", SCN_T_TEXT, SCN_NONE, .help = "output of a describe call"},
    {"updateStatus", SCN_T_TEXT, SCN_NONE, .help = "output of a describe call"},
    {"updateStatusReason", SCN_T_TEXT, SCN_NONE, .help = "output of a describe call"},
    {"type", SCN_T_TEXT, SCN_NONE, .help = "output of a describe call"},
    {0},
};

static const struct scn_key group_launch_template_keys[] = {
    {"LaunchTemplateId", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "of one of launchTemplates, where its name is not given"},
    {"LaunchTemplateName", SCN_T_TEXT, SCN_ACTS, .min = 3, .max = 128, .help = NULL},
    {"Version", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "\"$Latest\", \"$Default\" or the template's VersionNumber"},
    {0},
};

static const struct scn_key group_tags_keys[] = {
    {"ResourceId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"ResourceType", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"Key", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 128, .required = true},
    {"Value", SCN_T_TEXT, SCN_NONE, .max = 256, .help = NULL},
    {"PropagateAtLaunch", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key group_availability_zone_impairment_policy_keys[] = {
    {"ZonalShiftEnabled", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"ImpairedZoneHealthCheckBehavior", SCN_T_TEXT, SCN_NONE,
     .choices = "ReplaceUnhealthy IgnoreUnhealthy"},
    {0},
};

static const struct scn_key group_capacity_reservation_target_keys[] = {
    {"CapacityReservationIds", SCN_T_TEXTS, SCN_NONE, .item_min = 1, .item_max = 255, .help = NULL},
    {"CapacityReservationResourceGroupArns", SCN_T_TEXTS, SCN_NONE, .item_min = 1, .item_max = 1600,
     .help = NULL},
    {0},
};

static const struct scn_key group_capacity_reservation_specification_keys[] = {
    {"CapacityReservationPreference", SCN_T_TEXT, SCN_NONE,
     .choices = "capacity-reservations-only capacity-reservations-first none default"},
    {"CapacityReservationTarget", SCN_T_OBJECT, SCN_NONE,
     .members = group_capacity_reservation_target_keys},
    {0},
};

const struct scn_key scn_group_keys[] = {
    {"AutoScalingGroupName", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 255,
     .help = "its name"},
    {"LaunchConfigurationName", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "what it launches; or LaunchTemplate"},
    {"LaunchTemplate", SCN_T_OBJECT, SCN_ACTS, .members = group_launch_template_keys,
     .help = "what it launches; or LaunchConfigurationName"},
    {"MixedInstancesPolicy", SCN_T_OBJECT, SCN_LATER, .help = NULL},
    {"InstanceId", SCN_T_TEXT, SCN_LATER, .min = 1, .max = 19, .help = NULL},
    {"MinSize", SCN_T_INTEGER, SCN_ACTS, .required = true, .min = 0, .max = 1000000,
     .help = "never fewer instances"},
    {"MaxSize", SCN_T_INTEGER, SCN_ACTS, .required = true, .min = 0, .max = 1000000,
     .help = "never more instances"},
    {"DesiredCapacity", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1000000, .fallback = "MinSize",
     .help = "instances at the start"},
    {"DefaultCooldown", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1000000, .fallback = "300",
     .help = "seconds that SetDesiredCapacity with HonorCooldown waits for; managed scaling uses "
             "none"},
    {"AvailabilityZones", SCN_T_TEXTS, SCN_ACTS, .item_min = 1, .item_max = 255, .min = 1,
     .max = 16, .help = "at most 16"},
    {"AvailabilityZoneIds", SCN_T_TEXTS, SCN_LATER, .item_min = 1, .item_max = 255, .help = NULL},
    {"LoadBalancerNames", SCN_T_TEXTS, SCN_LATER, .item_min = 1, .item_max = 255},
    {"TargetGroupARNs", SCN_T_TEXTS, SCN_LATER, .item_min = 1, .item_max = 511},
    {"HealthCheckType", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 32,
     .help = "instances do not fail here"},
    {"HealthCheckGracePeriod", SCN_T_INTEGER, SCN_NONE, .help = "instances do not fail here"},
    {"PlacementGroup", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 255,
     .help = "where in a zone instances stand is not modelled"},
    {"VPCZoneIdentifier", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 5000,
     .help = "subnets, with commas; their zones come from network.subnets"},
    {"TerminationPolicies", SCN_T_TEXTS, SCN_ACTS, .item_min = 1, .item_max = 1600,
     .fallback = "Default", .min = 0, .max = 8, .help = "which instance a scale-in takes"},
    {"NewInstancesProtectedFromScaleIn", SCN_T_BOOL, SCN_ACTS, .fallback = "false",
     .help = "needed by managed termination protection"},
    {"CapacityRebalance", SCN_T_BOOL, SCN_NONE, .help = "there are no Spot instances here"},
    {"LifecycleHookSpecificationList", SCN_T_OBJECTS, SCN_LATER, .help = NULL},
    {"DeletionProtection", SCN_T_TEXT, SCN_ACTS,
     .choices = "none prevent-force-deletion prevent-all-deletion", .fallback = "none",
     .help = "which DeleteAutoScalingGroup is refused"},
    {"Tags", SCN_T_OBJECTS, SCN_NONE, .members = group_tags_keys, .help = "tags are only labels"},
    {"ServiceLinkedRoleARN", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 1600,
     .help = "permissions are not modelled"},
    {"MaxInstanceLifetime", SCN_T_INTEGER, SCN_LATER, .help = NULL},
    {"Context", SCN_T_TEXT, SCN_NONE, .help = "only the API call needs it"},
    {"DesiredCapacityType", SCN_T_TEXT, SCN_LATER, .min = 1, .max = 255, .idle = "units"},
    {"DefaultInstanceWarmup", SCN_T_INTEGER, SCN_NONE,
     .help = "managed scaling has its own, instanceWarmupPeriod"},
    {"TrafficSources", SCN_T_OBJECTS, SCN_LATER, .help = NULL},
    {"InstanceMaintenancePolicy", SCN_T_OBJECT, SCN_LATER,
     .idle = "MinHealthyPercentage=-1 MaxHealthyPercentage=-1"},
    {"AvailabilityZoneDistribution", SCN_T_OBJECT, SCN_LATER,
     .idle = "CapacityDistributionStrategy=balanced-best-effort"},
    {"AvailabilityZoneImpairmentPolicy", SCN_T_OBJECT, SCN_NONE,
     .members = group_availability_zone_impairment_policy_keys,
     .help = "instances do not fail here"},
    {"SkipZonalShiftValidation", SCN_T_BOOL, SCN_NONE, .help = "instances do not fail here"},
    {"CapacityReservationSpecification", SCN_T_OBJECT, SCN_NONE,
     .members = group_capacity_reservation_specification_keys,
     .help = "capacity never runs out here"},
    {"InstanceLifecyclePolicy", SCN_T_OBJECT, SCN_LATER,
     .idle = "RetentionTriggers TerminateHookAbandon=terminate"},
    {"AutoScalingGroupARN", SCN_T_TEXT, SCN_NONE, .help = "output of a describe call"},
    {"CreatedTime", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {"Instances", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {"SuspendedProcesses", SCN_T_OBJECTS, SCN_LATER, .help = NULL},
    {"EnabledMetrics", SCN_T_ANY, SCN_NONE, .help = "monitoring is not modelled"},
    {"Status", SCN_T_TEXT, SCN_NONE, .help = "output of a describe call"},
    {"WarmPoolConfiguration", SCN_T_OBJECT, SCN_LATER, .help = NULL},
    {"WarmPoolSize", SCN_T_INTEGER, SCN_NONE, .help = "output of a describe call"},
    {"PredictedCapacity", SCN_T_INTEGER, SCN_NONE, .help = "output of a describe call"},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = group_sim_keys, .help = "the simulator's own"},
    {0},
};

static const struct scn_key launch_ebs_keys[] = {
    {"SnapshotId", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 255, .help = NULL},
    {"VolumeSize", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 16384,
     .help = "GiB; acts on the volume that holds images and containers"},
    {"VolumeType", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 255, .help = NULL},
    {"DeleteOnTermination", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"Iops", SCN_T_INTEGER, SCN_NONE, .min = 100, .max = 20000, .help = NULL},
    {"Encrypted", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"Throughput", SCN_T_INTEGER, SCN_NONE, .min = 125, .max = 1000, .help = NULL},
    {0},
};

static const struct scn_key launch_block_device_mappings_keys[] = {
    {"VirtualName", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 255, .help = NULL},
    {"DeviceName", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255, .required = true,
     .help = "/dev/xvda is the root volume, /dev/xvdcz Docker's own on Amazon Linux"},
    {"Ebs", SCN_T_OBJECT, SCN_ACTS, .members = launch_ebs_keys, .help = "the volume"},
    {"NoDevice", SCN_T_BOOL, SCN_ACTS, .help = "true: the image's own volume is left out"},
    {0},
};

static const struct scn_key launch_instance_monitoring_keys[] = {
    {"Enabled", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key launch_metadata_options_keys[] = {
    {"HttpTokens", SCN_T_TEXT, SCN_NONE, .choices = "optional required"},
    {"HttpPutResponseHopLimit", SCN_T_INTEGER, SCN_NONE, .min = 1, .max = 64, .help = NULL},
    {"HttpEndpoint", SCN_T_TEXT, SCN_NONE, .choices = "disabled enabled"},
    {0},
};

const struct scn_key scn_launch_configuration_keys[] = {
    {"LaunchConfigurationName", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 255,
     .help = "its name"},
    {"ImageId", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255,
     .help = "an id, the name of an ECS-optimized image, or resolve:ssm:/aws/service/..."},
    {"KeyName", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 255, .help = "permissions are not modelled"},
    {"SecurityGroups", SCN_T_TEXTS, SCN_NONE, .help = "addresses and firewalls are not modelled"},
    {"ClassicLinkVPCId", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 255,
     .help = "addresses and firewalls are not modelled"},
    {"ClassicLinkVPCSecurityGroups", SCN_T_TEXTS, SCN_NONE, .item_min = 1, .item_max = 255,
     .help = "addresses and firewalls are not modelled"},
    {"UserData", SCN_T_TEXT, SCN_ACTS, .max = 21847,
     .help = "shell text or base64; ECS_* settings written to ecs.config act"},
    {"InstanceId", SCN_T_TEXT, SCN_LATER, .min = 1, .max = 19, .help = NULL},
    {"InstanceType", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255, .required = true,
     .help = "of the catalogue: plimsoll list instance-types"},
    {"KernelId", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 255,
     .help = "the boot time is given by behaviour.boot or sim.boot"},
    {"RamdiskId", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 255,
     .help = "the boot time is given by behaviour.boot or sim.boot"},
    {"BlockDeviceMappings", SCN_T_OBJECTS, SCN_ACTS, .members = launch_block_device_mappings_keys,
     .help = "sizes of volumes: images and containers fill them"},
    {"InstanceMonitoring", SCN_T_OBJECT, SCN_NONE, .members = launch_instance_monitoring_keys,
     .help = "monitoring is not modelled"},
    {"SpotPrice", SCN_T_TEXT, SCN_LATER, .min = 1, .max = 255, .help = NULL},
    {"IamInstanceProfile", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 1600,
     .help = "permissions are not modelled"},
    {"EbsOptimized", SCN_T_BOOL, SCN_NONE, .help = "disks are not modelled"},
    {"AssociatePublicIpAddress", SCN_T_BOOL, SCN_ACTS,
     .help = "false: in a public subnet instances reach no endpoint of ECS"},
    {"PlacementTenancy", SCN_T_TEXT, SCN_ACTS, .choices = "default dedicated",
     .help = "default; dedicated is not simulated yet"},
    {"MetadataOptions", SCN_T_OBJECT, SCN_NONE, .members = launch_metadata_options_keys,
     .help = "what runs inside a container is not modelled"},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = scn_launch_sim_keys, .help = "the simulator's own"},
    {"LaunchConfigurationARN", SCN_T_TEXT, SCN_NONE, .help = "output of a describe call"},
    {"CreatedTime", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {0},
};
