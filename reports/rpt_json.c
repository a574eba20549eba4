#include "rpt_json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

void rpt_json_init(struct rpt_json *json, FILE *out)
{
    *json = (struct rpt_json){.out = out};
}

static void put_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (const unsigned char *p = (const unsigned char *)text; *p != 0; p++) {
        if (*p == '"' || *p == '\\')
            fprintf(out, "\\%c", *p);
        else if (*p == '\n')
            fputs("\\n", out);
        else if (*p == '\t')
            fputs("\\t", out);
        else if (*p < 0x20)
            fprintf(out, "\\u%04x", *p);
        else
            fputc(*p, out);
    }
    fputc('"', out);
}

static void put_line(struct rpt_json *json)
{
    fprintf(json->out, "\n%*s", (int)(2 * json->depth), "");
}

/* Comma, indent and key of the next member. */
static void put_key(struct rpt_json *json, const char *key)
{
    if (json->depth == 0)
        return;
    bool *filled = &json->filled[json->depth];
    if (*filled)
        fputc(',', json->out);
    *filled = true;
    put_line(json);
    if (key != NULL) {
        put_text(json->out, key);
        fputs(": ", json->out);
    }
}

void rpt_json_begin(struct rpt_json *json, const char *key, char kind)
{
    assert(kind == '{' || kind == '[');
    assert(json->depth + 1 < RPT_JSON_DEPTH);
    put_key(json, key);
    fputc(kind, json->out);
    json->filled[++json->depth] = false;
}

void rpt_json_end(struct rpt_json *json, char kind)
{
    assert(json->depth > 0);
    bool filled = json->filled[json->depth--];
    if (filled)
        put_line(json);
    fputc(kind == '{' ? '}' : ']', json->out);
    if (json->depth == 0)
        fputc('\n', json->out);
}

void rpt_json_text(struct rpt_json *json, const char *key, const char *value)
{
    put_key(json, key);
    if (value == NULL)
        fputs("null", json->out);
    else
        put_text(json->out, value);
}

void rpt_json_bool(struct rpt_json *json, const char *key, bool value)
{
    put_key(json, key);
    fputs(value ? "true" : "false", json->out);
}

void rpt_json_int(struct rpt_json *json, const char *key, int64_t value)
{
    put_key(json, key);
    fprintf(json->out, "%" PRId64, value);
}

void rpt_json_uint(struct rpt_json *json, const char *key, uint64_t value)
{
    put_key(json, key);
    fprintf(json->out, "%" PRIu64, value);
}

void rpt_json_double(struct rpt_json *json, const char *key, double value)
{
    put_key(json, key);
    if (!isfinite(value)) {
        fputs("null", json->out);
        return;
    }
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) >= value && strtod(text, NULL) <= value)
            break;
    }
    fputs(text, json->out);
}
