#include "scn_query.h"

#include "scn_complain.h"
#include "scn_json.h"
#include "scn_regex.h"
#include "sim_time.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX    10000
#define NESTING_MAX 64
#define EXCERPT_MAX 60

struct parser {
    struct sim_arena *arena;
    const char *text, *at;
    struct scn_query_error *error;
    struct ecs_query_node *nodes;
    uint32_t node_count, node_capacity;
    uint32_t nesting;
    bool failed, is_static;
};

/* ---- errors ---- */

static bool fail(struct parser *parser, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The first mistake counts; returns false. */
static bool fail(struct parser *parser, const char *at, const char *format, ...)
{
    if (parser->failed)
        return false;
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    parser->failed = true;
    parser->error->column = (uint32_t)(at - parser->text) + 1;
    parser->error->message = sim_arena_strdup(parser->arena, message);
    return false;
}

/* The text as a message quotes it: of a length that leaves room for the rest, and of one line. The
 * whole expression is UTF-8, so its parts are. */
static const char *excerpt(struct parser *parser, const char *text, size_t length)
{
    const char *end = text + length;
    size_t shown = 0;
    while (text + shown < end && shown < EXCERPT_MAX)
        shown += scn_json_utf8_length(text + shown, end);
    char *copy =
        sim_arena_printf(parser->arena, "%.*s%s", (int)shown, text, shown < length ? "..." : "");
    for (char *at = copy; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = '?';
    return copy;
}

static const char *excerpt_all(struct parser *parser, const char *text)
{
    return excerpt(parser, text, strlen(text));
}

/* ---- lexing ---- */

static void skip_blanks(struct parser *parser)
{
    while (*parser->at == ' ' || *parser->at == '\t' || *parser->at == '\n' || *parser->at == '\r')
        parser->at++;
}

static bool is_word_end(const char *at)
{
    return *at == '\0' || strchr(" \t\r\n()[],'\"", *at) != NULL ||
           (at[0] == '&' && at[1] == '&') || (at[0] == '|' && at[1] == '|');
}

static bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Takes a keyword that no letter, digit or underscore follows. */
static bool take_word(struct parser *parser, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(parser->at, word, length) != 0 || is_name_character(parser->at[length]))
        return false;
    parser->at += length;
    return true;
}

static bool take_symbol(struct parser *parser, const char *symbol)
{
    size_t length = strlen(symbol);
    if (strncmp(parser->at, symbol, length) != 0)
        return false;
    parser->at += length;
    return true;
}

/* ---- subjects ---- */

struct subject {
    const char *name;
    bool ordered, text, exists, is_static;
};

/* QL-11, sheet 03 7.3: which operators a subject takes. */
static const struct subject subjects[ECS_QUERY_SUBJECTS] = {
    [ECS_QUERY_AGENT_CONNECTED] = {"agentConnected", .text = true},
    [ECS_QUERY_AGENT_VERSION] = {"agentVersion", .ordered = true, .is_static = true},
    [ECS_QUERY_ATTRIBUTE] = {"attribute:<name>", .text = true, .exists = true, .is_static = true},
    [ECS_QUERY_EC2_INSTANCE_ID] = {"ec2InstanceId", .text = true, .is_static = true},
    [ECS_QUERY_REGISTERED_AT] = {"registeredAt", .ordered = true, .is_static = true},
    [ECS_QUERY_RUNNING_TASKS_COUNT] = {"runningTasksCount", .ordered = true},
    [ECS_QUERY_TASK_GROUP] = {"task:group", .text = true, .exists = true},
};

static const char subject_list[] = "agentConnected, agentVersion, attribute:<name>, ec2InstanceId, "
                                   "registeredAt, runningTasksCount or task:group";

static bool is_attribute_character(char c)
{
    return is_name_character(c) || c == '-' || c == '.' || c == '/' || c == '\\' || c == ':';
}

static bool parse_attribute(struct parser *parser, struct ecs_query_term *term)
{
    const char *start = parser->at;
    while (is_attribute_character(*parser->at))
        parser->at++;
    if (parser->at == start)
        return fail(parser, start, "expected the name of an attribute after `attribute:`");
    if (parser->at - start > 128)
        return fail(parser, start, "the name of an attribute has at most 128 characters");
    term->subject = ECS_QUERY_ATTRIBUTE;
    term->attribute = sim_arena_strndup(parser->arena, start, (size_t)(parser->at - start));
    return true;
}

static bool fail_subject(struct parser *parser, const char *start)
{
    size_t length = 0;
    while (is_attribute_character(start[length]))
        length++;
    if (length == 0 && *start == '\0')
        return fail(parser, start, "expected %s, but the expression ends", subject_list);
    if (length == 0)
        return fail(parser, start, "expected %s", subject_list);
    if (strncmp(start, "ecs.", 4) == 0) /* QL-12 */
        return fail(parser, start,
                    "an attribute is written with its prefix; did you mean "
                    "`attribute:%s`?",
                    excerpt(parser, start, length));
    const char *names[ECS_QUERY_SUBJECTS];
    for (int i = 0; i < ECS_QUERY_SUBJECTS; i++)
        names[i] = subjects[i].name;
    const char *word = excerpt(parser, start, length);
    const char *nearest = scn_nearest(word, names, ECS_QUERY_SUBJECTS);
    if (nearest != NULL)
        return fail(parser, start, "unknown subject `%s`; did you mean `%s`?", word, nearest);
    return fail(parser, start, "unknown subject `%s`; expected %s", word, subject_list);
}

static bool parse_subject(struct parser *parser, struct ecs_query_term *term)
{
    const char *start = parser->at;
    if (take_symbol(parser, "attribute:"))
        return parse_attribute(parser, term);
    for (int i = 0; i < ECS_QUERY_SUBJECTS; i++)
        if (i != ECS_QUERY_ATTRIBUTE && take_word(parser, subjects[i].name)) {
            if (is_attribute_character(*parser->at))
                break; /* a longer word */
            term->subject = (enum ecs_query_subject)i;
            return true;
        }
    parser->at = start;
    return fail_subject(parser, start);
}

/* ---- operators ---- */

struct spelling {
    const char *text;
    enum ecs_query_operator operation;
};

/* Longer spellings before those they begin with (QL-9). */
static const struct spelling symbols[] = {
    {"==", ECS_QUERY_EQUALS},
    {"!=", ECS_QUERY_NOT_EQUALS},
    {">=", ECS_QUERY_GREATER_THAN_EQUAL},
    {">", ECS_QUERY_GREATER_THAN},
    {"<=", ECS_QUERY_LESS_THAN_EQUAL},
    {"<", ECS_QUERY_LESS_THAN},
    {"=~", ECS_QUERY_MATCHES},
    {"!~", ECS_QUERY_NOT_MATCHES},
};

static const struct spelling words[] = {
    {"equals", ECS_QUERY_EQUALS},
    {"not_equals", ECS_QUERY_NOT_EQUALS},
    {"greater_than", ECS_QUERY_GREATER_THAN},
    {"greater_than_equal", ECS_QUERY_GREATER_THAN_EQUAL},
    {"less_than", ECS_QUERY_LESS_THAN},
    {"less_than_equal", ECS_QUERY_LESS_THAN_EQUAL},
    {"exists", ECS_QUERY_EXISTS},
    {"!exists", ECS_QUERY_NOT_EXISTS},
    {"not_exists", ECS_QUERY_NOT_EXISTS},
    {"in", ECS_QUERY_IN},
    {"!in", ECS_QUERY_NOT_IN},
    {"not_in", ECS_QUERY_NOT_IN},
    {"matches", ECS_QUERY_MATCHES},
    {"not_matches", ECS_QUERY_NOT_MATCHES},
};

static const char *operators_of(const struct subject *subject)
{
    if (subject->ordered)
        return "==, !=, >, >=, < or <=";
    return subject->exists ? "==, !=, in, !in, =~, !~, exists or !exists"
                           : "==, !=, in, !in, =~ or !~";
}

static bool allows(const struct subject *subject, enum ecs_query_operator operation)
{
    switch (operation) {
    case ECS_QUERY_EQUALS:
    case ECS_QUERY_NOT_EQUALS:
        return true;
    case ECS_QUERY_GREATER_THAN:
    case ECS_QUERY_GREATER_THAN_EQUAL:
    case ECS_QUERY_LESS_THAN:
    case ECS_QUERY_LESS_THAN_EQUAL:
        return subject->ordered;
    case ECS_QUERY_EXISTS:
    case ECS_QUERY_NOT_EXISTS:
        return subject->exists;
    case ECS_QUERY_IN:
    case ECS_QUERY_NOT_IN:
    case ECS_QUERY_MATCHES:
    case ECS_QUERY_NOT_MATCHES:
        return subject->text;
    case ECS_QUERY_OPERATORS:
        break;
    }
    return false;
}

static bool find_operator(struct parser *parser, enum ecs_query_operator *operation)
{
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++)
        if (take_symbol(parser, symbols[i].text)) {
            *operation = symbols[i].operation;
            return true;
        }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (take_word(parser, words[i].text)) {
            *operation = words[i].operation;
            return true;
        }
    return false;
}

