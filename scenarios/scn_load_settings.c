/* accountSettings, what list-account-settings prints or put-account-setting takes (ACC-01 to
 * ACC-09).
 *
 * The account has one user here. A setting without principalArn, or with that of root, is the
 * account's default; one with another principal's is that user's own and comes before it (ACC-03),
 * also before what PutAccountSettingDefault of `changes` makes of the default later. */
#include "scn_loader.h"

#include <string.h>

#define EPOCH_LONG_ARNS 202104 /* since then they are on for every account */
#define EPOCH_ENHANCED  202412

/* What the settings take: ACC-01, and for those that came later what the API's reference lists. */
static const struct {
    const char *name, *values; /* separated by blanks */
} value_lists[] = {
    {"containerInsights", "enabled disabled on off enhanced"},
    {"fargateFIPSMode", "enabled disabled on off"},
    {"dualStackIPv6", "enabled disabled on off"},
    {"tagResourceAuthorization", "on off"},
    {"guardDutyActivate", "on off"},
    {"fargateTaskRetirementWaitPeriod", "0 7 14"},
    {"defaultLogDriverMode", "blocking non-blocking"},
};

static bool is_listed(const char *values, const char *text)
{
    size_t length = strlen(text);
    for (const char *v = values; length > 0 && *v != '\0'; v += *v == ' ') {
        size_t step = strcspn(v, " ");
        if (step == length && strncmp(v, text, length) == 0)
            return true;
        v += step;
    }
    return false;
}

/* "0 7 14" -> "one of 0, 7, 14". */
static const char *as_list(struct sim_arena *arena, const char *values)
{
    const char *list = "one of ";
    for (const char *v = values; *v != '\0';) {
        size_t step = strcspn(v, " ");
        list = sim_arena_printf(arena, "%s%s%.*s", list, v > values ? ", " : "", (int)step, v);
        v += step + (v[step] == ' ');
    }
    return list;
}

/* False after a complaint. */
static bool check_epoch(struct scn_loader *loader, const struct scn_value *value)
{
    if (strcmp(value->text, "enhanced") != 0 || loader->scenario->epoch >= EPOCH_ENHANCED)
        return true;
    scn_error(loader->complaints, value,
              "enhanced came with epoch 2024-12; write enabled, or choose a later epoch");
    return false;
}

/* Whether the value is one of its setting's; complains. */
static bool check_value(struct scn_loader *loader, const char *name, const struct scn_value *value)
{
    const char *values = "enabled disabled on off";
    for (size_t i = 0; i < sizeof value_lists / sizeof value_lists[0]; i++)
        if (strcmp(name, value_lists[i].name) == 0)
            values = value_lists[i].values;
    if (is_listed(values, value->text))
        return check_epoch(loader, value);
    scn_error(loader->complaints, value, "\"%s\" is no value of %s; write %s", value->text, name,
              strncmp(values, "enabled", 7) == 0 ? "enabled or disabled"
                                                 : as_list(loader->arena, values));
    return false;
}

bool scn_load_setting(struct scn_loader *loader, const struct scn_value *object,
                      enum ecs_account_setting *setting, bool *enabled, bool *acts)
{
    const struct scn_value *name = scn_get(object, "name", SCN_STRING);
    const struct scn_value *value = scn_get(object, "value", SCN_STRING);
    *acts = false;
    if (name == NULL || value == NULL || !check_value(loader, name->text, value))
        return false;
    uint32_t i = 0;
    while (i < ECS_SETTINGS && strcmp(ecs_setting_names[i], name->text) != 0)
        i++;
    if (i == ECS_SETTINGS) { /* newer ones; the table has refused what is none */
        scn_no_effect(loader->complaints, name, "this account setting changes nothing here");
        return true;
    }
    *setting = (enum ecs_account_setting)i;
    *enabled = strcmp(value->text, "disabled") != 0 && strcmp(value->text, "off") != 0;
    *acts = true;
    return true;
}

static bool is_root(const char *principal)
{
    size_t length = strlen(principal);
    return length >= 5 && strcmp(principal + length - 5, ":root") == 0;
}

/* The user whose own setting it is; NULL: the account's default. */
static const char *user_of(const struct scn_value *object)
{
    const char *principal = scn_get_text(object, "principalArn", NULL);
    return principal == NULL || is_root(principal) ? NULL : principal;
}

/* One default and one own setting of a name at most, and one user in all. */
static void check_users(struct scn_loader *loader, const struct scn_value *list)
{
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        const char *user = user_of(v), *name = scn_get_text(v, "name", "");
        for (const struct scn_value *w = list->first; w != v; w = w->next) {
            const char *other = user_of(w);
            if ((user == NULL) == (other == NULL) && strcmp(name, scn_get_text(w, "name", "")) == 0)
                scn_error(loader->complaints, v, "name \"%s\" is given twice; remove one", name);
            if (user != NULL && other != NULL && strcmp(user, other) != 0) {
                scn_error(loader->complaints, scn_json_member(v, "principalArn"),
                          "there is one user here, and %s is another; keep the settings of the "
                          "one who launches instances and runs tasks",
                          user);
                return;
            }
        }
    }
}

/* ACC-11: the cluster's own, which changes nothing here; its table has the choices. */
static void check_cluster(struct scn_loader *loader)
{
    const struct scn_value *cluster = scn_get(loader->root, "cluster", SCN_OBJECT);
    const struct scn_value *list = scn_get(cluster, "settings", SCN_LIST);
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        const struct scn_value *value = scn_get(v, "value", SCN_STRING);
        if (value != NULL)
            check_epoch(loader, value);
    }
}

void scn_load_account_settings(struct scn_loader *loader)
{
    struct ecs_scenario *scenario = loader->scenario;
    const struct scn_value *list = scn_list(loader, "accountSettings");
    bool long_arns = scenario->epoch >= EPOCH_LONG_ARNS; /* ACC-04: off before */
    scenario->settings[ECS_SETTING_SERVICE_LONG_ARN] = long_arns;
    scenario->settings[ECS_SETTING_TASK_LONG_ARN] = long_arns;
    scenario->settings[ECS_SETTING_CONTAINER_INSTANCE_LONG_ARN] = long_arns;
    check_users(loader, list);
    check_cluster(loader);
    for (const struct scn_value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
        enum ecs_account_setting setting = ECS_SETTINGS;
        bool enabled, acts, own = user_of(v) != NULL;
        if (v->kind != SCN_OBJECT || !scn_load_setting(loader, v, &setting, &enabled, &acts) ||
            !acts || (!own && scenario->settings_own[setting]))
            continue;
        scenario->settings[setting] = enabled;
        scenario->settings_own[setting] = own;
    }
}
