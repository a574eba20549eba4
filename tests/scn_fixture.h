/* scn_fixture: scenarios written down in tests.
 *
 * A test gives the JSON members it cares about; they are merged over tests/bad/base.json (a small
 * scenario without mistakes) and loaded. Helpers then ask whether the loader accepted it, and what
 * it said. Everything is written to the runner's temporary folder. */
#ifndef SCN_FIXTURE_H
#define SCN_FIXTURE_H

#include "scn_load.h"

/* Loads a scenario of these members over the base; returns scn_load's answer. Release it. */
bool scn_fixture_load(struct scn_loaded *loaded, const char *members);
/* Loads a scenario that consists of exactly this text. */
bool scn_fixture_load_text(struct scn_loaded *loaded, const char *text);

/* Fails the test unless the members are accepted. */
void scn_fixture_accepts(const char *members);
/* Fails the test unless they are refused, with a complaint that holds `words`. */
void scn_fixture_refuses(const char *members, const char *words);
/* Fails the test unless they are accepted, with a warning that holds `words`. */
void scn_fixture_warns(const char *members, const char *words);

/* Whether one of the complaints (warnings) holds `words`. */
bool scn_fixture_complained(const struct scn_loaded *loaded, const char *words);
bool scn_fixture_warned(const struct scn_loaded *loaded, const char *words);

#endif
