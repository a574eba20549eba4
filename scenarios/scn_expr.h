/* scn_expr: decimal numbers and the small expressions that a mapping makes fields from.
 *
 * Numbers of a trace are decimals, so they are computed as decimals: an integer count of 10^-9
 * (scn_nano, 128 bits), at most 10^15 in size. Reading "0.1" is exact; digits beyond the ninth
 * decimal and products are rounded half away from zero. No double is involved.
 *
 * An expression is a tree over the cells of one row. Its value is a number, or missing (an empty
 * cell, the cell's `missing` text, an optional column that the file lacks), or broken (a cell that
 * should be a number and is none). minus, plus, times, clamp and uniform of a missing operand are
 * missing; first_of and default skip it. Written as JSON:
 *
 *   5                                       a constant
 *   {"column": "end_s"}                     a cell; by number from 1 where there is no header;
 *                                           with "times": 0.001, "missing": "-1", "optional": true
 *   {"first_of": [a, b, ...]}               the first that is not missing
 *   {"default": [a, 5]}                     the same, of two
 *   {"minus": [a, b]} {"plus": [a, ...]} {"times": [a, ...]}
 *   {"clamp": [a, low, high]}
 *   {"uniform": [low, high]}                only as a whole duration_s: drawn by the model
 *
 * Text fields take a string (a constant), a column, or first_of and default over these. */
#ifndef SCN_EXPR_H
#define SCN_EXPR_H

#include "scn_complain.h"
#include "scn_csv.h"

typedef __int128 scn_nano;

#define SCN_NANO       INT64_C(1000000000)
#define SCN_NANO_LIMIT ((scn_nano)SCN_NANO * INT64_C(1000000000000000))

/* Reads a decimal: sign, digits, fraction, exponent. False for anything else, or above 10^15. */
bool scn_number_read(const char *text, uint32_t length, scn_nano *out);

/* Rounded up, or half away from zero to microseconds. */
int64_t scn_number_ceil(scn_nano value);
int64_t scn_number_micro(scn_nano value);

#define SCN_EXPR_NODES 128
#define SCN_EXPR_NONE  UINT16_MAX

enum scn_expr_op {
    SCN_EXPR_CONSTANT,
    SCN_EXPR_TEXT,
    SCN_EXPR_COLUMN,
    SCN_EXPR_FIRST_OF,
    SCN_EXPR_MINUS,
    SCN_EXPR_PLUS,
    SCN_EXPR_TIMES,
    SCN_EXPR_CLAMP,
    SCN_EXPR_UNIFORM,
};

struct scn_expr_node {
    enum scn_expr_op op;
    uint16_t first, next; /* operands; SCN_EXPR_NONE ends */
    uint16_t column;      /* COLUMN: index into the mapping's columns */
    scn_nano number;      /* CONSTANT; COLUMN: the unit factor */
    const char *text;     /* TEXT; COLUMN: the text that means missing, or NULL */
};

/* A column that a mapping reads: by name, or by number where there is no header. `index` is where
 * it is in the file at hand (UINT32_MAX: an optional one that is not there). */
struct scn_column {
    const char *name; /* NULL: by number */
    uint32_t index;
    bool optional;              /* every use of it is */
    const struct scn_value *at; /* where the mapping first names it */
};

struct scn_exprs {
    struct scn_expr_node nodes[SCN_EXPR_NODES];
    struct scn_column columns[SCN_EXPR_NODES];
    uint32_t node_count, column_count;
    bool by_number;
};

enum scn_expr_kind { SCN_EXPR_IS_NUMBER, SCN_EXPR_IS_TEXT, SCN_EXPR_IS_SPAN };

/* Compiles an expression; SCN_EXPR_NONE after a complaint. IS_SPAN: a number or one uniform. */
uint16_t scn_expr_compile(struct scn_exprs *exprs, const struct scn_value *value,
                          enum scn_expr_kind kind, struct scn_complaints *complaints);
/* Finds or adds the column {"column": ...} names; SCN_EXPR_NONE after a complaint. */
uint16_t scn_expr_column(struct scn_exprs *exprs, const struct scn_value *column, bool optional,
                         struct scn_complaints *complaints);
/* A bare column without a mapping file: native CSV. */
uint16_t scn_expr_bare_column(struct scn_exprs *exprs, const char *name, uint32_t index);

enum scn_expr_state { SCN_EXPR_KNOWN, SCN_EXPR_MISSING, SCN_EXPR_BROKEN };

/* What one evaluation gave: `cell` is the last cell that was looked at (NULL: none), for the place
 * of a complaint. */
struct scn_expr_result {
    scn_nano number;
    const char *text;
    const struct scn_csv_cell *cell;
};

enum scn_expr_state scn_expr_number(const struct scn_exprs *exprs, uint16_t node,
                                    const struct scn_csv *row, struct scn_expr_result *out);
enum scn_expr_state scn_expr_text(const struct scn_exprs *exprs, uint16_t node,
                                  const struct scn_csv *row, struct scn_expr_result *out);

/* The cell of a column, or NULL when the row has none there. */
const struct scn_csv_cell *scn_expr_cell(const struct scn_exprs *exprs, uint16_t column,
                                         const struct scn_csv *row);

#endif
