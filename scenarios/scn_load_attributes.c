/* Custom attributes of container instances: which texts ECS takes, wherever they come from. */
#include "scn_loader.h"

#include <ctype.h>
#include <string.h>

#define LENGTH_MAX 128

static bool all_of(const char *text, const char *others)
{
    for (; *text != '\0'; text++)
        if (!isalnum((unsigned char)*text) && strchr(others, *text) == NULL)
            return false;
    return true;
}

const char *scn_attribute_fault(const char *name, const char *value)
{
    size_t length = strlen(value);
    if (name[0] == '\0' || strlen(name) > LENGTH_MAX || length > LENGTH_MAX)
        return "name and value have 1 to 128 characters";
    if (!all_of(name, "-_./\\"))
        return "a name holds letters, digits and - _ . / \\ only";
    if (!all_of(value, "-_.@/\\: "))
        return "a value holds letters, digits, blanks and - _ . @ / \\ : only";
    if (length > 0 && (value[0] == ' ' || value[length - 1] == ' '))
        return "a value neither begins nor ends with a blank";
    return NULL;
}

bool scn_check_attribute(struct scn_loader *loader, const struct scn_value *attribute)
{
    const char *name = scn_get_text(attribute, "name", NULL);
    const char *value = scn_get_text(attribute, "value", "");
    if (name == NULL || name[0] == '\0' || strlen(name) > LENGTH_MAX || strlen(value) > LENGTH_MAX)
        return false; /* the table has complained */
    const char *of_name = scn_attribute_fault(name, "");
    const char *of_value = scn_attribute_fault("name", value);
    if (of_name != NULL)
        scn_error(loader->complaints, scn_json_member(attribute, "name"), "\"%s\": %s", name,
                  of_name);
    if (of_value != NULL)
        scn_error(loader->complaints, scn_json_member(attribute, "value"), "\"%s\": %s", value,
                  of_value);
    return of_name == NULL && of_value == NULL;
}
