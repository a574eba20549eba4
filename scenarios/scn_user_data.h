/* scn_user_data: what the parts that read user data share. Private to scn_user_data*.c.
 *
 * User data is run the way cloud-init would run it, as far as that is text that ends up in
 * /etc/ecs/ecs.config: boothooks first, then cloud-config's bootcmd and write_files, then shell
 * scripts, then runcmd, each in the order written. Nothing is executed: a small shell
 * (scn_user_data_shell.c) knows quotes, variables, here documents, redirections, pipes and groups,
 * and of commands those that print. What it cannot know (the output of a command, a variable that
 * nothing sets, which branch is taken) becomes a mark in the text or a note, and the notes become
 * warnings; it is never passed over in silence.
 *
 * Input is hostile: recursion is bounded by SCN_UD_DEPTH and all text made by SCN_UD_BYTES. */
#ifndef SCN_USER_DATA_H
#define SCN_USER_DATA_H

#include "scn_agent.h"

#define SCN_ECS_CONFIG "/etc/ecs/ecs.config"
#define SCN_UD_DEPTH   16
#define SCN_UD_BYTES   (4u << 20)
#define SCN_UD_UNKNOWN '\x01' /* stands for text that is only known at boot */

/* Text that grows; NUL-terminated once something was added. */
struct scn_text {
    char *bytes;
    size_t length, capacity;
};

struct scn_user_data {
    struct scn_loader *loader;
    const struct scn_value *at;
    struct sim_arena *arena;
    struct scn_text config; /* of SCN_ECS_CONFIG */
    size_t made;            /* bytes added to any text, against SCN_UD_BYTES */
    uint32_t depth;         /* archives in archives, shells in shells */
    enum scn_os os;
    struct scn_setting *settings; /* arena */
    uint32_t count, capacity;
};

/* When a part of the user data runs. */
enum scn_ud_phase {
    SCN_UD_BOOTHOOK,
    SCN_UD_BOOTCMD,
    SCN_UD_WRITE_FILES,
    SCN_UD_SCRIPT,
    SCN_UD_RUNCMD,
    SCN_UD_PHASES,
};

/* ---- scn_user_data.c ---- */

void scn_text_add(struct scn_user_data *data, struct scn_text *text, const char *bytes,
                  size_t length);
void scn_text_add_char(struct scn_user_data *data, struct scn_text *text, char c);
const char *scn_text_get(const struct scn_text *text); /* "" when empty */

/* A write to a file: kept when it is the agent's. */
void scn_ud_write(struct scn_user_data *data, const char *path, bool append, const char *text,
                  size_t length);
/* Sets a setting; the last one of a name wins. */
void scn_ud_set(struct scn_user_data *data, const char *name, size_t name_length, const char *value,
                size_t value_length);
/* Base64, and gzip inside or bare: the text, or NULL when it is none. */
const char *scn_ud_decode(struct scn_user_data *data, const char *text, size_t length);

/* ---- the forms ---- */

void scn_ud_shell(struct scn_user_data *data, const char *script);
void scn_ud_cloud_config(struct scn_user_data *data, const char *text, enum scn_ud_phase phase);
void scn_ud_powershell(struct scn_user_data *data, const char *text);
void scn_ud_bottlerocket(struct scn_user_data *data, const char *text);

#endif
