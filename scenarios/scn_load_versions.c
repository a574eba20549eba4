/* Launch templates: which version of which one is meant (scn_loader.h).
 *
 * `aws ec2 describe-launch-template-versions` prints every version of a template, so several may
 * stand under one name; a group, or an update of one, says which it launches: a number, $Latest,
 * or $Default, which is also what no Version means. */
#include "scn_loader.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct version {
    const struct scn_value *template;
    int64_t number;
    uint32_t spec;
    bool is_default;
};

static int compare_versions(const void *left, const void *right)
{
    const struct version *a = left, *b = right;
    int order = (a->number > b->number) - (a->number < b->number);
    return order != 0 ? order : (a->spec > b->spec) - (a->spec < b->spec);
}

/* Those of which `key` is `text`, by number; their specs follow those of the configurations, one
 * each (scn_load_specs). */
static uint32_t find_versions(struct scn_loader *loader, const char *key, const char *text,
                              struct version **versions)
{
    const struct scn_value *templates = scn_list(loader, "launchTemplates");
    const struct scn_value *configurations = scn_list(loader, "launchConfigurations");
    uint32_t count = 0, spec = configurations != NULL ? configurations->count : 0;
    *versions = sim_arena_array(loader->arena, templates != NULL ? templates->count : 0,
                                sizeof(*versions)[0]);
    for (const struct scn_value *v = templates != NULL ? templates->first : NULL; v != NULL;
         v = v->next, spec++)
        if (strcmp(scn_get_text(v, key, ""), text) == 0)
            (*versions)[count++] = (struct version){v, scn_get_integer(v, "VersionNumber", 1), spec,
                                                    scn_get_bool(v, "DefaultVersion", false)};
    if (count > 1)
        qsort(*versions, count, sizeof(*versions)[0], compare_versions);
    return count;
}

static void unknown_template(struct scn_loader *loader, const struct scn_value *at, const char *key)
{
    const struct scn_value *templates = scn_list(loader, "launchTemplates");
    const char **names =
        sim_arena_array(loader->arena, templates != NULL ? templates->count : 0, sizeof names[0]);
    uint32_t count = 0;
    for (const struct scn_value *v = templates != NULL ? templates->first : NULL; v != NULL;
         v = v->next)
        if ((names[count] = scn_get_text(v, key, NULL)) != NULL)
            count++;
    scn_unknown_name(loader, at, "launch template", at->text, names, count);
}

static const char *list_numbers(struct scn_loader *loader, const struct version *versions,
                                uint32_t count)
{
    const char *list = "";
    for (uint32_t i = 0; i < count; i++)
        list = sim_arena_printf(loader->arena, "%s%s%" PRId64, list, i > 0 ? ", " : "",
                                versions[i].number);
    return list;
}

/* The one that `at`, the Version, means; NULL after a complaint. */
static const struct version *choose(struct scn_loader *loader, const struct scn_value *reference,
                                    const char *name, const struct version *versions,
                                    uint32_t count)
{
    const struct scn_value *at = scn_json_member(reference, "Version");
    const char *wanted = scn_get_text(reference, "Version", "$Default");
    bool is_default = strcmp(wanted, "$Default") == 0;
    if (strcmp(wanted, "$Latest") == 0 || (is_default && count == 1))
        return &versions[count - 1];
    for (uint32_t i = 0; i < count; i++)
        if (is_default ? versions[i].is_default
                       : strcmp(wanted, sim_arena_printf(loader->arena, "%" PRId64,
                                                         versions[i].number)) == 0)
            return &versions[i];
    if (is_default)
        scn_error(loader->complaints, at != NULL ? at : reference,
                  "which of the versions %s of launch template %s is its default is not said; "
                  "write the number as Version, or \"DefaultVersion\": true at one of them",
                  list_numbers(loader, versions, count), name);
    else if (count == 1)
        scn_error(loader->complaints, at,
                  "launch template %s is here in version %" PRId64 " only; write \"%" PRId64
                  "\", \"$Latest\" or \"$Default\", or give the template its VersionNumber",
                  name, versions[0].number, versions[0].number);
    else
        scn_error(loader->complaints, at,
                  "launch template %s is here in versions %s only; write one of them, \"$Latest\" "
                  "or \"$Default\"",
                  name, list_numbers(loader, versions, count));
    return NULL;
}

uint32_t scn_find_template(struct scn_loader *loader, const struct scn_value *reference)
{
    const struct scn_value *at = scn_json_member(reference, "LaunchTemplateName");
    const char *key = "LaunchTemplateName";
    struct version *versions;
    if (at == NULL) {
        key = "LaunchTemplateId";
        at = scn_json_member(reference, key);
    }
    if (at == NULL) {
        scn_error(loader->complaints, reference,
                  "neither LaunchTemplateName nor LaunchTemplateId is here; write one of them");
        return ECS_NONE;
    }
    if (at->kind != SCN_STRING)
        return ECS_NONE;
    uint32_t count = find_versions(loader, key, at->text, &versions);
    if (count == 0) {
        unknown_template(loader, at, key);
        return ECS_NONE;
    }
    const struct version *found = choose(loader, reference, at->text, versions, count);
    return found != NULL ? found->spec : ECS_NONE;
}
