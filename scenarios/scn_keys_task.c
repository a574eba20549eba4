/* Keys of RegisterTaskDefinition, in the order of the API's shape (scn_bind.h). The shapes are
 * those of botocore's service model; tests/test_botocore.py compares them. */
#include "scn_bind.h"

static const struct scn_key sim_errors_keys[] = {
    {"error", SCN_T_TEXT, SCN_ACTS, .required = true,
     .choices = "CannotPullContainerError.ImageNotFound CannotPullContainerError.ConnectionTimeout "
                "CannotPullContainerError.ContextCanceled "
                "CannotPullContainerError.RepositoryNotFound "
                "CannotPullContainerError.NoSpaceLeft CannotCreateContainerError.ThinPool "
                "OutOfMemoryError.Killed",
     .help = "ERR-1 to ERR-7: what goes wrong; the first entry that applies to a task counts"},
    {"container", SCN_T_TEXT, SCN_ACTS, .fallback = "the first essential one",
     .help = "name of the container that it happens to"},
    {"probability", SCN_T_NUMBER, SCN_ACTS, .min = 0, .max = 1, .fallback = "1",
     .help = "share of tasks that it happens to"},
    {"from", SCN_T_DURATION, SCN_ACTS, .fallback = "0s", .help = "to tasks placed from here on"},
    {"until", SCN_T_DURATION, SCN_ACTS, .help = "and before this"},
    {"after", SCN_T_DIST, SCN_ACTS, .fallback = "any time of the duration",
     .help = "OutOfMemoryError.Killed: how long it runs before"},
    {0},
};

static const struct scn_key sim_container_keys[] = {
    {"duration", SCN_T_DIST, SCN_ACTS, .fallback = "with the task; 0s if others wait for its end",
     .help = "how long it runs after its start; only of what is not essential"},
    {"exitCode", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 255, .fallback = "0",
     .help = "of its own end; other than 0 it was no SUCCESS"},
    {"healthyAfter", SCN_T_DIST, SCN_ACTS, .fallback = "0s",
     .help = "after its start: from then on its health checks pass"},
    {0},
};

static const struct scn_key task_sim_keys[] = {
    {"os", SCN_T_TEXT, SCN_ACTS, .choices = "linux windows", .fallback = "by runtimePlatform",
     .help = "for definitions from before runtimePlatform"},
    {"duration", SCN_T_DIST, SCN_ACTS,
     .help = "how long a task runs after its start; without it, until it is stopped"},
    {"stopTime", SCN_T_DIST, SCN_ACTS, .fallback = "0s",
     .help = "from the stop signal to its exit, cut off by stopTimeout"},
    {"imageSize", SCN_T_ANY, SCN_ACTS, .fallback = "behaviour.imageSizeMegabytes",
     .help = "of each image: megabytes, or a text such as \"1.5 GB\""},
    {"imageSizes", SCN_T_ANY, SCN_ACTS, .help = "the same by image: {\"nginx:1\": \"57 MB\"}"},
    {"containerDisk", SCN_T_ANY, SCN_ACTS, .fallback = "0",
     .help = "what each container writes to its instance's disk: megabytes, or as \"2 GiB\""},
    {"exitCode", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 255, .fallback = "0",
     .help = "of its essential containers when their time is over; other than 0 it has failed"},
    {"gpuMilli", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 1000, .fallback = "1000",
     .help = "thousandths that it takes of each of its GPUs (beyond ECS)"},
    {"gpuModel", SCN_T_TEXT, SCN_ACTS, .min = 1, .max = 255, .fallback = "any",
     .help = "models that it accepts, such as \"v100|a100\" (beyond ECS)"},
    {"containers", SCN_T_OBJECT_MAP, SCN_ACTS, .members = sim_container_keys,
     .help = "of containers by name, where others wait for them or they end before the task"},
    {"errors", SCN_T_OBJECTS, SCN_ACTS, .members = sim_errors_keys,
     .help = "container errors that happen to its tasks"},
    {0},
};

static const struct scn_key repository_credentials_keys[] = {
    {"credentialsParameter", SCN_T_TEXT, SCN_NONE, .required = true,
     .help = "ARN or name of the secret"},
    {0},
};

