#include "scn_series.h"

#include "scn_complain.h"
#include "scn_csv.h"
#include "scn_expr.h"

#include <inttypes.h>
#include <sha256.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define VALUE_MAX    (LOAD_REQUESTS_MAX * (scn_nano)SCN_NANO)
#define INFLATED_MAX (256u << 20)
#define UNIX_S_LIMIT INT64_C(253402300800) /* the year 10000 */
#define MICRO        1000000

struct sample {
    int64_t unix_us, micro;
    uint64_t order; /* in the file */
};

struct reader {
    const struct scn_series_use *use;
    struct scn_series *series;
    struct sim_arena *arena;
    struct scn_complaints *complaints;
    struct scn_file *file;
    const char *bytes;
    size_t size;
    struct sample *samples; /* heap */
    uint32_t count, capacity;
};

/* ---- cells ---- */

static bool read_stamp(const char *text, int64_t *unix_us)
{
    scn_nano seconds;
    if (sim_iso_parse(text, unix_us) == 0)
        return true;
    if (!scn_number_read(text, (uint32_t)strlen(text), &seconds) || seconds < 0 ||
        seconds >= UNIX_S_LIMIT * (scn_nano)SCN_NANO)
        return false;
    *unix_us = scn_number_micro(seconds);
    return true;
}

/* What is wrong with it, or NULL. */
static const char *read_value(const char *text, int64_t *micro)
{
    scn_nano value;
    if (!scn_number_read(text, (uint32_t)strlen(text), &value))
        return "is not a number of requests; write one such as 120 or 3.5";
    if (value < 0)
        return "is negative; requests are 0 or more";
    if (value > VALUE_MAX)
        return "is more than 10^12 requests; is the right column read?";
    *micro = scn_number_micro(value);
    return NULL;
}

static void add(struct reader *reader, int64_t unix_us, int64_t micro)
{
    sim_grow((void **)&reader->samples, &reader->capacity, reader->count + 1,
             sizeof reader->samples[0]);
    reader->samples[reader->count] = (struct sample){unix_us, micro, reader->count};
    reader->count++;
}

/* ---- a table ---- */

struct columns {
    uint32_t stamp, value;
};

static void find_columns(const struct scn_csv *csv, struct columns *columns)
{
    for (uint32_t i = 0; i < csv->cell_count; i++) {
        if (strcasecmp(csv->cells[i].text, "timestamp") == 0)
            columns->stamp = i;
        else if (strcasecmp(csv->cells[i].text, "value") == 0)
            columns->value = i;
    }
}

static void complain_cell(struct reader *reader, const struct scn_csv_cell *cell, const char *why)
{
    scn_error_at(reader->complaints, reader->file->name, (uint32_t)cell->line, cell->column, NULL,
                 "\"%s\" %s", cell->text, why);
}

static void read_row(struct reader *reader, const struct scn_csv *csv, struct columns *columns,
                     bool first)
{
    uint32_t last = columns->stamp > columns->value ? columns->stamp : columns->value;
    int64_t unix_us, micro;
    if (csv->cell_count <= last) {
        scn_error_at(reader->complaints, reader->file->name, (uint32_t)csv->line, 1, NULL,
                     "a row needs a time stamp and a value; write timestamp,value");
        return;
    }
    const struct scn_csv_cell *stamp = &csv->cells[columns->stamp];
    const struct scn_csv_cell *value = &csv->cells[columns->value];
    bool good = read_stamp(stamp->text, &unix_us);
    const char *why = read_value(value->text, &micro);
    if (first && !good && why != NULL) {
        find_columns(csv, columns);
        return;
    }
    if (!good)
        complain_cell(reader, stamp, "is not a time stamp; write one such as 2024-01-01 00:05:00");
    if (why != NULL)
        complain_cell(reader, value, why);
    if (good && why == NULL)
        add(reader, unix_us, micro);
}

