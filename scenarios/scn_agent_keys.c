/* The table of the agent's settings (scn_agent.h): sheet 02, section 9, row by row, and below it
 * the few that came after the guide's edition. */
#include "scn_agent.h"

#define BOTH(value)                                                                                \
    {                                                                                              \
        value, value                                                                               \
    }
#define LINUX(value)                                                                               \
    {                                                                                              \
        value, NULL                                                                                \
    }

/* Settings with the same shape. */
#define FLAG(key, act, linux_value, windows_value, why, id)                                        \
    {                                                                                              \
        .name = key, .type = SCN_A_BOOL, .effect = act, .fallback = {linux_value, windows_value},  \
        .help = why, .rule = id                                                                    \
    }
#define TEXT(key, value, why, id)                                                                  \
    {                                                                                              \
        .name = key, .type = SCN_A_TEXT, .effect = SCN_NONE, .fallback = BOTH(value), .help = why, \
        .rule = id                                                                                 \
    }
#define SECRET(key, value, why, id)                                                                \
    {                                                                                              \
        .name = key, .type = SCN_A_TEXT, .effect = SCN_NONE, .fallback = BOTH(value),              \
        .secret = true, .help = why, .rule = id                                                    \
    }
#define PERIOD(key, act, linux_value, windows_value, why, id)                                      \
    {                                                                                              \
        .name = key, .type = SCN_A_DURATION, .effect = act,                                        \
        .fallback = {linux_value, windows_value}, .help = why, .rule = id                          \
    }

#define SECTION_9  "02 section 9"
#define AFTER_2020 "after the guide"

#define CREDENTIALS "credentials are not modelled"
#define LOGS        "the agent's own logs are not modelled"
#define ROUTES      "network routes are not modelled"
#define PATHS       "the instance's files are not modelled"
#define METRICS     "utilisation metrics of containers are not modelled"

#define DRIVERS "awslogs fluentd gelf json-file journald splunk logentries syslog none awsfirelens"

