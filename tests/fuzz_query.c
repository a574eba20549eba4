/* Fuzzer of the cluster query language (libFuzzer): `make fuzz`.
 *
 * Any text is either refused, with a column inside it and words, or it is a query about which much
 * must hold whatever it says:
 *
 *   - asked twice it is the same query, and a refusal the same refusal;
 *   - written anew from its compiled tree, in the other spelling of every operator, with quotes and
 *     with no parentheses but those it needs, it compiles to the same tree;
 *   - (e), not(not(e)) and de Morgan's other form of `e and f` select what e, e and `e and f` do;
 *   - a query that says it is static answers alike for instances that differ in tasks and agent
 *     connection alone; the answer cache per attribute set leans on that;
 *   - a term and its negation never both hold, but for groups, where each may hold for some task.
 *
 * Seeds: tests/fuzz/query/ and the guide's examples where they are (tests/fuzz.sh). */
#include "scn_query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 10000 /* as scn_query.h states it */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition, text) ((condition) ? (void)0 : broken(__LINE__, #condition, (text)))

static _Noreturn void broken(int line, const char *condition, const char *text)
{
    fprintf(stderr, "tests/fuzz_query.c:%d: does not hold: %s\nof: %s\n", line, condition, text);
    abort();
}

/* ---- made-up instances ---- */

struct attribute {
    const char *name, *value;
};

struct host {
    const struct attribute *attributes; /* ends with a NULL name */
    const char *id;
    int64_t version, registered_at;
    /* What a static query must not look at. */
    const char *groups[4];
    int64_t running;
    bool connected;
};

static const struct attribute web[] = {{"ecs.instance-type", "t2.small"},
                                       {"ecs.availability-zone", "us-east-1a"},
                                       {"stack", "prod"},
                                       {"a", ""},
                                       {NULL, NULL}};
static const struct attribute gpu[] = {{"ecs.instance-type", "g2.2xlarge"},
                                       {"ecs.availability-zone", "us-east-1d"},
                                       {"ecs.os-type", "linux"},
                                       {"a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"},
                                       {"b", "na\xc3\xafve caf\xc3\xa9"},
                                       {NULL, NULL}};
static const struct attribute bare[] = {{NULL, NULL}};

/* Pairs that differ only in what a static query must not look at: 0 and 1, 2 and 3, 4 and 5. */
static const struct host hosts[] = {
    {web, "i-abcd1234", 1014005, 1518479999, {"family:web", "databases"}, 2, true},
    {web, "i-abcd1234", 1014005, 1518479999, {NULL}, 0, false},
    {gpu, "i-wxyx7890", 1009000, 1529360908, {"service:production"}, 1, false},
    {gpu, "i-wxyx7890", 1009000, 1529360908, {"database", "family:web", "x"}, 3, true},
    {bare, "", 0, 0, {NULL}, 0, true},
    {bare, "", 0, 0, {"database"}, 1, false},
};
#define HOSTS (sizeof hosts / sizeof hosts[0])

static const char *attribute_of(void *user, const char *name)
{
    const struct host *host = user;
    for (const struct attribute *a = host->attributes; a->name != NULL; a++)
        if (strcmp(a->name, name) == 0)
            return a->value;
    return NULL;
}

static const char *group_of(void *user, uint32_t index)
{
    const struct host *host = user;
    return index < 4 ? host->groups[index] : NULL;
}

/* A bit for each host that the query selects. */
static uint32_t selected(const struct ecs_query *query)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < HOSTS; i++) {
        struct host copy = hosts[i];
        struct ecs_query_view view = {
            .user = &copy,
            .attribute = attribute_of,
            .group = group_of,
            .ec2_instance_id = copy.id,
            .agent_version = copy.version,
            .registered_at = copy.registered_at,
            .running_tasks = copy.running,
            .agent_connected = copy.connected,
        };
        bits |= (uint32_t)ecs_query_selects(query, &view) << i;
    }
    return bits;
}

/* ---- writing a query from its tree ---- */

/* Each operator in a spelling of its own for each use, so that both are read again. */
static const char *const spellings[ECS_QUERY_OPERATORS][2] = {
    [ECS_QUERY_EQUALS] = {"==", " equals "},
    [ECS_QUERY_NOT_EQUALS] = {"!=", " not_equals "},
    [ECS_QUERY_GREATER_THAN] = {">", " greater_than "},
    [ECS_QUERY_GREATER_THAN_EQUAL] = {">=", " greater_than_equal "},
    [ECS_QUERY_LESS_THAN] = {"<", " less_than "},
    [ECS_QUERY_LESS_THAN_EQUAL] = {"<=", " less_than_equal "},
    [ECS_QUERY_EXISTS] = {" exists", "\texists "},
    [ECS_QUERY_NOT_EXISTS] = {"!exists", " not_exists "},
    [ECS_QUERY_IN] = {" in", " in "},
    [ECS_QUERY_NOT_IN] = {"!in", " not_in "},
    [ECS_QUERY_MATCHES] = {"=~", " matches "},
    [ECS_QUERY_NOT_MATCHES] = {"!~", " not_matches "},
};

