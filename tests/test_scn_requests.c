/* The load of a service as a scenario writes it: generators, series from files, refusals; and what
 * a run makes of it, worked out again from v_service. */
#include "scn_fixture.h"
#include "test_support.h"

#include <glob.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Members of a scenario with one service whose `sim` is this; ' stands for ". */
static const char *service(const char *sim)
{
    static char text[8192];
    int length = snprintf(text, sizeof text,
                          "'duration': '1h', 'services': [{'serviceName': 'web', "
                          "'taskDefinition': 'job', 'desiredCount': 2, 'sim': {%s}}]",
                          sim);
    ck_assert_int_lt(length, (int)sizeof text);
    for (char *c = text; *c != '\0'; c++)
        *c = *c == '\'' ? '"' : *c;
    return text;
}

static const char *with_load(const char *load)
{
    static char text[4096];
    snprintf(text, sizeof text, "'capacityPerTask': 10, 'load': %s", load);
    return service(text);
}

static const char *write_file(const char *name, const char *text)
{
    const char *path = test_tmp_path(name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

/* A service whose load is this file, with more members of `load`. */
static const char *with_file(const char *name, const char *text, const char *more)
{
    static char load[2048];
    snprintf(load, sizeof load, "{'series': '%s'%s}", write_file(name, text), more);
    return with_load(load);
}

/* Requests of the first minutes. */
static void assert_requests(const char *members, const int64_t *expected, uint32_t count)
{
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(&loaded, members));
    const struct ecs_scenario *scenario = &loaded.scenario;
    for (uint32_t i = 0; i < count; i++) {
        const struct load_minute minute = {.minute = i,
                                           .start_unix_s = scenario->start_unix_s,
                                           .seed = 1};
        int64_t requests = load_requests(&scenario->services[0].load.spec, &minute);
        ck_assert_msg(requests == expected[i], "minute %u has %lld requests, not %lld", i,
                      (long long)requests, (long long)expected[i]);
    }
    scn_loaded_release(&loaded);
}

/* ---- what is taken ---- */

START_TEST(loads_of_each_generator_are_taken)
{
    static const char *const loads[] = {
        "{'generator': 'constant', 'rate': 2.5}",
        "{'generator': 'diurnal', 'rate': 20, 'amplitude': 0.8, 'peakHour': 9, 'sunday': 0}",
        "{'generator': 'burst', 'rate': 1, 'peak': 9, 'at': '5m', 'length': '90s', 'every': '10m'}",
        "{'generator': 'ramp', 'from': 1, 'to': 5, 'length': '30m', 'scale': 0.5}",
        "{'generator': 'poisson', 'rate': 3, 'variation': 1, 'period': '10m'}",
    };
    scn_fixture_accepts(with_load(loads[_i]));
}
END_TEST

START_TEST(what_tasks_can_serve_is_read)
{
    struct scn_loaded loaded;
    ck_assert(
        scn_fixture_load(&loaded,
                         service("'load': {'generator': 'ramp', 'from': 1, 'to': 5, 'at': '2m', "
                                 "'length': 60, 'scale': 1.5}, 'capacityPerTask': 12.5, "
                                 "'baseUtilization': 5, 'maxUtilization': 200, "
                                 "'slo': {'cpuUtilization': 72.5}")));
    const struct ecs_service_load *load = &loaded.scenario.services[0].load;
    ck_assert_str_eq(load->spec.generator->name, "ramp");
    ck_assert(load->spec.values[0] == 1 && load->spec.values[1] == 5 &&
              load->spec.values[2] == 120 && load->spec.values[3] == 60);
    ck_assert_int_eq(load->spec.scale_ppm, 1500000);
    ck_assert_int_eq(load->capacity_milli, 12500);
    ck_assert_int_eq(load->base_percent, 5);
    ck_assert_int_eq(load->max_percent, 200);
    ck_assert_int_eq(load->slo_milli, 72500);
    scn_loaded_release(&loaded);
}
END_TEST

struct refusal {
    const char *sim, *words;
};

static const struct refusal refusals[] = {
    {"'load': {'generator': 'constant', 'rate': 1}", "needs `capacityPerTask`"},
    {"'capacityPerTask': 5", "says nothing without `load`"},
    {"'slo': {'cpuUtilization': 5}", "says nothing without `load`"},
    {"'capacityPerTask': 0, 'load': {'generator': 'constant', 'rate': 1}", "out of range"},
    {"'capacityPerTask': 1, 'load': {'generator': 'constnt', 'rate': 1}", "constant"},
    {"'capacityPerTask': 1, 'load': {'generator': 'constant'}", "constant needs `rate`"},
    {"'capacityPerTask': 1, 'load': {'generator': 'constant', 'rat': 1}", "rate"},
    {"'capacityPerTask': 1, 'load': {'generator': 'constant', 'rate': -1}", "out of range"},
    {"'capacityPerTask': 1, 'load': {'generator': 'constant', 'rate': '1'}", "without quotes"},
    {"'capacityPerTask': 1, 'load': {'generator': 'series'}", "without `generator`"},
    {"'capacityPerTask': 1, 'load': {}", "expected `generator`"},
    {"'capacityPerTask': 1, 'load': {'generator': 'burst', 'rate': 1, 'peak': 2, 'length': '5m', "
     "'every': '1m'}",
     "overlap"},
    {"'capacityPerTask': 1, 'load': {'generator': 'constant', 'rate': 1, 'scale': '2'}",
     "the factor of all"},
    {"'capacityPerTask': 1, 'baseUtilization': 100, 'load': {'generator': 'constant', 'rate': 1}",
     "baseUtilization"},
    {"'capacityPerTask': 1, 'slo': {}, 'load': {'generator': 'constant', 'rate': 1}",
     "cpuUtilization"},
    {"'capacityPerTask': 1, 'load': {'series': 'nowhere.csv'}", "there is no such file"},
    {"'capacityPerTask': 1, 'load': {'series': 5}", "the name of a file"},
    {"'capacityPerTask': 1, 'load': {'series': 'x.csv', 'align': 'end'}", "start or absolute"},
    {"'capacityPerTask': 1, 'load': {'series': 'x.csv', 'onDuplicate': 'first'}",
     "last, mean or sum"},
    {"'capacityPerTask': 1, 'load': {'series': 'x.csv', 'per': '0s'}", "such as \"5m\""},
    {"'capacityPerTask': 1, 'load': {'series': 'x.csv', 'rate': 5}", "unknown key"},
};

START_TEST(loads_are_refused)
{
    scn_fixture_refuses(service(refusals[_i].sim), refusals[_i].words);
}
END_TEST

/* ---- series ---- */

START_TEST(series_of_five_minutes_in_any_order)
{
    static const int64_t expected[] = {2, 2, 2, 2, 2, 0, 0, 0, 0, 1, 20, 20, 20, 20, 20, 0, 0};
    assert_requests(with_file("five.csv",
                              "timestamp,value\n2014-04-10 00:14:00,100.0\n"
                              "2014-04-10 00:04:00,10\n2014-04-10 00:09:00,1\n",
                              ""),
                    expected, 17);
}
END_TEST

START_TEST(series_with_named_columns_and_zones)
{
    static const int64_t expected[] = {7, 0, 5};
    assert_requests(with_file("named.csv",
                              "host,value,timestamp\na,7,2024-01-01T02:00:00+02:00\n"
                              "b,0,2024-01-01T00:01:00Z\nc,5,1704067320\n",
                              ", 'align': 'absolute'"),
                    expected, 3);
}
END_TEST

START_TEST(series_per_second_and_scaled)
{
    static const int64_t expected[] = {360, 360, 600};
    assert_requests(with_file("rate.csv",
                              "2024-01-01 00:00,3\n2024-01-01 00:01,3\n"
                              "2024-01-01 00:02,5\n",
                              ", 'per': '1s', 'scale': 2"),
                    expected, 3);
}
END_TEST

/* Fractions of a value are scaled, not what is left of them. */
START_TEST(series_scaled_before_it_is_cut)
{
    static const int64_t expected[] = {20, 20, 20, 20, 20, 40, 40, 40, 40, 40, 0};
    assert_requests(with_file("fractions.csv", "2024-01-01 00:00,1\n2024-01-01 00:05,2\n",
                              ", 'scale': 100"),
                    expected, 11);
}
END_TEST

START_TEST(series_with_doubled_stamps)
{
    static const char *const rules[] = {"last", "mean", "sum"};
    static const int64_t expected[][2] = {{40, 9}, {25, 9}, {50, 9}};
    char more[64];
    snprintf(more, sizeof more, ", 'onDuplicate': '%s'", rules[_i]);
    const char *text = "timestamp,value\n2024-01-01 00:00,10\n2024-01-01 00:00,40\n"
                       "2024-01-01 00:01,9\n";
    assert_requests(with_file("doubled.csv", text, more), expected[_i], 2);
    scn_fixture_warns(with_file("doubled.csv", text, ""), "1 time stamps were there before");
}
END_TEST

START_TEST(series_with_gaps_and_an_end)
{
    static const int64_t expected[] = {5, 6, 0, 0, 7, 0};
    const char *text = "2024-01-01 00:00,5\n2024-01-01 00:01,6\n2024-01-01 00:04,7\n"
                       "2024-01-01 00:05,0\n";
    assert_requests(with_file("gaps.csv", text, ""), expected, 6);
    scn_fixture_warns(with_file("gaps.csv", text, ""), "no load in 1 gaps between its values, 2m");
    scn_fixture_warns(with_file("gaps.csv", text, ""), "it ends 6m into the run");
}
END_TEST

static const char data_text[] =
    "{\"MetricDataResults\": [{\"Id\": \"m1\", \"Label\": \"RequestCount\", \"Timestamps\": "
    "[\"2024-01-01T00:02:00+00:00\", \"2024-01-01T00:01:00+00:00\", "
    "\"2024-01-01T00:00:00+00:00\"], \"Values\": [30.0, 20.0, 10.0], \"StatusCode\": "
    "\"Complete\"}], \"Messages\": []}";

START_TEST(series_of_get_metric_data)
{
    static const int64_t expected[] = {10, 20, 30, 0};
    assert_requests(with_file("data.json", data_text, ""), expected, 4);
    assert_requests(with_file("data.json", data_text, ", 'id': 'm1'"), expected, 4);
    scn_fixture_refuses(with_file("data.json", data_text, ", 'id': 'm2'"), "Give `id`");
}
END_TEST

START_TEST(series_of_get_metric_statistics)
{
    static const int64_t expected[] = {60, 120, 0};
    const char *text = "{\"Label\": \"RequestCount\", \"Datapoints\": [{\"Timestamp\": "
                       "\"2024-01-01T00:01:00Z\", \"Sum\": 120.0, \"Average\": 1.0}, "
                       "{\"Timestamp\": 1704067200.0, \"Sum\": 60, \"Average\": 1}]}";
    assert_requests(with_file("statistics.json", text, ", 'statistic': 'Sum'"), expected, 3);
    scn_fixture_refuses(with_file("statistics.json", text, ""), "Give `statistic`");
}
END_TEST

/* Both forms, compressed. */
START_TEST(series_from_gzip)
{
    static const char *const names[] = {"packed.csv.gz", "packed.json.gz"};
    static const char *const texts[] = {"timestamp,value\n2024-01-01 00:00,10\n"
                                        "2024-01-01 00:01,20\n2024-01-01 00:02,30\n",
                                        data_text};
    static const int64_t expected[] = {10, 20, 30, 0};
    char load[1024];
    const char *path = test_tmp_path(names[_i]);
    gzFile file = gzopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_gt(gzputs(file, texts[_i]), 0);
    ck_assert_int_eq(gzclose(file), Z_OK);
    snprintf(load, sizeof load, "{'series': '%s'}", path);
    assert_requests(with_load(load), expected, 4);
}
END_TEST

struct broken {
    const char *name, *text, *words;
};

static const struct broken broken_files[] = {
    {"a.csv", "timestamp,value\n", "holds no values"},
    {"b.csv", "timestamp,value\n2024-01-01 00:00,1\nyesterday,2\n", "b.csv:3:1: \"yesterday\""},
    {"c.csv", "2024-01-01 00:00,1\n2024-01-01 00:01,x\n", "c.csv:2:18: \"x\" is not a number"},
    {"d.csv", "2024-01-01 00:00,-1\n", "is negative"},
    {"e.csv", "2024-01-01 00:00,1e13\n", "more than 10^12"},
    {"f.csv", "2024-01-01 00:00\n", "a row needs"},
    {"g.csv", "2024-01-01 00:00,\"1\n", "g.csv:1"},
    {"h.json", "{\"Metrics\": []}", "get-metric-data"},
    {"i.json", "{\"MetricDataResults\": [{\"Timestamps\": [1], \"Values\": []}]}", "same length"},
    {"j.json", "{\"Datapoints\": [{\"Timestamp\": \"now\", \"Sum\": 1}]}", "no time stamp"},
    {"k.json", "{\"Datapoints\": [{\"Timestamp\": 5, \"Sum\": \"1\"}]}", "expected a number"},
    {"l.json", "{\"Datapoints\": []}", "holds no values"},
    {"m.json", "{\"Datapoints\": [01]}", "m.json:1"},
    {"n.json", "{\"Datapoints\": [{\"Sum\": 1}]}", "expected Timestamp and Sum"},
};

START_TEST(broken_series_are_explained)
{
    const struct broken *broken = &broken_files[_i];
    scn_fixture_refuses(with_file(broken->name, broken->text, ""), broken->words);
}
END_TEST

/* ---- real ones ---- */

/* Every request of the file comes, in some minute. */
static void assert_whole(const char *path)
{
    struct scn_loaded loaded;
    char load[2048];
    snprintf(load, sizeof load, "{'series': '%s', 'onDuplicate': 'sum'}", path);
    ck_assert_msg(scn_fixture_load(&loaded, with_load(load)), "%s is refused", path);
    const struct load_spec *spec = &loaded.scenario.services[0].load.spec;
    const struct load_series *series = spec->series;
    __int128 micro = 0;
    int64_t sum = 0;
    ck_assert_int_gt(series->count, 1000);
    for (uint32_t i = 0; i < series->count; i++)
        micro += series->spans[i].micro;
    sim_time end = series->spans[series->count - 1].until;
    for (int64_t i = 0; i * SIM_MINUTE < end; i++)
        sum += load_requests(spec, &(struct load_minute){.minute = i});
    ck_assert_msg(sum == (int64_t)(micro / 1000000), "%s: %lld requests come", path,
                  (long long)sum);
    scn_loaded_release(&loaded);
}

START_TEST(every_cloudwatch_file_of_nab_is_a_load)
{
    char pattern[512];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/*/*.csv", test_shared("traces/nab"));
    ck_assert_int_eq(glob(pattern, 0, NULL, &found), 0);
    ck_assert_uint_ge(found.gl_pathc, 20);
    char *folder = realpath(".", NULL);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, found.gl_pathv[i]);
        assert_whole(path);
    }
    free(folder);
    globfree(&found);
}
END_TEST

START_TEST(every_http_series_is_a_load)
{
    static const char *const names[] = {"traces/http/nasa_1995_07_per_minute.csv.gz",
                                        "traces/http/nasa_1995_08_per_minute.csv.gz",
                                        "traces/http/twitter_2021_08_per_minute.csv.gz",
                                        "traces/http/worldcup98_a_per_minute.csv.gz"};
    char *path = realpath(test_shared(names[_i]), NULL);
    ck_assert_ptr_nonnull(path);
    assert_whole(path);
    free(path);
}
END_TEST

/* ---- a run, worked out again ---- */

static sqlite3 *run(const char *name, const char *text)
{
    char file[32], command[4096], database[1024];
    const char *program = getenv("PLIMSOLL");
    snprintf(file, sizeof file, "%s.db", name);
    snprintf(database, sizeof database, "%s", test_tmp_path(file));
    snprintf(file, sizeof file, "%s.json", name);
    const char *path = write_file(file, text);
    snprintf(command, sizeof command, "%s%s run '%s' --out='%s' >'%s.out' 2>&1",
             program && strchr(program, '/') ? "" : "./", program ? program : "plimsoll", path,
             database, database);
    ck_assert_msg(system(command) == 0, "failed: %s", command);
    sqlite3 *db = NULL;
    ck_assert_int_eq(sqlite3_open_v2(database, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    return db;
}

static double metric(sqlite3 *db, const char *name)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3_prepare_v2(db, "SELECT value FROM v_summary WHERE metric = ?", -1, &stmt, NULL);
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    ck_assert_msg(sqlite3_step(stmt) == SQLITE_ROW, "there is no %s", name);
    double value = sqlite3_column_double(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

#define CAPACITY 4.0 /* requests a second of one task */
#define BASE     10.0
#define SLO      80.0

/* Ten minutes of warm-up; the service grows from 3 to 8 tasks after an hour, and new tasks are
 * healthy after three minutes; the load exceeds what 3 can serve, and there is one task without
 * room.
 */
static const char recomputed[] =
    "{\"plimsoll\": 1, \"name\": \"again\", \"duration\": \"3h30s\", \"warmup\": \"10m\","
    "\"behaviour\": {\"serviceHealthyAfter\": \"3m\"}, \"cluster\": {\"clusterName\": \"c\"},"
    "\"containerInstances\": [{\"instanceType\": \"m5.large\", \"count\": 2, "
    "\"availabilityZone\": \"us-east-1a\"}], \"taskDefinitions\": [{\"family\": \"web\", "
    "\"containerDefinitions\": [{\"name\": \"m\", \"image\": \"b\", \"cpu\": 512, \"memory\": "
    "64}]}],"
    "\"services\": [{\"serviceName\": \"web\", \"taskDefinition\": \"web\", \"desiredCount\": 3, "
    "\"sim\": {\"capacityPerTask\": 4, \"baseUtilization\": 10, \"slo\": {\"cpuUtilization\": 80}, "
    "\"load\": {\"generator\": \"diurnal\", \"rate\": 10, \"amplitude\": 0.9, \"peakHour\": "
    "1.5}}}],"
    "\"changes\": [{\"at\": \"1h\", \"UpdateService\": {\"service\": \"web\", \"desiredCount\": "
    "9}}]}";

struct again {
    double requests, served, percent;
    int64_t measured, above, rows;
};

/* One minute of v_service; its CPU utilisation by the definition of MX-12. */
static void add_row(struct again *again, double t_s, int64_t running, int64_t healthy, double load,
                    const unsigned char *name, double value, double dropped)
{
    double hour = (t_s - 30.0) / 3600.0;
    double rate = 10.0 * (1.0 + 0.9 * cos(2.0 * acos(-1.0 + 0.0 * t_s) * (hour - 1.5) / 24.0));
    double most = (double)healthy * CAPACITY * 60.0;
    double served = load < most ? load : most;
    again->rows++;
    ck_assert(load == round(rate * 60.0));
    ck_assert(dropped == load - served);
    if (running > 0) {
        double percent = BASE + (100.0 - BASE) * served / ((double)running * CAPACITY * 60.0);
        ck_assert_str_eq((const char *)name, "CPUUtilization");
        ck_assert_msg(fabs(value - percent) < 1e-6, "at %g: %.9g, not %.9g", t_s, value, percent);
        again->measured += t_s > 600.0;
        again->percent += t_s > 600.0 ? percent : 0.0;
        again->above += t_s > 600.0 && (percent > SLO || served < load);
    } else {
        ck_assert_ptr_null(name);
        again->above += t_s > 600.0;
    }
    again->requests += t_s > 600.0 ? load : 0.0;
    again->served += t_s > 600.0 ? served : 0.0;
}

START_TEST(mx_12_v_service_worked_out_again)
{
    sqlite3 *db = run("again", recomputed);
    sqlite3_stmt *stmt = NULL;
    struct again again = {0};
    ck_assert_int_eq(
        sqlite3_prepare_v2(db,
                           "SELECT t_s, running, healthy, load, metric_name, "
                           "metric_value, dropped FROM v_service WHERE load IS NOT NULL",
                           -1, &stmt, NULL),
        SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        add_row(&again, sqlite3_column_double(stmt, 0), sqlite3_column_int64(stmt, 1),
                sqlite3_column_int64(stmt, 2), sqlite3_column_double(stmt, 3),
                sqlite3_column_text(stmt, 4), sqlite3_column_double(stmt, 5),
                sqlite3_column_double(stmt, 6));
    sqlite3_finalize(stmt);
    ck_assert_int_eq(again.rows, 180); /* the last half minute is none */
    ck_assert(again.served < again.requests && again.above > 0 && again.above < 200);
    ck_assert(metric(db, "requests_count") == again.requests);
    ck_assert(metric(db, "requests_served_count") == again.served);
    ck_assert(metric(db, "requests_dropped_count") == again.requests - again.served);
    ck_assert(metric(db, "services_above_slo_s") == 60.0 * (double)again.above);
    ck_assert(fabs(metric(db, "service_cpu_utilization_pct_mean") -
                   again.percent / (double)again.measured) < 1e-6);
    sqlite3_close(db);
}
END_TEST

/* Eight tasks drop requests of a real fortnight, nine do not. The file holds 249,327 requests, of
 * which 222 + 182 x 4 / 5 come after the end; each counts a hundred times. */
START_TEST(web_fortnight_needs_nine_tasks)
{
    char text[2048], *folder = realpath("scenarios", NULL);
    snprintf(text, sizeof text,
             "{\"extends\": \"%s/web-fortnight.json\", \"services\": [{\"serviceName\": \"web\", "
             "\"desiredCount\": %d}]}",
             folder, _i);
    free(folder);
    sqlite3 *db = run("fortnight", text);
    double dropped = metric(db, "requests_dropped_count");
    ck_assert(metric(db, "requests_count") == 24895940.0);
    ck_assert((dropped > 0.0) == (_i < 9));
    sqlite3_close(db);
}
END_TEST

/* A service that a change creates has the load of its minutes, not of those before. */
START_TEST(a_service_created_later_has_its_load_from_then_on)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3 *db = run(
        "later",
        "{\"plimsoll\": 1, \"name\": \"later\", \"duration\": \"30m\", \"cluster\": "
        "{\"clusterName\": \"c\"}, \"containerInstances\": [{\"instanceType\": \"m5.large\", "
        "\"availabilityZone\": \"us-east-1a\"}], \"taskDefinitions\": [{\"family\": \"web\", "
        "\"containerDefinitions\": [{\"name\": \"m\", \"image\": \"b\", \"cpu\": 512, "
        "\"memory\": 64}]}], \"changes\": [{\"at\": \"10m\", \"CreateService\": {\"serviceName\": "
        "\"web\", \"taskDefinition\": \"web\", \"desiredCount\": 1, \"sim\": "
        "{\"capacityPerTask\": 5, \"load\": {\"generator\": \"ramp\", \"from\": 0, \"to\": 30, "
        "\"length\": \"30m\"}}}}]}");
    ck_assert_int_eq(sqlite3_prepare_v2(db,
                                        "SELECT min(t_s), count(load), max(load) FROM v_service "
                                        "WHERE load IS NOT NULL",
                                        -1, &stmt, NULL),
                     SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
    ck_assert_int_eq(sqlite3_column_int(stmt, 0), 660);
    ck_assert_int_eq(sqlite3_column_int(stmt, 1), 20);
    ck_assert_int_eq(sqlite3_column_int(stmt, 2), 1770); /* 29.5 a second in the last one */
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}
END_TEST

Suite *test_scn_requests_suite(void);
Suite *test_scn_requests_suite(void)
{
    Suite *suite = suite_create("scn_requests");
    TCase *tests = tcase_create("requests");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, loads_of_each_generator_are_taken, 0, 5);
    tcase_add_test(tests, what_tasks_can_serve_is_read);
    tcase_add_loop_test(tests, loads_are_refused, 0, sizeof refusals / sizeof refusals[0]);
    tcase_add_test(tests, series_of_five_minutes_in_any_order);
    tcase_add_test(tests, series_with_named_columns_and_zones);
    tcase_add_test(tests, series_per_second_and_scaled);
    tcase_add_test(tests, series_scaled_before_it_is_cut);
    tcase_add_loop_test(tests, series_with_doubled_stamps, 0, 3);
    tcase_add_test(tests, series_with_gaps_and_an_end);
    tcase_add_test(tests, series_of_get_metric_data);
    tcase_add_test(tests, series_of_get_metric_statistics);
    tcase_add_loop_test(tests, series_from_gzip, 0, 2);
    tcase_add_loop_test(tests, broken_series_are_explained, 0,
                        sizeof broken_files / sizeof broken_files[0]);
    tcase_add_test(tests, every_cloudwatch_file_of_nab_is_a_load);
    tcase_add_loop_test(tests, every_http_series_is_a_load, 0, 4);
    tcase_add_test(tests, mx_12_v_service_worked_out_again);
    tcase_add_test(tests, a_service_created_later_has_its_load_from_then_on);
    tcase_add_loop_test(tests, web_fortnight_needs_nine_tasks, 8, 10);
    suite_add_tcase(suite, tests);
    return suite;
}
