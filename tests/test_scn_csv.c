#include "scn_csv.h"
#include "scn_expr.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const struct scn_csv_format comma = {.delimiter = ',', .quotes = true};
static const struct scn_csv_format blanks = {.delimiter = '\0', .comment = ';'};

static void open_text(struct scn_csv *csv, const char *text, struct scn_csv_format format)
{
    scn_csv_open_bytes(csv, text, strlen(text), format);
}

/* The next row as "cell|cell" with the place of the last cell; or what went wrong. */
static const char *next_row(struct scn_csv *csv)
{
    static char text[4096];
    size_t used = 0;
    switch (scn_csv_next(csv)) {
    case SCN_CSV_END:
        return "end";
    case SCN_CSV_FAILED:
        (void)snprintf(text, sizeof text, "failed: %s", csv->why);
        return text;
    case SCN_CSV_BROKEN:
        (void)snprintf(text, sizeof text, "broken %d:%u: %s", (int)csv->line, csv->column,
                       csv->why);
        return text;
    case SCN_CSV_ROW:
        break;
    }
    text[0] = '\0';
    for (uint32_t i = 0; i < csv->cell_count; i++) {
        const struct scn_csv_cell *cell = &csv->cells[i];
        ck_assert_uint_eq(cell->length, strlen(cell->text));
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? "|" : "", cell->text);
    }
    const struct scn_csv_cell *last = &csv->cells[csv->cell_count - 1];
    (void)snprintf(text + used, sizeof text - used, " @%d:%u", (int)last->line, last->column);
    return text;
}

START_TEST(plain_rows_ends_of_line_and_mark)
{
    struct scn_csv csv;
    open_text(&csv,
              "\xEF\xBB\xBF"
              "a,bc\r\n1,,3\n\n  \r\n,\nlast",
              comma);
    ck_assert_str_eq(next_row(&csv), "a|bc @1:3");
    ck_assert_str_eq(next_row(&csv), "1||3 @2:4");
    ck_assert_str_eq(next_row(&csv), "| @5:2");
    ck_assert_str_eq(next_row(&csv), "last @6:1");
    ck_assert_str_eq(next_row(&csv), "end");
    ck_assert_str_eq(next_row(&csv), "end");
    ck_assert_int_eq((int)csv.line_count, 6);
    scn_csv_close(&csv);
}
END_TEST

START_TEST(quoted_cells_follow_rfc_4180)
{
    struct scn_csv csv;
    open_text(&csv, "\"a,b\",\"say \"\"hi\"\"\",\"\"\n\"two\nlines\",x\nnext,y\n", comma);
    ck_assert_str_eq(next_row(&csv), "a,b|say \"hi\"| @1:20");
    ck_assert_str_eq(next_row(&csv), "two\nlines|x @3:8");
    ck_assert_str_eq(next_row(&csv), "next|y @4:6");
    ck_assert_str_eq(next_row(&csv), "end");
    scn_csv_close(&csv);
}
END_TEST

START_TEST(broken_quotes_are_named_and_passed)
{
    struct scn_csv csv;
    open_text(&csv, "x,\"open\nfine,1\n\"a\"b,2\nc\"d,3\nlast,4\n", comma);
    /* The row goes on to where its quotes pair up, so it is broken as a whole. */
    ck_assert_str_eq(next_row(&csv), "broken 3:2: text behind a closing quote; a quote inside a "
                                     "quoted cell is written twice");
    ck_assert_str_eq(next_row(&csv), "last|4 @5:6");
    scn_csv_close(&csv);
    open_text(&csv, "c\"d,3\"\n", comma);
    ck_assert_str_eq(next_row(&csv), "broken 1:2: a quote inside a cell that does not begin with "
                                     "one");
    scn_csv_close(&csv);
    open_text(&csv, "x,\"open\nfine,1\n", comma);
    ck_assert_str_eq(next_row(&csv), "broken 1:3: the quote is not closed");
    ck_assert_str_eq(next_row(&csv), "fine|1 @2:6");
    ck_assert_str_eq(next_row(&csv), "end");
    scn_csv_close(&csv);
}
END_TEST

