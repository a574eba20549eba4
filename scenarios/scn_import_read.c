/* Reading a dump: files into objects by kind (scn_importer.h). */
#include "scn_importer.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What describe calls print, and by which members an object is told that --query took out of its
 * wrapper. `name` is the member that names it, `id` what makes it one and the same. */
static const struct kind {
    const char *list, *object; /* keys of the wrapper; object may be NULL */
    const char *marks[2];      /* both are there; NULL: only known inside its wrapper */
    const char *name, *id;
    const char *call, *words;
} kinds[SCN_DUMP_KINDS] = {
    [SCN_DUMP_CLUSTER] = {"clusters",
                          "cluster",
                          {"clusterName", "clusterArn"},
                          "clusterName",
                          "clusterArn",
                          "aws ecs describe-clusters",
                          "cluster"},
    [SCN_DUMP_PROVIDER] = {"capacityProviders",
                           "capacityProvider",
                           {"capacityProviderArn", "name"},
                           "name",
                           "capacityProviderArn",
                           "aws ecs describe-capacity-providers",
                           "capacity provider"},
    [SCN_DUMP_GROUP] = {"AutoScalingGroups",
                        NULL,
                        {"AutoScalingGroupName", "MinSize"},
                        "AutoScalingGroupName",
                        "AutoScalingGroupARN",
                        "aws autoscaling describe-auto-scaling-groups",
                        "Auto Scaling group"},
    [SCN_DUMP_CONFIGURATION] = {"LaunchConfigurations",
                                NULL,
                                {"LaunchConfigurationName", "LaunchConfigurationARN"},
                                "LaunchConfigurationName",
                                "LaunchConfigurationARN",
                                "aws autoscaling describe-launch-configurations",
                                "launch configuration"},
    [SCN_DUMP_TEMPLATE] = {"LaunchTemplateVersions",
                           "LaunchTemplateVersion",
                           {"LaunchTemplateData", "VersionNumber"},
                           "LaunchTemplateName",
                           NULL,
                           "aws ec2 describe-launch-template-versions",
                           "launch template"},
    [SCN_DUMP_DEFINITION] = {"taskDefinitions",
                             "taskDefinition",
                             {"family", "containerDefinitions"},
                             "family",
                             NULL,
                             "aws ecs describe-task-definition",
                             "task definition"},
    [SCN_DUMP_TASK] = {"tasks",
                       "task",
                       {"taskArn", "lastStatus"},
                       "taskArn",
                       "taskArn",
                       "aws ecs describe-tasks",
                       "task"},
    [SCN_DUMP_INSTANCE] = {"containerInstances",
                           "containerInstance",
                           {"containerInstanceArn", "ec2InstanceId"},
                           "containerInstanceArn",
                           "containerInstanceArn",
                           "aws ecs describe-container-instances",
                           "container instance"},
    [SCN_DUMP_EC2] = {"Instances",
                      NULL,
                      {"InstanceId", "Placement"},
                      "InstanceId",
                      "InstanceId",
                      "aws ec2 describe-instances",
                      "instance"},
    [SCN_DUMP_SUBNET] = {"Subnets",
                         "Subnet",
                         {"SubnetId", "CidrBlock"},
                         "SubnetId",
                         "SubnetId",
                         "aws ec2 describe-subnets",
                         "subnet"},
    [SCN_DUMP_TEMPLATE_HEAD] = {"LaunchTemplates",
                                "LaunchTemplate",
                                {"LaunchTemplateId", "DefaultVersionNumber"},
                                "LaunchTemplateName",
                                "LaunchTemplateId",
                                "aws ec2 describe-launch-templates",
                                "launch template"},
    [SCN_DUMP_SERVICE] = {"services",
                          "service",
                          {"serviceArn", "serviceName"},
                          "serviceName",
                          "serviceArn",
                          "aws ecs describe-services",
                          "service"},
    [SCN_DUMP_SETTING] = {"settings",
                          "setting",
                          {NULL, NULL},
                          "name",
                          NULL,
                          "aws ecs list-account-settings",
                          "account settings"},
    [SCN_DUMP_TARGET] = {"ScalableTargets",
                         NULL,
                         {"ScalableDimension", "MinCapacity"},
                         "ResourceId",
                         "ScalableTargetARN",
                         "aws application-autoscaling describe-scalable-targets",
                         "scalable targets"},
    [SCN_DUMP_POLICY] = {"ScalingPolicies",
                         NULL,
                         {"PolicyName", "PolicyARN"},
                         "PolicyName",
                         "PolicyARN",
                         "aws application-autoscaling describe-scaling-policies",
                         "scaling policies"},
    [SCN_DUMP_ACTION] = {"ScheduledActions",
                         NULL,
                         {NULL, NULL},
                         "ScheduledActionName",
                         "ScheduledActionARN",
                         "aws application-autoscaling describe-scheduled-actions",
                         "scheduled actions"},
    [SCN_DUMP_GROUP_ACTION] = {"ScheduledUpdateGroupActions",
                               NULL,
                               {NULL, NULL},
                               "ScheduledActionName",
                               "ScheduledActionARN",
                               "aws autoscaling describe-scheduled-actions",
                               "scheduled actions of groups"},
    [SCN_DUMP_ALARM] = {"MetricAlarms",
                        NULL,
                        {"AlarmName", "MetricName"},
                        "AlarmName",
                        "AlarmArn",
                        "aws cloudwatch describe-alarms",
                        "alarms"},
    [SCN_DUMP_COMPOSITE_ALARM] = {"CompositeAlarms",
                                  NULL,
                                  {"AlarmName", "AlarmRule"},
                                  "AlarmName",
                                  "AlarmArn",
                                  "aws cloudwatch describe-alarms",
                                  "composite alarms"},
    [SCN_DUMP_HOOK] = {"LifecycleHooks",
                       NULL,
                       {"LifecycleHookName", "LifecycleTransition"},
                       "LifecycleHookName",
                       NULL,
                       "aws autoscaling describe-lifecycle-hooks",
                       "lifecycle hooks"},
    [SCN_DUMP_WARM_POOL] = {NULL,
                            "WarmPoolConfiguration",
                            {NULL, NULL},
                            "PoolState",
                            NULL,
                            "aws autoscaling describe-warm-pool",
                            "warm pools"},
    [SCN_DUMP_LOAD_BALANCER] = {"LoadBalancers",
                                NULL,
                                {"LoadBalancerName", "LoadBalancerArn"},
                                "LoadBalancerName",
                                "LoadBalancerArn",
                                "aws elbv2 describe-load-balancers",
                                "load balancers"},
    [SCN_DUMP_TARGET_GROUP] = {"TargetGroups",
                               NULL,
                               {"TargetGroupName", "TargetGroupArn"},
                               "TargetGroupName",
                               "TargetGroupArn",
                               "aws elbv2 describe-target-groups",
                               "target groups"},
    [SCN_DUMP_RULE] =
        {"Rules", NULL, {"Name", "EventBusName"}, "Name", "Arn", "aws events list-rules", "rules"},
};

