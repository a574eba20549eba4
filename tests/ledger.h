/* ledger: models/FIDELITY.md as tests read it: rows of behaviours with their status, the rules of
 * the sheets that they come from, and the tests that show them.
 *
 * A source is "CI-4", "02 REG-4" where two sheets have the family, or a range, "02 REG-3 to REG-7".
 * A test shows a rule when its name holds the id: `ci_4_ci_6_stop_and_start`, ranges likewise:
 * `reg_3_to_13_registration`, `reg_3_to_reg_19_never_serve`. Letter case does not matter there.
 *
 * ledger_read keeps the file and the names of all tests until ledger_free; both are read from the
 * root of the checkout. Everything is found by looking through the whole: some thousand rows. */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>

struct ledger_row {
    const char *behaviour, *status, *source, *tests; /* one line each, without blanks around */
};

struct ledger {
    char *text;
    struct ledger_row *rows;
    unsigned row_count;
    char **tests; /* names as they are in the sources */
    unsigned test_count;
};

void ledger_read(struct ledger *ledger);
void ledger_free(struct ledger *ledger);

/* "left out", followed by a reason. */
bool ledger_left_out(const struct ledger_row *row);
/* Whether the row names the rule. sheet: "02" when the source has to say so, else NULL: then it
 * may, and another sheet's number is another rule. "01": numbers below ten have a zero before them,
 * which is how its ids are told. */
bool ledger_names(const struct ledger_row *row, const char *sheet, const char *family, int number);
/* Whether one of the row's tests exists and holds the rule's id. */
bool ledger_tested(const struct ledger *ledger, const struct ledger_row *row, const char *family,
                   int number);

#endif
