/* scn_importer: what the parts of the import share. Private to scn_import*.c (scn_import.h).
 *
 * The parts run in this order: the dump is read into objects by kind (scn_import_read.c); the
 * cluster is chosen and what belongs to it marked as used (scn_import_select.c); a scenario is
 * built from what is used (scn_import_build.c, its tasks in scn_import_tasks.c), written
 * (scn_import_write.c) and loaded. What the loader complains about is unmarked, with a note, and
 * building starts again, until the load is good; each round takes out at least one thing.
 *
 * Everything lives in the arena of the import. Lists keep the order of the dump. */
#ifndef SCN_IMPORTER_H
#define SCN_IMPORTER_H

#include "scn_bind.h"
#include "scn_complain.h"
#include "scn_import.h"

enum scn_dump_kind {
    SCN_DUMP_CLUSTER,
    SCN_DUMP_PROVIDER,
    SCN_DUMP_GROUP,
    SCN_DUMP_CONFIGURATION,
    SCN_DUMP_TEMPLATE, /* one version of a launch template */
    SCN_DUMP_DEFINITION,
    SCN_DUMP_TASK,
    SCN_DUMP_INSTANCE, /* container instance */
    SCN_DUMP_EC2,      /* the same as EC2 knows it */
    SCN_DUMP_SUBNET,
    SCN_DUMP_TEMPLATE_HEAD, /* describe-launch-templates: which version is the default */
    SCN_DUMP_SERVICE,
    SCN_DUMP_USED, /* the kinds before this one reach the scenario; the rest is not simulated yet
                      and only named */
    SCN_DUMP_SETTING = SCN_DUMP_USED,
    SCN_DUMP_TARGET,
    SCN_DUMP_POLICY,
    SCN_DUMP_ACTION,
    SCN_DUMP_GROUP_ACTION,
    SCN_DUMP_ALARM,
    SCN_DUMP_COMPOSITE_ALARM,
    SCN_DUMP_HOOK,
    SCN_DUMP_WARM_POOL,
    SCN_DUMP_LOAD_BALANCER,
    SCN_DUMP_TARGET_GROUP,
    SCN_DUMP_RULE,
    SCN_DUMP_KINDS,
};

struct scn_dump_doc {
    const char *name; /* of the file, inside the dump */
    const char *bytes;
    size_t size;
    uint32_t object_count;
    bool plain;       /* one value, and the loader takes it as it stands */
    bool split;       /* all the same: every object into a file of its own */
    const char *copy; /* its name in the scenario, in this round; NULL: not copied */
    bool listed;      /* in this round the scenario names the copy already */
};

struct scn_dump_object {
    struct scn_dump_object *next;
    struct scn_dump_doc *doc;
    struct scn_value *value;
    const char *name; /* as notes show it */
    const char *id;   /* what makes it one and the same: ARN, or name and version */
    bool used;
    bool changed;                 /* members were taken out of value: no verbatim copy */
    bool probing;                 /* GROUP: used only if its instances join the cluster */
    struct scn_dump_object *spec; /* GROUP: what it launches */
    const char *mixed_type;       /* GROUP: the first type of its mixed instances; NULL: none */
    struct scn_value *over;       /* members the scenario says over it; NULL: none */
    const char *file;             /* its name in the scenario, in this round */
    bool guessed;                 /* DEFINITION: its duration is a default */
    bool done;                    /* DEFINITION: in the scenario already, in this round */
    const char *key;              /* INSTANCE: all but the count; equal ones are one element */
    struct scn_value *element;    /* INSTANCE: that of the first of them */
};

/* Where an element of the scenario came from, by list and index. */
struct scn_import_element {
    struct scn_import_element *next;
    const char *list;               /* "runTasks" */
    uint32_t index;                 /* in it, before files are unwrapped */
    struct scn_dump_object *object; /* or NULL */
    struct scn_dump_doc *doc;       /* a copied file of several objects; or NULL */
    struct scn_import_call *call;   /* or NULL */
};

/* Tasks that one RunTask call started. */
struct scn_import_call {
    struct scn_import_call *next;
    struct scn_dump_object *definition;
    struct scn_dump_object **tasks; /* none: a default */
    uint32_t count;
    int64_t at_s;
    const char *key; /* calls of equal keys have all but the time in common */
    struct scn_value *value;
};

struct scn_importer {
    struct scn_import *import;
    struct sim_arena *arena;
    struct scn_complaints *complaints;
    struct scn_dump_object *first[SCN_DUMP_KINDS], *last[SCN_DUMP_KINDS];
    uint32_t pages[SCN_DUMP_KINDS], open_pages[SCN_DUMP_KINDS]; /* open: more follow */
    struct scn_note *notes[SCN_NOTE_KINDS], *last_note[SCN_NOTE_KINDS];

    struct scn_dump_object *cluster;
    uint32_t cluster_count;
    const char *cluster_name, *region, *account; /* region NULL: no ARN tells it */
    bool no_default_strategy;                    /* it cannot be simulated */

    /* This round. */
    bool building; /* notes are of this round */
    struct scn_value *root;
    struct scn_import_element *elements, *last_element;
    struct scn_import_file *files, *last_file;
    const struct scn_value *strategy;    /* of the cluster, of what is used; NULL: none */
    bool has_default;                    /* a duration or the load is a default */
    const char *epoch;                   /* NULL: the newest */
    int64_t start_unix_s, newest_unix_s; /* of the run, of any task; INT64_MIN: unknown */
    int64_t last_call_s, duration_s;     /* duration 0: until the last task is done */
    uint32_t task_count;
};