static bool parse_operator(struct parser *parser, struct ecs_query_term *term)
{
    skip_blanks(parser);
    const struct subject *subject = &subjects[term->subject];
    const char *start = parser->at;
    if (!find_operator(parser, &term->operation)) {
        if (*start == ')' || *start == '(')
            return fail(parser, start,
                        "expected an operator after %s: %s; parentheses stand only "
                        "round whole expressions",
                        subject->name, operators_of(subject));
        return fail(parser, start, "expected an operator after %s: %s%s", subject->name,
                    operators_of(subject), *start == '=' ? " (equality is written ==)" : "");
    }
    if (!allows(subject, term->operation))
        return fail(parser, start, "%s does not take this operator; it takes %s", subject->name,
                    operators_of(subject));
    return true;
}

/* ---- values ---- */

/* A bare word or a quoted text; NULL after a complaint. */
static const char *parse_literal(struct parser *parser)
{
    skip_blanks(parser);
    const char *start = parser->at;
    if (*start == '\'' || *start == '"') {
        const char *end = strchr(start + 1, *start);
        if (end == NULL) {
            fail(parser, start, "the quoted text does not end; add a closing %c", *start);
            return NULL;
        }
        parser->at = end + 1;
        return sim_arena_strndup(parser->arena, start + 1, (size_t)(end - start - 1));
    }
    while (!is_word_end(parser->at))
        parser->at++;
    if (parser->at == start) {
        if (*start == '[')
            fail(parser, start, "expected one value, not a list; lists go with in and !in");
        else
            fail(parser, start, "expected a value; write a word, or quote it with '...'");
        return NULL;
    }
    return sim_arena_strndup(parser->arena, start, (size_t)(parser->at - start));
}