const char *scn_import_kind_name(enum scn_dump_kind kind)
{
    return kinds[kind].words;
}

const char *scn_import_kind_call(enum scn_dump_kind kind)
{
    return kinds[kind].call;
}

/* ---- objects ---- */

struct reader {
    struct scn_importer *importer;
    struct scn_dump_doc *doc;
    bool known; /* something of the file is */
};

static const char *id_of(struct reader *reader, enum scn_dump_kind kind,
                         const struct scn_value *value, const char *name)
{
    struct sim_arena *arena = reader->importer->arena;
    const char *id = kinds[kind].id != NULL ? scn_get_text(value, kinds[kind].id, NULL) : NULL;
    if (id != NULL)
        return id;
    if (kind == SCN_DUMP_DEFINITION || kind == SCN_DUMP_TEMPLATE)
        return sim_arena_printf(
            arena, "%s:%" PRId64, name,
            scn_get_integer(value, kind == SCN_DUMP_TEMPLATE ? "VersionNumber" : "revision", 1));
    return kind == SCN_DUMP_HOOK || kind == SCN_DUMP_WARM_POOL ? scn_json_print(arena, value)
                                                               : name;
}

/* Twice the same, as when a name was asked for in two calls: the first counts. */
static bool is_known(struct reader *reader, enum scn_dump_kind kind, const char *id,
                     const struct scn_value *value)
{
    struct scn_importer *importer = reader->importer;
    const struct scn_dump_object *other = importer->first[kind];
    while (other != NULL && strcmp(other->id, id) != 0)
        other = other->next;
    if (other == NULL)
        return false;
    reader->doc->plain = false;
    if (strcmp(scn_json_print(importer->arena, other->value),
               scn_json_print(importer->arena, value)) != 0)
        scn_import_note(importer, SCN_NOTE_TAKEN,
                        "%s %s stands differently in %s and in %s; the first is taken",
                        kinds[kind].words, other->name, other->doc->name, reader->doc->name);
    return true;
}