static const char *const subjects[ECS_QUERY_SUBJECTS] = {
    [ECS_QUERY_AGENT_CONNECTED] = "agentConnected",
    [ECS_QUERY_AGENT_VERSION] = "agentVersion",
    [ECS_QUERY_ATTRIBUTE] = "attribute:",
    [ECS_QUERY_EC2_INSTANCE_ID] = "ec2InstanceId",
    [ECS_QUERY_REGISTERED_AT] = "registeredAt",
    [ECS_QUERY_RUNNING_TASKS_COUNT] = "runningTasksCount",
    [ECS_QUERY_TASK_GROUP] = "task:group",
};

static void write_value(FILE *out, const char *value)
{
    char quote = strchr(value, '\'') == NULL ? '\'' : '"';
    REQUIRE(strchr(value, quote) == NULL, value); /* it was quoted somehow, so one is left */
    fprintf(out, "%c%s%c", quote, value, quote);
}

static void write_term(FILE *out, const struct ecs_query_term *term, bool words)
{
    fputs(subjects[term->subject], out);
    if (term->subject == ECS_QUERY_ATTRIBUTE)
        fputs(term->attribute, out);
    fputs(spellings[term->operation][words], out);
    bool list = term->operation == ECS_QUERY_IN || term->operation == ECS_QUERY_NOT_IN;
    for (uint32_t i = 0; i < term->value_count; i++) {
        if (list)
            fputc(i == 0 ? '[' : ',', out);
        write_value(out, term->values[i]);
    }
    if (list)
        fputc(']', out);
}

/* How tightly it binds (QL-5). */
static int tightness(enum ecs_query_kind kind)
{
    static const int of[] = {
        [ECS_QUERY_OR] = 0, [ECS_QUERY_AND] = 1, [ECS_QUERY_NOT] = 2, [ECS_QUERY_TERM] = 3};
    return of[kind];
}

static void write_node(FILE *out, const struct ecs_query *query, uint32_t index, int least)
{
    const struct ecs_query_node *node = &query->nodes[index];
    int tight = tightness(node->kind);
    bool words = index % 2 != 0;
    if (tight < least)
        fputc('(', out);
    switch (node->kind) {
    case ECS_QUERY_TERM:
        write_term(out, &node->term, words);
        break;
    case ECS_QUERY_NOT:
        fputs(words ? "not " : "!", out);
        write_node(out, query, node->left, tight);
        break;
    case ECS_QUERY_AND:
    case ECS_QUERY_OR: /* chains lean to the left */
        write_node(out, query, node->left, tight);
        fputs(node->kind == ECS_QUERY_AND ? words ? " and " : "&&" : words ? " or " : "||", out);
        write_node(out, query, node->right, tight + 1);
        break;
    }
    if (tight < least)
        fputc(')', out);
}

/* ---- what must hold ---- */

static bool is_same_term(const struct ecs_query_term *a, const struct ecs_query_term *b)
{
    if (a->subject != b->subject || a->operation != b->operation || a->number != b->number ||
        a->value_count != b->value_count || (a->pattern == NULL) != (b->pattern == NULL))
        return false;
    if (a->subject == ECS_QUERY_ATTRIBUTE && strcmp(a->attribute, b->attribute) != 0)
        return false;
    for (uint32_t i = 0; i < a->value_count; i++)
        if (strcmp(a->values[i], b->values[i]) != 0)
            return false;
    return true;
}

static bool is_same(const struct ecs_query *a, const struct ecs_query *b)
{
    if (a->node_count != b->node_count || a->is_static != b->is_static)
        return false;
    for (uint32_t i = 0; i < a->node_count; i++) {
        const struct ecs_query_node *x = &a->nodes[i], *y = &b->nodes[i];
        if (x->kind != y->kind || x->left != y->left || x->right != y->right)
            return false;
        if (x->kind == ECS_QUERY_TERM && !is_same_term(&x->term, &y->term))
            return false;
    }
    return true;
}

/* Bytes that a terminal or an editor takes as UTF-8 without control characters. */
static bool is_one_line_of_text(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        uint32_t more = *at < 0x80 ? 0 : *at < 0xc2 ? 9 : *at < 0xe0 ? 1 : *at < 0xf0 ? 2 : 3;
        if (*at < ' ' || *at == 0x7f || more == 9 || *at > 0xf4)
            return false;
        for (at++; more > 0; more--)
            if ((*at++ & 0xc0) != 0x80)
                return false;
    }
    return true;
}

static void check_refusal(struct sim_arena *arena, const char *text,
                          const struct scn_query_error *error)
{
    struct scn_query_error again = {0};
    REQUIRE(error->column >= 1 && error->column <= strlen(text) + 1, text);
    REQUIRE(error->message != NULL && error->message[0] != '\0', text);
    REQUIRE(is_one_line_of_text(error->message), text);
    REQUIRE(scn_query_parse(arena, text, &again) == NULL, text);
    REQUIRE(again.column == error->column && strcmp(again.message, error->message) == 0, text);
}

