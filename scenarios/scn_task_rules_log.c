/* Logs (LOG), secrets (SEC), environment files (ENV) and private registries (PRV) of a task
 * definition (scn_task_rules.h). */
#include "scn_task_rules.h"

#include <string.h>

#define CREDENTIALS_MIN 20 /* PRV-01 */
#define CREDENTIALS_MAX 2048

/* ---- ARNs ---- */

#define ARN_FIELDS_MAX 12

struct arn {
    const char *field[ARN_FIELDS_MAX]; /* "arn", partition, service, region, account, ... */
    size_t length[ARN_FIELDS_MAX];
    uint32_t count;
};

/* Splits at colons; what is beyond the last field stays in it. */
static struct arn split_arn(const char *text)
{
    struct arn arn = {0};
    for (;;) {
        size_t length = arn.count + 1 < ARN_FIELDS_MAX ? strcspn(text, ":") : strlen(text);
        arn.field[arn.count] = text;
        arn.length[arn.count++] = length;
        if (text[length] == '\0')
            return arn;
        text += length + 1;
    }
}

static bool is_field(const struct arn *arn, uint32_t index, const char *text)
{
    return index < arn->count && arn->length[index] == strlen(text) &&
           memcmp(arn->field[index], text, arn->length[index]) == 0;
}

static bool is_arn(const char *text)
{
    return strncmp(text, "arn:", 4) == 0;
}

/* arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME[:json-key:version-stage:version-id] */
#define SECRET_FIELDS      7
#define SECRET_FIELDS_FULL 10

bool scn_secret_has_parts(const char *value_from)
{
    const struct arn arn = split_arn(value_from);
    return is_field(&arn, 2, "secretsmanager") && arn.count > SECRET_FIELDS;
}

/* ---- secrets (SEC-01, SEC-02) ---- */

static void check_secret_arn(const struct scn_task_check *check, const struct scn_value *at)
{
    const struct arn arn = split_arn(at->text);
    if (is_field(&arn, 2, "ssm")) {
        if (arn.count < 6 || strncmp(arn.field[5], "parameter/", strlen("parameter/")) != 0)
            scn_error(check->complaints, at,
                      "\"%s\" is no ARN of a parameter; write arn:aws:ssm:region:account:"
                      "parameter/name",
                      at->text);
        return;
    }
    if (!is_field(&arn, 2, "secretsmanager") || !is_field(&arn, 5, "secret") ||
        arn.count < SECRET_FIELDS || arn.length[6] == 0) {
        scn_error(check->complaints, at,
                  "\"%s\" is the ARN of neither a secret nor a parameter; write "
                  "arn:aws:secretsmanager:region:account:secret:name or "
                  "arn:aws:ssm:region:account:parameter/name",
                  at->text);
        return;
    }
    if (arn.count != SECRET_FIELDS && arn.count != SECRET_FIELDS_FULL)
        scn_error(check->complaints, at,
                  "what follows the secret's name is :json-key:version-stage:version-id; keep the "
                  "colons of parts that are left empty");
    else if (arn.count == SECRET_FIELDS_FULL && arn.length[8] > 0 && arn.length[9] > 0)
        scn_error(check->complaints, at,
                  "the ARN names both a version stage and a version id; leave one of them empty");
}

static void check_secret(const struct scn_task_check *check, const struct scn_value *secret)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./";
    const struct scn_value *at = scn_get(secret, "valueFrom", SCN_STRING);
    if (at == NULL)
        return;
    if (is_arn(at->text))
        check_secret_arn(check, at);
    else if (at->text[0] == '\0' || at->text[strspn(at->text, allowed)] != '\0')
        scn_error(check->complaints, at,
                  "\"%s\" is no name of a Systems Manager parameter; write its name or the full "
                  "ARN of a secret or parameter",
                  at->text);
}

/* AWS gives no container a secret and a variable, or two secrets, of one name. */
static void check_secret_names(const struct scn_task_check *check,
                               const struct scn_value *container)
{
    for (const struct scn_value *s = scn_first(container, "secrets"); s != NULL; s = s->next) {
        const struct scn_value *at = scn_get(s, "name", SCN_STRING);
        bool taken = false;
        if (at == NULL)
            continue;
        for (const struct scn_value *v = scn_first(container, "environment"); v != NULL;
             v = v->next)
            taken = taken || strcmp(scn_get_text(v, "name", ""), at->text) == 0;
        for (const struct scn_value *v = scn_first(container, "secrets"); v != s; v = v->next)
            taken = taken || strcmp(scn_get_text(v, "name", ""), at->text) == 0;
        if (taken)
            scn_error(check->complaints, at,
                      "the container has another variable \"%s\"; choose another name", at->text);
    }
}

/* ---- private registries (PRV-01) and environment files (ENV-01) ---- */

/* The account of an ARN that says one, else an empty field. */
static struct arn account_of(const char *text)
{
    struct arn arn = split_arn(text);
    if (!is_arn(text) || arn.count < 5)
        return (struct arn){.field = {""}};
    return (struct arn){.field = {arn.field[4]}, .length = {arn.length[4]}};
}

