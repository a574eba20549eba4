#include "scn_complain.h"
#include "scn_trace.h"
#include "scn_trace_tool.h"
#include "test_support.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BAD "tests/bad/traces"

/* A trace with all that it needs. */
struct world {
    struct sim_arena arena;
    struct scn_complaints complaints;
    struct ecs_names names;
    struct scn_trace_use use;
    struct scn_trace *trace;
};

static uint32_t find_name(void *user, const char *name)
{
    (void)user;
    return strcmp(name, "web") == 0 ? 3 : strcmp(name, "blue") == 0 ? 1 : ECS_NONE;
}

static void init_world(struct world *world, const char *path, const char *mapping)
{
    memset(world, 0, sizeof *world);
    sim_arena_init(&world->arena);
    scn_complaints_init(&world->complaints, &world->arena);
    ecs_names_init(&world->names, &world->arena);
    world->use = (struct scn_trace_use){.path = path,
                                        .mapping = mapping,
                                        .to = SIM_TIME_NEVER,
                                        .task_definition = find_name,
                                        .provider = find_name,
                                        .names = &world->names};
}

static bool open_world(struct world *world)
{
    world->trace = scn_trace_open(&world->use, &world->arena, &world->complaints);
    return world->trace != NULL;
}

static void release_world(struct world *world)
{
    scn_trace_close(world->trace);
    ecs_names_release(&world->names);
    scn_complaints_release(&world->complaints);
    sim_arena_release(&world->arena);
}

