/* scn_bind: every key a scenario may hold, as tables, and the check of a tree against them.
 *
 * One row of struct scn_key describes one key: its type, range or choices, default, whether it
 * acts, and a line of help. The tables mirror the shapes of the AWS API calls (key for key) and add
 * the simulator's own. From them come: complaints about unknown keys (with the nearest known one),
 * types, ranges, choices and missing keys; the list of keys accepted without effect; the refusal of
 * keys that would act but are not simulated yet; and `plimsoll list keys`.
 *
 * What no table can say (cross references, rules between keys) is checked by the loaders
 * scn_load_*, which read values with the scn_get_* functions below: these return the fallback for a
 * value that is missing or of the wrong kind, since the table check has already complained. */
#ifndef SCN_BIND_H
#define SCN_BIND_H

#include "scn_json.h"

enum scn_type {
    SCN_T_TEXT,
    SCN_T_INTEGER,
    SCN_T_NUMBER,
    SCN_T_BOOL,
    SCN_T_DURATION, /* "90s" */
    SCN_T_DIST,     /* a distribution; checked where it is read */
    SCN_T_OBJECT,
    SCN_T_OBJECTS,    /* a list of objects */
    SCN_T_TEXTS,      /* a list of texts */
    SCN_T_INTEGERS,   /* a list of integers */
    SCN_T_MAP,        /* an object of texts under free keys */
    SCN_T_OBJECT_MAP, /* an object of objects under free keys */
    SCN_T_ANY,        /* checked where it is read */
    SCN_TYPES,
};

enum scn_effect {
    SCN_ACTS,
    SCN_NONE,  /* accepted and checked; changes nothing here; help says why */
    SCN_LATER, /* would change the result and is not simulated yet: an error, unless empty */
};

struct scn_key {
    const char *name; /* NULL ends a table */
    enum scn_type type;
    enum scn_effect effect;
    bool required;
    int64_t min, max; /* max > 0: of numbers; of the length of texts; of the count of lists
                       * and of objects whose members are not in a table */
    int32_t item_min, item_max;    /* item_max > 0: of the length of the texts in a list or map */
    const char *choices;           /* of a text, separated by blanks; or NULL */
    const struct scn_key *members; /* of objects; NULL: checked where they are read */
    const char *listed_at;         /* the members are those of this path, and listed there only */
    const char *fallback;          /* default, for display */
    const char *idle;  /* SCN_LATER: what says what holds anyway, beside empty values: words of a
                        * text; name=value, and names of objects inside, of an object; or NULL */
    const char *limit; /* rule of min and max, and AWS's exception beyond them; or NULL */
    const char *help;
};

/* Whether the value of a SCN_LATER key changes nothing: it is empty, or its table says so. */
bool scn_is_idle(const struct scn_key *key, const struct scn_value *value);

/* The table of the whole scenario (scn_keys.c). */
extern const struct scn_key scn_scenario_keys[];

/* Parts of it, by AWS call. */
extern const struct scn_key scn_cluster_keys[];
extern const struct scn_key scn_provider_keys[];
extern const struct scn_key scn_group_keys[];
extern const struct scn_key scn_launch_configuration_keys[];
extern const struct scn_key scn_launch_template_keys[];
extern const struct scn_key scn_launch_sim_keys[]; /* `sim` of both */
extern const struct scn_key scn_task_definition_keys[];
extern const struct scn_key scn_run_task_keys[];
extern const struct scn_key scn_start_task_keys[];       /* scn_keys_run.c */
extern const struct scn_key scn_overrides_keys[];        /* scn_keys_run.c: of both */
extern const struct scn_key scn_service_keys[];          /* scn_keys_services.c: CreateService */
extern const struct scn_key scn_update_service_keys[];   /* scn_keys_services.c */
extern const struct scn_key scn_delete_service_keys[];   /* scn_keys_services.c */
extern const struct scn_key scn_scalable_target_keys[];  /* scn_keys_scaling.c */
extern const struct scn_key scn_scaling_policy_keys[];   /* scn_keys_scaling.c */
extern const struct scn_key scn_alarm_keys[];            /* scn_keys_scaling.c */
extern const struct scn_key scn_scheduled_action_keys[]; /* scn_keys_scaling.c */
extern const struct scn_key scn_rule_keys[];             /* scn_keys_rules.c */
extern const struct scn_key scn_ecs_parameters_keys[];   /* scn_keys_rules.c */
extern const struct scn_key scn_target_keys[];           /* scn_keys_targets.c */
extern const struct scn_key scn_strategy_item_keys[];
extern const struct scn_key scn_placement_constraint_keys[];
extern const struct scn_key scn_placement_strategy_keys[];
extern const struct scn_key scn_network_configuration_keys[];
extern const struct scn_key scn_tag_keys[];
#define SCN_TAGS_LIMIT "QTA-16: InvalidParameterException"
extern const struct scn_key scn_instance_type_keys[];   /* scn_load_hardware.c */
extern const struct scn_key scn_change_keys[];          /* scn_keys_changes.c */
extern const struct scn_key scn_account_setting_keys[]; /* scn_keys_changes.c */

/* What AWS added after the service models that Debian's botocore holds (1.29.27, of 2022), against
 * which tests/test_botocore.py compares the tables: a key, or with `value` one more choice of it,
 * and the first epoch that has it. The paths are those of `plimsoll list keys`. */
struct scn_newer_key {
    const char *path; /* NULL ends the table */
    const char *value;
    int32_t epoch; /* YYYYMM */
};

extern const struct scn_newer_key scn_newer_keys[]; /* scn_keys_newer.c */

/* Warns of every one of them that the scenario uses although its epoch (YYYYMM) is earlier; of
 * none at the newest epoch. */
void scn_check_newer(struct scn_complaints *complaints, const struct scn_value *root,
                     int32_t epoch);

/* Checks `object` against the table, and everything below it. */
void scn_bind(struct scn_complaints *complaints, const struct scn_value *object,
              const struct scn_key *table);

/* "unknown key; did you mean X?" with candidates from names[]. */
void scn_unknown_key(struct scn_complaints *complaints, const struct scn_value *at,
                     const char *const *names, uint32_t count);

/* The one wording for what would act and does not yet. */
void scn_not_yet(struct scn_complaints *complaints, const struct scn_value *at, const char *what);

/* Bytes of the character that a text begins with; 0 at its end. */
int scn_character_bytes(const char *text);

/* ---- reading members ---- */

/* scn_get_integer takes values beyond 10^12 for wrong; read the few larger ones with scn_get. */
const char *scn_get_text(const struct scn_value *object, const char *key, const char *fallback);
int64_t scn_get_integer(const struct scn_value *object, const char *key, int64_t fallback);
bool scn_get_bool(const struct scn_value *object, const char *key, bool fallback);
sim_time scn_get_duration(const struct scn_value *object, const char *key, sim_time fallback);
/* The member when it is of that kind, else NULL. */
const struct scn_value *scn_get(const struct scn_value *object, const char *key,
                                enum scn_kind kind);

#endif