static void read_table(struct reader *reader)
{
    static const struct scn_csv_format format = {.delimiter = ',', .comment = '#', .quotes = true};
    struct columns columns = {0, 1};
    struct scn_csv csv;
    enum scn_csv_step step = SCN_CSV_ROW;
    scn_csv_open_bytes(&csv, reader->bytes, reader->size, format);
    for (bool first = true; step == SCN_CSV_ROW || step == SCN_CSV_BROKEN; first = false) {
        step = scn_csv_next(&csv);
        if (step == SCN_CSV_ROW)
            read_row(reader, &csv, &columns, first);
        else if (step != SCN_CSV_END)
            scn_error_at(reader->complaints, reader->file->name, (uint32_t)csv.line, csv.column,
                         NULL, "%s", csv.why);
    }
    scn_csv_close(&csv);
}

/* ---- what CloudWatch prints ---- */

/* gzip -> the text it holds, on the arena; NULL after a complaint. */
static const char *inflate_all(struct reader *reader, size_t *size)
{
    uint32_t capacity = 0;
    char *text = NULL;
    z_stream zip = {.next_in = (Bytef *)(uintptr_t)reader->bytes, .avail_in = (uInt)reader->size};
    *size = 0;
    int result = inflateInit2(&zip, 15 + 16);
    while (result == Z_OK && *size < INFLATED_MAX) {
        sim_grow((void **)&text, &capacity, (uint32_t)*size + 65536, 1);
        zip.next_out = (Bytef *)text + *size;
        zip.avail_out = capacity - (uInt)*size;
        result = inflate(&zip, Z_NO_FLUSH);
        *size = capacity - zip.avail_out;
        if (result == Z_STREAM_END && zip.avail_in > 0)
            result = inflateReset(&zip); /* another member */
    }
    (void)inflateEnd(&zip);
    char *kept = NULL;
    if (result == Z_STREAM_END) {
        kept = sim_arena_alloc(reader->arena, *size + 1);
        memcpy(kept, text, *size);
        kept[*size] = '\0';
    } else {
        scn_error_at(reader->complaints, reader->file->name, 0, 0, NULL,
                     "the gzip file is broken or too large");
    }
    free(text);
    return kept;
}

static void read_point(struct reader *reader, const struct scn_value *stamp,
                       const struct scn_value *value)
{
    int64_t unix_us, micro;
    const char *why = NULL;
    bool is_text = stamp->kind == SCN_STRING || stamp->kind == SCN_NUMBER;
    if (!is_text || !read_stamp(stamp->text, &unix_us))
        scn_error(reader->complaints, stamp,
                  "this is no time stamp; write one such as \"2024-01-01T00:05:00Z\"");
    else if (value->kind != SCN_NUMBER)
        scn_error(reader->complaints, value, "expected a number of requests");
    else if ((why = read_value(value->text, &micro)) != NULL)
        scn_error(reader->complaints, value, "%s %s", value->text, why);
    else
        add(reader, unix_us, micro);
}

/* MetricDataResults of get-metric-data. */
static void read_results(struct reader *reader, const struct scn_value *results)
{
    const char *id = reader->use->id;
    const struct scn_value *chosen = id == NULL && results->count == 1 ? results->first : NULL;
    for (const struct scn_value *v = results->first; v != NULL && id != NULL; v = v->next) {
        const struct scn_value *own = scn_json_member(v, "Id");
        if (own != NULL && own->kind == SCN_STRING && strcmp(own->text, id) == 0)
            chosen = v;
    }
    const struct scn_value *stamps = scn_json_member(chosen, "Timestamps");
    const struct scn_value *values = scn_json_member(chosen, "Values");
    if (chosen == NULL) {
        scn_error(reader->complaints, results,
                  "which of the %u metrics is meant? Give `id`, the Id of one of them",
                  results->count);
        return;
    }
    if (stamps == NULL || values == NULL || stamps->kind != SCN_LIST || values->kind != SCN_LIST ||
        stamps->count != values->count) {
        scn_error(reader->complaints, chosen,
                  "expected Timestamps and Values, lists of the same length");
        return;
    }
    const struct scn_value *value = values->first;
    for (const struct scn_value *v = stamps->first; v != NULL; v = v->next, value = value->next)
        read_point(reader, v, value);
}

