/* Rules within one container definition (scn_task_rules.h). */
#include "scn_task_rules.h"

#include <string.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"

/* "x is no <what>; did you mean ...". Long lists are not printed. */
static void check_among(const struct scn_task_check *check, const struct scn_value *at,
                        const char *text, const char *what, const char *const *names,
                        uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(text, names[i]) == 0)
            return;
    const char *near = scn_nearest(text, names, count);
    if (near != NULL)
        scn_error(check->complaints, at, "\"%s\" is no %s; did you mean %s?", text, what, near);
    else
        scn_error(check->complaints, at, "\"%s\" is no %s; write one such as %s or %s", text, what,
                  names[0], names[1]);
}

/* ---- image (IMG-02) ---- */

static void check_image(const struct scn_task_check *check, const struct scn_value *container)
{
    static const char allowed[] = LETTERS DIGITS "-_:./#@";
    const struct scn_value *at = scn_said(container, "image");
    if (at == NULL || at->kind != SCN_STRING)
        return;
    const char *text = at->text, *odd = text + strspn(text, allowed);
    const char *digest = strchr(text, '@');
    if (*odd != '\0')
        scn_error(check->complaints, at,
                  "\"%s\" holds \"%.*s\"; an image is written with letters, digits and -_:./#@",
                  text, scn_character_bytes(odd), odd);
    else if (strchr("/:@.", text[0]) != NULL || strchr("/:@", text[strlen(text) - 1]) != NULL ||
             strstr(text, "//") != NULL)
        scn_error(check->complaints, at,
                  "\"%s\" is no image; write name, org/name or host/org/name, with :tag or "
                  "@digest after it",
                  text);
    else if (digest != NULL && (strchr(digest, ':') == NULL || strchr(digest + 1, '@') != NULL))
        scn_error(
            check->complaints, at,
            "\"%s\" is no digest; write one such as @sha256:94afd1f2e64d908bc90dbca0035a5b567",
            digest);
}

/* ---- linuxParameters (RES-14 to RES-16, section 24) ---- */

static const char *const capabilities[] = {
    "ALL",
    "AUDIT_CONTROL",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "SETCAP",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "SYSLOG",
    "WAKE_ALARM",
    "AUDIT_READ", /* add only: last */
};
#define CAPABILITIES ((uint32_t)(sizeof capabilities / sizeof capabilities[0]))

static const char *const mount_options[] = {
    "defaults",   "ro",          "rw",         "suid",        "nosuid",        "dev",     "nodev",
    "exec",       "noexec",      "sync",       "async",       "dirsync",       "remount", "mand",
    "nomand",     "atime",       "noatime",    "diratime",    "nodiratime",    "bind",    "rbind",
    "unbindable", "runbindable", "private",    "rprivate",    "shared",        "rshared", "slave",
    "rslave",     "relatime",    "norelatime", "strictatime", "nostrictatime", "mode",    "uid",
    "gid",        "nr_inodes",   "nr_blocks",  "mpol",
};

static void check_tmpfs(const struct scn_task_check *check, const struct scn_value *tmpfs)
{
    const struct scn_value *path = scn_get(tmpfs, "containerPath", SCN_STRING);
    if (path != NULL && path->text[0] != '/')
        scn_error(check->complaints, path,
                  "a tmpfs is mounted at an absolute path; write one such as \"/tmp\"");
    for (const struct scn_value *v = scn_first(tmpfs, "mountOptions"); v != NULL; v = v->next) {
        if (v->kind != SCN_STRING)
            continue;
        const char *name = /* "mode=755" */
            sim_arena_strndup(check->complaints->arena, v->text, strcspn(v->text, "="));
        check_among(check, v, name, "mount option of a tmpfs", mount_options,
                    sizeof mount_options / sizeof mount_options[0]);
    }
}

static void check_linux_parameters(const struct scn_task_check *check,
                                   const struct scn_value *parameters)
{
    const struct scn_value *changes = scn_get(parameters, "capabilities", SCN_OBJECT);
    for (const struct scn_value *v = scn_first(changes, "add"); v != NULL; v = v->next)
        if (v->kind == SCN_STRING)
            check_among(check, v, v->text, "capability to add", capabilities, CAPABILITIES);
    for (const struct scn_value *v = scn_first(changes, "drop"); v != NULL; v = v->next)
        if (v->kind == SCN_STRING)
            check_among(check, v, v->text, "capability to drop", capabilities, CAPABILITIES - 1);
    for (const struct scn_value *v = scn_first(parameters, "tmpfs"); v != NULL; v = v->next)
        check_tmpfs(check, v);
}

