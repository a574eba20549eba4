/* Strict JSON, positions, merging, --set, complaints. */
#include "scn_complain.h"
#include "scn_dist.h"
#include "scn_merge.h"
#include "test_support.h"

#include <stdio.h>
#include <string.h>

static struct sim_arena arena;
static struct scn_complaints complaints;
static struct scn_file file = {.name = "t.json", .folder = ""};

static void setup(void)
{
    sim_arena_init(&arena);
    scn_complaints_init(&complaints, &arena);
}

static void teardown(void)
{
    scn_complaints_release(&complaints);
    sim_arena_release(&arena);
}

static struct scn_value *parse(const char *text)
{
    return scn_json_parse(&arena, &file, text, strlen(text), &complaints);
}

/* Every text that RFC 8259 allows and every one it does not, as far as parsers differ. */
static const struct {
    const char *text;
    bool good;
} texts[] = {
    {"0", true},
    {"-0", true},
    {"1e2", true},
    {"1E+2", true},
    {"-1.5e-3", true},
    {"\"\"", true},
    {"[]", true},
    {"{}", true},
    {" \t\r\n1 ", true},
    {"\"\\u20ac\"", true},
    {"\"\\/\"", true},
    {"\"\\ud83d\\ude00\"", true},
    {"[1,[2,{}]]", true},
    {"\"\x7f\"", true},
    {"null", true},
    {"\"\xe2\x82\xac\"", true},
    {"01", false},
    {"1.", false},
    {".5", false},
    {"+1", false},
    {"1e", false},
    {"-", false},
    {"1e999", false},
    {"-1e999", false},
    {"0x1", false},
    {"NaN", false},
    {"Infinity", false},
    {"tru", false},
    {"nul", false},
    {"[1,]", false},
    {"[,1]", false},
    {"{\"a\":1,}", false},
    {"{\"a\"}", false},
    {"{a:1}", false},
    {"{'a':1}", false},
    {"[1 2]", false},
    {"1 2", false},
    {"", false},
    {"[", false},
    {"{", false},
    {"\"", false},
    {"\"\\u0000\"", false},
    {"\"\\x\"", false},
    {"\"\\u12\"", false},
    {"\"\\ud800\"", false},
    {"\"\\udc00\"", false},
    {"\"\n\"", false},
    {"\"\x01\"", false},
    {"\"\xff\"", false},
    {"\"\xc0\xaf\"", false},
    {"\"\xed\xa0\x80\"", false},
    {"\"\xf4\x90\x80\x80\"", false},
    {"\"\xe2\x82\"", false},
    {"\xef\xbb\xbf{}", false},
    {"{\"a\":1,\"a\":2}", false},
    {"{\"a\":1,\"\\u0061\":2}", false},
    {"// c\n1", false},
};

START_TEST(strictness)
{
    const char *text = texts[_i].text;
    struct scn_value *value = parse(text);
    ck_assert_msg((value != NULL) == texts[_i].good, "%s", text);
    ck_assert_uint_eq(complaints.error_count, texts[_i].good ? 0 : 1);
}
END_TEST

START_TEST(integers_are_exact_to_2_63)
{
    struct scn_value *list = parse("[9007199254740993, 9223372036854775807, -9223372036854775808, "
                                   "9223372036854775808, 1.0]");
    ck_assert_ptr_nonnull(list);
    ck_assert_int_eq(scn_json_element(list, 0)->integer, INT64_C(9007199254740993));
    ck_assert_int_eq(scn_json_element(list, 1)->integer, INT64_MAX);
    ck_assert_int_eq(scn_json_element(list, 2)->integer, INT64_MIN);
    ck_assert(!scn_json_element(list, 3)->is_integer);
    ck_assert(!scn_json_element(list, 4)->is_integer);
}
END_TEST

START_TEST(positions_count_characters)
{
    struct scn_value *root = parse("{\n  \"\xe2\x82\xac\xe2\x82\xac\": \"x\", \"b\": [1,\n\t{}]}");
    ck_assert_ptr_nonnull(root);
    struct scn_value *b = scn_json_member(root, "b");
    ck_assert_uint_eq(root->line, 1);
    ck_assert_uint_eq(root->first->line, 2);
    ck_assert_uint_eq(root->first->column, 9);
    ck_assert_uint_eq(b->column, 19);
    ck_assert_uint_eq(scn_json_element(b, 1)->line, 3);
    ck_assert_uint_eq(scn_json_element(b, 1)->column, 2);
    ck_assert_str_eq(scn_json_path(&arena, scn_json_element(b, 1)), "b[1]");
}
END_TEST