static const char *const statistics[] = {"Sum", "Average", "SampleCount", "Maximum", "Minimum"};
#define STATISTICS (sizeof statistics / sizeof statistics[0])

/* Datapoints of get-metric-statistics. */
static void read_datapoints(struct reader *reader, const struct scn_value *points)
{
    const char *statistic = reader->use->statistic;
    uint32_t there = 0;
    for (size_t i = 0; i < STATISTICS && reader->use->statistic == NULL; i++) {
        if (scn_json_member(points->first, statistics[i]) == NULL)
            continue;
        statistic = statistics[i];
        there++;
    }
    if (statistic == NULL || there > 1) {
        if (points->count > 0)
            scn_error(reader->complaints, points,
                      "which statistic counts requests? Give `statistic`, such as \"Sum\"");
        return;
    }
    for (const struct scn_value *v = points->first; v != NULL; v = v->next) {
        const struct scn_value *stamp = scn_json_member(v, "Timestamp");
        const struct scn_value *value = scn_json_member(v, statistic);
        if (stamp == NULL || value == NULL)
            scn_error(reader->complaints, v, "expected Timestamp and %s", statistic);
        else
            read_point(reader, stamp, value);
    }
}

static void read_json(struct reader *reader, const char *text, size_t size)
{
    const struct scn_value *root =
        scn_json_parse(reader->arena, reader->file, text, size, reader->complaints);
    const struct scn_value *results = scn_json_member(root, "MetricDataResults");
    const struct scn_value *points = scn_json_member(root, "Datapoints");
    if (results != NULL && results->kind == SCN_LIST)
        read_results(reader, results);
    else if (points != NULL && points->kind == SCN_LIST)
        read_datapoints(reader, points);
    else if (root != NULL)
        scn_error_at(reader->complaints, reader->file->name, root->line, root->column, NULL,
                     "expected what `aws cloudwatch get-metric-data` or get-metric-statistics "
                     "prints");
}

/* ---- samples -> spans ---- */

static int compare_samples(const void *a, const void *b)
{
    const struct sample *left = a, *right = b;
    if (left->unix_us != right->unix_us)
        return left->unix_us < right->unix_us ? -1 : 1;
    return left->order < right->order ? -1 : left->order > right->order;
}

static void merge_duplicates(struct reader *reader)
{
    uint32_t kept = 0;
    for (uint32_t i = 0, next; i < reader->count; i = next) {
        __int128 sum = 0;
        int64_t last = 0;
        for (next = i;
             next < reader->count && reader->samples[next].unix_us == reader->samples[i].unix_us;
             next++) {
            last = reader->samples[next].micro;
            sum += last;
        }
        enum scn_on_duplicate by = reader->use->on_duplicate;
        __int128 value = by == SCN_DUPLICATE_LAST   ? last
                         : by == SCN_DUPLICATE_MEAN ? (sum + (next - i) / 2) / (next - i)
                                                    : sum;
        __int128 most = (__int128)LOAD_REQUESTS_MAX * MICRO;
        reader->series->duplicates += next - i - 1;
        reader->samples[kept].unix_us = reader->samples[i].unix_us;
        reader->samples[kept++].micro = (int64_t)(value < most ? value : most);
    }
    reader->count = kept;
}

static int compare_times(const void *a, const void *b)
{
    const sim_time *left = a, *right = b;
    return *left < *right ? -1 : *left > *right;
}