/* ---- systemControls (section 24) ---- */

static void check_system_control(const struct scn_task_check *check, const struct scn_value *item)
{
    static const char *const ipc[] = {"kernel.msgmax", "kernel.msgmnb",         "kernel.msgmni",
                                      "kernel.sem",    "kernel.shmall",         "kernel.shmmax",
                                      "kernel.shmmni", "kernel.shm_rmid_forced"};
    const struct scn_value *at = scn_get(item, "namespace", SCN_STRING);
    if (at == NULL)
        return;
    bool net = strncmp(at->text, "net.", 4) == 0;
    bool shared = strncmp(at->text, "fs.mqueue.", 10) == 0;
    if (!net && !shared)
        check_among(check, at, at->text, "kernel parameter that a container may set", ipc,
                    sizeof ipc / sizeof ipc[0]);
    if (net && strcmp(check->network_mode, "host") == 0)
        scn_error(check->complaints, at,
                  "with networkMode host it would change the instance; remove it, or change the "
                  "network mode");
    if (!net && strcmp(scn_get_text(check->definition, "ipcMode", ""), "host") == 0)
        scn_error(check->complaints, at,
                  "with ipcMode host it would change the instance; remove it, or change ipcMode");
}

/* ---- names and networks ---- */

/* NET-08: "container" or "container:alias". */
static void check_link(const struct scn_task_check *check, const struct scn_value *container,
                       const struct scn_value *link)
{
    if (link->kind != SCN_STRING)
        return;
    size_t length = strcspn(link->text, ":");
    const char *name = sim_arena_strndup(check->complaints->arena, link->text, length);
    const struct scn_value *other = scn_task_container(check->definition, name);
    if (other == NULL)
        scn_error(check->complaints, link,
                  "there is no container \"%s\" in the task to link to; write \"name\" or "
                  "\"name:alias\" of one of its containers",
                  name);
    else if (other == container)
        scn_error(check->complaints, link, "a container cannot link to itself; remove the link");
}

/* ^[a-zA-Z0-9-.]{0,253}[a-zA-Z0-9]$ */
static void check_search_domain(const struct scn_task_check *check, const struct scn_value *domain)
{
    const char *text = domain->kind == SCN_STRING ? domain->text : "x";
    size_t length = strlen(text);
    if (length == 0 || length > 254 || text[strspn(text, LETTERS DIGITS "-.")] != '\0' ||
        strchr("-.", text[length - 1]) != NULL)
        scn_error(check->complaints, domain,
                  "\"%s\" is no search domain; write up to 254 letters, digits, hyphens and dots, "
                  "with a letter or digit at the end",
                  text);
}

/* user, user:group, uid, uid:gid, user:gid, uid:group. */
static void check_user(const struct scn_task_check *check, const struct scn_value *container)
{
    const struct scn_value *at = scn_said(container, "user");
    if (at == NULL || at->kind != SCN_STRING)
        return;
    const char *colon = strchr(at->text, ':');
    const char *group = colon != NULL ? colon + 1 : "x";
    if (colon == at->text || group[0] == '\0' || strchr(group, ':') != NULL || at->text[0] == '-' ||
        group[0] == '-')
        scn_error(
            check->complaints, at,
            "\"%s\" is no user; write a name or a positive id, with :group after it if needed",
            at->text);
}

/* ---- the whole ---- */

void scn_check_container(const struct scn_task_check *check, const struct scn_value *container)
{
    const struct scn_value *health = scn_get(container, "healthCheck", SCN_OBJECT);
    const struct scn_value *command = scn_get(health, "command", SCN_LIST);
    check_image(check, container);
    check_user(check, container);
    check_linux_parameters(check, scn_get(container, "linuxParameters", SCN_OBJECT));
    if (command != NULL && command->count == 0) /* HLT-03 */
        scn_error(check->complaints, command,
                  "the health check runs nothing; write one such as [\"CMD-SHELL\", \"curl -f "
                  "http://localhost/ || exit 1\"]");
    for (const struct scn_value *v = scn_first(container, "systemControls"); v != NULL; v = v->next)
        check_system_control(check, v);
    for (const struct scn_value *v = scn_first(container, "links"); v != NULL; v = v->next)
        check_link(check, container, v);
    for (const struct scn_value *v = scn_first(container, "dnsSearchDomains"); v != NULL;
         v = v->next)
        check_search_domain(check, v);
}