/* A text made of accepted ones: it is accepted too, unless it has become too long or too deep. */
static const struct ecs_query *parse_made(struct sim_arena *arena, const char *text)
{
    struct scn_query_error error = {0};
    const struct ecs_query *query = scn_query_parse(arena, text, &error);
    REQUIRE(query != NULL || strlen(text) > TEXT_MAX ||
                strncmp(error.message, "nested more than", 16) == 0,
            text);
    return query;
}

static void check_written(struct sim_arena *arena, const struct ecs_query *query)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    REQUIRE(out != NULL, query->text);
    write_node(out, query, query->node_count - 1, 0);
    REQUIRE(fclose(out) == 0, query->text);
    struct scn_query_error error = {0};
    const struct ecs_query *again = scn_query_parse(arena, text, &error);
    /* It has only parentheses that the first text had too, so depth is no excuse. */
    REQUIRE(again != NULL || length > TEXT_MAX, text);
    REQUIRE(again == NULL || is_same(query, again), text);
    free(text);
}

static void check_laws(struct sim_arena *arena, const struct ecs_query *query, uint32_t hits)
{
    static const char other[] = "attribute:stack == prod";
    const char *text = query->text;
    struct sim_arena_mark mark = sim_arena_mark(arena);
    const struct ecs_query *f = parse_made(arena, other);
    const struct ecs_query *in = parse_made(arena, sim_arena_printf(arena, "(%s)", text));
    REQUIRE(in == NULL || selected(in) == hits, text);
    const struct ecs_query *twice =
        parse_made(arena, sim_arena_printf(arena, "not (not (%s))", text));
    REQUIRE(twice == NULL || selected(twice) == hits, text);
    uint32_t both = hits & selected(f);
    const struct ecs_query *conjunction =
        parse_made(arena, sim_arena_printf(arena, "(%s)and(%s)", text, other));
    REQUIRE(conjunction == NULL || selected(conjunction) == both, text);
    const struct ecs_query *morgan =
        parse_made(arena, sim_arena_printf(arena, "!(! (%s)||!(%s))", text, other));
    REQUIRE(morgan == NULL || selected(morgan) == both, text);
    sim_arena_rewind(arena, mark);
}

static enum ecs_query_operator opposite(enum ecs_query_operator operation)
{
    static const enum ecs_query_operator of[ECS_QUERY_OPERATORS] = {
        [ECS_QUERY_EQUALS] = ECS_QUERY_NOT_EQUALS,
        [ECS_QUERY_NOT_EQUALS] = ECS_QUERY_EQUALS,
        [ECS_QUERY_GREATER_THAN] = ECS_QUERY_LESS_THAN_EQUAL,
        [ECS_QUERY_GREATER_THAN_EQUAL] = ECS_QUERY_LESS_THAN,
        [ECS_QUERY_LESS_THAN] = ECS_QUERY_GREATER_THAN_EQUAL,
        [ECS_QUERY_LESS_THAN_EQUAL] = ECS_QUERY_GREATER_THAN,
        [ECS_QUERY_EXISTS] = ECS_QUERY_NOT_EXISTS,
        [ECS_QUERY_NOT_EXISTS] = ECS_QUERY_EXISTS,
        [ECS_QUERY_IN] = ECS_QUERY_NOT_IN,
        [ECS_QUERY_NOT_IN] = ECS_QUERY_IN,
        [ECS_QUERY_MATCHES] = ECS_QUERY_NOT_MATCHES,
        [ECS_QUERY_NOT_MATCHES] = ECS_QUERY_MATCHES,
    };
    return of[operation];
}

static void check_opposite(const struct ecs_query *query, uint32_t hits)
{
    struct ecs_query_node node = query->nodes[query->node_count - 1];
    if (node.kind != ECS_QUERY_TERM || node.term.subject == ECS_QUERY_TASK_GROUP)
        return;
    struct ecs_query other = {.text = query->text, .nodes = &node, .node_count = 1};
    node.term.operation = opposite(node.term.operation);
    uint32_t misses = selected(&other), all = (1u << HOSTS) - 1;
    REQUIRE((hits & misses) == 0, query->text);
    /* QL-15: neither holds where the attribute does not exist. */
    REQUIRE((hits | misses) == all || node.term.subject == ECS_QUERY_ATTRIBUTE, query->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sim_arena arena;
    struct scn_query_error error = {0};
    char *text = malloc(size + 1); /* of exact size, so that a step past its end is seen */
    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    sim_arena_init(&arena);
    const struct ecs_query *query = scn_query_parse(&arena, text, &error);
    if (query == NULL) {
        check_refusal(&arena, text, &error);
    } else {
        uint32_t hits = selected(query);
        REQUIRE(strcmp(query->text, text) == 0, text);
        for (uint32_t i = 0; query->is_static && i < HOSTS; i += 2)
            REQUIRE((hits >> i & 1) == (hits >> (i + 1) & 1), text);
        check_written(&arena, query);
        check_laws(&arena, query, hits);
        check_opposite(query, hits);
    }
    sim_arena_release(&arena);
    free(text);
    return 0;
}