/* The commonest gap; a minute where there is one stamp only. */
static sim_time find_step(const struct reader *reader)
{
    uint32_t count = reader->count - 1, most = 0;
    sim_time step = SIM_MINUTE;
    sim_time *gaps = sim_malloc(sizeof gaps[0] * (count + 1));
    for (uint32_t i = 0; i < count; i++)
        gaps[i] = reader->samples[i + 1].unix_us - reader->samples[i].unix_us;
    qsort(gaps, count, sizeof gaps[0], compare_times);
    for (uint32_t i = 0, next; i < count; i = next) {
        for (next = i; next < count && gaps[next] == gaps[i];)
            next++;
        if (next - i > most) {
            most = next - i;
            step = gaps[i];
        }
    }
    free(gaps);
    return step;
}

static void make_spans(struct reader *reader)
{
    struct scn_series *series = reader->series;
    const struct scn_series_use *use = reader->use;
    struct load_span *spans = sim_arena_array(reader->arena, reader->count, sizeof spans[0]);
    int64_t origin = use->absolute ? use->start_unix_s * SIM_SECOND : reader->samples[0].unix_us;
    int64_t carry = 0;
    series->step = find_step(reader);
    sim_time per = use->per > 0 ? use->per : series->step;
    for (uint32_t i = 0; i < reader->count; i++) {
        const struct sample *sample = &reader->samples[i];
        sim_time gap = i + 1 < reader->count ? sample[1].unix_us - sample->unix_us : series->step;
        sim_time holds = gap < 2 * series->step ? gap : series->step;
        __int128 micro = ((__int128)sample->micro * use->scale_ppm + MICRO / 2) / MICRO;
        micro = (micro * holds + per / 2) / per;
        __int128 most = (__int128)LOAD_REQUESTS_MAX * MICRO;
        spans[i] = (struct load_span){
            .from = sample->unix_us - origin,
            .until = sample->unix_us - origin + holds,
            .micro = (int64_t)(micro < most ? micro : most),
            .carry = carry,
        };
        carry = (carry + spans[i].micro % MICRO) % MICRO;
        series->gaps += gap > holds;
        series->missing += gap - holds;
        series->end = spans[i].until;
    }
    series->series = (struct load_series){spans, reader->count};
}

/* ---- the whole ---- */

static void read_bytes(struct reader *reader)
{
    const unsigned char *bytes = (const unsigned char *)reader->bytes;
    bool is_gzip = reader->size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
    bool is_json = strstr(reader->file->name, ".json") != NULL;
    const char *text = reader->bytes;
    size_t size = reader->size;
    if (is_json && is_gzip)
        text = inflate_all(reader, &size);
    if (is_json && text != NULL)
        read_json(reader, text, size);
    else if (!is_json)
        read_table(reader);
}

bool scn_series_read(struct scn_series *series, const struct scn_series_use *use,
                     struct sim_arena *arena, struct scn_complaints *complaints)
{
    struct reader reader = {.use = use, .series = series, .arena = arena, .complaints = complaints};
    uint32_t errors = complaints->error_count;
    const char *why;
    *series = (struct scn_series){0};
    reader.bytes = scn_file_read_bytes(arena, use->path->file, use->path->text, &reader.file,
                                       &reader.size, &why);
    if (reader.bytes == NULL) {
        scn_error(complaints, use->path, "\"%s\": %s", use->path->text, why);
        return false;
    }
    const char *slash = strrchr(use->path->text, '/');
    series->name = slash != NULL ? slash + 1 : use->path->text;
    series->size_bytes = (int64_t)reader.size;
    SHA256Data((const uint8_t *)reader.bytes, reader.size, series->sha256);
    read_bytes(&reader);
    if (complaints->error_count == errors && reader.count == 0)
        scn_error(complaints, use->path, "\"%s\" holds no values", use->path->text);
    if (complaints->error_count == errors) {
        qsort(reader.samples, reader.count, sizeof reader.samples[0], compare_samples);
        merge_duplicates(&reader);
        make_spans(&reader);
    }
    free(reader.samples);
    return complaints->error_count == errors;
}
