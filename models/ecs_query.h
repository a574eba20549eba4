/* ecs_query: cluster query language, compiled (sheet 03, section 7).
 *
 * A query selects container instances. The parser (scenarios/scn_query) builds it once; here it is
 * asked. A query is a tree of terms; a term is subject, operator, values (QL-1). It never looks at
 * an instance itself: what it needs comes through a struct ecs_query_view, so that a world, a
 * database and a test ask the same code.
 *
 * Comparisons: text byte by byte (QL-7.4); agentVersion by dotted components (QL-17); registeredAt
 * by whole seconds; runningTasksCount as an integer. `!=`, `!in` and `!~` hold only where the
 * attribute exists (QL-15); `not` turns around whatever it stands before. task:group asks whether
 * any task on the instance that is not STOPPED is of such a group (QL-16); its negated operators
 * ask whether some group differs.
 *
 * Cost: a term is a few compares; a regular expression is a call of `matches`. A query whose answer
 * cannot change while an instance's attributes do not (is_static) may be kept per set of
 * attributes. A query lives in the arena it was parsed into and is read by any number of threads.
 */
#ifndef ECS_QUERY_H
#define ECS_QUERY_H

#include <stdbool.h>
#include <stdint.h>

enum ecs_query_subject {
    ECS_QUERY_AGENT_CONNECTED,
    ECS_QUERY_AGENT_VERSION,
    ECS_QUERY_ATTRIBUTE,
    ECS_QUERY_EC2_INSTANCE_ID,
    ECS_QUERY_REGISTERED_AT,
    ECS_QUERY_RUNNING_TASKS_COUNT,
    ECS_QUERY_TASK_GROUP,
    ECS_QUERY_SUBJECTS,
};

enum ecs_query_operator {
    ECS_QUERY_EQUALS,
    ECS_QUERY_NOT_EQUALS,
    ECS_QUERY_GREATER_THAN,
    ECS_QUERY_GREATER_THAN_EQUAL,
    ECS_QUERY_LESS_THAN,
    ECS_QUERY_LESS_THAN_EQUAL,
    ECS_QUERY_EXISTS,
    ECS_QUERY_NOT_EXISTS,
    ECS_QUERY_IN,
    ECS_QUERY_NOT_IN,
    ECS_QUERY_MATCHES,
    ECS_QUERY_NOT_MATCHES,
    ECS_QUERY_OPERATORS,
};

struct ecs_query_term {
    enum ecs_query_subject subject;
    enum ecs_query_operator operation;
    const char *attribute;     /* of ECS_QUERY_ATTRIBUTE */
    const char *const *values; /* texts; EQUALS has one */
    uint32_t value_count;
    int64_t number; /* version, seconds since 1970 or count, of the ordered subjects */
    /* The whole text agrees with the regular expression (QL-14). Safe for any thread. */
    bool (*matches)(const void *pattern, const char *text);
    const void *pattern;
};

enum ecs_query_kind { ECS_QUERY_TERM, ECS_QUERY_NOT, ECS_QUERY_AND, ECS_QUERY_OR };

struct ecs_query_node {
    enum ecs_query_kind kind;
    uint32_t left, right; /* nodes; a child stands before its parent. NOT has left only */
    struct ecs_query_term term;
};

struct ecs_query {
    const char *text; /* as written */
    const struct ecs_query_node *nodes;
    uint32_t node_count; /* the last one is the root */
    bool is_static;      /* asks for attributes, version, id and registration only */
};

/* An instance as queries see it. */
struct ecs_query_view {
    void *user;
    /* The value, "" for an attribute without one, NULL when the instance does not have it. */
    const char *(*attribute)(void *user, const char *name);
    /* Group of the index-th task that is not STOPPED; NULL after the last. */
    const char *(*group)(void *user, uint32_t index);
    const char *ec2_instance_id;
    int64_t agent_version; /* 1.40.0 is 1040000 */
    int64_t registered_at; /* seconds since 1970-01-01T00:00:00Z */
    int64_t running_tasks;
    bool agent_connected;
};

bool ecs_query_selects(const struct ecs_query *query, const struct ecs_query_view *view);

/* "1.14.5" -> 1014005; missing components are 0. -1 unless one to three numbers below 1,000. */
int64_t ecs_query_version(const char *text);

#endif
