/* A shell that runs nothing: it follows what a script prints into /etc/ecs/ecs.config.
 *
 * Known: quotes, comments, assignments, $name, ${name}, ${name:-word}, here documents and strings,
 * redirections, pipes, groups, `sh -c`; and the commands echo, printf, cat, tee, export, rm. Of an
 * if or a case, the first branch is taken; loops run once; both sides of && and || run. */
#include "scn_loader.h"
#include "scn_user_data.h"

#include <ctype.h>
#include <string.h>

struct variable {
    const char *name, *value;
};

struct shell {
    struct scn_user_data *data;
    const char *at;       /* what is read next */
    const char *here_end; /* where reading goes on after this line's here documents; or NULL */
    struct variable *variables;
    uint32_t variable_count, variable_capacity;
    uint32_t condition;    /* how many if, case and loops are open */
    uint32_t skipped_from; /* the condition whose other branches are passed over; 0: none */
    bool warned_of_branch;
};

/* One command, as written and expanded. */
struct command {
    const char **words;
    uint32_t count, capacity;
    bool *assigns;      /* words[i] is NAME=value */
    const char *target; /* of its output; NULL: none. "" is lost */
    bool append;
    const char *input; /* here document, or what came through the pipe; NULL: unknown */
};

#define LOST "" /* output that goes to no file of interest */

static void run_list(struct shell *shell, char end, struct scn_text *out);

/* ---- small things ---- */

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static size_t name_length(const char *text)
{
    size_t length = 0;
    if (!isdigit((unsigned char)*text))
        while (is_name_char(text[length]))
            length++;
    return length;
}

static const char *find_variable(const struct shell *shell, const char *name, size_t length)
{
    for (uint32_t i = 0; i < shell->variable_count; i++)
        if (strlen(shell->variables[i].name) == length &&
            memcmp(shell->variables[i].name, name, length) == 0)
            return shell->variables[i].value;
    return NULL;
}

static void set_variable(struct shell *shell, const char *name, size_t length, const char *value)
{
    if (shell->skipped_from != 0)
        return;
    for (uint32_t i = 0; i < shell->variable_count; i++)
        if (strlen(shell->variables[i].name) == length &&
            memcmp(shell->variables[i].name, name, length) == 0) {
            shell->variables[i].value = value;
            return;
        }
    struct sim_arena *arena = shell->data->arena;
    if (shell->variable_count == shell->variable_capacity) {
        uint32_t capacity = shell->variable_capacity > 0 ? 2 * shell->variable_capacity : 16;
        struct variable *more = sim_arena_array(arena, capacity, sizeof more[0]);
        if (shell->variable_count > 0)
            memcpy(more, shell->variables, shell->variable_count * sizeof more[0]);
        shell->variables = more;
        shell->variable_capacity = capacity;
    }
    shell->variables[shell->variable_count++] =
        (struct variable){sim_arena_strndup(arena, name, length), value};
}

/* Past the ) that closes the ( at `text`; quotes inside count. */
static const char *skip_parentheses(const char *text)
{
    uint32_t open = 0;
    for (; *text != '\0'; text++) {
        if (*text == '\\' && text[1] != '\0') {
            text++;
        } else if (*text == '\'' || *text == '"') {
            const char *close = strchr(text + 1, *text);
            if (close != NULL)
                text = close;
        } else if (*text == '(') {
            open++;
        } else if (*text == ')' && --open == 0) {
            return text + 1;
        }
    }
    return text;
}

/* ---- expansion ---- */

/* How text is read: `quoted` in double quotes (and here documents), else bare. */
static const char *expand(struct shell *shell, const char *at, bool quoted, struct scn_text *out);

