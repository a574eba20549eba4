#include "scn_gate.h"

#include "scn_bind.h"
#include "scn_complain.h"
#include "sim_embed.h"

#include <string.h>
#include <unistd.h>

static const struct scn_key gate_keys[] = {
    {"metric", SCN_T_TEXT, SCN_ACTS, .required = true, .min = 1, .max = 255,
     .help = "of plimsoll list metrics"},
    {"max_increase_pct", SCN_T_NUMBER, SCN_ACTS, .help = "percent of the baseline's mean"},
    {"max_increase", SCN_T_NUMBER, SCN_ACTS, .help = "in the metric's unit"},
    {"max", SCN_T_NUMBER, SCN_ACTS, .help = "of the mean, in the metric's unit"},
    {"min", SCN_T_NUMBER, SCN_ACTS, .help = "of the mean, in the metric's unit"},
    {"confidence", SCN_T_NUMBER, SCN_ACTS, .fallback = "0.95", .help = "above 0.5, below 1"},
    {"mode", SCN_T_TEXT, SCN_ACTS, .choices = "reject prove", .fallback = "reject",
     .help = "reject: fails when it is shown to be broken; prove: unless it is shown to hold"},
    {0},
};

static void load_gate(struct scn_complaints *complaints, const struct scn_value *item,
                      struct scn_gate *gate)
{
    static const char *const limits[] = {"max_increase_pct", "max_increase", "max", "min"};
    uint32_t given = 0;
    scn_bind(complaints, item, gate_keys);
    *gate = (struct scn_gate){
        .metric = scn_get_text(item, "metric", ""),
        .confidence = 0.95,
        .prove = strcmp(scn_get_text(item, "mode", "reject"), "prove") == 0,
    };
    for (uint32_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const struct scn_value *limit = scn_get(item, limits[i], SCN_NUMBER);
        given += scn_json_member(item, limits[i]) != NULL;
        if (limit != NULL) {
            gate->kind = (enum scn_gate_limit)i;
            gate->limit = limit->number;
        }
    }
    if (given != 1)
        scn_error(complaints, item,
                  "a gate has one limit, and this has %u; write one of max_increase_pct, "
                  "max_increase, max and min",
                  given);
    const struct scn_value *confidence = scn_get(item, "confidence", SCN_NUMBER);
    if (confidence == NULL)
        return;
    gate->confidence = confidence->number;
    if (!(gate->confidence > 0.5 && gate->confidence < 1))
        scn_error(complaints, confidence, "a confidence lies above 0.5 and below 1, such as 0.95");
}

struct scn_gate *scn_gates_read(struct sim_arena *arena, const char *path, uint32_t *count,
                                struct scn_complaints *complaints)
{
    struct scn_file *file = NULL;
    size_t size = 0;
    const char *why = NULL, *bytes;
    const char *shipped = sim_arena_printf(arena, "scenarios/gates/%s.json", path);
    if (access(path, F_OK) != 0 && sim_embed_find(shipped) != NULL)
        bytes = scn_file_read(arena, &(struct scn_file){.name = "", .folder = "", .embedded = true},
                              shipped, &file, &size, &why);
    else
        bytes = scn_file_read(arena, NULL, path, &file, &size, &why);
    if (bytes == NULL) {
        scn_error_at(complaints, path, 0, 0, NULL, "%s", why);
        return NULL;
    }
    const struct scn_value *list = scn_json_parse(arena, file, bytes, size, complaints);
    if (list == NULL)
        return NULL;
    if (list->kind != SCN_LIST || list->count == 0) {
        scn_error(complaints, list, "a gate file is a list of gates, [{\"metric\": ...}, ...]");
        return NULL;
    }
    struct scn_gate *gates = sim_arena_array(arena, list->count, sizeof gates[0]);
    *count = 0;
    for (const struct scn_value *v = list->first; v != NULL; v = v->next) {
        if (v->kind == SCN_OBJECT)
            load_gate(complaints, v, &gates[(*count)++]);
        else
            scn_error(complaints, v, "a gate is an object, {\"metric\": ..., \"max\": ...}");
    }
    return complaints->error_count == 0 ? gates : NULL;
}