const struct scn_agent_key scn_agent_keys[] = {
    {"ECS_CLUSTER", SCN_A_TEXT, SCN_ACTS, BOTH("default"), .max = 2048,
     .help = "the cluster that the instance registers with", .rule = "REG-3 to REG-5"},
    {"ECS_RESERVED_PORTS",
     SCN_A_PORTS,
     SCN_ACTS,
     {"[22, 2375, 2376, 51678, 51679, 51680]",
      "[53, 135, 139, 445, 2375, 2376, 3389, 5985, 51678, 51679]"},
     .help = "TCP ports that no task gets",
     .rule = "PRT-1, PRT-4"},
    {"ECS_RESERVED_PORTS_UDP", SCN_A_PORTS, SCN_ACTS, BOTH("[]"),
     .help = "UDP ports that no task gets", .rule = "PRT-2, PRT-4"},
    {"ECS_ENGINE_AUTH_TYPE", SCN_A_CHOICE, SCN_NONE, BOTH(""), .choices = "dockercfg docker",
     .help = CREDENTIALS, .rule = "ATH-1"},
    {"ECS_ENGINE_AUTH_DATA", SCN_A_JSON, SCN_NONE, BOTH(""), .secret = true, .help = CREDENTIALS,
     .rule = "ATH-1"},
    {"AWS_DEFAULT_REGION", SCN_A_TEXT, SCN_ACTS, BOTH("the scenario's region"), .max = 64,
     .help = "the region that the agent registers in", .rule = SECTION_9},
    SECRET("AWS_ACCESS_KEY_ID", "of the instance's role", CREDENTIALS, SECTION_9),
    SECRET("AWS_SECRET_ACCESS_KEY", "of the instance's role", CREDENTIALS, SECTION_9),
    SECRET("AWS_SESSION_TOKEN", "of the instance's role", CREDENTIALS, SECTION_9),
    {"DOCKER_HOST",
     SCN_A_TEXT,
     SCN_NONE,
     {"unix:///var/run/docker.sock", "npipe://./pipe/docker_engine"},
     .help = PATHS,
     .rule = SECTION_9},
    TEXT("ECS_LOGFILE", "", LOGS, "LOG-2"),
    {"ECS_LOGLEVEL", SCN_A_CHOICE, SCN_NONE, BOTH("info"), .choices = "crit error warn info debug",
     .help = LOGS, .rule = SECTION_9},
    FLAG("ECS_CHECKPOINT", SCN_NONE, "true if ECS_DATADIR is set", "true if ECS_DATADIR is set",
         "agents do not restart here", SECTION_9),
    {"ECS_DATADIR",
     SCN_A_TEXT,
     SCN_NONE,
     {"/data/", "C:\\ProgramData\\Amazon\\ECS\\data"},
     .help = PATHS,
     .rule = SECTION_9},
    FLAG("ECS_UPDATES_ENABLED", SCN_NONE, "false", "false", "agents are not updated here",
         SECTION_9),
    FLAG("ECS_DISABLE_METRICS", SCN_NONE, "false", "true", METRICS, "AGT-7"),
    FLAG("ECS_POLL_METRICS", SCN_NONE, "false", "false", METRICS, SECTION_9),
    PERIOD("ECS_POLLING_METRICS_WAIT_DURATION", SCN_NONE, "15s", "15s", METRICS, SECTION_9),
    {"ECS_RESERVED_MEMORY", SCN_A_INTEGER, SCN_ACTS, BOTH("0"), .min = 0, .max = INT32_MAX,
     .help = "MiB that no task gets", .rule = "MEM-3, MEM-4, MEM-10"},
    {"ECS_AVAILABLE_LOGGING_DRIVERS",
     SCN_A_CHOICES,
     SCN_ACTS,
     {"[\"json-file\", \"syslog\", \"awslogs\", \"none\"]", "[\"json-file\", \"none\"]"},
     .choices = DRIVERS,
     .help = "placement by log driver: tasks that use another one find no place",
     .rule = "AGT-6"},
    FLAG("ECS_DISABLE_PRIVILEGED", SCN_ACTS, "false", "false",
         "true: no tasks with privileged containers", SECTION_9),
    FLAG("ECS_SELINUX_CAPABLE", SCN_ACTS, "false", "false",
         "true: tasks with SELinux labels among their dockerSecurityOptions", SECTION_9),
    FLAG("ECS_APPARMOR_CAPABLE", SCN_ACTS, "false", "false",
         "true: tasks with AppArmor profiles among their dockerSecurityOptions", SECTION_9),
    {"ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION", SCN_A_DURATION, SCN_ACTS, BOTH("3h"), .min = 60,
     .floor = true, .help = "from a task's stop to the removal of its containers",
     .rule = "AGT-2, CLN-1"},
    PERIOD("ECS_CONTAINER_STOP_TIMEOUT", SCN_ACTS, "30s", "30s",
           "from the stop signal to the kill, of containers without stopTimeout", "AGT-5"),
    PERIOD("ECS_CONTAINER_START_TIMEOUT", SCN_ACTS, "3m", "8m",
           "after it a container's start is given up, of containers without startTimeout", "AGT-5"),
    TEXT("HTTP_PROXY", "", ROUTES, "PRX-1"),
    TEXT("NO_PROXY", "", ROUTES, "PRX-1"),
    FLAG("ECS_ENABLE_TASK_IAM_ROLE", SCN_ACTS, "true", "false", "false: no tasks with a task role",
         SECTION_9),
    FLAG("ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST", SCN_ACTS, "true", "false",
         "false: no tasks with a task role in network mode host", SECTION_9),
    FLAG("ECS_DISABLE_IMAGE_CLEANUP", SCN_ACTS, "false", "false",
         "true: images stay on the instance for ever", "CLN-4"),
    {"ECS_IMAGE_CLEANUP_INTERVAL", SCN_A_DURATION, SCN_ACTS, BOTH("30m"), .min = 600, .floor = true,
     .help = "between two looks at images that nothing uses", .rule = "AGT-3, CLN-3"},
    PERIOD("ECS_IMAGE_MINIMUM_CLEANUP_AGE", SCN_ACTS, "1h", "1h",
           "from its pull, before an image may be deleted", "CLN-3"),
    PERIOD("NON_ECS_IMAGE_MINIMUM_CLEANUP_AGE", SCN_NONE, "1h", "1h",
           "images of other origin are not modelled", "CLN-7"),
    {"ECS_NUM_IMAGES_DELETE_PER_CYCLE", SCN_A_INTEGER, SCN_ACTS, BOTH("5"), .min = 1,
     .max = INT32_MAX, .floor = true, .help = "images deleted at one look", .rule = "AGT-4, CLN-3"},
    {"ECS_IMAGE_PULL_BEHAVIOR", SCN_A_CHOICE, SCN_ACTS, BOTH("default"),
     .choices = "default always once prefer-cached",
     .help = "when the registry is asked, and whether a copy makes up for its failure",
     .rule = "IMG-2, IMG-3"},
    PERIOD("ECS_IMAGE_PULL_INACTIVITY_TIMEOUT", SCN_NONE, "1m", "3m", "no pull stalls here",
           "IMG-5"),
    {"ECS_INSTANCE_ATTRIBUTES", SCN_A_MAP, SCN_ACTS, BOTH(""), .help = "custom attributes",
     .rule = "REG-12, REG-13"},
    {"ECS_ENABLE_TASK_ENI", SCN_A_BOOL, SCN_ACTS, LINUX("true"), .help = "false: no awsvpc tasks",
     .rule = "X-16"},
    {"ECS_CNI_PLUGINS_PATH", SCN_A_TEXT, SCN_NONE, LINUX("/amazon-ecs-cni-plugins"), .help = PATHS,
     .rule = SECTION_9},
    {"ECS_AWSVPC_BLOCK_IMDS", SCN_A_BOOL, SCN_NONE, LINUX("false"), .help = ROUTES,
     .rule = SECTION_9},
    {"ECS_AWSVPC_ADDITIONAL_LOCAL_ROUTES", SCN_A_TEXTS, SCN_NONE, LINUX("[]"), .help = ROUTES,
     .rule = SECTION_9},
    FLAG("ECS_ENABLE_CONTAINER_METADATA", SCN_NONE, "false", "false",
         "what containers can read about themselves is not modelled", "MDF-1"),
    {"ECS_HOST_DATA_DIR", SCN_A_TEXT, SCN_NONE, LINUX("/var/lib/ecs"), .help = PATHS,
     .rule = SECTION_9},
    FLAG("ECS_ENABLE_TASK_CPU_MEM_LIMIT", SCN_ACTS, "true", "false",
         "false: no tasks with task-level cpu or memory", "CPU-5"),
    {"ECS_CGROUP_PATH", SCN_A_TEXT, SCN_NONE, LINUX("/sys/fs/cgroup"), .help = PATHS,
     .rule = SECTION_9},
    {"ECS_ENABLE_CPU_UNBOUNDED_WINDOWS_WORKAROUND",
     SCN_A_BOOL,
     SCN_LATER,
     {NULL, "false"},
     .help = "the CPU share of unbounded containers",
     .rule = "WIN-15"},
    {"ECS_TASK_METADATA_RPS_LIMIT", SCN_A_RATE, SCN_NONE, BOTH("40,60"),
     .help = "what containers can read about themselves is not modelled", .rule = "MDE-9"},
    FLAG("ECS_SHARED_VOLUME_MATCH_FULL_CONFIG", SCN_NONE, "false", "false",
         "volumes are not modelled", SECTION_9),
    {"ECS_CONTAINER_INSTANCE_PROPAGATE_TAGS_FROM", SCN_A_CHOICE, SCN_NONE, BOTH("none"),
     .choices = "none ec2_instance", .help = "tags are not modelled", .rule = "REG-15"},
    {"ECS_CONTAINER_INSTANCE_TAGS", SCN_A_MAP, SCN_NONE, BOTH("{}"),
     .help = "tags are not modelled", .rule = "REG-14"},
    FLAG("ECS_ENABLE_UNTRACKED_IMAGE_CLEANUP", SCN_NONE, "false", "false",
         "images of other origin are not modelled", "CLN-7"),
    TEXT("ECS_EXCLUDE_UNTRACKED_IMAGE", "", "images of other origin are not modelled", "CLN-7"),
    FLAG("ECS_DISABLE_DOCKER_HEALTH_CHECK", SCN_ACTS, "false", "false",
         "true: no tasks with health checks", SECTION_9),
    {"ECS_NVIDIA_RUNTIME", SCN_A_TEXT, SCN_NONE, LINUX("nvidia"),
     .help = "container runtimes are not modelled", .rule = "CPU-6"},
    FLAG("ECS_ENABLE_SPOT_INSTANCE_DRAINING", SCN_NONE, "false", "false",
         "there are no Spot instances here", "SP-7, SP-8"),
    {"ECS_LOG_ROLLOVER_TYPE", SCN_A_CHOICE, SCN_NONE, BOTH("hourly"), .choices = "size hourly",
     .help = LOGS, .rule = "LOG-1"},
    {"ECS_LOG_OUTPUT_FORMAT", SCN_A_CHOICE, SCN_NONE, BOTH("logfmt"), .choices = "logfmt json",
     .help = LOGS, .rule = SECTION_9},
    {"ECS_LOG_MAX_FILE_SIZE_MB", SCN_A_INTEGER, SCN_NONE, BOTH("10"), .min = 0, .max = INT32_MAX,
     .help = LOGS, .rule = "LOG-1"},
    {"ECS_LOG_MAX_ROLL_COUNT", SCN_A_INTEGER, SCN_NONE, BOTH("24"), .min = 0, .max = INT32_MAX,
     .help = LOGS, .rule = "LOG-1"},
    FLAG("ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE", SCN_ACTS, "true", "false",
         "false: no tasks with secrets, or with awslogs and an execution role", SECTION_9),

    /* After the guide's edition, so that today's user data is not taken for a slip of the pen. */
    TEXT("ECS_BACKEND_HOST", "", ROUTES, AFTER_2020),
    PERIOD("ECS_CONTAINER_CREATE_TIMEOUT", SCN_NONE, "4m", "4m",
           "no container hangs when it is created here", AFTER_2020),
    TEXT("ECS_DYNAMIC_HOST_PORT_RANGE", "", "dynamic host ports limit nothing", AFTER_2020),
    FLAG("ECS_ENABLE_GPU_SUPPORT", SCN_NONE, "false", "false", "GPUs follow from the instance type",
         AFTER_2020),
    FLAG("ECS_ENABLE_HIGH_DENSITY_ENI", SCN_NONE, "true", "false",
         "trunking follows from the account's settings", AFTER_2020),
    TEXT("ECS_LOGLEVEL_ON_INSTANCE", "none", LOGS, AFTER_2020),
    TEXT("ECS_LOG_DRIVER", "json-file", LOGS, AFTER_2020),
    TEXT("ECS_LOG_OPTS", "", LOGS, AFTER_2020),
    FLAG("ECS_WARM_POOLS_CHECK", SCN_NONE, "false", "false", "there are no warm pools here",
         AFTER_2020),
    {0},
};