START_TEST(blank_runs_and_comments)
{
    struct scn_csv csv;
    open_text(&csv, "; a header\n   1 \t 22   -1  \n;\n2\n", blanks);
    ck_assert_str_eq(next_row(&csv), "1|22|-1 @2:13");
    ck_assert_str_eq(next_row(&csv), "2 @4:1");
    ck_assert_str_eq(next_row(&csv), "end");
    scn_csv_close(&csv);
}
END_TEST

START_TEST(long_lines_and_many_cells_are_broken)
{
    size_t size = 3 * SCN_CSV_ROW_BYTES + 2 * SCN_CSV_CELLS + 64, used = 0;
    char *text = malloc(size);
    ck_assert_ptr_nonnull(text);
    memset(text, 'x', 2 * SCN_CSV_ROW_BYTES);
    used = 2 * SCN_CSV_ROW_BYTES;
    text[used++] = '\n';
    memset(text + used, ',', SCN_CSV_CELLS); /* one cell too many */
    used += SCN_CSV_CELLS;
    text[used++] = '\n';
    memset(text + used, 'y', SCN_CSV_ROW_BYTES); /* exactly as long as may be */
    used += SCN_CSV_ROW_BYTES;
    text[used++] = '\n';
    struct scn_csv csv;
    scn_csv_open_bytes(&csv, text, used, comma);
    ck_assert_str_eq(next_row(&csv), "broken 1:1: the line is longer than 65536 bytes");
    ck_assert_str_eq(next_row(&csv), "broken 2:1: more than 1024 cells in one row");
    ck_assert_int_eq(scn_csv_next(&csv), SCN_CSV_ROW);
    ck_assert_uint_eq(csv.cells[0].length, SCN_CSV_ROW_BYTES);
    ck_assert_str_eq(next_row(&csv), "end");
    scn_csv_close(&csv);
    free(text);
}
END_TEST

