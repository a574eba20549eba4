/* scn_series: counts of requests with time stamps, as the load of a service (load.h).
 *
 * A file is a CSV table, plain or gzip, or JSON as `aws cloudwatch get-metric-data` and
 * get-metric-statistics print it, plain or gzip as well. Of a table the columns `timestamp` and
 * `value` are read, the first two where no header names them. Stamps are ISO 8601, UTC unless they
 * say otherwise, or seconds since 1970. Order does not matter (CloudWatch prints the newest first);
 * stamps that are there more than once become one value by `onDuplicate`.
 *
 * The step of a series is its commonest gap, the shortest of equally common ones. A value counts
 * the requests of `per` (the step, unless given) and holds until the next stamp; where that is two
 * steps away or more, for one step, and then there is no load: CloudWatch has no datapoints where
 * nothing was counted. Values are read exactly to a millionth of a request.
 *
 * The result lives in the arena. Cost: 32 bytes a value while it is read, 32 after. */
#ifndef SCN_SERIES_H
#define SCN_SERIES_H

#include "load.h"
#include "scn_json.h"

enum scn_on_duplicate { SCN_DUPLICATE_LAST, SCN_DUPLICATE_MEAN, SCN_DUPLICATE_SUM };

struct scn_series_use {
    const struct scn_value *path; /* a text; relative to its file */
    bool absolute;                /* align; else the first stamp is at the run's start */
    int64_t start_unix_s;
    sim_time per;      /* 0: the step */
    int64_t scale_ppm; /* of the values; 1,000,000: as they are */
    enum scn_on_duplicate on_duplicate;
    const char *statistic; /* of get-metric-statistics, such as "Sum"; NULL: the only one there */
    const char *id;        /* of get-metric-data's results; NULL: the only one there */
};

struct scn_series {
    struct load_series series;
    const char *name; /* the file's, without folders */
    int64_t size_bytes;
    char sha256[65];
    sim_time step, end;  /* end: of the last span */
    uint64_t duplicates; /* stamps that were there before */
    uint64_t gaps;       /* stretches without load between two stamps */
    sim_time missing;    /* their sum */
};

/* False after complaints. */
bool scn_series_read(struct scn_series *series, const struct scn_series_use *use,
                     struct sim_arena *arena, struct scn_complaints *complaints);

#endif
