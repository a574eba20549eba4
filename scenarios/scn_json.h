/* scn_json: JSON files as trees of values that know where they were written.
 *
 * Reading takes two passes. The first is our own (scn_json_scan.c): it enforces RFC 8259 to the
 * letter - valid UTF-8, no 01 or 1. or 1e999, no \u0000 inside a string, no lone surrogate, no
 * duplicate key, nothing after the value, at most SCN_JSON_DEPTH levels - and notes the line and
 * column of every value. The second is cJSON's, which builds the tree; that tree is copied into
 * struct scn_value, joined with the positions, and freed. (cJSON alone accepts most of the above,
 * rounds integers beyond 2^53 and keeps no positions.)
 *
 * A file's first mistake ends its reading, for what follows cannot be trusted; other files go on.
 * Columns count characters, not bytes, and both lines and columns start at 1.
 *
 * Values live in the caller's arena and are linked, so that merging (scn_merge) moves them without
 * losing their place. Lookup, removal and replacement of a member are linear in its siblings;
 * appending is not. */
#ifndef SCN_JSON_H
#define SCN_JSON_H

#include "scn_load.h"

#define SCN_JSON_DEPTH 64

/* Where text came from. */
struct scn_file {
    const char *name;   /* as complaints show it */
    const char *folder; /* what relative paths inside it start from; "" for the working folder */
    bool embedded;      /* found inside the program: its neighbours are too */
};

enum scn_kind { SCN_NULL, SCN_BOOL, SCN_NUMBER, SCN_STRING, SCN_LIST, SCN_OBJECT };

struct scn_value {
    enum scn_kind kind;
    bool boolean;
    bool is_integer; /* NUMBER written without fraction or exponent, within int64 */
    int64_t integer;
    double number;
    const char *text; /* STRING: its text; NUMBER: as written */
    const char *key;  /* as a member of an object; else NULL */
    struct scn_value *parent, *next;
    struct scn_value *first; /* elements or members, in order */
    struct scn_value *last;  /* of them; only good while there is a first */
    uint32_t count;          /* of them */
    const struct scn_file *file;
    uint32_t line, column;
};

/* Parses `size` bytes. NULL after a complaint. */
struct scn_value *scn_json_parse(struct sim_arena *arena, const struct scn_file *file,
                                 const char *bytes, size_t size, struct scn_complaints *complaints);

/* Reads a whole file into the arena (size without the NUL that ends it). `beside`: the file whose
 * folder a relative path starts from, or NULL for the working folder; beside an embedded file the
 * name is looked for inside the program, e.g. "scenarios/mappings/swf.json". On failure NULL, and
 * *why is a sentence. */
const char *scn_file_read(struct sim_arena *arena, const struct scn_file *beside, const char *path,
                          struct scn_file **file, size_t *size, const char **why);
/* The same of a file that may hold NUL bytes, as compressed ones do. */
const char *scn_file_read_bytes(struct sim_arena *arena, const struct scn_file *beside,
                                const char *path, struct scn_file **file, size_t *size,
                                const char **why);
#define SCN_FILE_BYTES_MAX (64u << 20)

/* The value as JSON text without blanks; numbers as they were written, `/` unescaped. */
char *scn_json_print(struct sim_arena *arena, const struct scn_value *value);

/* ---- the tree ---- */

extern const char *const scn_kind_names[]; /* "a list", by enum scn_kind */

/* NULL when `object` is NULL, no object or has no such member. */
struct scn_value *scn_json_member(const struct scn_value *object, const char *key);
struct scn_value *scn_json_element(const struct scn_value *list, uint32_t index);
void scn_json_append(struct scn_value *parent, struct scn_value *child);
void scn_json_remove(struct scn_value *parent, struct scn_value *child);
/* Puts `with` into the place of `old`, which is forgotten; keeps old's key. */
void scn_json_replace(struct scn_value *old, struct scn_value *with);
struct scn_value *scn_json_copy(struct sim_arena *arena, const struct scn_value *value);

/* The member that names the elements of lists under `key` ("AutoScalingGroupName" for
 * "autoScalingGroups"), or NULL when its elements have no names. */
const char *scn_json_name_key(const char *list_key);
/* The name of an element of such a list, or NULL. */
const char *scn_json_element_name(const struct scn_value *element);

/* "autoScalingGroups[web].MinSize"; the root is "scenario". */
char *scn_json_path(struct sim_arena *arena, const struct scn_value *value);

/* Length of the UTF-8 sequence at `at`, before `end`; 0 when it is none (overlong, surrogate, cut
 * off, ...). */
size_t scn_json_utf8_length(const char *at, const char *end);

/* ---- private to scn_json.c and scn_json_scan.c ---- */

struct scn_spot {
    uint32_t line, column;
    const char *number; /* as written; NULL for other values */
};

struct scn_spots {
    struct scn_spot *spots; /* heap; of every value, parents first */
    uint32_t count, capacity;
};

/* False after a complaint. */
bool scn_json_scan(struct sim_arena *arena, const struct scn_file *file, const char *bytes,
                   size_t size, struct scn_spots *spots, struct scn_complaints *complaints);

#endif