static const struct scn_key port_mappings_keys[] = {
    {"containerPort", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 65535, .help = "the port inside"},
    {"hostPort", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 65535,
     .help = "0 or left out: any free port (bridge)"},
    {"protocol", SCN_T_TEXT, SCN_ACTS, .choices = "tcp udp", .fallback = "tcp",
     .help = "tcp and udp ports are different resources"},
    {"name", SCN_T_TEXT, SCN_NONE, .help = "networks inside a task are not modelled"},
    {"appProtocol", SCN_T_TEXT, SCN_NONE, .choices = "http http2 grpc",
     .help = "networks inside a task are not modelled"},
    {"containerPortRange", SCN_T_TEXT, SCN_LATER, .help = NULL},
    {0},
};

static const struct scn_key environment_keys[] = {
    {"name", SCN_T_TEXT, SCN_NONE, .required = true, .min = 1, .max = 32768,
     .help = "of the variable"},
    {"value", SCN_T_TEXT, SCN_NONE, .required = true, .help = "of the variable; may be empty"},
    {0},
};

static const struct scn_key environment_files_keys[] = {
    {"value", SCN_T_TEXT, SCN_NONE, .required = true},
    {"type", SCN_T_TEXT, SCN_NONE, .choices = "s3", .required = true},
    {0},
};

