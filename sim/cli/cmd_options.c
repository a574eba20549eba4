#include "cmd_options.h"

#include "cmd.h"
#include "rpt_store_file.h"
#include "scn_complain.h"

#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPTIONS_MAX     32
#define NAME_MAX_LENGTH 63

void cmd_error(const char *command, const char *format, ...)
{
    va_list list;
    fprintf(stderr, "plimsoll %s: ", command);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
}

void cmd_print_errors(const struct scn_complaints *complaints)
{
    uint32_t shown = complaints->error_count;
    if (shown > SCN_COMPLAINTS_MAX)
        shown = SCN_COMPLAINTS_MAX;
    for (uint32_t i = 0; i < shown; i++)
        fprintf(stderr, "%s\n", complaints->errors[i]);
    if (complaints->error_count > shown)
        fprintf(stderr, "... and %u more\n", complaints->error_count - shown);
}

/* ---- what --out names --------------------------------------------------------------------- */

bool cmd_can_write(const char *command, const char *path)
{
    struct rpt_file file;
    char message[RPT_PATH_MAX + 256];
    if (!rpt_file_create(&file, path, message, sizeof message)) {
        cmd_error(command, "%s", message);
        return false;
    }
    rpt_file_discard(&file);
    return true;
}

bool cmd_can_write_folder(const char *command, const char *path)
{
    struct stat status;
    char parent[RPT_PATH_MAX];
    bool there = stat(path, &status) == 0;
    snprintf(parent, sizeof parent, "%s", path);
    const char *folder = there ? path : dirname(parent);
    if (there && !S_ISDIR(status.st_mode))
        cmd_error(command, "%s: is no folder; name one with --out", path);
    else if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode))
        cmd_error(command, "%s: there is no folder %s; make it, or name another with --out", path,
                  folder);
    else if (access(folder, W_OK | X_OK) != 0)
        cmd_error(command, "%s: cannot write in folder %s: %s", path, folder, strerror(errno));
    else
        return true;
    return false;
}

/* ---- help ----------------------------------------------------------------------------------- */

static void print_wrapped(const char *text, int indent)
{
    int column = indent;
    while (*text) {
        int length = (int)strcspn(text, " ");
        if (column > indent && column + 1 + length > 96) {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            putchar(' ');
            column++;
        }
        printf("%.*s", length, text);
        column += length;
        text += length;
        text += strspn(text, " ");
    }
    putchar('\n');
}

static void print_help(const struct cmd_usage *usage)
{
    printf("usage: plimsoll %s\n\n%s\n\n", usage->synopsis, usage->about);
    int width = 4;
    for (const struct cmd_option *o = usage->options; o->name; o++) {
        int length = (int)(strlen(o->name) + (o->value ? strlen(o->value) + 1 : 0));
        width = length > width ? length : width;
    }
    for (const struct cmd_option *o = usage->options; o->name; o++) {
        int used = printf("  --%s%s%s", o->name, o->value ? "=" : "", o->value ? o->value : "");
        printf("%*s", width + 6 - used, "");
        print_wrapped(o->help, width + 6);
    }
    printf("  --help%*sthis text\n", width - 2, "");
}

/* ---- values --------------------------------------------------------------------------------- */

static bool parse_word(const char *text, uint64_t *out)
{
    char *end;
    if (!isdigit((unsigned char)text[0]))
        return false;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || *end)
        return false;
    *out = value;
    return true;
}

static bool parse_bytes(const char *text, int64_t *out)
{
    static const struct {
        const char *suffix;
        uint64_t unit;
    } units[] = {{"", 1}, {"KiB", 1u << 10}, {"MiB", 1u << 20}, {"GiB", 1u << 30}};
    size_t digits = strspn(text, "0123456789");
    char number[24];
    uint64_t value;
    if (digits == 0 || digits >= sizeof number)
        return false;
    memcpy(number, text, digits);
    number[digits] = '\0';
    if (!parse_word(number, &value))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(text + digits, units[i].suffix) != 0)
            continue;
        if (value > (uint64_t)INT64_MAX / units[i].unit)
            return false;
        *out = (int64_t)(value * units[i].unit);
        return true;
    }
    return false;
}

static bool parse_choice(const struct cmd_usage *usage, const struct cmd_option *option,
                         const char *text)
{
    uint32_t count = 0;
    for (; option->choices[count]; count++) {
        if (strcmp(option->choices[count], text) == 0) {
            *(int *)option->target = (int)count;
            return true;
        }
    }
    const char *near = scn_nearest(text, option->choices, count);
    fprintf(stderr, "plimsoll %s: --%s=%s: must be one of", usage->command, option->name, text);
    for (uint32_t i = 0; i < count; i++)
        fprintf(stderr, "%s %s", i ? "," : "", option->choices[i]);
    if (near)
        fprintf(stderr, "; did you mean %s?", near);
    fputc('\n', stderr);
    return false;
}