/* Writes a text to a temporary file; its path lives in the world's arena. */
static const char *write_file(struct sim_arena *arena, const char *name, const char *text)
{
    const char *path = sim_arena_strdup(arena, test_tmp_path(name));
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

static void open_text(struct world *world, const char *mapping, const char *text)
{
    init_world(world, NULL, mapping);
    world->use.path = write_file(&world->arena, "trace.txt", text);
    ck_assert_msg(open_world(world), "%s", world->complaints.errors[0]);
}

/* Asserts the rows that the trace gives, and that there are no more. */
struct row {
    int64_t at, duration, span, cpu, memory, gpus;
};

static void check_rows(const struct world *world, const struct row *rows, uint32_t count)
{
    void *cursor = scn_trace_source.open(world->trace, 1, 0, 0);
    struct ecs_arrival arrival;
    for (uint32_t i = 0; i < count; i++) {
        ck_assert(scn_trace_source.next(cursor, &arrival));
        ck_assert_uint_eq(arrival.row, i);
        ck_assert_int_eq(arrival.at, rows[i].at);
        ck_assert_int_eq(arrival.duration, rows[i].duration);
        ck_assert_int_eq(arrival.duration_span, rows[i].span);
        ck_assert_int_eq(arrival.cpu_units, rows[i].cpu);
        ck_assert_int_eq(arrival.memory_mib, rows[i].memory);
        ck_assert_int_eq(arrival.gpus, rows[i].gpus);
    }
    ck_assert(!scn_trace_source.next(cursor, &arrival));
    scn_trace_source.close(cursor);
}

#define CHECK_ROWS(world, ...)                                                                     \
    check_rows(world, (const struct row[]){__VA_ARGS__},                                           \
               (uint32_t)(sizeof((const struct row[]){__VA_ARGS__}) / sizeof(struct row)))

#define S SIM_SECOND

/* ---- the native format ---------------------------------------------------------------------- */

START_TEST(native_columns_in_any_order)
{
    struct world world;
    open_text(&world, NULL,
              "memory_mib,arrival_s,constraint,cpu,count,group,task_definition,capacity_provider,"
              "gpu,duration_s\n"
              ",,,,,,,,,\n"
              "4.1,100.25,distinctInstance,256,3,g1,web,blue,0.5,0.000001\n"
              "512,100.2500004,,0.5,,g1,,,2,86400\n");
    CHECK_ROWS(&world, {0, -1, 0, -1, -1, -1}, {0, 1, 0, 256, 5, 1}, {0, 86400 * S, 0, 1, 512, 2});
    void *cursor = scn_trace_source.open(world.trace, 1, 0, 0);
    struct ecs_arrival row;
    ck_assert(scn_trace_source.next(cursor, &row));
    ck_assert_uint_eq(row.task_definition, ECS_NONE);
    ck_assert_uint_eq(row.provider, ECS_NONE);
    ck_assert_uint_eq(row.group, 0);
    ck_assert_uint_eq(row.count, 1);
    ck_assert_int_eq(row.distinct_instance, -1);
    ck_assert(scn_trace_source.next(cursor, &row));
    ck_assert_uint_eq(row.task_definition, 3);
    ck_assert_uint_eq(row.provider, 1);
    ck_assert_str_eq(world.names.text[row.group], "g1");
    ck_assert_uint_eq(row.count, 3);
    ck_assert_int_eq(row.distinct_instance, 1);
    scn_trace_source.close(cursor);
    ck_assert_uint_eq(scn_trace_stats(world.trace)->rows, 3);
    ck_assert_uint_eq(scn_trace_stats(world.trace)->tasks, 5);
    release_world(&world);
}
END_TEST

START_TEST(alignment_window_and_zone)
{
    static const char text[] = "arrival_s,cpu\n2024-01-01 01:00:00,1\n2024-01-01T00:30:00Z,2\n"
                               "2024-01-01T03:00:00+01:00,3\n2024-01-01 04:00,4\n";
    struct world world;
    init_world(&world, NULL, NULL);
    world.use.path = write_file(&world.arena, "zone.csv", text);
    world.use.zone = "+01:00";
    world.use.absolute = true;
    world.use.start_unix_s = 1704067200 + 600; /* 2024-01-01T00:10:00Z: the first row is before */
    ck_assert_msg(open_world(&world), "%s", world.complaints.errors[0]);
    CHECK_ROWS(&world, {1200 * S, -1, 0, 2, -1, -1}, {6600 * S, -1, 0, 3, -1, -1},
               {10200 * S, -1, 0, 4, -1, -1});
    ck_assert_uint_eq(scn_trace_stats(world.trace)->filtered, 1);
    release_world(&world);

    init_world(&world, NULL, NULL);
    world.use.path = write_file(&world.arena, "zone.csv", text);
    world.use.zone = "+01:00";
    world.use.from = 600 * S;
    world.use.to = 10800 * S; /* not within */
    ck_assert(open_world(&world));
    CHECK_ROWS(&world, {0, -1, 0, 2, -1, -1}, {5400 * S, -1, 0, 3, -1, -1});
    ck_assert_int_eq(scn_trace_stats(world.trace)->last, 5400 * S);
    release_world(&world);
}
END_TEST

/* ---- mappings: a few rows of each real format ----------------------------------------------- */

START_TEST(mapping_swf)
{
    struct world world;
    open_text(&world, "swf",
              "; header\n"
              " 1 500 3 86395 256 -1 -1 256 86400 -1 1 87 95 -1 -1 4 -1 -1\n"
              " 2 510 3 0 -1 -1 -1 -1 1 -1 1 87 95 -1 -1 4 -1 -1\n"
              " 3 520 3 -1 3 -1 -1 -1 1 -1 1 87 95 -1 -1 4 -1 -1\n");
    CHECK_ROWS(&world, {0, 86395 * S, 0, 16384, 32768, -1}, {10 * S, S, 0, 1024, 2048, -1},
               {20 * S, S, 0, 3072, 6144, -1});
    ck_assert_uint_eq(scn_trace_stats(world.trace)->clamped, 2);
    release_world(&world);
}
END_TEST

START_TEST(mapping_openb)
{
    struct world world;
    open_text(&world, "openb",
              "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,"
              "deletion_time,scheduled_time\n"
              "a,12000,16384,1,1000,,LS,Running,0,100,20\n"
              "b,6001,12288,1,460,,LS,Running,10,110,\n"
              "c,500,64,8,1000,,LS,Pending,10,,\n"
              "d,500,0,0,0,,BE,Failed,20,30,30\n");
    CHECK_ROWS(&world, {0, 80 * S, 0, 12288, 16384, 1}, {10 * S, 100 * S, 0, 6146, 12288, 1},
               {10 * S, -1, 0, 512, 64, 8}, {20 * S, S, 0, 512, 4, 0});
    ck_assert_uint_eq(scn_trace_stats(world.trace)->clamped, 1); /* one row, two values */
    release_world(&world);
    open_text(&world, "openb", "name,cpu_milli,memory_mib,num_gpu,gpu_milli\na,1000,4,2,1000\n");
    CHECK_ROWS(&world, {0, -1, 0, 1024, 4, 2});
    release_world(&world);
}
END_TEST

START_TEST(mapping_azure_vm)
{
    struct world world;
    open_text(&world, "azure-vm",
              "vm_id,batch_id,arrival_s,flavor,vcpu,memory_gib,life_min_s,life_max_s,censored\n"
              "0,0,300,m,8,14,0,0,0\n1,1,600,a,1,0.75,1200,1500,0\n");
    CHECK_ROWS(&world, {0, 0, 300 * S, 8192, 14336, -1},
               {300 * S, 1200 * S, 600 * S, 1024, 768, -1});
    release_world(&world);
    open_text(&world, "azure-vm", "vm_id,batch_id,arrival_s,flavor,vcpu,memory_gib\n0,0,0,m,8,1\n");
    CHECK_ROWS(&world, {0, -1, 0, 8192, 1024, -1});
    release_world(&world);
}
END_TEST

START_TEST(mapping_google_surf_dlrm)
{
    struct world world;
    open_text(&world, "google-jobs",
              "job_id,submit_s,schedule_s,end_s,end_event,scheduling_class,user,logical_job\n"
              "1,0,0,,,3,0,0\n2,600.5,601.25,700.000001,4,0,1,1\n3,601,,601,6,0,1,1\n");
    CHECK_ROWS(&world, {0, -1, 0, -1, -1, -1}, {600500000, 98750001, 0, -1, -1, -1},
               {601 * S, S, 0, -1, -1, -1});
    release_world(&world);
    open_text(&world, "surf",
              "id,submission_ms,duration_ms,cpu_count,cpu_capacity_mhz,mem_capacity_mib\n"
              "1,4233600000,1001,16,33600,100000\n2,4233629001,9636000,16,33600,100000\n");
    CHECK_ROWS(&world, {0, 1001000, 0, 16384, 24576, -1},
               {29001000, 9636 * S, 0, 16384, 24576, -1});
    release_world(&world);
    open_text(&world, "alibaba-dlrm",
              "instance_sn,role,app_name,cpu_request,gpu_request,memory_request,"
              "max_instance_per_node,creation_time,scheduled_time,deletion_time\n"
              "i0,HN,app_0,12,1,120.0,8,,,\ni1,HN,app_0,12,1,120.0,8,,,50.5\n"
              "i2,CN,app_1,64,0,320.0,-1,183951.0,183953.0,200000\n");
    CHECK_ROWS(&world, {0, -1, 0, 12288, 122880, 1}, {0, 50500000, 0, 12288, 122880, 1},
               {0, 16047 * S, 0, 65536, 327680, 0});
    release_world(&world);
}
END_TEST

START_TEST(mapping_filters_and_policies)
{
    static const char mapping[] =
        "{\"plimsollMapping\": 1, \"delimiter\": \";\", \"comment\": \"#\", \"fields\": {"
        "\"arrival_s\": {\"column\": \"t\"}, \"cpu\": {\"column\": \"c\"},"
        "\"duration_s\": {\"default\": [{\"column\": \"d\", \"missing\": \"?\"}, 7]},"
        "\"group\": {\"first_of\": [{\"column\": \"g\"}, \"none\"]}},"
        "\"filters\": [{\"column\": \"g\", \"notIn\": [\"x\"]},"
        " {\"column\": \"c\", \"max\": 10}],"
        "\"onNonPositive\": {\"duration_s\": \"skip\"}}";
    struct world world;
    init_world(&world, NULL, NULL);
    world.use.mapping = write_file(&world.arena, "mine.json", mapping);
    world.use.path = write_file(&world.arena, "mine.txt",
                                "t;c;d;g\n#t;c\n0;1;?;a\n1;1;5;x\n2;11;5;b\n3;1;0;b\n4;10;-3;\n"
                                "5;10;5;\n");
    ck_assert_msg(open_world(&world), "%s", world.complaints.errors[0]);
    CHECK_ROWS(&world, {0, 7 * S, 0, 1, -1, -1}, {5 * S, 5 * S, 0, 10, -1, -1});
    ck_assert_uint_eq(scn_trace_stats(world.trace)->filtered, 2);
    ck_assert_uint_eq(scn_trace_stats(world.trace)->skipped, 2);
    ck_assert_uint_ne(ecs_names_find(&world.names, "none"), ECS_NONE);
    release_world(&world);
}
END_TEST

/* ---- the real files: counts as their origin page says --------------------------------------- */

static void check_shared(const char *path, const char *mapping, uint64_t rows, uint64_t clamped,
                         const char *sha256)
{
    struct world world;
    init_world(&world, test_shared(path), mapping);
    ck_assert_msg(open_world(&world), "%s", world.complaints.errors[0]);
    const struct scn_trace_stats *stats = scn_trace_stats(world.trace);
    ck_assert_uint_eq(stats->rows, rows);
    ck_assert_uint_eq(stats->clamped, clamped);
    ck_assert_int_eq(stats->first, 0);
    if (sha256 != NULL) {
        ck_assert_int_eq(strncmp(stats->sha256, sha256, strlen(sha256)), 0);
    }
    release_world(&world);
}

START_TEST(real_swf_curie)
{
    check_shared("traces/swf/CEA-Curie-2011-2.1-cln.swf.gz", "swf", 312826, 17286, "2a0fdbd40837");
}
END_TEST

START_TEST(real_openb)
{
    check_shared("traces/alibaba-openb-2023/openb_pod_list_default.csv", "openb", 8152, 2,
                 "1ee7ed79c27a");
    check_shared("traces/alibaba-openb-2023/openb_pod_list_multigpu20.csv", "openb", 8324, 1, NULL);
}
END_TEST

START_TEST(real_azure_surf_google)
{
    check_shared("traces/azure-vm-v1/azure_v1_dev_vms.csv.gz", "azure-vm", 259159, 0, NULL);
    check_shared("traces/surf-lisa-2022/surf_halfyear_tasks.csv.gz", "surf", 194917, 0, NULL);
    check_shared("traces/google-2011/job_lifecycle.csv.gz", "google-jobs", 672074, 897, NULL);
}
END_TEST

START_TEST(shipped_traces_are_found_in_the_program)
{
    static const struct {
        const char *path, *mapping;
        uint64_t rows;
    } rows[] = {{"traces/azure-vm-v1-day.csv.gz", "azure-vm", 19542},
                {"traces/surf-week.csv.gz", "surf", 15062}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world world;
        init_world(&world, rows[i].path, rows[i].mapping);
        world.use.base_dir = "no-such-folder"; /* so that only the embedded copy is left */
        ck_assert_msg(open_world(&world), "%s", world.complaints.errors[0]);
        ck_assert_uint_eq(scn_trace_stats(world.trace)->rows, rows[i].rows);
        release_world(&world);
    }
}
END_TEST

/* ---- cache, threads, tool ------------------------------------------------------------------- */

static const struct scn_trace *shared_trace;

/* Digest of all rows, as one replication sees them. */
static void *digest_rows(void *out)
{
    void *cursor = scn_trace_source.open(shared_trace, 1, 0, 0);
    struct ecs_arrival row;
    uint64_t digest = 0;
    while (scn_trace_source.next(cursor, &row)) {
        digest = digest * 31 + (uint64_t)row.at * 7 + (uint64_t)row.duration + row.row;
    }
    scn_trace_source.close(cursor);
    *(uint64_t *)out = digest;
    return NULL;
}

START_TEST(cached_equals_streamed_on_every_thread)
{
    struct world cached, streamed;
    init_world(&cached, "scenarios/traces/azure-vm-v1-day.csv.gz", "azure-vm");
    ck_assert_msg(open_world(&cached), "%s", cached.complaints.errors[0]);
    init_world(&streamed, "scenarios/traces/azure-vm-v1-day.csv.gz", "azure-vm");
    streamed.use.cache_bytes = 1;
    ck_assert_msg(open_world(&streamed), "%s", streamed.complaints.errors[0]);
    void *left = scn_trace_source.open(cached.trace, 1, 0, 0);
    void *right = scn_trace_source.open(streamed.trace, 1, 0, 0);
    struct ecs_arrival a, b;
    uint64_t rows = 0;
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    while (scn_trace_source.next(left, &a)) {
        ck_assert(scn_trace_source.next(right, &b));
        ck_assert_int_eq(a.at, b.at);
        ck_assert_int_eq(a.duration, b.duration);
        ck_assert_int_eq(a.duration_span, b.duration_span);
        ck_assert_uint_eq(a.row, b.row);
        ck_assert_int_eq(a.cpu_units, b.cpu_units);
        ck_assert_int_eq(a.memory_mib, b.memory_mib);
        rows++;
    }
    ck_assert(!scn_trace_source.next(right, &b));
    ck_assert_uint_eq(rows, 19542);
    scn_trace_source.close(left);
    scn_trace_source.close(right);
    ck_assert_uint_eq(scn_trace_stats(cached.trace)->hash, scn_trace_stats(streamed.trace)->hash);

    uint64_t want, got[4];
    shared_trace = cached.trace;
    (void)digest_rows(&want);
    shared_trace = streamed.trace;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, digest_rows, &got[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_uint_eq(got[i], want);
    }
    release_world(&cached);
    release_world(&streamed);
}
END_TEST

/* Converts, and gives the text (in the world's arena). */
static char *convert(struct world *world, const struct scn_trace_tool *tool)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    bool good = scn_trace_tool_convert(tool, out, &world->arena, &world->complaints);
    ck_assert_msg(good, "%s", world->complaints.errors[0]);
    ck_assert_int_eq(fclose(out), 0);
    char *copy = sim_arena_strdup(&world->arena, text);
    free(text);
    return copy;
}

