/* scn_agent: the settings of the ECS container agent.
 *
 * One row of struct scn_agent_key describes one variable that the agent reads from its environment
 * or from /etc/ecs/ecs.config: type, range or choices, default on Linux and on Windows, whether it
 * acts here, and the rule it comes from. scn_user_data finds what an instance's user data sets;
 * scn_agent_apply judges it:
 *
 *   acts                   changes the launch spec or struct scn_agent
 *   none                   checked, then listed by `check` with the reason
 *   not simulated yet      checked, then a warning, unless the value is what is simulated anyway
 *
 * A malformed value is an error. A value that is well-formed but below the agent's floor is ignored
 * by the agent too, so it is a warning (AGT-2 to AGT-4). An empty value is no value. Values that
 * hold credentials are never shown. Malformed ECS_INSTANCE_ATTRIBUTES are a warning and an instance
 * that serves nothing, for that is what happens (REG-13). */
#ifndef SCN_AGENT_H
#define SCN_AGENT_H

#include "scn_bind.h"

struct scn_loader;

enum scn_os { SCN_LINUX, SCN_WINDOWS, SCN_OS_COUNT };

enum scn_agent_type {
    SCN_A_TEXT,
    SCN_A_CHOICE,   /* one of choices */
    SCN_A_BOOL,     /* as Go reads it: true, false, 1, 0, t, f, ... */
    SCN_A_INTEGER,  /* min..max */
    SCN_A_DURATION, /* as Go writes it: 30s, 1h30m; min in seconds */
    SCN_A_PORTS,    /* [22, 80] */
    SCN_A_CHOICES,  /* a JSON list of texts, each one of choices */
    SCN_A_TEXTS,    /* a JSON list of texts */
    SCN_A_MAP,      /* a JSON object of texts */
    SCN_A_JSON,     /* a JSON object */
    SCN_A_RATE,     /* "40,60": steady and burst a second */
};

struct scn_agent_key {
    const char *name; /* NULL ends the table */
    enum scn_agent_type type;
    enum scn_effect effect;
    const char *fallback[SCN_OS_COUNT]; /* default; NULL: the variable does not exist there */
    const char *simulated; /* SCN_LATER: the value whose effect is simulated; NULL: the default */
    int64_t min, max;      /* max > 0: of integers and lengths */
    const char *choices;   /* separated by blanks */
    bool floor;            /* below min the agent takes the default */
    bool secret;
    const char *help; /* SCN_NONE: why */
    const char *rule;
};

extern const struct scn_agent_key scn_agent_keys[];

/* What user data sets. */
struct scn_setting {
    const char *name, *value;
    bool unknown; /* the value is worked out at boot: by a command, or from a variable not set */
};

/* What settings switch on or off, for the attributes that the agent registers (scn_capability.h).
 */
enum scn_ability {
    SCN_CAN_PRIVILEGED = 1,
    SCN_CAN_SELINUX = 2,
    SCN_CAN_APPARMOR = 4,
    SCN_CAN_TASK_ROLE = 8,
    SCN_CAN_TASK_ROLE_HOST = 16,
    SCN_CAN_TASK_ENI = 32,
    SCN_CAN_TASK_LIMITS = 64,
    SCN_CAN_AWSLOGS_ROLE = 128,
    SCN_CAN_HEALTH_CHECKS = 256,
};

/* The drivers that ECS_AVAILABLE_LOGGING_DRIVERS may name. */
#define SCN_LOG_DRIVERS 10
extern const char *const scn_log_drivers[SCN_LOG_DRIVERS];

/* What the agent of a launch spec makes of its settings, beside the spec itself. */
struct scn_agent {
    uint32_t abilities;                /* SCN_CAN_... */
    uint32_t log_drivers;              /* a bit for each of scn_log_drivers */
    const char *const *volume_drivers; /* sim.volumeDrivers, beside `local` */
    uint32_t volume_driver_count;
    const struct scn_value *tags_at; /* the user data that gives the instance tags; NULL: none */
    const char *tags_by;             /* the setting that does */
    const char *cluster;             /* where it registers */
    bool serves;                     /* false: it ends itself or registers in another region */
    enum ecs_join join;              /* then why; else ECS_JOIN_REGISTERS */
    bool proxy;                      /* HTTP_PROXY is set: it needs no route of its own */
    bool task_roles;                 /* ECS_ENABLE_TASK_IAM_ROLE is set */
    bool no_public_address;          /* of the instance, by AssociatePublicIpAddress (REG-6) */
};

/* The defaults: cluster `default` (REG-3), reserved ports (PRT-1), and of spec->host what the
 * agent's settings say; its version and the disk are left alone. */
void scn_agent_init(struct scn_agent *agent, struct ecs_launch_spec *spec, enum scn_os os);

/* Judges the settings, in order. Complaints are placed at `at`. */
void scn_agent_apply(struct scn_loader *loader, const struct scn_value *at, enum scn_os os,
                     const struct scn_setting *settings, uint32_t count,
                     struct ecs_launch_spec *spec, struct scn_agent *agent);

/* Rows of `plimsoll list keys`, under UserData. */
void scn_list_agent_keys(scn_key_row *row, void *user);

/* A duration in Go's syntax (AGT-1), zero or more, in nanoseconds; saturates. 0, or -1. */
int scn_go_duration_parse(const char *text, int64_t *out_ns);

#endif