struct scn_import_file {
    struct scn_import_file *next; /* in the order made */
    const char *name;
    const char *bytes;
    size_t size;
};

/* ---- scn_import_read.c ---- */

/* Reads the dump; false after complaints. */
bool scn_import_read(struct scn_importer *importer);
/* How scenarios and notes call the objects of a kind: "Auto Scaling group". */
const char *scn_import_kind_name(enum scn_dump_kind kind);
const char *scn_import_kind_call(enum scn_dump_kind kind); /* "aws ecs describe-clusters" */

/* ---- scn_import_select.c ---- */

/* Chooses the cluster and marks what belongs to it; false after complaints. */
bool scn_import_select(struct scn_importer *importer);
/* Takes an object out of the scenario; a note unless why is NULL or it was out already. */
void scn_import_drop(struct scn_importer *importer, enum scn_dump_kind kind,
                     struct scn_dump_object *object, const char *why);
struct scn_dump_object *scn_import_find(const struct scn_importer *importer,
                                        enum scn_dump_kind kind, const char *key, const char *text);
/* Marks the specs of used groups, drops what has lost what it needs. Before each round. */
void scn_import_settle(struct scn_importer *importer);
/* The Auto Scaling group that a capacity provider names. */
const char *scn_import_group_of(const struct scn_importer *importer,
                                const struct scn_dump_object *provider);
/* Marks the object, and takes out of it what the simulator does not know. Once. */
void scn_import_use(struct scn_importer *importer, enum scn_dump_kind kind,
                    struct scn_dump_object *object);
/* Whether the list of texts holds the name, or an ARN of it. */
bool scn_import_lists(const struct scn_importer *importer, const struct scn_value *list,
                      const char *name);

/* ---- scn_import_build.c ---- */

void scn_import_build(struct scn_importer *importer);
/* A list of the scenario, made at first use. */
struct scn_value *scn_import_list(struct scn_importer *importer, const char *list);
void scn_import_element(struct scn_importer *importer, const char *list, struct scn_value *value,
                        struct scn_import_element from);

/* Adds the object to a list, as {"$file": ...}. */
void scn_import_object(struct scn_importer *importer, enum scn_dump_kind kind, const char *list,
                       struct scn_dump_object *object);
/* Whether the scenario has the capacity provider, by name or ARN. */
bool scn_import_has_provider(const struct scn_importer *importer, const char *name);

/* ---- scn_import_tasks.c ---- */

void scn_import_select_tasks(struct scn_importer *importer);
void scn_import_definitions(struct scn_importer *importer);
/* runTasks; also start, duration and epoch, which follow from them. */
void scn_import_calls(struct scn_importer *importer);
/* "65m", "90s". */
const char *scn_import_duration(struct sim_arena *arena, int64_t seconds);

/* ---- scn_import_services.c ---- */

void scn_import_select_services(struct scn_importer *importer);
/* Drops services that have lost their task definition. Before each round. */
void scn_import_settle_services(struct scn_importer *importer);
void scn_import_services(struct scn_importer *importer);
/* Whether any service is used; whether one of those runs the definition. */
bool scn_import_has_service(const struct scn_importer *importer);
bool scn_import_serves(const struct scn_importer *importer,
                       const struct scn_dump_object *definition);
/* The service that started the task; NULL: none, or the dump does not hold it. */
struct scn_dump_object *scn_import_service_of(const struct scn_importer *importer,
                                              const struct scn_dump_object *task);

/* ---- scn_import_instances.c ---- */

void scn_import_select_instances(struct scn_importer *importer);
void scn_import_instances(struct scn_importer *importer);
/* Whether the container instance is registered with the cluster. */
bool scn_import_registered(const struct scn_importer *importer,
                           const struct scn_dump_object *instance);

/* ---- scn_import_write.c ---- */

/* A note; once, however often it is said. */
void scn_import_note(struct scn_importer *importer, enum scn_note_kind kind, const char *format,
                     ...) __attribute__((format(printf, 3, 4)));
/* Forgets the notes of the last round. */
void scn_import_forget(struct scn_importer *importer);
/* A file name of letters, digits, dots, hyphens and underscores that no file has yet. */
const char *scn_import_file_name(struct scn_importer *importer, const char *prefix,
                                 const char *name);
void scn_import_file(struct scn_importer *importer, const char *name, const char *bytes,
                     size_t size);
/* Writes the files of this round. False: failure is set. */
bool scn_import_write(struct scn_importer *importer);
void scn_import_remove(struct scn_importer *importer); /* them */
/* IMPORT.md, from the notes. */
void scn_import_letter(struct scn_importer *importer);

/* ---- scn_import_tree.c: making values, and printing them for people ---- */

struct scn_value *scn_make_object(struct sim_arena *arena);
struct scn_value *scn_make_list(struct sim_arena *arena);
struct scn_value *scn_make_text(struct sim_arena *arena, const char *text);
struct scn_value *scn_make_integer(struct sim_arena *arena, int64_t integer);
/* A copy of `value`, as object.key. */
void scn_make_member(struct sim_arena *arena, struct scn_value *object, const char *key,
                     const struct scn_value *value);
/* Text that grows. */
struct scn_growing {
    char *bytes; /* heap; NULL: nothing yet */
    uint32_t length, capacity;
};
void scn_grow_text(struct scn_growing *text, const char *more);
/* Moves it into the arena. */
const char *scn_grow_done(struct sim_arena *arena, struct scn_growing *text, size_t *size);

/* Over several lines, indented; ends with a line feed. */
const char *scn_make_print(struct sim_arena *arena, const struct scn_value *value, size_t *size);

#endif