static void expand_text(struct shell *shell, const char *text, size_t length, struct scn_text *out)
{
    struct scn_user_data *data = shell->data;
    const char *copy = sim_arena_strndup(data->arena, text, length);
    if (data->depth >= SCN_UD_DEPTH) {
        scn_text_add_char(data, out, SCN_UD_UNKNOWN);
        return;
    }
    data->depth++;
    char quote = '\0';
    while (*copy != '\0') {
        if (*copy == '$' || *copy == '`') {
            copy = expand(shell, copy, true, out);
        } else if (quote == '\0' ? *copy == '"' || *copy == '\'' : *copy == quote) {
            quote = quote == '\0' ? *copy : '\0';
            copy++;
        } else {
            if (*copy == '\\' && copy[1] != '\0')
                copy++;
            scn_text_add_char(data, out, *copy++);
        }
    }
    data->depth--;
}

/* ${name}, ${name:-word} and their kin; `at` is past the {. */
static const char *expand_braces(struct shell *shell, const char *at, struct scn_text *out)
{
    struct scn_user_data *data = shell->data;
    size_t length = name_length(at);
    const char *word = at + length;
    const char *end = word;
    for (uint32_t open = 1; *end != '\0'; end++) {
        open += *end == '{';
        open -= *end == '}';
        if (open == 0)
            break;
    }
    const char *value = length > 0 ? find_variable(shell, at, length) : NULL;
    bool colon = *word == ':';
    char op = word[colon];
    if (value != NULL &&
        (word == end || (!(colon && *value == '\0') && op != '\0' && strchr("-=?", op) != NULL))) {
        scn_text_add(data, out, value, strlen(value));
    } else if (length > 0 && word < end && (op == '-' || op == '=')) {
        word += colon + 1;
        expand_text(shell, word, (size_t)(end - word), out);
    } else {
        scn_text_add_char(data, out, SCN_UD_UNKNOWN);
    }
    return end + (*end == '}');
}

static char ansi_escape(char c)
{
    static const char letters[] = "ntrab\\'\"", values[] = "\n\t\r\a\b\\'\"";
    const char *found = c != '\0' ? strchr(letters, c) : NULL;
    return found != NULL ? values[found - letters] : c;
}

/* $'a\nb'; `at` is past the quote. */
static const char *expand_ansi(struct shell *shell, const char *at, struct scn_text *out)
{
    for (; *at != '\0' && *at != '\''; at++) {
        if (*at == '\\' && at[1] != '\0')
            scn_text_add_char(shell->data, out, ansi_escape(*++at));
        else
            scn_text_add_char(shell->data, out, *at);
    }
    return at + (*at == '\'');
}

/* At a $ or `; returns what follows the expansion. */
static const char *expand(struct shell *shell, const char *at, bool quoted, struct scn_text *out)
{
    struct scn_user_data *data = shell->data;
    if (*at == '`') {
        const char *close = strchr(at + 1, '`');
        scn_text_add_char(data, out, SCN_UD_UNKNOWN);
        return close != NULL ? close + 1 : at + strlen(at);
    }
    at++;
    if (*at == '(') {
        scn_text_add_char(data, out, SCN_UD_UNKNOWN);
        return skip_parentheses(at);
    }
    if (*at == '{')
        return expand_braces(shell, at + 1, out);
    if (*at == '\'' && !quoted)
        return expand_ansi(shell, at + 1, out);
    size_t length = name_length(at);
    if (length > 0) {
        const char *value = find_variable(shell, at, length);
        if (value != NULL)
            scn_text_add(data, out, value, strlen(value));
        else
            scn_text_add_char(data, out, SCN_UD_UNKNOWN);
        return at + length;
    }
    if (*at != '\0' && strchr("?$!#@*-0123456789", *at) != NULL) {
        scn_text_add_char(data, out, SCN_UD_UNKNOWN);
        return at + 1;
    }
    scn_text_add_char(data, out, '$');
    return at;
}

/* Inside double quotes; `at` is past the opening one. */
static const char *read_double_quotes(struct shell *shell, const char *at, struct scn_text *out)
{
    while (*at != '\0' && *at != '"') {
        if (*at == '$' || *at == '`') {
            at = expand(shell, at, true, out);
        } else if (*at == '\\' && at[1] == '\n') {
            at += 2;
        } else {
            if (*at == '\\' && at[1] != '\0' && strchr("\"\\$`", at[1]) != NULL)
                at++;
            scn_text_add_char(shell->data, out, *at++);
        }
    }
    return at + (*at == '"');
}

