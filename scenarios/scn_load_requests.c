/* `sim` of a service, as far as it is about requests: load, capacityPerTask, baseUtilization,
 * maxUtilization, slo (ecs_load.h, load.h). */
#include "scn_expr.h"
#include "scn_load_services.h"
#include "scn_series.h"

#include <inttypes.h>
#include <string.h>

#define SCALE_MAX 1000000
#define MILLION   INT64_C(1000000)

/* A number as written, in millionths; `fallback` without one. False after a complaint. */
static bool read_micro(struct scn_loader *loader, const struct scn_value *object, const char *key,
                       double low, double high, int64_t *micro)
{
    const struct scn_value *value = scn_get(object, key, SCN_NUMBER);
    scn_nano nano;
    if (value == NULL)
        return scn_json_member(object, key) == NULL;
    if (!(value->number >= low && value->number <= high) ||
        !scn_number_read(value->text, (uint32_t)strlen(value->text), &nano)) {
        scn_error(loader->complaints, value, "%s is out of range; write %g to %g", value->text, low,
                  high);
        return false;
    }
    *micro = scn_number_micro(nano);
    return true;
}

/* ---- generators ---- */

static void read_parameter(struct scn_loader *loader, const struct scn_value *value,
                           const struct load_parameter *parameter, double *out)
{
    bool is_time = parameter->unit == LOAD_UNIT_TIME;
    double number = value->number;
    sim_time time;
    if (is_time && value->kind == SCN_STRING && sim_time_parse(value->text, &time) == 0)
        number = sim_time_to_seconds(time);
    else if (value->kind != SCN_NUMBER) {
        scn_error(loader->complaints, value, "expected %s",
                  is_time ? "a duration such as \"90s\"" : "a number without quotes");
        return;
    }
    if (!(number >= parameter->low && number <= parameter->high))
        scn_error(loader->complaints, value, "%g is out of range; write %g to %g (%s)", number,
                  parameter->low, parameter->high, parameter->help);
    else
        *out = number;
}

/* Members besides `known` are parameters of the generator. */
static void read_parameters(struct scn_loader *loader, const struct scn_value *load,
                            struct load_spec *spec, const char *const *known, uint32_t count)
{
    const struct load_parameter *parameters = spec->generator->parameters;
    const char *names[LOAD_PARAMETERS_MAX + 8];
    bool given[LOAD_PARAMETERS_MAX] = {false};
    uint32_t total = 0;
    for (; total < LOAD_PARAMETERS_MAX && parameters[total].name != NULL; total++) {
        names[total] = parameters[total].name;
        spec->values[total] = parameters[total].fallback;
    }
    memcpy(names + total, known, count * sizeof names[0]);
    for (const struct scn_value *m = load->first; m != NULL; m = m->next) {
        uint32_t i = 0;
        while (i < total + count && strcmp(names[i], m->key) != 0)
            i++;
        if (i == total + count)
            scn_unknown_key(loader->complaints, m, names, total + count);
        if (i >= total)
            continue;
        given[i] = true;
        read_parameter(loader, m, &parameters[i], &spec->values[i]);
    }
    for (uint32_t i = 0; i < total; i++)
        if (parameters[i].required && !given[i])
            scn_error(loader->complaints, load, "%s needs `%s`: %s", spec->generator->name,
                      parameters[i].name, parameters[i].help);
    const char *fault = spec->generator->fault != NULL ? spec->generator->fault(spec) : NULL;
    if (fault != NULL)
        scn_error(loader->complaints, load, "%s", fault);
}

/* NULL after a complaint. */
static const struct load_generator *find_generator(struct scn_loader *loader,
                                                   const struct scn_value *load)
{
    const struct scn_value *name = scn_get(load, "generator", SCN_STRING);
    const char *names[64];
    uint32_t count = 0;
    for (; load_generators[count] != NULL && count < 64; count++)
        names[count] = load_generators[count]->name;
    if (name == NULL) {
        scn_error(loader->complaints, load,
                  "expected `generator`, the name of one of `plimsoll list loads`, or `series`, a "
                  "file");
        return NULL;
    }
    const struct load_generator *found = load_generator_find(name->text);
    if (found == NULL)
        scn_unknown_name(loader, name, "load", name->text, names, count);
    else if (found->reads_series)
        scn_error(loader->complaints, name, "write {\"series\": \"file.csv\"} without `generator`");
    return found != NULL && !found->reads_series ? found : NULL;
}

/* ---- series ---- */

static const char *read_choice(struct scn_loader *loader, const struct scn_value *load,
                               const char *key, const char *const *choices, uint32_t count)
{
    const struct scn_value *value = scn_json_member(load, key);
    const char *text = scn_get_text(load, key, choices[0]);
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(choices[i], text) == 0 && (value == NULL || value->kind == SCN_STRING))
            return choices[i];
    scn_error(loader->complaints, value, "write %s%s%s%s%s", choices[0], count > 2 ? ", " : " or ",
              choices[1], count > 2 ? " or " : "", count > 2 ? choices[2] : "");
    return choices[0];
}

static sim_time read_per(struct scn_loader *loader, const struct scn_value *load)
{
    const struct scn_value *value = scn_json_member(load, "per");
    sim_time per = 0;
    if (value == NULL)
        return 0;
    if (value->kind != SCN_STRING || sim_time_parse(value->text, &per) != 0 || per <= 0 ||
        per > SIM_TIME_LIMIT)
        scn_error(loader->complaints, value,
                  "expected the time in which a value's requests come, such as \"5m\"");
    return per > 0 ? per : 0;
}