START_TEST(printing_keeps_numbers_and_text)
{
    const char *text = "{\"a\":[1,2.50,1e3,9223372036854775807],\"b\":\"x\\\"\\\\\\n\\u0001\","
                       "\"c\":{\"d\":null,\"e\":true}}";
    struct scn_value *value = parse(text);
    ck_assert_str_eq(scn_json_print(&arena, value), text);
    ck_assert_str_eq(scn_json_print(&arena, scn_json_copy(&arena, value)), text);
}
END_TEST

START_TEST(depth_is_limited)
{
    char text[200] = {0};
    memset(text, '[', SCN_JSON_DEPTH);
    memset(text + SCN_JSON_DEPTH, ']', SCN_JSON_DEPTH);
    ck_assert_ptr_nonnull(parse(text));
    memset(text, '[', SCN_JSON_DEPTH + 1);
    memset(text + SCN_JSON_DEPTH + 1, ']', SCN_JSON_DEPTH + 1);
    ck_assert_ptr_null(parse(text));
}
END_TEST

START_TEST(merging_is_by_name_where_there_are_names)
{
    struct scn_value *base = parse(
        "{\"autoScalingGroups\":[{\"AutoScalingGroupName\":\"a\",\"MinSize\":1,\"MaxSize\":2},"
        "{\"AutoScalingGroupName\":\"b\",\"MinSize\":3}],\"list\":[1,2],\"o\":{\"x\":1}}");
    struct scn_value *over =
        parse("{\"autoScalingGroups\":[{\"AutoScalingGroupName\":\"c\"},"
              "{\"AutoScalingGroupName\":\"a\",\"MaxSize\":9}],\"list\":[3],\"o\":{\"y\":2}}");
    struct scn_value *merged = scn_merge(base, over);
    ck_assert_str_eq(scn_json_print(&arena, merged),
                     "{\"autoScalingGroups\":[{\"AutoScalingGroupName\":\"a\",\"MinSize\":1,"
                     "\"MaxSize\":9},{\"AutoScalingGroupName\":\"b\",\"MinSize\":3},"
                     "{\"AutoScalingGroupName\":\"c\"}],\"list\":[3],\"o\":{\"x\":1,\"y\":2}}");
}
END_TEST

static const struct {
    const char *set, *result, *complaint;
} sets[] = {
    {"a=5", "{\"a\":5,\"services\":[{\"serviceName\":\"web\",\"n\":1}]}", NULL},
    {"a=x y", "{\"a\":\"x y\",\"services\":[{\"serviceName\":\"web\",\"n\":1}]}", NULL},
    {"services[web].n=2", "{\"a\":1,\"services\":[{\"serviceName\":\"web\",\"n\":2}]}", NULL},
    {"services[0].n=[3]", "{\"a\":1,\"services\":[{\"serviceName\":\"web\",\"n\":[3]}]}", NULL},
    {"services[0]={}", "{\"a\":1,\"services\":[{}]}", NULL},
    {"b.c.d=true",
     "{\"a\":1,\"services\":[{\"serviceName\":\"web\",\"n\":1}],"
     "\"b\":{\"c\":{\"d\":true}}}",
     NULL},
    {"services[wbe].n=2", NULL, "did you mean web?"},
    {"services[7].n=2", NULL, "has no element [7]"},
    {"services[web.n=2", NULL, "a [ without its ]"},
    {"nothing", NULL, "expected PATH=VALUE"},
    {"a.b=2", NULL, "a is no object"},
    {"a[0].b=2", NULL, "is no list"},
    {"x[0]=2", NULL, "has no x to select from"},
    {".a=2", NULL, "a key is missing"},
    {"=2", NULL, "a key is missing"},
};

START_TEST(set_changes_one_value)
{
    struct scn_value *root = parse("{\"a\":1,\"services\":[{\"serviceName\":\"web\",\"n\":1}]}");
    scn_merge_set(&arena, root, sets[_i].set, &complaints);
    if (sets[_i].complaint != NULL) {
        ck_assert_uint_eq(complaints.error_count, 1);
        ck_assert_msg(strstr(complaints.errors[0], sets[_i].complaint) != NULL, "%s",
                      complaints.errors[0]);
        return;
    }
    ck_assert_uint_eq(complaints.error_count, 0);
    ck_assert_str_eq(scn_json_print(&arena, root), sets[_i].result);
}
END_TEST

START_TEST(twenty_complaints_are_kept_and_all_counted)
{
    for (int i = 0; i < 30; i++)
        scn_error_at(&complaints, "f", 1, 2, "p", "number %d\nof many", i);
    ck_assert_uint_eq(complaints.error_count, 30);
    ck_assert_str_eq(complaints.errors[19], "f:1:2: p: number 19 of many");
}
END_TEST