/* One gzip member of the text. */
static size_t squeeze(const char *text, size_t size, unsigned char *out, size_t room)
{
    z_stream zip = {.next_in = (Bytef *)(uintptr_t)text,
                    .avail_in = (uInt)size,
                    .next_out = out,
                    .avail_out = (uInt)room};
    ck_assert_int_eq(deflateInit2(&zip, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    ck_assert_int_eq(deflate(&zip, Z_FINISH), Z_STREAM_END);
    ck_assert_int_eq(deflateEnd(&zip), Z_OK);
    return room - zip.avail_out;
}

START_TEST(gzip_members_join_and_every_cut_is_noticed)
{
    static unsigned char packed[1024];
    size_t first = squeeze("a,b\n1,", 6, packed, sizeof packed);
    size_t size = first + squeeze("2\n3,4\n", 6, packed + first, sizeof packed - first);
    struct scn_csv csv;
    scn_csv_open_bytes(&csv, packed, size, comma);
    ck_assert_str_eq(next_row(&csv), "a|b @1:3");
    ck_assert_str_eq(next_row(&csv), "1|2 @2:3");
    ck_assert_str_eq(next_row(&csv), "3|4 @3:3");
    ck_assert_str_eq(next_row(&csv), "end");
    ck_assert_int_eq(csv.size_bytes, (int64_t)size);
    scn_csv_close(&csv);
    for (size_t cut = 2; cut < size; cut++) {
        if (cut == first) {
            continue; /* a whole member: a whole file */
        }
        scn_csv_open_bytes(&csv, packed, cut, comma);
        enum scn_csv_step step;
        while ((step = scn_csv_next(&csv)) == SCN_CSV_ROW) {
        }
        ck_assert_msg(step == SCN_CSV_FAILED, "cut at %zu of %zu", cut, size);
        ck_assert_ptr_nonnull(strstr(csv.why, "truncated"));
        ck_assert_int_eq(scn_csv_next(&csv), SCN_CSV_FAILED);
        scn_csv_close(&csv);
    }
}
END_TEST

START_TEST(sha256_is_of_the_stored_bytes)
{
    struct scn_csv csv;
    char hex[65];
    open_text(&csv, "abc", comma);
    ck_assert_str_eq(next_row(&csv), "abc @1:1");
    ck_assert_str_eq(next_row(&csv), "end");
    scn_csv_sha256(&csv, hex);
    ck_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    scn_csv_close(&csv);
    ck_assert(!scn_csv_open_file(&csv, "tests/bad/traces/no-such-file", comma));
    ck_assert_ptr_nonnull(strstr(csv.why, "No such file"));
}
END_TEST

/* Many rows across many refills of the buffer, against what was written. */
START_TEST(rows_survive_refills)
{
    enum { ROWS = 60000 };
    size_t room = ROWS * 32, used = 0;
    char *text = malloc(room);
    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < ROWS; i++) {
        used += (size_t)snprintf(text + used, room - used, i % 7 == 0 ? "%d,\"%d\n\"\n" : "%d,%d\n",
                                 i, i * 3);
    }
    struct scn_csv csv;
    char want[64];
    scn_csv_open_bytes(&csv, text, used, comma);
    for (int i = 0; i < ROWS; i++) {
        ck_assert_int_eq(scn_csv_next(&csv), SCN_CSV_ROW);
        (void)snprintf(want, sizeof want, i % 7 == 0 ? "%d\n" : "%d", i * 3);
        ck_assert_int_eq(strtol(csv.cells[0].text, NULL, 10), i);
        ck_assert_str_eq(csv.cells[1].text, want);
    }
    ck_assert_int_eq(scn_csv_next(&csv), SCN_CSV_END);
    scn_csv_close(&csv);
    free(text);
}
END_TEST

START_TEST(numbers_are_exact_decimals)
{
    static const struct {
        const char *text;
        int64_t nano;
    } good[] = {
        {"0", 0},
        {"-1", -SCN_NANO},
        {"+1", SCN_NANO},
        {"0.1", 100000000},
        {".5", 500000000},
        {"5.", 5 * SCN_NANO},
        {"1e3", 1000 * SCN_NANO},
        {"1.5E-3", 1500000},
        {"0.0000000005", 1}, /* half away from zero */
        {"0.0000000004", 0},
        {"-0.0000000005", -1},
        {"1e-400", 0},
        {"1.0000000000000000000000000", SCN_NANO},
        {"9007199.254740993", INT64_C(9007199254740993)}, /* 2^53 + 1: no double holds it */
    };
    static const char *const bad[] = {"",
                                      "-",
                                      ".",
                                      "1.2.3",
                                      "0x10",
                                      "nan",
                                      "inf",
                                      "1e",
                                      "1e+",
                                      "1 ",
                                      " 1",
                                      "1,0",
                                      "e5",
                                      "1e16",
                                      "--1",
                                      "1e999",
                                      "2000000000000000"};
    scn_nano value;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ck_assert_msg(scn_number_read(good[i].text, (uint32_t)strlen(good[i].text), &value), "%s",
                      good[i].text);
        ck_assert_msg(value == good[i].nano, "%s", good[i].text);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(!scn_number_read(bad[i], (uint32_t)strlen(bad[i]), &value), "%s", bad[i]);
    }
    ck_assert(scn_number_read("1e15", 4, &value) && value == SCN_NANO_LIMIT);
    ck_assert_int_eq(scn_number_ceil(SCN_NANO + 1), 2);
    ck_assert_int_eq(scn_number_ceil(SCN_NANO), 1);
    ck_assert_int_eq(scn_number_ceil(-SCN_NANO / 2), 0);
    ck_assert_int_eq(scn_number_micro(1499), 1);
    ck_assert_int_eq(scn_number_micro(1500), 2);
    ck_assert_int_eq(scn_number_micro(-1500), -2);
}
END_TEST

Suite *test_scn_csv_suite(void);

Suite *test_scn_csv_suite(void)
{
    Suite *suite = suite_create("scn_csv");
    TCase *tests = tcase_create("csv");
    tcase_add_test(tests, plain_rows_ends_of_line_and_mark);
    tcase_add_test(tests, quoted_cells_follow_rfc_4180);
    tcase_add_test(tests, broken_quotes_are_named_and_passed);
    tcase_add_test(tests, blank_runs_and_comments);
    tcase_add_test(tests, long_lines_and_many_cells_are_broken);
    tcase_add_test(tests, gzip_members_join_and_every_cut_is_noticed);
    tcase_add_test(tests, sha256_is_of_the_stored_bytes);
    tcase_add_test(tests, rows_survive_refills);
    tcase_add_test(tests, numbers_are_exact_decimals);
    suite_add_tcase(suite, tests);
    return suite;
}