START_TEST(convert_sorts_stably)
{
    struct world world;
    init_world(&world, NULL, NULL);
    struct scn_trace_tool tool = {.to = SIM_TIME_NEVER, .sort = true};
    tool.path = write_file(&world.arena, "unsorted.csv",
                           "group,arrival_s\na,30.5\nb,10\n\"c,\",20\nd,10\ne,\nf,10\ng,20\n");
    ck_assert_str_eq(convert(&world, &tool),
                     "arrival_s,group\n0,b\n0,d\n,e\n0,f\n10,\"c,\"\n10,g\n20.5,a\n");
    tool.from = 10 * S;
    tool.to = 20500000;
    ck_assert_str_eq(convert(&world, &tool), "arrival_s,group\n0,\"c,\"\n0,g\n");
    release_world(&world);
}
END_TEST

/* A converted trace replays as the original: same row hash. */
START_TEST(convert_keeps_the_rows)
{
    static const struct {
        const char *path, *mapping;
        bool sort;
    } traces[] = {{"scenarios/traces/azure-vm-v1-day.csv.gz", "azure-vm", false},
                  {"scenarios/traces/surf-week.csv.gz", "surf", true}};
    for (size_t i = 0; i < sizeof traces / sizeof traces[0]; i++) {
        struct world first, second;
        init_world(&first, traces[i].path, traces[i].mapping);
        ck_assert(open_world(&first));
        struct scn_trace_tool tool = {.path = traces[i].path,
                                      .mapping = traces[i].mapping,
                                      .to = SIM_TIME_NEVER,
                                      .sort = traces[i].sort};
        init_world(&second, NULL, NULL);
        second.use.path = write_file(&second.arena, "converted.csv", convert(&first, &tool));
        ck_assert_msg(open_world(&second), "%s", second.complaints.errors[0]);
        ck_assert_uint_eq(scn_trace_stats(first.trace)->hash, scn_trace_stats(second.trace)->hash);
        release_world(&first);
        release_world(&second);
    }
}
END_TEST