static void add_object(struct reader *reader, enum scn_dump_kind kind, struct scn_value *value)
{
    struct scn_importer *importer = reader->importer;
    const char *name = scn_get_text(value, kinds[kind].name, "(no name)");
    const char *id = id_of(reader, kind, value, name);
    if (is_known(reader, kind, id, value))
        return;
    struct scn_dump_object *object = sim_arena_alloc(importer->arena, sizeof *object);
    *object = (struct scn_dump_object){.doc = reader->doc, .value = value, .id = id};
    object->name = kind == SCN_DUMP_DEFINITION ? id_of(reader, kind, value, name) : name;
    if (importer->first[kind] == NULL)
        importer->first[kind] = object;
    else
        importer->last[kind]->next = object;
    importer->last[kind] = object;
    reader->doc->object_count++;
}

static void add_list(struct reader *reader, enum scn_dump_kind kind, const struct scn_value *list)
{
    for (struct scn_value *v = list->first; v != NULL; v = v->next)
        if (v->kind == SCN_OBJECT)
            add_object(reader, kind, v);
        else
            scn_error(reader->importer->complaints, v,
                      "expected an object, as in the output of `%s`, not %s", kinds[kind].call,
                      scn_kind_names[v->kind]);
}

/* ---- wrappers ---- */

/* The kind of an object without wrapper, or SCN_DUMP_KINDS. */
static enum scn_dump_kind bare_kind(const struct scn_value *value)
{
    for (int kind = 0; kind < SCN_DUMP_KINDS; kind++)
        if (kinds[kind].marks[0] != NULL && scn_json_member(value, kinds[kind].marks[0]) != NULL &&
            scn_json_member(value, kinds[kind].marks[1]) != NULL)
            return (enum scn_dump_kind)kind;
    return SCN_DUMP_KINDS;
}

static enum scn_dump_kind wrapped_kind(const struct scn_value *member)
{
    for (int kind = 0; kind < SCN_DUMP_KINDS; kind++) {
        const char *key = member->kind == SCN_LIST     ? kinds[kind].list
                          : member->kind == SCN_OBJECT ? kinds[kind].object
                                                       : NULL;
        if (key != NULL && strcmp(member->key, key) == 0)
            return (enum scn_dump_kind)kind;
    }
    return SCN_DUMP_KINDS;
}

static bool is_token(const struct scn_value *member)
{
    return strcmp(member->key, "NextToken") == 0 || strcmp(member->key, "nextToken") == 0;
}

/* What a describe call was asked for and did not find. */
static void note_failures(struct reader *reader, const struct scn_value *failures)
{
    for (const struct scn_value *v = failures->first; v != NULL; v = v->next)
        scn_import_note(reader->importer, SCN_NOTE_LEFT_OUT, "%s: the call found no %s (%s)",
                        reader->doc->name, scn_get_text(v, "arn", "object of that name"),
                        scn_get_text(v, "reason", "no reason given"));
}

/* Members that stand beside a list and say nothing about the cluster. */
static bool is_noise(const struct scn_value *member)
{
    static const char *const noise[] = {
        "failures",    "ResponseMetadata", "taskDefinitionArns",    "clusterArns",
        "serviceArns", "taskArns",         "containerInstanceArns", "families"};
    for (size_t i = 0; i < sizeof noise / sizeof noise[0]; i++)
        if (strcmp(member->key, noise[i]) == 0)
            return true;
    return false;
}

