#include "scn_expr.h"

#include <assert.h>
#include <string.h>

#define DEPTH_MAX 16

/* ---- decimals ------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "e-3" at *at: adds to *exponent and moves behind it. */
static bool read_exponent(const char **at, const char *end, int *exponent)
{
    const char *p = *at + 1;
    bool minus = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) {
        p++;
    }
    if (p == end || !is_digit(*p)) {
        return false;
    }
    int value = 0;
    for (; p < end && is_digit(*p); p++) {
        value = value < 1000 ? value * 10 + (*p - '0') : value;
    }
    *exponent += minus ? -value : value;
    *at = p;
    return true;
}

/* mantissa x 10^exponent in units of 10^-9, rounded half up. */
static bool scale_number(uint64_t mantissa, int exponent, scn_nano *out)
{
    scn_nano value = mantissa;
    int shift = exponent + 9;
    for (; shift > 0 && value != 0; shift--) {
        value *= 10;
        if (value > SCN_NANO_LIMIT) {
            return false;
        }
    }
    int digit = 0;
    for (; shift < 0 && (value != 0 || digit != 0); shift++) {
        digit = (int)(value % 10);
        value /= 10;
    }
    *out = value + (digit >= 5);
    return *out <= SCN_NANO_LIMIT;
}

bool scn_number_read(const char *text, uint32_t length, scn_nano *out)
{
    const char *at = text, *end = text + length;
    bool minus = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) {
        at++;
    }
    uint64_t mantissa = 0;
    int exponent = 0;
    bool any = false, fraction = false;
    for (; at < end; at++) {
        if (is_digit(*at)) {
            any = true;
            if (mantissa < UINT64_C(1000000000000000000)) {
                mantissa = mantissa * 10 + (uint64_t)(*at - '0');
                exponent -= fraction;
            } else {
                exponent += !fraction;
            }
        } else if (*at == '.' && !fraction) {
            fraction = true;
        } else {
            break;
        }
    }
    if (!any || (at < end && (*at == 'e' || *at == 'E') && !read_exponent(&at, end, &exponent)) ||
        at != end) {
        return false;
    }
    scn_nano value;
    if (exponent == 0 && mantissa <= UINT64_C(1000000000000000)) {
        value = (scn_nano)mantissa * SCN_NANO;
    } else if (!scale_number(mantissa, exponent, &value)) {
        return false;
    }
    *out = minus ? -value : value;
    return true;
}

int64_t scn_number_ceil(scn_nano value)
{
    scn_nano whole = value / SCN_NANO; /* towards zero */
    return (int64_t)(whole + (value > whole * SCN_NANO));
}

int64_t scn_number_micro(scn_nano value)
{
    scn_nano half = value < 0 ? -500 : 500;
    return (int64_t)((value + half) / 1000);
}

static bool within_limit(scn_nano value)
{
    return value <= SCN_NANO_LIMIT && value >= -SCN_NANO_LIMIT;
}

/* a x b, rounded half away from zero. False above the limit. */
static bool multiply(scn_nano a, scn_nano b, scn_nano *out)
{
    if (a == SCN_NANO || b == SCN_NANO) {
        *out = a == SCN_NANO ? b : a;
        return true;
    }
    const scn_nano most = (scn_nano)(~(unsigned __int128)0 >> 1) - SCN_NANO;
    scn_nano left = a < 0 ? -a : a, right = b < 0 ? -b : b;
    bool wide = left > INT64_MAX || right > INT64_MAX;
    if (wide && right != 0 && left > most / right) {
        return false;
    }
    scn_nano product = (left * right + SCN_NANO / 2) / SCN_NANO;
    *out = (a < 0) == (b < 0) ? product : -product;
    return within_limit(*out);
}

/* ---- compiling ------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    enum scn_expr_op op;
    uint32_t least, most; /* operands */
    bool text;            /* also over text */
} operators[] = {
    {"first_of", SCN_EXPR_FIRST_OF, 1, 32, true}, {"default", SCN_EXPR_FIRST_OF, 2, 2, true},
    {"minus", SCN_EXPR_MINUS, 2, 2, false},       {"plus", SCN_EXPR_PLUS, 2, 32, false},
    {"times", SCN_EXPR_TIMES, 2, 32, false},      {"clamp", SCN_EXPR_CLAMP, 3, 3, false},
    {"uniform", SCN_EXPR_UNIFORM, 2, 2, false},
};
#define OPERATORS (sizeof operators / sizeof operators[0])

static const char *const words[] = {"column", "first_of", "default", "minus",
                                    "plus",   "times",    "clamp",   "uniform"};