START_TEST(tool_prints_tables)
{
    struct world world;
    init_world(&world, NULL, NULL);
    struct scn_trace_tool tool = {.to = SIM_TIME_NEVER, .rows = 2};
    tool.path = write_file(&world.arena, "table.csv",
                           "arrival_s,duration_s,cpu\n5,60,256\n1000,0.25,512\n1001,1,1\n");
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ck_assert(scn_trace_tool_head(&tool, out, &world.arena, &world.complaints));
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_str_eq(text, "arrival_s  duration_s  cpu\n"
                           "        5          60  256\n"
                           "     1000        0.25  512\n");
    free(text);
    out = open_memstream(&text, &size);
    ck_assert(scn_trace_tool_stats(&tool, out, &world.arena, &world.complaints));
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_ptr_nonnull(strstr(text, "rows used              3\n"));
    ck_assert_ptr_nonnull(strstr(text, "last arrival           16m36s\n"));
    ck_assert_ptr_nonnull(strstr(text, "duration max           1m\n"));
    free(text);
    release_world(&world);
}
END_TEST

/* ---- mistakes ------------------------------------------------------------------------------- */

START_TEST(bad_traces_are_explained)
{
    char *all = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&all, &size);
    static const char *const cases[][2] = {
        {"unsorted.csv", NULL},
        {"unsorted-blank.csv", NULL},
        {"number.csv", NULL},
        {"header.csv", NULL},
        {"header-twice.csv", NULL},
        {"empty.csv", NULL},
        {"columns.csv", NULL},
        {"quotes.csv", NULL},
        {"unclosed.csv", NULL},
        {"negative.csv", NULL},
        {"constraint.csv", NULL},
        {"huge.csv", NULL},
        {"stamp.csv", NULL},
        {"nul.csv", NULL},
        {"name.csv", NULL},
        {"names.csv", NULL},
        {"truncated.csv.gz", NULL},
        {"damaged.csv.gz", NULL},
        {"long.csv.gz", NULL},
        {"no-such-file.csv", NULL},
        {"plain.csv", "map-key.json"},
        {"plain.csv", "map-field.json"},
        {"plain.csv", "map-column.json"},
        {"plain.csv", "map-uniform.json"},
        {"plain.csv", "map-values.json"},
        {"plain.csv", "map-number.json"},
        {"plain.csv", "map-syntax.json"},
        {"plain.csv", "swff"},
        {"plain.csv", "no-such.json"},
        {"plain.csv", "swf"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct world world;
        init_world(&world, cases[i][0], cases[i][1]);
        world.use.base_dir = BAD;
        ck_assert_msg(!open_world(&world), "%s", cases[i][0]);
        ck_assert_uint_gt(world.complaints.error_count, 0);
        (void)fprintf(out, "## %s %s\n", cases[i][0], cases[i][1] != NULL ? cases[i][1] : "");
        for (uint32_t e = 0; e < world.complaints.error_count; e++) {
            (void)fprintf(out, "%s\n", world.complaints.errors[e]);
        }
        release_world(&world);
    }
    ck_assert_int_eq(fclose(out), 0);
    test_golden("bad-traces.txt", all);
    free(all);
}
END_TEST