/* A word; *quoted says whether any of it was. */
static const char *read_word(struct shell *shell, struct scn_text *out, bool *quoted)
{
    const char *at = shell->at;
    *quoted = false;
    while (*at != '\0' && strchr(" \t\r\n;&|<>()", *at) == NULL) {
        if (*at == '\'') {
            const char *close = strchr(at + 1, '\'');
            size_t length = close != NULL ? (size_t)(close - at - 1) : strlen(at + 1);
            scn_text_add(shell->data, out, at + 1, length);
            at += length + 1 + (close != NULL);
            *quoted = true;
        } else if (*at == '"') {
            at = read_double_quotes(shell, at + 1, out);
            *quoted = true;
        } else if (*at == '\\') {
            if (at[1] != '\n' && at[1] != '\0')
                scn_text_add_char(shell->data, out, at[1]);
            at += 1 + (at[1] != '\0');
            *quoted = true;
        } else if (*at == '$' || *at == '`') {
            at = expand(shell, at, false, out);
        } else {
            scn_text_add_char(shell->data, out, *at++);
        }
    }
    shell->at = at;
    return scn_text_get(out);
}

static void skip_blanks(struct shell *shell)
{
    for (;;) {
        shell->at += strspn(shell->at, " \t\r");
        if (shell->at[0] == '\\' && shell->at[1] == '\n')
            shell->at += 2;
        else if (shell->at[0] == '\\' && shell->at[1] == '\r' && shell->at[2] == '\n')
            shell->at += 3;
        else
            return;
    }
}

/* Past the end of the line, and past the here documents that began in it. */
static void next_line(struct shell *shell)
{
    shell->at += *shell->at == '\n';
    if (shell->here_end != NULL && shell->here_end > shell->at)
        shell->at = shell->here_end;
    shell->here_end = NULL;
}

/* ---- redirections ---- */

/* One line of a here document into `out`, expanded unless its mark was quoted. */
static void add_here_line(struct shell *shell, const char *line, size_t length, bool quoted,
                          struct scn_text *out)
{
    const char *at = quoted ? NULL : sim_arena_strndup(shell->data->arena, line, length);
    if (quoted)
        scn_text_add(shell->data, out, line, length);
    while (at != NULL && *at != '\0') {
        if (*at == '$' || *at == '`') {
            at = expand(shell, at, true, out);
        } else {
            if (*at == '\\' && at[1] != '\0' && strchr("\\$`", at[1]) != NULL)
                at++;
            scn_text_add_char(shell->data, out, *at++);
        }
    }
    scn_text_add_char(shell->data, out, '\n');
}

/* After <<: the text of the document, which begins on the next line. */
static const char *read_here_document(struct shell *shell)
{
    struct scn_text mark = {0}, text = {0};
    bool strip = *shell->at == '-', quoted;
    shell->at += strip;
    skip_blanks(shell);
    const char *end_mark = read_word(shell, &mark, &quoted);
    size_t mark_length = strlen(end_mark);
    const char *line = shell->here_end;
    if (line == NULL) {
        line = strchr(shell->at, '\n');
        line = line != NULL ? line + 1 : shell->at + strlen(shell->at);
    }
    while (*line != '\0') {
        size_t size = strcspn(line, "\n");
        const char *next = line + size + (line[size] == '\n');
        size_t tabs = strip ? strspn(line, "\t") : 0;
        if (size > tabs && line[size - 1] == '\r')
            size--;
        bool last = size - tabs == mark_length && memcmp(line + tabs, end_mark, mark_length) == 0;
        if (!last)
            add_here_line(shell, line + tabs, size - tabs, quoted, &text);
        line = next;
        if (last)
            break;
    }
    shell->here_end = line;
    return scn_text_get(&text);
}