/* How many values a list holds at most: its commas and one. */
static uint32_t list_bound(const char *at)
{
    uint32_t count = 1;
    for (; *at != '\0'; at++)
        count += *at == ',';
    return count;
}

static bool parse_list(struct parser *parser, struct ecs_query_term *term)
{
    skip_blanks(parser);
    if (*parser->at != '[')
        return fail(parser, parser->at, "expected a list such as [a, b] after in and !in");
    const char **values = sim_arena_array(parser->arena, list_bound(parser->at), sizeof values[0]);
    do {
        parser->at++; /* [ or , */
        const char *value = parse_literal(parser);
        if (value == NULL)
            return false;
        values[term->value_count++] = value;
        skip_blanks(parser);
    } while (*parser->at == ',');
    if (*parser->at != ']')
        return fail(parser, parser->at, "expected , or ] in the list");
    parser->at++;
    term->values = values;
    return true;
}

static bool compile_pattern(struct parser *parser, const char *at, struct ecs_query_term *term)
{
    struct scn_regex_error error;
    const char *text = term->values[0];
    term->pattern = scn_regex_compile(parser->arena, text, &error);
    term->matches = scn_regex_matches;
    return term->pattern != NULL ||
           fail(parser, at, "`%s` is no regular expression: %s at its character %u",
                excerpt_all(parser, text), error.message, error.offset + 1);
}