/* PRV-01: a secret of another account, by what the execution role says. */
static bool is_foreign(const struct scn_task_check *check, const char *secret)
{
    const struct arn own = account_of(scn_get_text(check->definition, "executionRoleArn", ""));
    const struct arn its = account_of(secret);
    return own.length[0] > 0 && its.length[0] > 0 &&
           (own.length[0] != its.length[0] ||
            memcmp(own.field[0], its.field[0], own.length[0]) != 0);
}

static void check_credentials(const struct scn_task_check *check, const struct scn_value *container)
{
    const struct scn_value *credentials = scn_get(container, "repositoryCredentials", SCN_OBJECT);
    const struct scn_value *at = scn_get(credentials, "credentialsParameter", SCN_STRING);
    if (at == NULL)
        return;
    size_t length = strlen(at->text);
    const struct arn arn = split_arn(at->text);
    if (length == 0 || (!is_arn(at->text) && strchr(at->text, ':') != NULL))
        scn_error(check->complaints, at,
                  "\"%s\" is no secret; write its full ARN, or its name in the same Region",
                  at->text);
    else if (is_arn(at->text) &&
             (length < CREDENTIALS_MIN || length > CREDENTIALS_MAX ||
              !is_field(&arn, 2, "secretsmanager") || !is_field(&arn, 5, "secret") ||
              arn.count != SECRET_FIELDS || arn.length[6] == 0))
        scn_error(check->complaints, at,
                  "\"%s\" is no ARN of a whole secret; write "
                  "arn:aws:secretsmanager:region:account:secret:name, 20 to 2048 characters",
                  at->text);
    else if (is_foreign(check, at->text))
        scn_error(check->complaints, at,
                  "the secret belongs to another account than the execution role, which may not "
                  "read it; name one of the role's own account");
}

void scn_check_environment_file(struct scn_complaints *complaints, const struct scn_value *file)
{
    const struct scn_value *at = scn_get(file, "value", SCN_STRING);
    if (at == NULL)
        return;
    const struct arn arn = split_arn(at->text);
    size_t length = strlen(at->text);
    if (!is_arn(at->text) || !is_field(&arn, 2, "s3") || arn.count < 6 ||
        strchr(arn.field[5], '/') == NULL)
        scn_error(complaints, at,
                  "\"%s\" is no ARN of an object in S3; write one such as "
                  "arn:aws:s3:::bucket/name.env",
                  at->text);
    else if (length < 4 || strcmp(at->text + length - 4, ".env") != 0)
        scn_error(complaints, at, "the file's name must end in .env; rename it");
}

/* ---- log drivers (LOG-04) ---- */

static void check_flag(const struct scn_task_check *check, const struct scn_value *options,
                       const char *key)
{
    const struct scn_value *at = scn_get(options, key, SCN_STRING);
    if (at != NULL && strcmp(at->text, "true") != 0 && strcmp(at->text, "false") != 0)
        scn_error(check->complaints, at, "\"%s\" is no choice; write \"true\" or \"false\"",
                  at->text);
}

static void check_awslogs(const struct scn_task_check *check, const struct scn_value *log)
{
    static const char *const known[] = {
        "awslogs-region",
        "awslogs-group",
        "awslogs-stream-prefix",
        "awslogs-create-group",
        "awslogs-endpoint",
        "awslogs-datetime-format",
        "awslogs-stream",
        "awslogs-multiline-pattern",
        "awslogs-format",
        "awslogs-force-flush-interval-seconds",
        "awslogs-max-buffered-events",
        "awslogs-credentials-endpoint",
        "mode",
        "max-buffer-size",
        "tag",
        "labels",
        "env",
    };
    const struct scn_value *options = scn_get(log, "options", SCN_OBJECT);
    for (uint32_t i = 0; i < 2; i++)
        if (scn_said(options, known[i]) == NULL)
            scn_error(check->complaints, options != NULL ? options : log,
                      "the log driver awslogs needs the option `%s`; add it to options", known[i]);
    for (const struct scn_value *v = options != NULL ? options->first : NULL; v != NULL;
         v = v->next) {
        bool found = false;
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            found = found || strcmp(v->key, known[i]) == 0;
        if (!found)
            scn_unknown_key(check->complaints, v, known, sizeof known / sizeof known[0]);
    }
    check_flag(check, options, "awslogs-create-group");
}

/* ---- FireLens (LOG-06 to LOG-08) ---- */