/* At < or >, after `fd` (-1: none was written). */
static void read_redirection(struct shell *shell, int fd, struct command *command)
{
    struct scn_text word = {0};
    bool quoted, output = *shell->at == '>';
    char previous = *shell->at++;
    if (!output && *shell->at == '<') {
        shell->at++;
        if (*shell->at != '<') {
            command->input = read_here_document(shell);
            return;
        }
        shell->at++;
        skip_blanks(shell);
        read_word(shell, &word, &quoted);
        scn_text_add_char(shell->data, &word, '\n');
        command->input = scn_text_get(&word);
        return;
    }
    bool append = output && *shell->at == previous;
    shell->at += append;
    if (output && *shell->at == '|')
        shell->at++;
    bool duplicate = *shell->at == '&';
    shell->at += duplicate;
    skip_blanks(shell);
    const char *file = LOST;
    if ((*shell->at == '>' || *shell->at == '<') && shell->at[1] == '(')
        shell->at = skip_parentheses(shell->at + 1);
    else
        file = read_word(shell, &word, &quoted);
    if (!output || fd > 1)
        return;
    command->target = duplicate ? LOST : file;
    command->append = append;
}

/* ---- commands ---- */

static void add_word(struct shell *shell, struct command *command, const char *word, bool assigns)
{
    struct sim_arena *arena = shell->data->arena;
    if (command->count == command->capacity) {
        uint32_t capacity = command->capacity > 0 ? 2 * command->capacity : 8;
        const char **words = sim_arena_array(arena, capacity, sizeof words[0]);
        bool *flags = sim_arena_array(arena, capacity, sizeof flags[0]);
        if (command->count > 0) {
            memcpy(words, command->words, command->count * sizeof words[0]);
            memcpy(flags, command->assigns, command->count * sizeof flags[0]);
        }
        command->words = words;
        command->assigns = flags;
        command->capacity = capacity;
    }
    command->words[command->count] = word;
    command->assigns[command->count++] = assigns;
}

/* Words and redirections up to an operator. */
static void read_command(struct shell *shell, struct command *command)
{
    for (;;) {
        skip_blanks(shell);
        const char *at = shell->at;
        if (*at == '#') {
            shell->at += strcspn(at, "\n");
            return;
        }
        if (*at == '&' && at[1] == '>') {
            shell->at++;
            read_redirection(shell, 1, command);
            continue;
        }
        size_t digits = strspn(at, "0123456789");
        if (digits < 3 && (at[digits] == '<' || at[digits] == '>')) {
            shell->at += digits;
            if (*shell->at == '<' && shell->at[1] == '(')
                shell->at = skip_parentheses(shell->at + 1);
            else
                read_redirection(shell, digits > 0 ? at[0] - '0' : -1, command);
            continue;
        }
        if (*at == '\0' || strchr("\n;&|()", *at) != NULL)
            return;
        struct scn_text word = {0};
        bool quoted;
        size_t name = name_length(at);
        bool assigns = name > 0 && (at[name] == '=' || (at[name] == '+' && at[name + 1] == '='));
        const char *text = read_word(shell, &word, &quoted);
        add_word(shell, command, text, assigns);
    }
}

static void assign(struct shell *shell, const char *word)
{
    size_t length = name_length(word);
    bool more = word[length] == '+';
    const char *value = word + length + more + 1;
    if (more) {
        const char *old = find_variable(shell, word, length);
        struct scn_text text = {0};
        if (old != NULL)
            scn_text_add(shell->data, &text, old, strlen(old));
        scn_text_add(shell->data, &text, value, strlen(value));
        value = scn_text_get(&text);
    }
    set_variable(shell, word, length, value);
}

