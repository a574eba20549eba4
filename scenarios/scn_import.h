/* scn_import: a scenario folder out of what `aws ... describe-*` printed.
 *
 * The dump is a folder of JSON files of any name, each the output of one call, one page of a call,
 * several pages one after the other, or a list of them; objects that --query took out of their
 * wrapper are known too. Files are told by what they hold, never by name, and read in the byte
 * order of their names, which is also the order of the scenario's lists. Other files are listed and
 * left alone; JSON that is broken is an error with its place.
 *
 * One cluster is imported, with what belongs to it. What the simulator does not know yet is taken
 * out, key by key where the rest still makes sense, else as a whole object, and each such thing is
 * a note: whether the rest is right is not guessed but tried, by loading the scenario as `run` does
 * and taking out what the loader complains about, until it has nothing to say.
 *
 * Files of the dump that are used as a whole are copied byte for byte and named by {"$file": ...};
 * from others each object used gets a file of its own. Same dump, same bytes: no path of the
 * machine and no clock reaches the scenario.
 *
 * What a dump cannot know gets a default that is marked as one: how long tasks run, unless stopped
 * tasks show it, when they arrive, unless tasks show it, and how long is simulated. */
#ifndef SCN_IMPORT_H
#define SCN_IMPORT_H

#include "scn_load.h"

enum scn_note_kind {
    SCN_NOTE_DEFAULT,  /* nobody could know: replace it */
    SCN_NOTE_TAKEN,    /* concluded from the dump */
    SCN_NOTE_LEFT_OUT, /* in the dump, not in the scenario */
    SCN_NOTE_UNREAD,   /* a file of the dump that tells nothing */
    SCN_NOTE_KINDS,
};

extern const char *const scn_note_names[SCN_NOTE_KINDS]; /* "default", "left out", ... */

struct scn_note {
    struct scn_note *next; /* in the order found */
    enum scn_note_kind kind;
    bool passing;     /* private: of one round of building */
    const char *text; /* one line */
};

struct scn_import {
    const char *folder;  /* of the dump */
    const char *cluster; /* name or ARN; NULL: the only one */
    const char *into;    /* a folder that exists and is empty; filled */

    /* The answer, in the arena. */
    struct sim_arena arena;
    struct scn_complaints complaints; /* of the dump; then nothing of `into` is of use */
    const char *failure;              /* NULL, or why `into` could not be written */
    struct scn_note *notes;           /* sorted by kind, else in the order found */
    const char *summary;              /* "cluster web: 2 Auto Scaling groups, ..." */
};

/* True when `into` holds a whole scenario: scenario.json, the files it names, IMPORT.md. Call
 * scn_import_release in either case. */
bool scn_import(struct scn_import *import);
void scn_import_release(struct scn_import *import);

#endif