/* Writes the value; on a mistake explains and returns false. */
static bool parse_value(const struct cmd_usage *usage, const struct cmd_option *option,
                        const char *text)
{
    const char *wanted = NULL;
    uint64_t word;
    sim_time time;
    struct cmd_texts *texts;
    switch (option->kind) {
    case CMD_FLAG:
        *(bool *)option->target = true;
        return true;
    case CMD_TEXT:
        if (*text) {
            *(const char **)option->target = text;
            return true;
        }
        wanted = "a text that is not empty";
        break;
    case CMD_TEXTS:
        texts = option->target;
        texts->items[texts->count++] = text;
        return true;
    case CMD_COUNT:
        if (parse_word(text, &word) && word >= 1 && word <= option->max) {
            *(uint32_t *)option->target = (uint32_t)word;
            return true;
        }
        cmd_error(usage->command, "--%s=%s: must be a whole number from 1 to %u", option->name,
                  text, option->max);
        return false;
    case CMD_WORD:
        if (parse_word(text, &word) && word <= INT64_MAX) {
            *(uint64_t *)option->target = word;
            return true;
        }
        wanted = "a whole number from 0 to 9223372036854775807";
        break;
    case CMD_DURATION:
        if (sim_time_parse(text, &time) == 0 && time > 0) {
            *(sim_time *)option->target = time;
            return true;
        }
        wanted = "a duration like 90s, 5m, 24h or 7d, longer than 0";
        break;
    case CMD_BYTES:
        if (parse_bytes(text, option->target))
            return true;
        wanted = "a size like 256MiB, 1GiB or a number of bytes";
        break;
    case CMD_CHOICE:
        return parse_choice(usage, option, text);
    }
    cmd_error(usage->command, "--%s=%s: must be %s", option->name, text, wanted);
    return false;
}

/* ---- parsing -------------------------------------------------------------------------------- */

static int usage_error(const struct cmd_usage *usage)
{
    fprintf(stderr, "usage: plimsoll %s\ntry `plimsoll %s --help`\n", usage->synopsis,
            usage->command);
    return CMD_USAGE;
}

static int unknown_option(const struct cmd_usage *usage, const char *text)
{
    const char *names[OPTIONS_MAX + 1];
    uint32_t count = 0;
    char name[NAME_MAX_LENGTH + 1];
    snprintf(name, sizeof name, "%s", text + strspn(text, "-"));
    for (const struct cmd_option *o = usage->options; o->name; o++)
        names[count++] = o->name;
    names[count++] = "help";
    name[strcspn(name, "=")] = '\0';
    const char *near = scn_nearest(name, names, count);
    if (near)
        cmd_error(usage->command, "unknown option %.*s; did you mean --%s?",
                  (int)strcspn(text, "="), text, near);
    else
        cmd_error(usage->command, "unknown option %.*s", (int)strcspn(text, "="), text);
    return usage_error(usage);
}

static const struct cmd_option *find_option(const struct cmd_usage *usage, const char *name,
                                            size_t length)
{
    for (const struct cmd_option *o = usage->options; o->name; o++)
        if (strlen(o->name) == length && strncmp(o->name, name, length) == 0)
            return o;
    return NULL;
}

/* Handles argv[*i], which begins with a dash; may take the value from argv[*i + 1]. */
static int parse_option(const struct cmd_usage *usage, int argc, char **argv, int *i,
                        bool seen[OPTIONS_MAX])
{
    char *text = argv[*i];
    if (strcmp(text, "-h") == 0 || strcmp(text, "--help") == 0) {
        print_help(usage);
        return CMD_DONE;
    }
    size_t length = strcspn(text, "=");
    const struct cmd_option *option =
        strncmp(text, "--", 2) == 0 ? find_option(usage, text + 2, length - 2) : NULL;
    if (!option)
        return unknown_option(usage, text);
    bool *again = &seen[option - usage->options];
    if (*again && option->kind != CMD_TEXTS) {
        cmd_error(usage->command, "--%s is given twice", option->name);
        return usage_error(usage);
    }
    *again = true;
    const char *value = text[length] == '=' ? text + length + 1 : NULL;
    if (option->kind == CMD_FLAG && value) {
        cmd_error(usage->command, "--%s takes no value", option->name);
        return usage_error(usage);
    }
    if (option->kind != CMD_FLAG && !value) {
        if (*i + 1 >= argc) {
            cmd_error(usage->command, "--%s needs a value: --%s=%s", option->name, option->name,
                      option->value);
            return usage_error(usage);
        }
        value = argv[++*i];
    }
    if (!parse_value(usage, option, value))
        return CMD_USAGE;
    if (option->given)
        *option->given = true;
    return -1;
}

int cmd_parse(const struct cmd_usage *usage, int argc, char **argv, int *operands)
{
    bool seen[OPTIONS_MAX] = {false};
    bool options_over = false;
    *operands = 0;
    for (int i = 1; i < argc; i++) {
        if (!options_over && strcmp(argv[i], "--") == 0) {
            options_over = true;
        } else if (!options_over && argv[i][0] == '-' && argv[i][1]) {
            int code = parse_option(usage, argc, argv, &i, seen);
            if (code >= 0)
                return code;
        } else {
            argv[++*operands] = argv[i];
        }
    }
    if (*operands < usage->operands_min) {
        cmd_error(usage->command, "an argument is missing");
        return usage_error(usage);
    }
    if (usage->operands_max >= 0 && *operands > usage->operands_max) {
        cmd_error(usage->command, "one argument too many: %s", argv[usage->operands_max + 1]);
        return usage_error(usage);
    }
    return -1;
}
