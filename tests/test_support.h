/* test_support: what every suite may lean on.
 *
 * Tests run from the root of the checkout, each in a process of its own unless CK_FORK=no (for a
 * debugger). The runner is tests/check_main.c; a suite is a file tests/test_<subject>.c with
 * `Suite *test_<subject>_suite(void)` and a line SUITE(<subject>) in tests/suites.def.
 *
 * A skip is counted and listed with its reason at the end of `make check`, never silent. Data that
 * may not ship with the project lives in ../shared; with PLIMSOLL_REQUIRE_SHARED=1 its absence
 * fails the test instead of skipping it.
 *
 * Golden files are texts under tests/golden/, accepted anew by `make golden`. */
#ifndef TEST_SUPPORT_H
#define TEST_SUPPORT_H

#include <check.h>
#include <stddef.h>

/* Leaves the test at once, counted as skipped. Under CK_FORK=no it ends the whole run instead,
 * since a test without a process of its own cannot be left. */
_Noreturn void test_skip(const char *reason);

/* "../shared/<path>" when it is readable; else skips, or fails under PLIMSOLL_REQUIRE_SHARED=1.
 * The text is valid until the next call. */
const char *test_shared(const char *path);

/* A file or folder name inside a folder of the suite that the runner removes at its end; `name`
 * should be unique to the test. Static buffer of the next call. */
const char *test_tmp_path(const char *name);

/* The whole file, NUL-terminated, on the heap; fails the test when it cannot be read. */
char *test_read_file(const char *path, size_t *size);

/* Asserts that the text wanted, of a file, is what came out; says which line differs first. */
void test_same_text(const char *path, const char *wanted, const char *got);

/* Asserts that tests/golden/<name> holds `text`; under PLIMSOLL_GOLDEN=accept writes it. */
void test_golden(const char *name, const char *text);

/* ---- the runner's side ---------------------------------------------------------------------- */

/* Makes the folder and the list of skips; before the first test. */
void test_support_init(int forks);
/* In the process of a suite, before its first test: its own part of the folder. */
void test_support_enter(const char *suite);
/* Prints nothing; returns the skips as lines "reason\n" on the heap and their number. */
char *test_support_skips(unsigned *count);
/* Removes the folder. */
void test_support_release(void);

#endif