/* ---- numbers ---- */

/* The four ways to write a date (QL-18), one of the ISO 8601 forms that scenarios may use. */
static bool is_date(const char *text, int64_t *unix_us)
{
    size_t length = strlen(text);
    bool whole = length == 10 || length == 19 || (length == 20 && text[19] == 'Z') ||
                 (length == 25 && (text[19] == '+' || text[19] == '-'));
    return whole && (length == 10 || (text[10] == 'T' && text[16] == ':')) &&
           sim_iso_parse(text, unix_us) == 0;
}

static bool parse_number(struct parser *parser, const char *at, struct ecs_query_term *term)
{
    const char *text = term->values[0];
    size_t length = strlen(text);
    if (term->subject == ECS_QUERY_AGENT_VERSION) { /* QL-17 */
        term->number = ecs_query_version(text);
        return term->number >= 0 || fail(parser, at, "`%s` is no agent version; write it as 1.40.0",
                                         excerpt_all(parser, text));
    }
    if (term->subject == ECS_QUERY_REGISTERED_AT) { /* QL-18 */
        int64_t unix_us;
        if (!is_date(text, &unix_us))
            return fail(parser, at,
                        "`%s` is no date; write 2018-06-18, 2018-06-18T22:28:28, "
                        "2018-06-18T22:28:28Z or 2018-06-18T22:28:28+00:00",
                        excerpt_all(parser, text));
        term->number = unix_us / SIM_SECOND;
        return true;
    }
    if (length == 0 || length > 9 || strspn(text, "0123456789") != length)
        return fail(parser, at, "`%s` is no number of tasks; write a whole number",
                    excerpt_all(parser, text));
    for (; *text != '\0'; text++)
        term->number = term->number * 10 + (*text - '0');
    return true;
}

static bool parse_value(struct parser *parser, struct ecs_query_term *term)
{
    skip_blanks(parser);
    const char *at = parser->at;
    const char **values = sim_arena_array(parser->arena, 1, sizeof values[0]);
    values[0] = parse_literal(parser);
    if (values[0] == NULL)
        return false;
    term->values = values;
    term->value_count = 1;
    if (subjects[term->subject].ordered)
        return parse_number(parser, at, term);
    if (term->operation == ECS_QUERY_MATCHES || term->operation == ECS_QUERY_NOT_MATCHES)
        return compile_pattern(parser, at, term);
    if (term->subject == ECS_QUERY_AGENT_CONNECTED && strcmp(values[0], "true") != 0 &&
        strcmp(values[0], "false") != 0)
        return fail(parser, at, "agentConnected is true or false");
    return true;
}

/* ---- expressions ---- */

static uint32_t add_node(struct parser *parser, struct ecs_query_node node)
{
    if (parser->node_count == parser->node_capacity) {
        uint32_t capacity = parser->node_capacity * 2 + 8;
        struct ecs_query_node *nodes = sim_arena_array(parser->arena, capacity, sizeof nodes[0]);
        if (parser->node_count > 0)
            memcpy(nodes, parser->nodes, parser->node_count * sizeof nodes[0]);
        parser->nodes = nodes;
        parser->node_capacity = capacity;
    }
    parser->nodes[parser->node_count] = node;
    return parser->node_count++;
}

static bool parse_or(struct parser *parser, uint32_t *node);

static bool parse_term(struct parser *parser, uint32_t *node)
{
    struct ecs_query_term term = {0};
    if (!parse_subject(parser, &term) || !parse_operator(parser, &term))
        return false;
    bool lists = term.operation == ECS_QUERY_IN || term.operation == ECS_QUERY_NOT_IN;
    bool alone = term.operation == ECS_QUERY_EXISTS || term.operation == ECS_QUERY_NOT_EXISTS;
    if (lists ? !parse_list(parser, &term) : !alone && !parse_value(parser, &term))
        return false;
    parser->is_static = parser->is_static && subjects[term.subject].is_static;
    *node = add_node(parser, (struct ecs_query_node){.kind = ECS_QUERY_TERM, .term = term});
    return true;
}