static uint16_t new_node(struct scn_exprs *exprs, enum scn_expr_op op,
                         const struct scn_value *value, struct scn_complaints *complaints)
{
    if (exprs->node_count == SCN_EXPR_NODES) {
        scn_error(complaints, value, "the mapping has more than %d expression terms",
                  SCN_EXPR_NODES);
        return SCN_EXPR_NONE;
    }
    struct scn_expr_node *node = &exprs->nodes[exprs->node_count];
    *node = (struct scn_expr_node){.op = op, .first = SCN_EXPR_NONE, .next = SCN_EXPR_NONE};
    return (uint16_t)exprs->node_count++;
}

uint16_t scn_expr_bare_column(struct scn_exprs *exprs, const char *name, uint32_t index)
{
    assert(exprs->node_count < SCN_EXPR_NODES && exprs->column_count < SCN_EXPR_NODES);
    uint16_t column = (uint16_t)exprs->column_count++;
    exprs->columns[column] = (struct scn_column){.name = name, .index = index};
    struct scn_expr_node *node = &exprs->nodes[exprs->node_count];
    *node = (struct scn_expr_node){.op = SCN_EXPR_COLUMN,
                                   .first = SCN_EXPR_NONE,
                                   .next = SCN_EXPR_NONE,
                                   .column = column,
                                   .number = SCN_NANO};
    return (uint16_t)exprs->node_count++;
}

uint16_t scn_expr_column(struct scn_exprs *exprs, const struct scn_value *column, bool optional,
                         struct scn_complaints *complaints)
{
    if (exprs->by_number) {
        if (!column->is_integer || column->integer < 1 || column->integer > SCN_CSV_CELLS) {
            scn_error(complaints, column,
                      "with \"header\": false a column is a number from 1 to %u", SCN_CSV_CELLS);
            return SCN_EXPR_NONE;
        }
    } else if (column->kind != SCN_STRING) {
        scn_error(complaints, column,
                  "a column is named as in the header, a string; numbers need "
                  "\"header\": false");
        return SCN_EXPR_NONE;
    }
    for (uint32_t i = 0; i < exprs->column_count; i++) {
        struct scn_column *known = &exprs->columns[i];
        if (exprs->by_number ? known->index + 1 == (uint32_t)column->integer
                             : strcmp(known->name, column->text) == 0) {
            known->optional &= optional;
            return (uint16_t)i;
        }
    }
    if (exprs->column_count == SCN_EXPR_NODES) {
        scn_error(complaints, column, "the mapping names more than %d columns", SCN_EXPR_NODES);
        return SCN_EXPR_NONE;
    }
    struct scn_column *added = &exprs->columns[exprs->column_count];
    *added = (struct scn_column){.optional = optional, .at = column};
    if (exprs->by_number) {
        added->index = (uint32_t)column->integer - 1;
    } else {
        added->name = column->text;
    }
    return (uint16_t)exprs->column_count++;
}

static uint16_t compile(struct scn_exprs *exprs, const struct scn_value *value,
                        enum scn_expr_kind kind, uint32_t depth, struct scn_complaints *complaints);

