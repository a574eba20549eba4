/* Keys of CreateLaunchTemplate, with those that a describe output adds (scn_bind.h). The shapes are
 * those of botocore's service model; tests/test_botocore.py compares them. */
#include "scn_bind.h"

static const struct scn_key template_profile_keys[] = {
    {"Arn", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"Name", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_ebs_keys[] = {
    {"Encrypted", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"DeleteOnTermination", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"Iops", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"KmsKeyId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"SnapshotId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"VolumeSize", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 65536,
     .help = "GiB; acts on the volume that holds images and containers"},
    {"VolumeType", SCN_T_TEXT, SCN_NONE, .choices = "standard io1 io2 gp2 sc1 st1 gp3"},
    {"Throughput", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"VolumeInitializationRate", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"EbsCardIndex", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_block_device_keys[] = {
    {"DeviceName", SCN_T_TEXT, SCN_ACTS,
     .help = "/dev/xvda is the root volume, /dev/xvdcz Docker's own on Amazon Linux"},
    {"VirtualName", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"Ebs", SCN_T_OBJECT, SCN_ACTS, .members = template_ebs_keys, .help = "the volume"},
    {"NoDevice", SCN_T_TEXT, SCN_ACTS, .help = "\"\": the image's own volume is left out"},
    {0},
};

static const struct scn_key template_ipv6_address_keys[] = {
    {"Ipv6Address", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"IsPrimaryIpv6", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {0},
};

static const struct scn_key template_private_address_keys[] = {
    {"Primary", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"PrivateIpAddress", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_ipv4_prefix_keys[] = {
    {"Ipv4Prefix", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_ipv6_prefix_keys[] = {
    {"Ipv6Prefix", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_ena_srd_udp_keys[] = {
    {"EnaSrdUdpEnabled", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_ena_srd_keys[] = {
    {"EnaSrdEnabled", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"EnaSrdUdpSpecification", SCN_T_OBJECT, SCN_NONE, .members = template_ena_srd_udp_keys},
    {0},
};

static const struct scn_key template_tracking_keys[] = {
    {"TcpEstablishedTimeout", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"UdpStreamTimeout", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"UdpTimeout", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_interface_keys[] = {
    {"AssociateCarrierIpAddress", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"AssociatePublicIpAddress", SCN_T_BOOL, SCN_ACTS,
     .help = "false: in a public subnet instances reach no endpoint of ECS"},
    {"DeleteOnTermination", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"Description", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"DeviceIndex", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"Groups", SCN_T_TEXTS, SCN_NONE, .help = NULL},
    {"InterfaceType", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"Ipv6AddressCount", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"Ipv6Addresses", SCN_T_OBJECTS, SCN_NONE, .members = template_ipv6_address_keys},
    {"NetworkInterfaceId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"PrivateIpAddress", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"PrivateIpAddresses", SCN_T_OBJECTS, SCN_NONE, .members = template_private_address_keys},
    {"SecondaryPrivateIpAddressCount", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"SubnetId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"NetworkCardIndex", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"Ipv4Prefixes", SCN_T_OBJECTS, SCN_NONE, .members = template_ipv4_prefix_keys},
    {"Ipv4PrefixCount", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"Ipv6Prefixes", SCN_T_OBJECTS, SCN_NONE, .members = template_ipv6_prefix_keys},
    {"Ipv6PrefixCount", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"PrimaryIpv6", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"EnaSrdSpecification", SCN_T_OBJECT, SCN_NONE, .members = template_ena_srd_keys},
    {"ConnectionTrackingSpecification", SCN_T_OBJECT, SCN_NONE, .members = template_tracking_keys},
    {"EnaQueueCount", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_monitoring_keys[] = {
    {"Enabled", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_placement_keys[] = {
    {"AvailabilityZone", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"AvailabilityZoneId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"Affinity", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"GroupName", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"HostId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"Tenancy", SCN_T_TEXT, SCN_NONE, .choices = "default",
     .help = "dedicated and host are not simulated yet"},
    {"SpreadDomain", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"HostResourceGroupArn", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"PartitionNumber", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"GroupId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_tag_keys[] = {
    {"Key", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"Value", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_tag_specifications_keys[] = {
    {"ResourceType", SCN_T_TEXT, SCN_NONE,
     .choices = "instance volume network-interface spot-instances-request elastic-gpu"},
    {"Tags", SCN_T_OBJECTS, SCN_NONE, .members = template_tag_keys},
    {0},
};

static const struct scn_key template_credit_keys[] = {
    {"CpuCredits", SCN_T_TEXT, SCN_NONE, .required = true},
    {0},
};

static const struct scn_key template_reservation_target_keys[] = {
    {"CapacityReservationId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"CapacityReservationResourceGroupArn", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_reservation_keys[] = {
    {"CapacityReservationPreference", SCN_T_TEXT, SCN_NONE,
     .choices = "capacity-reservations-only open none"},
    {"CapacityReservationTarget", SCN_T_OBJECT, SCN_NONE,
     .members = template_reservation_target_keys},
    {0},
};

static const struct scn_key template_licence_keys[] = {
    {"LicenseConfigurationArn", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_hibernation_options_keys[] = {
    {"Configured", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_metadata_options_keys[] = {
    {"HttpTokens", SCN_T_TEXT, SCN_NONE, .choices = "optional required"},
    {"HttpPutResponseHopLimit", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"HttpEndpoint", SCN_T_TEXT, SCN_NONE, .choices = "disabled enabled"},
    {"HttpProtocolIpv6", SCN_T_TEXT, SCN_NONE, .choices = "disabled enabled"},
    {"InstanceMetadataTags", SCN_T_TEXT, SCN_NONE, .choices = "disabled enabled"},
    {"State", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {0},
};

static const struct scn_key template_enclave_options_keys[] = {
    {"Enabled", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_dns_keys[] = {
    {"HostnameType", SCN_T_TEXT, SCN_NONE, .choices = "ip-name resource-name"},
    {"EnableResourceNameDnsARecord", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"EnableResourceNameDnsAAAARecord", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_maintenance_options_keys[] = {
    {"AutoRecovery", SCN_T_TEXT, SCN_NONE, .choices = "default disabled"},
    {0},
};

static const struct scn_key template_operator_keys[] = {
    {"Principal", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"Managed", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {"HiddenByDefault", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {0},
};

static const struct scn_key template_bandwidth_keys[] = {
    {"BandwidthWeighting", SCN_T_TEXT, SCN_NONE, .choices = "default vpc-1 ebs-1"},
    {0},
};

static const struct scn_key template_secondary_address_keys[] = {
    {"PrivateIpAddress", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_secondary_interface_keys[] = {
    {"DeleteOnTermination", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"DeviceIndex", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"PrivateIpAddresses", SCN_T_OBJECTS, SCN_NONE, .members = template_secondary_address_keys},
    {"PrivateIpAddressCount", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"SecondarySubnetId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"InterfaceType", SCN_T_TEXT, SCN_NONE, .choices = "secondary"},
    {"NetworkCardIndex", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key template_own_tags_keys[] = {
    {"ResourceType", SCN_T_TEXT, SCN_NONE, .choices = "launch-template"},
    {"Tags", SCN_T_OBJECTS, SCN_NONE, .members = template_tag_keys},
    {0},
};

static const struct scn_key template_data_keys[] = {
    {"ImageId", SCN_T_TEXT, SCN_ACTS, .help = "value of the attribute ecs.ami-id"},
    {"InstanceType", SCN_T_TEXT, SCN_ACTS, .required = true,
     .help = "of the catalogue: plimsoll list instance-types"},
    {"UserData", SCN_T_TEXT, SCN_ACTS,
     .help = "base64 or shell text; ECS_* settings written to ecs.config act"},
    {"InstanceMarketOptions", SCN_T_OBJECT, SCN_LATER, .help = NULL},
    {"InstanceRequirements", SCN_T_OBJECT, SCN_LATER, .min = 1, .max = 100, .help = NULL},
    {"Placement", SCN_T_OBJECT, SCN_NONE, .members = template_placement_keys,
     .help = "where instances stand is not modelled"},
    {"KernelId", SCN_T_TEXT, SCN_NONE, .help = "boot time is behaviour.boot or sim.boot"},
    {"RamDiskId", SCN_T_TEXT, SCN_NONE, .help = "boot time is behaviour.boot or sim.boot"},
    {"EbsOptimized", SCN_T_BOOL, SCN_NONE, .help = "disks are not modelled"},
    {"IamInstanceProfile", SCN_T_OBJECT, SCN_NONE, .members = template_profile_keys,
     .help = "permissions are not modelled"},
    {"BlockDeviceMappings", SCN_T_OBJECTS, SCN_ACTS, .members = template_block_device_keys,
     .help = "sizes of volumes: images and containers fill them"},
    {"NetworkInterfaces", SCN_T_OBJECTS, SCN_ACTS, .members = template_interface_keys,
     .help = "AssociatePublicIpAddress of the first acts"},
    {"KeyName", SCN_T_TEXT, SCN_NONE, .help = "permissions are not modelled"},
    {"Monitoring", SCN_T_OBJECT, SCN_NONE, .members = template_monitoring_keys,
     .help = "monitoring is not modelled"},
    {"DisableApiTermination", SCN_T_BOOL, SCN_ACTS, .fallback = "false",
     .help = "TerminateInstances is refused; the group itself may"},
    {"DisableApiStop", SCN_T_BOOL, SCN_ACTS, .fallback = "false",
     .help = "StopInstances is refused"},
    {"InstanceInitiatedShutdownBehavior", SCN_T_TEXT, SCN_NONE, .choices = "stop terminate",
     .help = "instances do not shut themselves down"},
    {"TagSpecifications", SCN_T_OBJECTS, SCN_NONE, .members = template_tag_specifications_keys,
     .help = "tags are only labels"},
    {"ElasticGpuSpecifications", SCN_T_OBJECTS, SCN_LATER, .help = NULL},
    {"ElasticInferenceAccelerators", SCN_T_OBJECTS, SCN_LATER, .help = NULL},
    {"SecurityGroupIds", SCN_T_TEXTS, SCN_NONE, .help = "addresses are not modelled"},
    {"SecurityGroups", SCN_T_TEXTS, SCN_NONE, .help = "addresses are not modelled"},
    {"CreditSpecification", SCN_T_OBJECT, SCN_NONE, .members = template_credit_keys,
     .help = "CPU credits are not modelled"},
    {"CpuOptions", SCN_T_OBJECT, SCN_LATER, .help = NULL},
    {"CapacityReservationSpecification", SCN_T_OBJECT, SCN_NONE,
     .members = template_reservation_keys, .help = "capacity never runs out here"},
    {"LicenseSpecifications", SCN_T_OBJECTS, SCN_NONE, .members = template_licence_keys,
     .help = "licences are not modelled"},
    {"HibernationOptions", SCN_T_OBJECT, SCN_NONE, .members = template_hibernation_options_keys,
     .help = "instances do not hibernate here"},
    {"MetadataOptions", SCN_T_OBJECT, SCN_NONE, .members = template_metadata_options_keys,
     .help = "what runs inside is not modelled"},
    {"EnclaveOptions", SCN_T_OBJECT, SCN_NONE, .members = template_enclave_options_keys,
     .help = "what runs inside is not modelled"},
    {"PrivateDnsNameOptions", SCN_T_OBJECT, SCN_NONE, .members = template_dns_keys,
     .help = "addresses are not modelled"},
    {"MaintenanceOptions", SCN_T_OBJECT, SCN_NONE, .members = template_maintenance_options_keys,
     .help = "instances do not fail here"},
    {"NetworkPerformanceOptions", SCN_T_OBJECT, SCN_NONE, .members = template_bandwidth_keys,
     .help = "bandwidth is not modelled"},
    {"SecondaryInterfaces", SCN_T_OBJECTS, SCN_NONE, .members = template_secondary_interface_keys,
     .help = "addresses are not modelled"},
    {"Operator", SCN_T_OBJECT, SCN_NONE, .members = template_operator_keys,
     .help = "only API calls heed it"},
    {0},
};

const struct scn_key scn_launch_template_keys[] = {
    {"LaunchTemplateName", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 3, .max = 128,
     .help = "its name"},
    {"LaunchTemplateData", SCN_T_OBJECT, SCN_ACTS, .required = true, .members = template_data_keys,
     .help = "what it launches"},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = scn_launch_sim_keys, .help = "the simulator's own"},
    {"VersionDescription", SCN_T_TEXT, SCN_NONE, .min = 0, .max = 255, .help = "only a label"},
    {"DryRun", SCN_T_BOOL, SCN_NONE, .help = "only the API call needs it"},
    {"ClientToken", SCN_T_TEXT, SCN_NONE, .help = "only the API call needs it"},
    {"Operator", SCN_T_OBJECT, SCN_NONE, .members = template_operator_keys,
     .help = "only the API call needs it"},
    {"TagSpecifications", SCN_T_OBJECTS, SCN_NONE, .members = template_own_tags_keys,
     .help = "tags are only labels"},
    {"LaunchTemplateId", SCN_T_TEXT, SCN_ACTS,
     .help = "groups may name it; output of a describe call"},
    {"VersionNumber", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 1000000000, .fallback = "1",
     .help = "the version that groups name; output of a describe call"},
    {"DefaultVersion", SCN_T_BOOL, SCN_ACTS, .fallback = "true where there is one version",
     .help = "what $Default and no Version mean; output of a describe call"},
    {"CreateTime", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {"CreatedBy", SCN_T_TEXT, SCN_NONE, .help = "output of a describe call"},
    {0},
};