/* What a plan should know of its series before it trusts the result. */
static void warn(struct scn_loader *loader, const struct scn_value *load,
                 const struct scn_series *series)
{
    sim_time duration = loader->scenario->duration;
    const struct scn_value *path = scn_json_member(load, "series");
    char missing[24], end[24];
    sim_time_format(series->missing, missing, sizeof missing);
    sim_time_format(series->end > 0 ? series->end : 0, end, sizeof end);
    if (series->duplicates > 0 && scn_json_member(load, "onDuplicate") == NULL)
        scn_warning(loader->complaints, path,
                    "%" PRIu64 " time stamps were there before; the last value of each counts. Say "
                    "so by `onDuplicate`, or choose mean or sum",
                    series->duplicates);
    if (series->gaps > 0)
        scn_warning(loader->complaints, path,
                    "there is no load in %" PRIu64 " gaps between its values, %s in all",
                    series->gaps, missing);
    if (duration != SIM_TIME_NEVER && series->end < duration)
        scn_warning(loader->complaints, path,
                    "it ends %s into the run; from then on there is no load", end);
}

static const char *const series_keys[] = {"series", "align",     "onDuplicate", "per",
                                          "id",     "statistic", "scale"};
#define SERIES_KEYS (sizeof series_keys / sizeof series_keys[0])

static void read_series(struct scn_loader *loader, const struct scn_value *load, uint32_t service,
                        struct load_spec *spec)
{
    static const char *const aligns[] = {"start", "absolute"};
    static const char *const duplicates[] = {"last", "mean", "sum"};
    struct scn_series *series = sim_arena_alloc(loader->arena, sizeof *series);
    struct scn_series_use use = {
        .path = scn_get(load, "series", SCN_STRING),
        .start_unix_s = loader->scenario->start_unix_s,
        .scale_ppm = spec->scale_ppm,
        .statistic = scn_get_text(load, "statistic", NULL),
        .id = scn_get_text(load, "id", NULL),
    };
    uint32_t errors = loader->complaints->error_count;
    spec->generator = load_generator_find("series");
    spec->scale_ppm = MILLION; /* its values are scaled before they are cut into whole requests */
    read_parameters(loader, load, spec, series_keys, SERIES_KEYS);
    use.absolute = read_choice(loader, load, "align", aligns, 2) == aligns[1];
    const char *duplicate = read_choice(loader, load, "onDuplicate", duplicates, 3);
    use.on_duplicate = duplicate == duplicates[1]   ? SCN_DUPLICATE_MEAN
                       : duplicate == duplicates[2] ? SCN_DUPLICATE_SUM
                                                    : SCN_DUPLICATE_LAST;
    use.per = read_per(loader, load);
    if (use.path == NULL)
        scn_error(loader->complaints, scn_json_member(load, "series"),
                  "expected the name of a file with time stamps and values");
    if (loader->complaints->error_count > errors ||
        !scn_series_read(series, &use, loader->arena, loader->complaints))
        return;
    loader->services->series[service] = series;
    spec->series = &series->series;
    warn(loader, load, series);
}

/* ---- the whole ---- */

static void read_tasks(struct scn_loader *loader, const struct scn_value *sim,
                       struct ecs_service_load *load)
{
    int64_t capacity = 0, slo = -1;
    const struct scn_value *objective = scn_get(sim, "slo", SCN_OBJECT);
    if (scn_json_member(sim, "capacityPerTask") == NULL)
        scn_error(loader->complaints, sim,
                  "a service with `load` needs `capacityPerTask`: requests a second that one task "
                  "serves at 100 %% of its CPU");
    read_micro(loader, sim, "capacityPerTask", 0.001, 1e6, &capacity);
    read_micro(loader, objective, "cpuUtilization", 0, ECS_MAX_PERCENT_MAX, &slo);
    load->capacity_milli = (capacity + 500) / 1000;
    load->base_percent = scn_get_integer(sim, "baseUtilization", 0);
    load->max_percent = scn_get_integer(sim, "maxUtilization", 100);
    load->slo_milli = slo < 0 ? -1 : (slo + 500) / 1000;
    load->metric = ecs_names_intern(&loader->scenario->names, "CPUUtilization");
}

void scn_load_requests(struct scn_loader *loader, const struct scn_value *sim, uint32_t service,
                       struct ecs_service_load *out)
{
    static const char *const known[] = {"generator", "scale"};
    static const char *const others[] = {"capacityPerTask", "baseUtilization", "maxUtilization",
                                         "slo"};
    const struct scn_value *load = scn_get(sim, "load", SCN_OBJECT);
    out->spec.scale_ppm = MILLION;
    if (load == NULL) {
        for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
            if (scn_json_member(sim, others[i]) != NULL && scn_json_member(sim, "load") == NULL)
                scn_error(loader->complaints, scn_json_member(sim, others[i]),
                          "it says nothing without `load`; add that, or leave it out");
        return;
    }
    const struct scn_value *scale = scn_json_member(load, "scale");
    if (scale != NULL && scale->kind != SCN_NUMBER)
        scn_error(loader->complaints, scale, "expected a number, the factor of all its values");
    read_micro(loader, load, "scale", 0, SCALE_MAX, &out->spec.scale_ppm);
    read_tasks(loader, sim, out);
    if (scn_json_member(load, "series") != NULL) {
        read_series(loader, load, service, &out->spec);
        return;
    }
    out->spec.generator = find_generator(loader, load);
    if (out->spec.generator != NULL)
        read_parameters(loader, load, &out->spec, known, 2);
}
