/* ecs_index_parts: the index's own structures. Private to ecs_index.c, which answers questions by
 * views, and ecs_index_positions.c, which numbers the instances and notes what has changed of them.
 *
 * The world owns the index; everything in it is forgotten when a replication begins, but memory and
 * the settings of tests. */
#ifndef ECS_INDEX_PARTS_H
#define ECS_INDEX_PARTS_H

#include "ecs_index.h"
#include "sim_shelf.h"
#include "sim_tournament.h"

#define UNPLACED UINT32_MAX

/* Instances of a view that share the values of every shared rule, and the location if it counts. */
struct cell {
    struct sim_tournament tournament;
    struct sim_shelf shelf;     /* in its place in a view of all sizes */
    struct sim_shelf_best best; /* there, for the question at hand */
    uint32_t *positions;        /* by leaf; rising */
    uint32_t position_capacity;
};

/* Where an instance stands in a view. A view of one cell needs none of them: its leaves are the
 * positions. */
struct seat {
    uint32_t cell, leaf; /* cell UNPLACED: nowhere */
};

#define VIEW_WORDS (ECS_SHAPE_WORDS + 3)

struct view {
    uint32_t demand;    /* one of those it serves: all give the same answers, but for their sizes */
    uint32_t kind;      /* of demands that one sized view could serve; ECS_NONE: none could */
    struct cell *cells; /* kept beyond cell_count for their memory */
    uint32_t cell_count, cell_capacity;
    struct sim_map cell_map; /* values of the shared rules -> cell */
    struct seat *seats;      /* by position */
    uint32_t seat_count, seat_capacity;
    uint64_t read; /* changes of the log it has seen */
    uint64_t epoch;
    uint64_t asked; /* time of the last question, in questions */
    bool built;
    /* The chain: rules that decide, `random` left out. */
    uint32_t rules[ECS_PLACEMENT_RULES];
    bool shared[ECS_PLACEMENT_RULES];
    uint32_t rule_count, shared_count;
    bool located; /* cells are told apart by location too: its subnets may run out of addresses */
    bool celled;  /* there may be more cells than one */
    /* It serves demands of any CPU and memory, whose rules are binpack's: instances stand on
     * shelves by what they have free, of the first rule's field before the other. */
    bool sized, by_second;
    const struct ecs_placement_rule *first_rule; /* of those that look at the instance alone */
    /* Whether a view pays. */
    uint64_t last_asked_at; /* length of the log then */
    uint32_t in_a_row, wanted;
};

/* A container instance, by its place in the order of registration. What every question asks of it
 * stands here side by side: at 100,000 instances memory decides the speed. */
struct post {
    uint32_t slot; /* ECS_NONE: gone */
    uint32_t provider;
    int64_t order; /* rising */
    bool placeable;
};

struct ecs_index {
    struct post *posts; /* by position */
    uint32_t count, post_capacity, gone;
    uint32_t *position; /* by slot */
    uint32_t position_capacity;
    uint64_t epoch; /* of the positions: grows when they are numbered anew */
    uint32_t *log;  /* positions that changed; a ring */
    uint32_t log_size;
    uint64_t log_end, last_read;
    struct sim_map view_map, kind_map;
    struct view *views;
    uint32_t *kinds; /* how many demands have been asked of each */
    uint32_t view_capacity, kind_capacity;
    uint32_t *tied; /* scratch: cells that tie */
    uint32_t tied_capacity;
    uint64_t questions;
    size_t bytes, bytes_max; /* of all views */
    uint32_t few;            /* so many demands of a kind have views of their own */
    bool disorder;
    enum ecs_index_mode mode;
    ecs_choice_heard *heard;
    void *user;
    struct ecs_index_counts counts;
};

/* ---- ecs_index_positions ---- */
/* Numbers the positions anew, without those that are gone: every view begins again. */
void ecs_index_renumber(struct ecs_world *world);

#endif