START_TEST(lenient_skips_and_counts)
{
    struct world world;
    init_world(&world, BAD "/number.csv", NULL);
    world.use.lenient = true;
    ck_assert(open_world(&world));
    CHECK_ROWS(&world, {0, 60 * S, 0, -1, -1, -1});
    ck_assert_uint_eq(scn_trace_stats(world.trace)->skipped, 3);
    ck_assert_uint_eq(world.complaints.warning_count, 1);
    ck_assert_str_eq(world.complaints.warnings[0],
                     BAD "/number.csv:3:1: 3 lines were skipped; this is the first broken one: "
                         "duration_s: \"sixty\" is not a number, or is larger than 10^15");
    release_world(&world);
    init_world(&world, BAD "/unsorted.csv", NULL); /* never skipped */
    world.use.lenient = true;
    ck_assert(!open_world(&world));
    release_world(&world);
}
END_TEST

/* A broken file of many lines stops at the twentieth complaint. */
START_TEST(complaints_stop_at_twenty)
{
    struct world world;
    init_world(&world, NULL, NULL);
    char *text = sim_arena_alloc(&world.arena, 4096);
    size_t used = (size_t)snprintf(text, 4096, "arrival_s\n");
    for (int i = 0; i < 100; i++) {
        used += (size_t)snprintf(text + used, 4096 - used, "x%d\n", i);
    }
    world.use.path = write_file(&world.arena, "many.csv", text);
    ck_assert(!open_world(&world));
    ck_assert_uint_eq(world.complaints.error_count, SCN_COMPLAINTS_MAX);
    release_world(&world);
}
END_TEST