static bool parse_primary(struct parser *parser, uint32_t *node)
{
    const char *start = parser->at;
    if (*start != '(')
        return parse_term(parser, node);
    parser->at++;
    if (!parse_or(parser, node))
        return false;
    if (*parser->at != ')')
        return fail(parser, parser->at, "expected and, or, or the ) of the ( in column %u",
                    (unsigned)(start - parser->text) + 1);
    parser->at++;
    return true;
}

static bool parse_not(struct parser *parser, uint32_t *node)
{
    skip_blanks(parser);
    if (!take_symbol(parser, "!") && !take_word(parser, "not"))
        return parse_primary(parser, node);
    uint32_t inner;
    if (++parser->nesting > NESTING_MAX)
        return fail(parser, parser->at, "nested more than %d deep", NESTING_MAX);
    if (!parse_not(parser, &inner))
        return false;
    parser->nesting--;
    *node = add_node(parser, (struct ecs_query_node){.kind = ECS_QUERY_NOT, .left = inner});
    return true;
}

static bool take_connective(struct parser *parser, const char *symbol, const char *word)
{
    skip_blanks(parser);
    return take_symbol(parser, symbol) || take_word(parser, word);
}

static bool parse_and(struct parser *parser, uint32_t *node)
{
    if (!parse_not(parser, node))
        return false;
    while (take_connective(parser, "&&", "and")) {
        struct ecs_query_node both = {.kind = ECS_QUERY_AND, .left = *node};
        if (!parse_not(parser, &both.right))
            return false;
        *node = add_node(parser, both);
    }
    return true;
}

static bool parse_or(struct parser *parser, uint32_t *node)
{
    if (++parser->nesting > NESTING_MAX)
        return fail(parser, parser->at, "nested more than %d deep", NESTING_MAX);
    if (!parse_and(parser, node))
        return false;
    while (take_connective(parser, "||", "or")) {
        struct ecs_query_node either = {.kind = ECS_QUERY_OR, .left = *node};
        if (!parse_and(parser, &either.right))
            return false;
        *node = add_node(parser, either);
    }
    parser->nesting--;
    return true;
}

static bool check_bytes(struct parser *parser)
{
    size_t length = strlen(parser->text);
    if (length > TEXT_MAX)
        return fail(parser, parser->text, "the expression is longer than %d bytes", TEXT_MAX);
    const char *at = parser->text, *end = at + length;
    while (at < end) {
        size_t step = scn_json_utf8_length(at, end);
        if (step == 0)
            return fail(parser, at, "a byte that is not UTF-8; write the expression in UTF-8");
        at += step;
    }
    return true;
}

/* What is wrong with text after a whole expression. */
static const char *why_not_the_end(const char *at)
{
    if (*at == ')')
        return "no ( belongs to this )";
    if (strncmp(at, "AND ", 4) == 0 || strncmp(at, "OR ", 3) == 0)
        return "and, or and not are written in small letters";
    return "expected and, or, or the end; does a value with blanks or parentheses lack its quotes?";
}

const struct ecs_query *scn_query_parse(struct sim_arena *arena, const char *text,
                                        struct scn_query_error *error)
{
    struct parser parser = {
        .arena = arena, .text = text, .at = text, .error = error, .is_static = true};
    uint32_t root;
    if (!check_bytes(&parser) || !parse_or(&parser, &root))
        return NULL;
    if (*parser.at != '\0') {
        fail(&parser, parser.at, "%s", why_not_the_end(parser.at));
        return NULL;
    }
    struct ecs_query *query = sim_arena_alloc(arena, sizeof *query);
    *query = (struct ecs_query){
        .text = sim_arena_strdup(arena, text),
        .nodes = parser.nodes,
        .node_count = parser.node_count,
        .is_static = parser.is_static,
    };
    return query;
}