static void print_echo(struct shell *shell, const struct command *command, uint32_t first,
                       struct scn_text *out)
{
    bool escapes = false, newline = true;
    for (; first < command->count; first++) {
        const char *option = command->words[first];
        if (option[0] != '-' || option[1] == '\0' || option[1 + strspn(option + 1, "neE")] != '\0')
            break;
        for (option++; *option != '\0'; option++) {
            newline &= *option != 'n';
            escapes = *option == 'e' || (escapes && *option != 'E');
        }
    }
    for (uint32_t i = first; i < command->count; i++) {
        if (i > first)
            scn_text_add_char(shell->data, out, ' ');
        for (const char *c = command->words[i]; *c != '\0'; c++) {
            if (escapes && *c == '\\' && c[1] != '\0')
                scn_text_add_char(shell->data, out, ansi_escape(*++c));
            else
                scn_text_add_char(shell->data, out, *c);
        }
    }
    if (newline)
        scn_text_add_char(shell->data, out, '\n');
}

/* The format is used again until its arguments are used up, as printf does. */
static void print_format(struct shell *shell, const struct command *command, uint32_t first,
                         struct scn_text *out)
{
    struct scn_user_data *data = shell->data;
    if (first < command->count && strcmp(command->words[first], "--") == 0)
        first++;
    if (first >= command->count)
        return;
    uint32_t next = first + 1, before;
    do {
        before = next;
        for (const char *c = command->words[first]; *c != '\0'; c++) {
            if (*c == '\\' && c[1] != '\0') {
                scn_text_add_char(data, out, ansi_escape(*++c));
            } else if (*c == '%' && c[1] == '%') {
                scn_text_add_char(data, out, *++c);
            } else if (*c == '%') {
                c += 1 + strspn(c + 1, "-+ #0123456789.");
                if (next < command->count)
                    scn_text_add(data, out, command->words[next], strlen(command->words[next]));
                next++;
                if (*c == '\0')
                    break;
            } else {
                scn_text_add_char(data, out, *c);
            }
        }
    } while (next < command->count && next > before && data->made < SCN_UD_BYTES);
}

static bool is_word(const char *word, const char *list)
{
    const char *slash = strrchr(word, '/');
    const char *base = slash != NULL ? slash + 1 : word;
    size_t length = strlen(base);
    for (const char *c = list; length > 0 && *c != '\0';) {
        size_t step = strcspn(c, " ");
        if (step == length && memcmp(c, base, length) == 0)
            return true;
        c += step + (c[step] == ' ');
    }
    return false;
}

/* A command that does to the agent's file what we cannot follow. */
static void note_unknown(struct shell *shell, const char *name)
{
    scn_warning(shell->data->loader->complaints, shell->data->at,
                "what `%s` does to " SCN_ECS_CONFIG " is not known; write its settings with echo "
                "or cat",
                name);
}

static void write_file(struct shell *shell, const char *path, bool append, const char *text)
{
    if (shell->skipped_from == 0) {
        scn_ud_write(shell->data, path, append, text, strlen(text));
    } else if (strcmp(path, SCN_ECS_CONFIG) == 0 && !shell->warned_of_branch) {
        shell->warned_of_branch = true;
        scn_warning(shell->data->loader->complaints, shell->data->at,
                    "which branch of an if or a case is taken is only known at boot; the first one "
                    "is taken here, and settings in the others are left out");
    }
}

static void run_tee(struct shell *shell, const struct command *command, uint32_t first)
{
    bool append = false;
    for (uint32_t i = first; i < command->count; i++)
        append |=
            strcmp(command->words[i], "-a") == 0 || strcmp(command->words[i], "--append") == 0;
    for (uint32_t i = first; i < command->count; i++) {
        const char *file = command->words[i];
        if (file[0] == '-')
            continue;
        if (command->input != NULL)
            write_file(shell, file, append, command->input);
        else if (strcmp(file, SCN_ECS_CONFIG) == 0)
            note_unknown(shell, "tee");
    }
}