Suite *test_scn_trace_suite(void);

Suite *test_scn_trace_suite(void)
{
    Suite *suite = suite_create("scn_trace");
    TCase *tests = tcase_create("trace");
    tcase_add_test(tests, native_columns_in_any_order);
    tcase_add_test(tests, alignment_window_and_zone);
    tcase_add_test(tests, mapping_swf);
    tcase_add_test(tests, mapping_openb);
    tcase_add_test(tests, mapping_azure_vm);
    tcase_add_test(tests, mapping_google_surf_dlrm);
    tcase_add_test(tests, mapping_filters_and_policies);
    tcase_add_test(tests, real_swf_curie);
    tcase_add_test(tests, real_openb);
    tcase_add_test(tests, real_azure_surf_google);
    tcase_add_test(tests, shipped_traces_are_found_in_the_program);
    tcase_add_test(tests, cached_equals_streamed_on_every_thread);
    tcase_add_test(tests, convert_sorts_stably);
    tcase_add_test(tests, convert_keeps_the_rows);
    tcase_add_test(tests, tool_prints_tables);
    tcase_add_test(tests, bad_traces_are_explained);
    tcase_add_test(tests, lenient_skips_and_counts);
    tcase_add_test(tests, complaints_stop_at_twenty);
    suite_add_tcase(suite, tests);
    return suite;
}