START_TEST(nearest_is_near)
{
    const char *const names[] = {"MaxSize", "MinSize", "DesiredCapacity"};
    ck_assert_str_eq(scn_nearest("maxsize", names, 3), "MaxSize");
    ck_assert_str_eq(scn_nearest("MniSize", names, 3), "MinSize");
    ck_assert_str_eq(scn_nearest("DesiredCapcity", names, 3), "DesiredCapacity");
    ck_assert_ptr_null(scn_nearest("Tags", names, 3));
    ck_assert_ptr_null(scn_nearest("", names, 3));
}
END_TEST

static const struct {
    const char *text, *shown; /* shown NULL: refused */
} dists[] = {
    {"\"90s\"", "constant(90s)"},
    {"5", "constant(5s)"},
    {"{\"lognormal\": {\"median\": \"60s\", \"sigma\": 0.3}}", "lognormal(median 60s, sigma 0.3)"},
    {"{\"exponential\": {\"mean\": 10}}", NULL},
    {"-5", NULL},
    {"\"5\"", NULL},
    {"{}", NULL},
    {"{\"lognormal\": {\"median\": \"60s\"}}", NULL},
    {"{\"lognormal\": {\"median\": \"60s\", \"sigma\": -1}}", NULL},
    {"{\"uniform\": {\"low\": 5, \"high\": 1}}", NULL},
    {"{\"exponential\": {\"mean\": 5, \"min\": 4, \"max\": 3}}", NULL},
    {"{\"empirical\": []}", NULL},
    {"{\"empirical\": \"no-such-file.csv\"}", NULL},
    {"{\"empirical\": [1, -2]}", NULL},
    {"{\"exponential\": 5}", NULL},
};

START_TEST(distributions_are_read_or_explained)
{
    struct sim_dist dist;
    const char *text = dists[_i].text;
    bool good = scn_dist_read(&arena, parse(text), &dist, &complaints);
    if (strstr(text, "\"exponential\": {\"mean\": 10}") != NULL) {
        ck_assert(good);
        ck_assert_double_eq(sim_dist_mean(&dist), 10);
        return;
    }
    ck_assert_msg(good == (dists[_i].shown != NULL), "%s", text);
    ck_assert_uint_eq(complaints.error_count, good ? 0 : 1);
    char shown[96];
    if (good)
        ck_assert_ptr_nonnull(strstr(sim_dist_format(&dist, shown, sizeof shown), "s"));
}
END_TEST

START_TEST(empirical_reads_a_column)
{
    struct sim_dist dist;
    char path[512];
    snprintf(path, sizeof path, "%s", test_tmp_path("boots.csv"));
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    fputs("boot_s\n3\n1m\n# a comment\n1.5\n", out);
    fclose(out);
    char text[600];
    snprintf(text, sizeof text, "{\"empirical\": \"%s\"}", path);
    ck_assert(scn_dist_read(&arena, parse(text), &dist, &complaints));
    ck_assert_uint_eq(dist.value_count, 3);
    ck_assert_double_eq(dist.values[0], 1.5);
    ck_assert_double_eq(dist.values[2], 60);
}
END_TEST

START_TEST(sizes_have_units)
{
    int64_t bytes;
    ck_assert(scn_bytes_read(parse("57"), &bytes, &complaints) && bytes == 57000000);
    ck_assert(scn_bytes_read(parse("\"1.5 GiB\""), &bytes, &complaints) && bytes == 1610612736);
    ck_assert(scn_bytes_read(parse("\"250 MB\""), &bytes, &complaints) && bytes == 250000000);
    ck_assert(!scn_bytes_read(parse("\"250 parsecs\""), &bytes, &complaints));
    ck_assert(!scn_bytes_read(parse("-1"), &bytes, &complaints));
}
END_TEST

Suite *test_scn_json_suite(void);

Suite *test_scn_json_suite(void)
{
    Suite *suite = suite_create("scn_json");
    TCase *tests = tcase_create("scn_json");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, strictness, 0, (int)(sizeof texts / sizeof texts[0]));
    tcase_add_test(tests, integers_are_exact_to_2_63);
    tcase_add_test(tests, positions_count_characters);
    tcase_add_test(tests, printing_keeps_numbers_and_text);
    tcase_add_test(tests, depth_is_limited);
    tcase_add_test(tests, merging_is_by_name_where_there_are_names);
    tcase_add_loop_test(tests, set_changes_one_value, 0, (int)(sizeof sets / sizeof sets[0]));
    tcase_add_test(tests, twenty_complaints_are_kept_and_all_counted);
    tcase_add_test(tests, nearest_is_near);
    tcase_add_loop_test(tests, distributions_are_read_or_explained, 0,
                        (int)(sizeof dists / sizeof dists[0]));
    tcase_add_test(tests, empirical_reads_a_column);
    tcase_add_test(tests, sizes_have_units);
    suite_add_tcase(suite, tests);
    return suite;
}