/* sh -c 'text': a shell of its own, with this one's variables. */
static void run_inner(struct shell *shell, const struct command *command, uint32_t first,
                      struct scn_text *out)
{
    struct scn_user_data *data = shell->data;
    uint32_t i = first;
    while (i < command->count && command->words[i][0] == '-' &&
           strchr(command->words[i], 'c') == NULL)
        i++;
    if (i + 1 >= command->count || command->words[i][0] != '-' || data->depth >= SCN_UD_DEPTH)
        return;
    struct shell inner = *shell;
    inner.at = command->words[i + 1];
    inner.here_end = NULL;
    data->depth++;
    run_list(&inner, '\0', out);
    data->depth--;
}

/* Commands in front of commands. */
static uint32_t skip_prefixes(const struct command *command)
{
    uint32_t i = 0;
    while (i < command->count) {
        if (command->assigns[i] || is_word(command->words[i], "command exec nohup time builtin")) {
            i++;
        } else if (is_word(command->words[i], "sudo env")) {
            for (i++; i < command->count && command->words[i][0] == '-'; i++)
                if (strcmp(command->words[i], "-u") == 0)
                    i++;
        } else if (is_word(command->words[i], "cloud-init-per")) {
            i += 3; /* frequency, name (REG-9) */
        } else {
            break;
        }
    }
    return i < command->count ? i : command->count;
}

static void run_other(struct shell *shell, const struct command *command, uint32_t first)
{
    const char *name = command->words[first];
    bool harmless = is_word(name, "test [ [[ touch mkdir chmod chown ls grep egrep stat docker "
                                  "systemctl head tail wc source .");
    if (shell->skipped_from != 0 || harmless)
        return;
    for (uint32_t i = first + 1; i < command->count; i++)
        if (strcmp(command->words[i], SCN_ECS_CONFIG) == 0) {
            if (is_word(name, "rm"))
                write_file(shell, SCN_ECS_CONFIG, false, "");
            else
                note_unknown(shell, name);
            return;
        }
}

/* What the command prints into `out`; false when that is not known. */
static bool run_words(struct shell *shell, const struct command *command, struct scn_text *out)
{
    uint32_t first = skip_prefixes(command);
    if (first == command->count) {
        for (uint32_t i = 0; i < command->count; i++)
            if (command->assigns[i])
                assign(shell, command->words[i]);
        return true;
    }
    const char *name = command->words[first++];
    if (is_word(name, "echo")) {
        print_echo(shell, command, first, out);
    } else if (is_word(name, "printf")) {
        print_format(shell, command, first, out);
    } else if (is_word(name, "cat tee")) {
        bool tee = is_word(name, "tee");
        if (tee)
            run_tee(shell, command, first);
        if (command->input == NULL ||
            (!tee && first < command->count && strcmp(command->words[first], "-") != 0))
            return false;
        scn_text_add(shell->data, out, command->input, strlen(command->input));
    } else if (is_word(name, "export readonly declare local typeset")) {
        for (uint32_t i = first; i < command->count; i++)
            if (command->assigns[i])
                assign(shell, command->words[i]);
    } else if (is_word(name, "sh bash dash")) {
        run_inner(shell, command, first, out);
    } else if (!is_word(name, "true :")) {
        run_other(shell, command, first - 1);
        return false;
    }
    return true;
}

/* ---- lists of commands ---- */

/* Whether the word `word` stands next, by itself. */
static bool next_is(const struct shell *shell, const char *word)
{
    size_t length = strlen(word);
    return strncmp(shell->at, word, length) == 0 &&
           (shell->at[length] == '\0' || strchr(" \t\r\n;&|()<>", shell->at[length]) != NULL);
}