static void take_wrapper(struct reader *reader, const struct scn_value *value)
{
    struct scn_importer *importer = reader->importer;
    enum scn_dump_kind first = SCN_DUMP_KINDS;
    bool more = false;
    for (struct scn_value *v = value->first; v != NULL; v = v->next) {
        enum scn_dump_kind kind = wrapped_kind(v);
        bool is_tag_list = strcmp(v->key, "tags") == 0;
        reader->doc->plain = reader->doc->plain && (kind != SCN_DUMP_KINDS || is_tag_list ||
                                                    strcmp(v->key, "failures") == 0 ||
                                                    strcmp(v->key, "ResponseMetadata") == 0);
        reader->known = reader->known || kind != SCN_DUMP_KINDS || is_noise(v) || is_tag_list;
        more = more || (is_token(v) && v->kind == SCN_STRING && v->text[0] != '\0');
        if (strcmp(v->key, "failures") == 0)
            note_failures(reader, v);
        if (kind == SCN_DUMP_KINDS)
            continue;
        if (first == SCN_DUMP_KINDS)
            first = kind;
        if (v->kind == SCN_LIST)
            add_list(reader, kind, v);
        else
            add_object(reader, kind, v);
    }
    if (first == SCN_DUMP_KINDS)
        return;
    importer->pages[first]++;
    importer->open_pages[first] += more;
}

/* describe-instances wraps twice. */
static void take_reservation(struct reader *reader, const struct scn_value *value)
{
    const struct scn_value *list = scn_get(value, "Instances", SCN_LIST);
    reader->known = true;
    reader->doc->plain = false;
    if (list != NULL)
        add_list(reader, SCN_DUMP_EC2, list);
}

static void take(struct reader *reader, struct scn_value *value)
{
    if (value->kind == SCN_LIST) {
        reader->doc->plain = false;
        for (struct scn_value *v = value->first; v != NULL; v = v->next)
            take(reader, v);
        return;
    }
    if (value->kind != SCN_OBJECT)
        return;
    const struct scn_value *reservations = scn_get(value, "Reservations", SCN_LIST);
    enum scn_dump_kind kind = bare_kind(value);
    if (kind != SCN_DUMP_KINDS) {
        reader->known = true;
        add_object(reader, kind, value);
    } else if (reservations != NULL) {
        reader->known = true;
        for (struct scn_value *v = reservations->first; v != NULL; v = v->next)
            take_reservation(reader, v);
    } else if (scn_json_member(value, "ReservationId") != NULL) {
        take_reservation(reader, value);
    } else {
        take_wrapper(reader, value);
    }
}

/* ---- files ---- */

#define BLANKS " \t\r\n"

/* Bytes of the first value: up to the bracket that closes it; all of them when none does. Other
 * mistakes are left to the parser. */
static size_t value_length(const char *text, size_t size)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else
                in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return i + 1;
        }
    }
    return size;
}

/* The value behind so many line feeds and blanks that its place in the file is told right. */
static char *placed_copy(struct sim_arena *arena, const char *bytes, size_t at, size_t length,
                         size_t *size)
{
    size_t lines = 0, columns = 0;
    for (size_t i = 0; i < at; i++) {
        lines += bytes[i] == '\n';
        columns = bytes[i] == '\n' ? 0 : columns + (((unsigned char)bytes[i] & 0xC0) != 0x80);
    }
    *size = lines + columns + length;
    char *copy = sim_arena_alloc(arena, *size + 1);
    memset(copy, '\n', lines);
    memset(copy + lines, ' ', columns);
    memcpy(copy + lines + columns, bytes + at, length);
    return copy;
}