static void check_firelens(const struct scn_task_check *check, const struct scn_value *container)
{
    static const char *const known[] = {"enable-ecs-log-metadata", "config-file-type",
                                        "config-file-value"};
    static const char *const reserved[] = {"/fluent-bit/etc/fluent-bit.conf",
                                           "/fluentd/etc/fluent.conf"};
    const struct scn_value *firelens = scn_get(container, "firelensConfiguration", SCN_OBJECT);
    const struct scn_value *options = scn_get(firelens, "options", SCN_OBJECT);
    if (firelens == NULL)
        return;
    if (!scn_get_bool(container, "essential", true)) /* LOG-06 */
        scn_error(check->complaints, scn_json_member(container, "essential"),
                  "the log router must be essential; write true, or leave it out");
    for (const struct scn_value *v = options != NULL ? options->first : NULL; v != NULL;
         v = v->next)
        if (strcmp(v->key, known[0]) != 0 && strcmp(v->key, known[1]) != 0 &&
            strcmp(v->key, known[2]) != 0) /* LOG-08 */
            scn_unknown_key(check->complaints, v, known, 3);
    check_flag(check, options, "enable-ecs-log-metadata");
    const struct scn_value *type = scn_said(options, "config-file-type");
    const struct scn_value *file = scn_said(options, "config-file-value");
    if ((type != NULL) != (file != NULL))
        scn_error(check->complaints, options,
                  "config-file-type and config-file-value go together; add `%s`",
                  type != NULL ? "config-file-value" : "config-file-type");
    if (type != NULL && type->kind == SCN_STRING && strcmp(type->text, "s3") != 0 &&
        strcmp(type->text, "file") != 0)
        scn_error(check->complaints, type, "\"%s\" is no choice; write one of s3, file",
                  type->text);
    for (size_t i = 0; i < 2; i++) /* LOG-07 */
        if (file != NULL && file->kind == SCN_STRING && strcmp(file->text, reserved[i]) == 0)
            scn_error(check->complaints, file,
                      "the log router keeps this path for itself; put the file elsewhere");
}

/* LOG-06, over all containers: whose logs go to a router need one, and there is room for one. */
static void check_router(const struct scn_task_check *check)
{
    const struct scn_value *router = NULL;
    for (const struct scn_value *c = scn_first(check->definition, "containerDefinitions");
         c != NULL; c = c->next) {
        const struct scn_value *firelens = scn_get(c, "firelensConfiguration", SCN_OBJECT);
        if (firelens != NULL && router != NULL)
            scn_error(check->complaints, firelens,
                      "a task has one log router, and \"%s\" is it already; remove one",
                      scn_get_text(router, "name", ""));
        else if (firelens != NULL)
            router = c;
    }
    for (const struct scn_value *c = scn_first(check->definition, "containerDefinitions");
         c != NULL && router == NULL; c = c->next) {
        const struct scn_value *log = scn_get(c, "logConfiguration", SCN_OBJECT);
        if (strcmp(scn_get_text(log, "logDriver", ""), "awsfirelens") == 0)
            scn_error(check->complaints, scn_json_member(log, "logDriver"),
                      "awsfirelens needs a log router; give one container of the task a "
                      "`firelensConfiguration`");
    }
}

/* ---- the execution role (PRV-02, SEC-05, ENV-03) ---- */

static const struct scn_value *needs_role(const struct scn_value *container)
{
    const struct scn_value *log = scn_get(container, "logConfiguration", SCN_OBJECT);
    const struct scn_value *firelens = scn_get(container, "firelensConfiguration", SCN_OBJECT);
    const struct scn_value *options = scn_get(firelens, "options", SCN_OBJECT);
    const struct scn_value *users[] = {scn_said(container, "secrets"),
                                       scn_said(container, "repositoryCredentials"),
                                       scn_said(container, "environmentFiles"),
                                       scn_said(log, "secretOptions")};
    for (size_t i = 0; i < sizeof users / sizeof users[0]; i++)
        if (users[i] != NULL)
            return users[i];
    if (strcmp(scn_get_text(options, "config-file-type", ""), "s3") == 0)
        return scn_json_member(options, "config-file-type");
    return NULL;
}

static void check_role(const struct scn_task_check *check)
{
    if (scn_said(check->definition, "executionRoleArn") != NULL)
        return;
    for (const struct scn_value *c = scn_first(check->definition, "containerDefinitions");
         c != NULL; c = c->next) {
        const struct scn_value *at = needs_role(c);
        if (at != NULL) {
            scn_error(check->complaints, at,
                      "the task needs an execution role for it; add `executionRoleArn` to the "
                      "task definition");
            return;
        }
    }
}

/* ---- the whole ---- */

void scn_check_container_logs(const struct scn_task_check *check, const struct scn_value *container)
{
    const struct scn_value *log = scn_get(container, "logConfiguration", SCN_OBJECT);
    if (strcmp(scn_get_text(log, "logDriver", ""), "awslogs") == 0)
        check_awslogs(check, log);
    for (const struct scn_value *v = scn_first(log, "secretOptions"); v != NULL; v = v->next)
        check_secret(check, v);
    for (const struct scn_value *v = scn_first(container, "secrets"); v != NULL; v = v->next)
        check_secret(check, v);
    for (const struct scn_value *v = scn_first(container, "environmentFiles"); v != NULL;
         v = v->next)
        scn_check_environment_file(check->complaints, v);
    check_secret_names(check, container);
    check_credentials(check, container);
    check_firelens(check, container);
}

void scn_check_logs(const struct scn_task_check *check)
{
    check_router(check);
    check_role(check);
}