/* {"column": "x", "times": 0.001, "missing": "-1", "optional": true} */
static uint16_t compile_column(struct scn_exprs *exprs, const struct scn_value *value,
                               enum scn_expr_kind kind, struct scn_complaints *complaints)
{
    static const char *const keys[] = {"column", "times", "missing", "optional"};
    uint32_t errors = complaints->error_count;
    scn_nano factor = SCN_NANO;
    const char *missing = NULL;
    bool optional = false;
    for (const struct scn_value *member = value->first; member != NULL; member = member->next) {
        if (strcmp(member->key, "times") == 0 && kind != SCN_EXPR_IS_TEXT) {
            if (member->kind != SCN_NUMBER ||
                !scn_number_read(member->text, (uint32_t)strlen(member->text), &factor)) {
                scn_error(complaints, member, "a column's unit factor is a number such as 0.001");
            }
        } else if (strcmp(member->key, "missing") == 0) {
            if (member->kind != SCN_STRING) {
                scn_error(complaints, member,
                          "the text of a cell that means \"no value\", as a "
                          "string such as \"-1\"");
            }
            missing = member->text;
        } else if (strcmp(member->key, "optional") == 0) {
            if (member->kind != SCN_BOOL) {
                scn_error(complaints, member, "true or false is wanted");
            }
            optional = member->boolean;
        } else if (strcmp(member->key, "column") != 0) {
            const char *near = scn_nearest(member->key, keys, 4);
            scn_error(complaints, member,
                      "unknown key%s%s%s; a column takes times (numbers "
                      "only), missing and optional",
                      near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
        }
    }
    uint16_t column =
        scn_expr_column(exprs, scn_json_member(value, "column"), optional, complaints);
    if (column == SCN_EXPR_NONE || errors != complaints->error_count) {
        return SCN_EXPR_NONE;
    }
    uint16_t node = new_node(exprs, SCN_EXPR_COLUMN, value, complaints);
    if (node != SCN_EXPR_NONE) {
        exprs->nodes[node].column = column;
        exprs->nodes[node].number = factor;
        exprs->nodes[node].text = missing;
    }
    return node;
}

static uint16_t compile_operator(struct scn_exprs *exprs, const struct scn_value *member,
                                 enum scn_expr_kind kind, uint32_t depth,
                                 struct scn_complaints *complaints)
{
    uint32_t which = 0;
    while (which < OPERATORS && strcmp(operators[which].name, member->key) != 0) {
        which++;
    }
    if (which == OPERATORS) {
        const char *near = scn_nearest(member->key, words, sizeof words / sizeof words[0]);
        scn_error(complaints, member,
                  "unknown operation%s%s%s; there are column, first_of, default, minus, plus, "
                  "times, clamp and uniform",
                  near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
        return SCN_EXPR_NONE;
    }
    if (kind == SCN_EXPR_IS_TEXT && !operators[which].text) {
        scn_error(complaints, member, "%s is for numbers; this field is text", member->key);
        return SCN_EXPR_NONE;
    }
    if (operators[which].op == SCN_EXPR_UNIFORM && (kind != SCN_EXPR_IS_SPAN || depth > 0)) {
        scn_error(complaints, member,
                  "uniform may only be the whole of duration_s: nothing else is drawn by chance");
        return SCN_EXPR_NONE;
    }
    if (member->kind != SCN_LIST || member->count < operators[which].least ||
        member->count > operators[which].most) {
        scn_error(complaints, member, "%s takes a list of %u%s operands", member->key,
                  operators[which].least,
                  operators[which].most > operators[which].least ? " or more" : "");
        return SCN_EXPR_NONE;
    }
    uint16_t node = new_node(exprs, operators[which].op, member, complaints), last = SCN_EXPR_NONE;
    if (node == SCN_EXPR_NONE) {
        return node;
    }
    for (const struct scn_value *part = member->first; part != NULL; part = part->next) {
        uint16_t operand = compile(exprs, part, kind, depth + 1, complaints);
        if (operand == SCN_EXPR_NONE) {
            return SCN_EXPR_NONE;
        }
        *(last == SCN_EXPR_NONE ? &exprs->nodes[node].first : &exprs->nodes[last].next) = operand;
        last = operand;
    }
    return node;
}

static uint16_t compile(struct scn_exprs *exprs, const struct scn_value *value,
                        enum scn_expr_kind kind, uint32_t depth, struct scn_complaints *complaints)
{
    if (depth > DEPTH_MAX) {
        scn_error(complaints, value, "the expression is nested deeper than %d", DEPTH_MAX);
        return SCN_EXPR_NONE;
    }
    if (value->kind == SCN_OBJECT && scn_json_member(value, "column") != NULL) {
        return compile_column(exprs, value, kind, complaints);
    }
    if (value->kind == SCN_OBJECT && value->count == 1) {
        return compile_operator(exprs, value->first, kind, depth, complaints);
    }
    bool text = kind == SCN_EXPR_IS_TEXT;
    scn_nano number = 0;
    if (text ? value->kind != SCN_STRING
             : value->kind != SCN_NUMBER ||
                   !scn_number_read(value->text, (uint32_t)strlen(value->text), &number)) {
        scn_error(complaints, value,
                  "an expression is wanted: %s, {\"column\": ...} or one "
                  "operation such as {\"first_of\": [...]}",
                  text ? "a string" : "a number");
        return SCN_EXPR_NONE;
    }
    uint16_t node = new_node(exprs, text ? SCN_EXPR_TEXT : SCN_EXPR_CONSTANT, value, complaints);
    if (node != SCN_EXPR_NONE) {
        exprs->nodes[node].number = number;
        exprs->nodes[node].text = text ? value->text : NULL;
    }
    return node;
}

uint16_t scn_expr_compile(struct scn_exprs *exprs, const struct scn_value *value,
                          enum scn_expr_kind kind, struct scn_complaints *complaints)
{
    return compile(exprs, value, kind, 0, complaints);
}

/* ---- evaluating ----------------------------------------------------------------------------- */

const struct scn_csv_cell *scn_expr_cell(const struct scn_exprs *exprs, uint16_t column,
                                         const struct scn_csv *row)
{
    uint32_t index = exprs->columns[column].index;
    return index < row->cell_count ? &row->cells[index] : NULL;
}

/* The node's cell, or NULL when it has no value in this row. */
static const struct scn_csv_cell *value_cell(const struct scn_exprs *exprs,
                                             const struct scn_expr_node *node,
                                             const struct scn_csv *row, struct scn_expr_result *out)
{
    const struct scn_csv_cell *cell = scn_expr_cell(exprs, node->column, row);
    if (cell == NULL) {
        return NULL;
    }
    out->cell = cell;
    bool missing = cell->length == 0 || (node->text != NULL && strcmp(cell->text, node->text) == 0);
    return missing ? NULL : cell;
}

static enum scn_expr_state combine(enum scn_expr_op op, uint32_t place, scn_nano *left,
                                   scn_nano right)
{
    if (place == 0) {
        *left = right;
        return SCN_EXPR_KNOWN;
    }
    switch (op) {
    case SCN_EXPR_MINUS:
        *left -= right;
        break;
    case SCN_EXPR_PLUS:
        *left += right;
        break;
    case SCN_EXPR_TIMES:
        return multiply(*left, right, left) ? SCN_EXPR_KNOWN : SCN_EXPR_BROKEN;
    case SCN_EXPR_CLAMP:
        *left = place == 1 ? (*left < right ? right : *left) : (*left > right ? right : *left);
        break;
    case SCN_EXPR_CONSTANT:
    case SCN_EXPR_TEXT:
    case SCN_EXPR_COLUMN:
    case SCN_EXPR_FIRST_OF:
    case SCN_EXPR_UNIFORM:
        assert(0 && "not an operation on two numbers");
    }
    return within_limit(*left) ? SCN_EXPR_KNOWN : SCN_EXPR_BROKEN;
}

enum scn_expr_state scn_expr_number(const struct scn_exprs *exprs, uint16_t at,
                                    const struct scn_csv *row, struct scn_expr_result *out)
{
    const struct scn_expr_node *node = &exprs->nodes[at];
    if (node->op == SCN_EXPR_CONSTANT) {
        out->number = node->number;
        return SCN_EXPR_KNOWN;
    }
    if (node->op == SCN_EXPR_COLUMN) {
        const struct scn_csv_cell *cell = value_cell(exprs, node, row, out);
        if (cell == NULL) {
            return SCN_EXPR_MISSING;
        }
        bool good = scn_number_read(cell->text, cell->length, &out->number) &&
                    multiply(out->number, node->number, &out->number);
        return good ? SCN_EXPR_KNOWN : SCN_EXPR_BROKEN;
    }
    scn_nano total = 0;
    uint32_t place = 0;
    for (uint16_t i = node->first; i != SCN_EXPR_NONE; i = exprs->nodes[i].next, place++) {
        enum scn_expr_state state = scn_expr_number(exprs, i, row, out);
        if (node->op == SCN_EXPR_FIRST_OF) {
            if (state != SCN_EXPR_MISSING) {
                return state;
            }
            continue;
        }
        if (state == SCN_EXPR_KNOWN) {
            state = combine(node->op, place, &total, out->number);
        }
        if (state != SCN_EXPR_KNOWN) {
            return state;
        }
    }
    out->number = total;
    return node->op == SCN_EXPR_FIRST_OF ? SCN_EXPR_MISSING : SCN_EXPR_KNOWN;
}

enum scn_expr_state scn_expr_text(const struct scn_exprs *exprs, uint16_t at,
                                  const struct scn_csv *row, struct scn_expr_result *out)
{
    const struct scn_expr_node *node = &exprs->nodes[at];
    if (node->op == SCN_EXPR_TEXT) {
        out->text = node->text;
        return SCN_EXPR_KNOWN;
    }
    if (node->op == SCN_EXPR_COLUMN) {
        const struct scn_csv_cell *cell = value_cell(exprs, node, row, out);
        out->text = cell != NULL ? cell->text : "";
        return cell != NULL ? SCN_EXPR_KNOWN : SCN_EXPR_MISSING;
    }
    for (uint16_t i = node->first; i != SCN_EXPR_NONE; i = exprs->nodes[i].next) {
        enum scn_expr_state state = scn_expr_text(exprs, i, row, out);
        if (state != SCN_EXPR_MISSING) {
            return state;
        }
    }
    return SCN_EXPR_MISSING;
}