static void read_values(struct reader *reader, const struct scn_file *file)
{
    struct scn_importer *importer = reader->importer;
    const char *bytes = reader->doc->bytes;
    size_t size = reader->doc->size, at = strspn(bytes, BLANKS), length;
    for (uint32_t count = 0; at < size; count++) {
        length =
            bytes[at] == '{' || bytes[at] == '[' ? value_length(bytes + at, size - at) : size - at;
        size_t piece_size;
        reader->doc->plain = count == 0;
        const char *piece = placed_copy(importer->arena, bytes, at, length, &piece_size);
        struct scn_value *value =
            scn_json_parse(importer->arena, file, piece, piece_size, importer->complaints);
        if (value == NULL)
            return;
        take(reader, value);
        at += length;
        at += strspn(bytes + at, BLANKS);
    }
}

static void read_file(struct scn_importer *importer, const char *name)
{
    const char *why,
        *path = sim_arena_printf(importer->arena, "%s/%s", importer->import->folder, name);
    struct scn_file *file;
    struct stat facts;
    size_t size;
    if (stat(path, &facts) != 0 || !S_ISREG(facts.st_mode)) {
        scn_import_note(importer, SCN_NOTE_UNREAD, "%s is no file", name);
        return;
    }
    if (access(path, R_OK) != 0 || facts.st_size > SCN_FILE_BYTES_MAX) {
        scn_error_at(importer->complaints, path, 0, 0, NULL, "it cannot be read: %s",
                     strerror(facts.st_size > SCN_FILE_BYTES_MAX ? EFBIG : errno));
        return;
    }
    const char *bytes = scn_file_read(importer->arena, NULL, path, &file, &size, &why);
    if (bytes == NULL) {
        scn_import_note(importer, SCN_NOTE_UNREAD, "%s: %s", name, why);
        return;
    }
    if (strncmp(bytes, "\xEF\xBB\xBF", 3) == 0) { /* PowerShell writes it */
        bytes += 3;
        size -= 3;
    }
    char first = bytes[strspn(bytes, BLANKS)];
    if (first != '{' && first != '[') {
        scn_import_note(importer, SCN_NOTE_UNREAD, "%s %s", name,
                        first == '\0' ? "is empty" : "holds no JSON");
        return;
    }
    struct scn_dump_doc *doc = sim_arena_alloc(importer->arena, sizeof *doc);
    *doc = (struct scn_dump_doc){.name = name, .bytes = bytes, .size = size, .plain = true};
    struct reader reader = {.importer = importer, .doc = doc};
    uint32_t errors = importer->complaints->error_count;
    read_values(&reader, file);
    if (!reader.known && importer->complaints->error_count == errors)
        scn_import_note(importer, SCN_NOTE_UNREAD,
                        "%s holds nothing that a describe call of ECS or its neighbours prints",
                        name);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names in the folder but for hidden ones; NULL after a complaint. */
static const char **list_folder(struct scn_importer *importer, uint32_t *count)
{
    const char *folder = importer->import->folder;
    const char **names = NULL;
    uint32_t capacity = 0;
    DIR *dir = opendir(folder);
    *count = 0;
    if (dir == NULL) {
        scn_error_at(importer->complaints, folder, 0, 0, NULL,
                     "the folder cannot be read: %s; name one with the output of `aws ... "
                     "describe-*` calls",
                     strerror(errno));
        return NULL;
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        sim_grow((void **)&names, &capacity, *count + 1, sizeof names[0]);
        names[(*count)++] = sim_arena_strdup(importer->arena, entry->d_name);
    }
    closedir(dir);
    if (*count == 0)
        scn_error_at(importer->complaints, folder, 0, 0, NULL,
                     "the folder is empty; put the output of `aws ... describe-*` calls there");
    else
        qsort(names, *count, sizeof names[0], compare_names);
    return names;
}

bool scn_import_read(struct scn_importer *importer)
{
    uint32_t count;
    const char **names = list_folder(importer, &count);
    for (uint32_t i = 0; i < count; i++)
        read_file(importer, names[i]);
    free(names);
    for (int kind = 0; kind < SCN_DUMP_KINDS; kind++)
        if (importer->pages[kind] > 0 && importer->open_pages[kind] == importer->pages[kind])
            scn_import_note(importer, SCN_NOTE_LEFT_OUT,
                            "what follows the last page of `%s`: every page there is names a next "
                            "one; call it with --starting-token",
                            kinds[kind].call);
    return importer->complaints->error_count == 0;
}