static const struct scn_key mount_points_keys[] = {
    {"sourceVolume", SCN_T_TEXT, SCN_NONE, .required = true, .help = "name of one of the volumes"},
    {"containerPath", SCN_T_TEXT, SCN_NONE, .required = true, .help = "where it is mounted"},
    {"readOnly", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key volumes_from_keys[] = {
    {"sourceContainer", SCN_T_TEXT, SCN_NONE, .required = true,
     .help = "name of another container of the task"},
    {"readOnly", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key capabilities_keys[] = {
    {"add", SCN_T_TEXTS, SCN_NONE, .help = NULL},
    {"drop", SCN_T_TEXTS, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key devices_keys[] = {
    {"hostPath", SCN_T_TEXT, SCN_NONE, .required = true},
    {"containerPath", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"permissions", SCN_T_TEXTS, SCN_NONE, .choices = "read write mknod"},
    {0},
};

static const struct scn_key tmpfs_keys[] = {
    {"containerPath", SCN_T_TEXT, SCN_NONE, .required = true},
    {"size", SCN_T_INTEGER, SCN_NONE, .required = true, .min = 1, .max = 33554432, .help = "MiB"},
    {"mountOptions", SCN_T_TEXTS, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key linux_parameters_keys[] = {
    {"capabilities", SCN_T_OBJECT, SCN_NONE, .members = capabilities_keys},
    {"devices", SCN_T_OBJECTS, SCN_NONE, .members = devices_keys},
    {"initProcessEnabled", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"sharedMemorySize", SCN_T_INTEGER, SCN_NONE, .min = 0, .max = 33554432, .help = "MiB"},
    {"tmpfs", SCN_T_OBJECTS, SCN_NONE, .members = tmpfs_keys},
    {"maxSwap", SCN_T_INTEGER, SCN_NONE, .min = 0, .max = 33554432, .help = "MiB; 0: no swap"},
    {"swappiness", SCN_T_INTEGER, SCN_NONE, .min = 0, .max = 100},
    {0},
};

static const struct scn_key secrets_keys[] = {
    {"name", SCN_T_TEXT, SCN_NONE, .required = true},
    {"valueFrom", SCN_T_TEXT, SCN_NONE, .required = true},
    {0},
};

static const struct scn_key depends_on_keys[] = {
    {"containerName", SCN_T_TEXT, SCN_ACTS, .required = true},
    {"condition", SCN_T_TEXT, SCN_ACTS, .choices = "START COMPLETE SUCCESS HEALTHY",
     .required = true},
    {0},
};

static const struct scn_key extra_hosts_keys[] = {
    {"hostname", SCN_T_TEXT, SCN_NONE, .required = true},
    {"ipAddress", SCN_T_TEXT, SCN_NONE, .required = true},
    {0},
};

static const struct scn_key ulimits_keys[] = {
    {"name", SCN_T_TEXT, SCN_NONE,
     .choices = "core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime "
                "sigpending stack",
     .required = true},
    {"softLimit", SCN_T_INTEGER, SCN_NONE, .required = true},
    {"hardLimit", SCN_T_INTEGER, SCN_NONE, .required = true},
    {0},
};

static const struct scn_key secret_options_keys[] = {
    {"name", SCN_T_TEXT, SCN_NONE, .required = true},
    {"valueFrom", SCN_T_TEXT, SCN_NONE, .required = true},
    {0},
};

static const struct scn_key log_configuration_keys[] = {
    {"logDriver", SCN_T_TEXT, SCN_NONE,
     .choices = "json-file syslog journald gelf fluentd awslogs splunk awsfirelens logentries",
     .required = true},
    {"options", SCN_T_MAP, SCN_NONE, .help = NULL},
    {"secretOptions", SCN_T_OBJECTS, SCN_NONE, .members = secret_options_keys},
    {0},
};

static const struct scn_key health_check_keys[] = {
    {"command", SCN_T_TEXTS, SCN_NONE, .required = true},
    {"interval", SCN_T_INTEGER, SCN_ACTS, .min = 5, .max = 300, .fallback = "30",
     .help = "seconds between checks; the first comes as long after the start"},
    {"timeout", SCN_T_INTEGER, SCN_NONE, .min = 2, .max = 60,
     .help = "a check that fails does so at once"},
    {"retries", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 10, .fallback = "3",
     .help = "failing checks of an essential container after which its service replaces the task"},
    {"startPeriod", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 300, .fallback = "0",
     .help = "seconds after the start in which failing checks do not count"},
    {0},
};

static const struct scn_key system_controls_keys[] = {
    {"namespace", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"value", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key resource_requirements_keys[] = {
    {"value", SCN_T_TEXT, SCN_ACTS, .required = true, .help = "for GPU: how many"},
    {"type", SCN_T_TEXT, SCN_ACTS, .choices = "GPU InferenceAccelerator", .required = true},
    {0},
};

static const struct scn_key firelens_configuration_keys[] = {
    {"type", SCN_T_TEXT, SCN_NONE, .choices = "fluentd fluentbit", .required = true},
    {"options", SCN_T_MAP, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key container_definitions_keys[] = {
    {"name", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 255,
     .help = "unique in the task"},
    {"image", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 255,
     .help = "what is pulled, and what the cache of an instance holds"},
    {"repositoryCredentials", SCN_T_OBJECT, SCN_NONE, .members = repository_credentials_keys,
     .help = "permissions are not modelled"},
    {"cpu", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 1048576, .fallback = "0",
     .help = "CPU units reserved"},
    {"memory", SCN_T_INTEGER, SCN_ACTS, .min = 4, .max = 33554432, .help = "MiB, hard limit"},
    {"memoryReservation", SCN_T_INTEGER, SCN_ACTS, .min = 4, .max = 33554432,
     .help = "MiB, soft limit: what placement subtracts"},
    {"links", SCN_T_TEXTS, SCN_NONE, .help = "networks inside a task are not modelled"},
    {"portMappings", SCN_T_OBJECTS, SCN_ACTS, .members = port_mappings_keys,
     .help = "host ports are a resource of the instance"},
    {"essential", SCN_T_BOOL, SCN_ACTS, .fallback = "true", .help = "at least one container is"},
    {"restartPolicy", SCN_T_OBJECT, SCN_LATER, .min = 1, .max = 100, .idle = "enabled=false"},
    {"entryPoint", SCN_T_TEXTS, SCN_NONE, .help = "what runs inside a container is not modelled"},
    {"command", SCN_T_TEXTS, SCN_NONE, .help = "what runs inside a container is not modelled"},
    {"environment", SCN_T_OBJECTS, SCN_NONE, .members = environment_keys,
     .help = "what runs inside a container is not modelled"},
    {"environmentFiles", SCN_T_OBJECTS, SCN_NONE, .members = environment_files_keys, .min = 0,
     .max = 10, .help = "what runs inside a container is not modelled"},
    {"mountPoints", SCN_T_OBJECTS, SCN_NONE, .members = mount_points_keys,
     .help = "disks are not modelled"},
    {"volumesFrom", SCN_T_OBJECTS, SCN_NONE, .members = volumes_from_keys,
     .help = "disks are not modelled"},
    {"linuxParameters", SCN_T_OBJECT, SCN_NONE, .members = linux_parameters_keys,
     .help = "what runs inside a container is not modelled"},
    {"secrets", SCN_T_OBJECTS, SCN_NONE, .members = secrets_keys,
     .help = "what runs inside a container is not modelled"},
    {"dependsOn", SCN_T_OBJECTS, SCN_ACTS, .members = depends_on_keys,
     .help = "what must have happened to other containers before it starts"},
    {"startTimeout", SCN_T_INTEGER, SCN_ACTS, .min = 2, .max = 86400,
     .fallback = "ECS_CONTAINER_START_TIMEOUT",
     .help = "seconds after which its start is given up"},
    {"stopTimeout", SCN_T_INTEGER, SCN_ACTS, .min = 0, .max = 86400, .fallback = "30",
     .help = "seconds from the stop signal to the kill"},
    {"versionConsistency", SCN_T_TEXT, SCN_NONE, .choices = "enabled disabled",
     .help = "what runs inside a container is not modelled"},
    {"hostname", SCN_T_TEXT, SCN_NONE, .help = "networks inside a task are not modelled"},
    {"user", SCN_T_TEXT, SCN_NONE, .help = "what runs inside a container is not modelled"},
    {"workingDirectory", SCN_T_TEXT, SCN_NONE,
     .help = "what runs inside a container is not modelled"},
    {"disableNetworking", SCN_T_BOOL, SCN_NONE, .help = "networks inside a task are not modelled"},
    {"privileged", SCN_T_BOOL, SCN_NONE, .help = "what runs inside a container is not modelled"},
    {"readonlyRootFilesystem", SCN_T_BOOL, SCN_NONE,
     .help = "what runs inside a container is not modelled"},
    {"dnsServers", SCN_T_TEXTS, SCN_NONE, .help = "networks inside a task are not modelled"},
    {"dnsSearchDomains", SCN_T_TEXTS, SCN_NONE, .help = "networks inside a task are not modelled"},
    {"extraHosts", SCN_T_OBJECTS, SCN_NONE, .members = extra_hosts_keys,
     .help = "networks inside a task are not modelled"},
    {"dockerSecurityOptions", SCN_T_TEXTS, SCN_NONE,
     .help = "what runs inside a container is not modelled"},
    {"interactive", SCN_T_BOOL, SCN_NONE, .help = "what runs inside a container is not modelled"},
    {"pseudoTerminal", SCN_T_BOOL, SCN_NONE,
     .help = "what runs inside a container is not modelled"},
    {"dockerLabels", SCN_T_MAP, SCN_NONE, .help = "what runs inside a container is not modelled"},
    {"ulimits", SCN_T_OBJECTS, SCN_NONE, .members = ulimits_keys,
     .help = "what runs inside a container is not modelled"},
    {"logConfiguration", SCN_T_OBJECT, SCN_NONE, .members = log_configuration_keys,
     .help = "logs are not modelled"},
    {"healthCheck", SCN_T_OBJECT, SCN_ACTS, .members = health_check_keys,
     .help = "when containers start that wait until it is HEALTHY"},
    {"systemControls", SCN_T_OBJECTS, SCN_NONE, .members = system_controls_keys,
     .help = "what runs inside a container is not modelled"},
    {"resourceRequirements", SCN_T_OBJECTS, SCN_ACTS, .members = resource_requirements_keys,
     .help = "GPUs; inference accelerators are not simulated yet"},
    {"firelensConfiguration", SCN_T_OBJECT, SCN_NONE, .members = firelens_configuration_keys,
     .help = "logs are not modelled"},
    {"credentialSpecs", SCN_T_TEXTS, SCN_NONE,
     .help = "what runs inside a container is not modelled"},
    {0},
};

static const struct scn_key host_keys[] = {
    {"sourcePath", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key docker_volume_configuration_keys[] = {
    {"scope", SCN_T_TEXT, SCN_NONE, .choices = "task shared"},
    {"autoprovision", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {"driver", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"driverOpts", SCN_T_MAP, SCN_NONE, .help = NULL},
    {"labels", SCN_T_MAP, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key authorization_config_keys[] = {
    {"accessPointId", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"iam", SCN_T_TEXT, SCN_NONE, .choices = "ENABLED DISABLED"},
    {0},
};

static const struct scn_key efs_volume_configuration_keys[] = {
    {"fileSystemId", SCN_T_TEXT, SCN_NONE, .required = true, .min = 1, .max = 255,
     .help = "such as fs-12345678"},
    {"rootDirectory", SCN_T_TEXT, SCN_NONE, .fallback = "/", .help = NULL},
    {"transitEncryption", SCN_T_TEXT, SCN_NONE, .choices = "ENABLED DISABLED",
     .fallback = "DISABLED", .help = NULL},
    {"transitEncryptionPort", SCN_T_INTEGER, SCN_NONE, .min = 0, .max = 65535, .help = NULL},
    {"authorizationConfig", SCN_T_OBJECT, SCN_NONE, .members = authorization_config_keys},
    {0},
};

static const struct scn_key s3files_volume_configuration_keys[] = {
    {"fileSystemArn", SCN_T_TEXT, SCN_NONE, .required = true},
    {"rootDirectory", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"transitEncryptionPort", SCN_T_INTEGER, SCN_NONE, .help = NULL},
    {"accessPointArn", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key
    fsx_windows_file_server_volume_configuration_authorization_config_keys[] = {
        {"credentialsParameter", SCN_T_TEXT, SCN_NONE, .required = true},
        {"domain", SCN_T_TEXT, SCN_NONE, .required = true},
        {0},
};

static const struct scn_key fsx_windows_file_server_volume_configuration_keys[] = {
    {"fileSystemId", SCN_T_TEXT, SCN_NONE, .required = true},
    {"rootDirectory", SCN_T_TEXT, SCN_NONE, .required = true},
    {"authorizationConfig", SCN_T_OBJECT, SCN_NONE, .required = true,
     .members = fsx_windows_file_server_volume_configuration_authorization_config_keys},
    {0},
};

static const struct scn_key volumes_keys[] = {
    {"name", SCN_T_TEXT, SCN_NONE, .min = 1, .max = 255, .help = "what mountPoints refer to"},
    {"host", SCN_T_OBJECT, SCN_NONE, .members = host_keys},
    {"dockerVolumeConfiguration", SCN_T_OBJECT, SCN_NONE,
     .members = docker_volume_configuration_keys},
    {"efsVolumeConfiguration", SCN_T_OBJECT, SCN_NONE, .members = efs_volume_configuration_keys},
    {"s3filesVolumeConfiguration", SCN_T_OBJECT, SCN_NONE,
     .members = s3files_volume_configuration_keys},
    {"fsxWindowsFileServerVolumeConfiguration", SCN_T_OBJECT, SCN_NONE,
     .members = fsx_windows_file_server_volume_configuration_keys},
    {"configuredAtLaunch", SCN_T_BOOL, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key placement_constraints_keys[] = {
    {"type", SCN_T_TEXT, SCN_ACTS, .choices = "memberOf distinctInstance"},
    {"expression", SCN_T_TEXT, SCN_ACTS, .help = NULL},
    {0},
};

static const struct scn_key properties_keys[] = {
    {"name", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {"value", SCN_T_TEXT, SCN_NONE, .help = NULL},
    {0},
};

static const struct scn_key proxy_configuration_keys[] = {
    {"type", SCN_T_TEXT, SCN_NONE, .choices = "APPMESH"},
    {"containerName", SCN_T_TEXT, SCN_NONE, .required = true},
    {"properties", SCN_T_OBJECTS, SCN_NONE, .members = properties_keys},
    {0},
};

static const struct scn_key ephemeral_storage_keys[] = {
    {"sizeInGiB", SCN_T_INTEGER, SCN_NONE, .required = true, .min = 20, .max = 200,
     .help = "20 to 200"},
    {0},
};

static const struct scn_key runtime_platform_keys[] = {
    {"cpuArchitecture", SCN_T_TEXT, SCN_ACTS, .choices = "X86_64 ARM64", .help = "X86_64 or ARM64"},
    {"operatingSystemFamily", SCN_T_TEXT, SCN_ACTS,
     .choices = "WINDOWS_SERVER_2019_FULL WINDOWS_SERVER_2019_CORE WINDOWS_SERVER_2016_FULL "
                "WINDOWS_SERVER_2004_CORE WINDOWS_SERVER_2022_CORE WINDOWS_SERVER_2022_FULL "
                "WINDOWS_SERVER_2025_CORE WINDOWS_SERVER_2025_FULL WINDOWS_SERVER_20H2_CORE LINUX",
     .help = "LINUX; Windows is not simulated yet"},
    {0},
};

const struct scn_key scn_task_definition_keys[] = {
    {"family", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 255,
     .help = "name of the family; each registration is its next revision"},
    {"taskRoleArn", SCN_T_TEXT, SCN_NONE, .help = "permissions are not modelled"},
    {"executionRoleArn", SCN_T_TEXT, SCN_NONE, .help = "permissions are not modelled"},
    {"networkMode", SCN_T_TEXT, SCN_ACTS, .choices = "bridge host awsvpc none",
     .fallback = "bridge",
     .help = "how its containers are connected; awsvpc takes a network interface"},
    {"containerDefinitions", SCN_T_OBJECTS, SCN_ACTS, .members = container_definitions_keys,
     .required = true, .min = 1, .max = 10, .limit = "QTA-13: ClientException",
     .help = "its containers, all on one instance"},
    {"volumes", SCN_T_OBJECTS, SCN_NONE, .members = volumes_keys, .help = "disks are not modelled"},
    {"placementConstraints", SCN_T_OBJECTS, SCN_ACTS, .members = placement_constraints_keys,
     .help = "memberOf; not simulated yet"},
    {"requiresCompatibilities", SCN_T_TEXTS, SCN_ACTS,
     .choices = "EC2 FARGATE EXTERNAL MANAGED_INSTANCES",
     .help = "EC2; Fargate is not simulated yet"},
    {"cpu", SCN_T_TEXT, SCN_ACTS,
     .help = "CPU units of the whole task, 128 to 10240, or as \"1 vCPU\""},
    {"memory", SCN_T_TEXT, SCN_ACTS, .help = "MiB of the whole task, or as \"1 GB\""},
    {"tags", SCN_T_OBJECTS, SCN_NONE, .members = scn_tag_keys, .min = 0, .max = 50,
     .limit = SCN_TAGS_LIMIT, .help = "tags are only labels"},
    {"pidMode", SCN_T_TEXT, SCN_NONE, .choices = "host task",
     .help = "what runs inside a container is not modelled"},
    {"ipcMode", SCN_T_TEXT, SCN_NONE, .choices = "host task none",
     .help = "what runs inside a container is not modelled"},
    {"proxyConfiguration", SCN_T_OBJECT, SCN_NONE, .members = proxy_configuration_keys,
     .help = "networks inside a task are not modelled"},
    {"inferenceAccelerators", SCN_T_OBJECTS, SCN_LATER, .help = NULL},
    {"ephemeralStorage", SCN_T_OBJECT, SCN_NONE, .members = ephemeral_storage_keys,
     .help = "only Fargate tasks have it"},
    {"runtimePlatform", SCN_T_OBJECT, SCN_ACTS, .members = runtime_platform_keys,
     .help = "which instances can run it; LINUX only"},
    {"enableFaultInjection", SCN_T_BOOL, SCN_NONE, .help = "no faults are injected here"},
    {"taskDefinitionArn", SCN_T_TEXT, SCN_NONE, .help = "output of a describe call"},
    {"revision", SCN_T_INTEGER, SCN_ACTS, .min = 1, .max = 1000000,
     .help = "of a describe output: the revisions of its family are counted on from here"},
    {"status", SCN_T_TEXT, SCN_ACTS, .choices = "ACTIVE INACTIVE DELETE_IN_PROGRESS",
     .fallback = "ACTIVE", .help = "of a describe output: only ACTIVE revisions start tasks"},
    {"requiresAttributes", SCN_T_OBJECTS, SCN_NONE, .help = "output of a describe call"},
    {"compatibilities", SCN_T_TEXTS, SCN_NONE, .help = "output of a describe call"},
    {"registeredAt", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {"deregisteredAt", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {"deleteRequestedAt", SCN_T_ANY, SCN_NONE, .help = "output of a describe call"},
    {"registeredBy", SCN_T_TEXT, SCN_NONE, .help = "output of a describe call"},
    {"sim", SCN_T_OBJECT, SCN_ACTS, .members = task_sim_keys, .help = "the simulator's own"},
    {0},
};