/* Takes the reserved words that stand next. */
static void read_keywords(struct shell *shell)
{
    static const char *const open[] = {"if", "while", "until", "for", "case", "select"};
    static const char *const close[] = {"fi", "done", "esac"};
    static const char *const plain[] = {"then", "do", "!"};
    static const char *const others[] = {"else", "elif"};
    for (bool found = true; found;) {
        found = false;
        skip_blanks(shell);
        for (size_t i = 0; i < sizeof plain / sizeof plain[0] && !found; i++)
            if ((found = next_is(shell, plain[i])))
                shell->at += strlen(plain[i]);
        for (size_t i = 0; i < sizeof open / sizeof open[0] && !found; i++)
            if ((found = next_is(shell, open[i]))) {
                shell->at += strlen(open[i]);
                shell->condition++;
            }
        for (size_t i = 0; i < sizeof close / sizeof close[0] && !found; i++)
            if ((found = next_is(shell, close[i]))) {
                shell->at += strlen(close[i]);
                if (shell->skipped_from == shell->condition)
                    shell->skipped_from = 0;
                shell->condition -= shell->condition > 0;
            }
        for (size_t i = 0; i < sizeof others / sizeof others[0] && !found; i++)
            if ((found = next_is(shell, others[i]))) {
                shell->at += strlen(others[i]);
                if (shell->skipped_from == 0)
                    shell->skipped_from = shell->condition;
            }
    }
}

/* A group: ( ... ) or { ...; }. */
static bool run_group(struct shell *shell, struct scn_text *out)
{
    struct scn_user_data *data = shell->data;
    bool round = *shell->at == '(';
    if (!round && !next_is(shell, "{"))
        return false;
    shell->at++;
    if (data->depth >= SCN_UD_DEPTH)
        return true;
    data->depth++;
    run_list(shell, round ? ')' : '}', out);
    data->depth--;
    return true;
}

/* Commands joined by |; the output of the last goes to `out` when nothing redirects it. */
static void run_pipeline(struct shell *shell, struct scn_text *out)
{
    const char *input = NULL;
    for (bool more = true; more;) {
        struct command command = {.input = input};
        struct scn_text printed = {0};
        read_keywords(shell);
        bool known = run_group(shell, &printed);
        bool group = known;
        read_command(shell, &command);
        if (!group)
            known = run_words(shell, &command, &printed);
        const char *text = scn_text_get(&printed);
        more = shell->at[0] == '|' && shell->at[1] != '|';
        if (command.target != NULL) {
            bool ours = strcmp(command.target, SCN_ECS_CONFIG) == 0;
            if (known)
                write_file(shell, command.target, command.append, text);
            else if (ours && shell->skipped_from == 0)
                note_unknown(shell, command.words[skip_prefixes(&command)]);
            text = "";
        }
        input = known ? text : NULL;
        if (more) {
            shell->at += 1 + (shell->at[1] == '&');
            while (skip_blanks(shell), *shell->at == '\n')
                next_line(shell);
        } else if (known && out != NULL) {
            scn_text_add(shell->data, out, text, strlen(text));
        }
    }
}

/* At ;; (or ;& of bash): a branch of the innermost case ends, and the others are passed over. */
static void end_branch(struct shell *shell)
{
    shell->at += 2;
    if (shell->skipped_from == 0 && shell->condition > 0)
        shell->skipped_from = shell->condition;
}

/* Up to `end`, a closing bracket, or to the end of the text. */
static void run_list(struct shell *shell, char end, struct scn_text *out)
{
    while (*shell->at != '\0') {
        const char *before = shell->at;
        skip_blanks(shell);
        if (*shell->at == '\n') {
            next_line(shell);
        } else if (end != '\0' && *shell->at == end && (end == ')' || next_is(shell, "}"))) {
            shell->at++;
            return;
        } else if (*shell->at == ';' && (shell->at[1] == ';' || shell->at[1] == '&')) {
            end_branch(shell);
        } else if (*shell->at == ';' || *shell->at == '|' || *shell->at == ')' ||
                   (*shell->at == '&' && shell->at[1] != '>')) {
            shell->at++;
        } else {
            run_pipeline(shell, out);
        }
        if (shell->at == before) /* nothing here is of use: never stand still */
            shell->at++;
    }
}

void scn_ud_shell(struct scn_user_data *data, const char *script)
{
    struct shell shell = {.data = data, .at = script};
    run_list(&shell, '\0', NULL);
}
