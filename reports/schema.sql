-- One experiment of plimsoll. Readers use the views (views.sql); these tables may change with
-- user_version. Everything is an integer: times in microseconds of the run, money in nano-dollars,
-- words by number (name, label and the other small tables). NULL: did not happen, has no meaning.

PRAGMA application_id = 0x504c494d; -- "PLIM"
PRAGMA user_version = 5;

-- ---- what was simulated ----------------------------------------------------------------------

CREATE TABLE experiment (
    scenario TEXT NOT NULL,
    description TEXT,
    region TEXT NOT NULL,
    cluster TEXT NOT NULL,
    epoch INTEGER NOT NULL, -- YYYYMM
    start_unix_s INTEGER NOT NULL,
    replications INTEGER NOT NULL,
    trace_level TEXT NOT NULL, -- none, series, full
    scenario_json TEXT,
    scenario_hash TEXT NOT NULL,
    workload_hash TEXT NOT NULL,
    inputs_json TEXT,
    price_date TEXT,
    plimsoll_version TEXT NOT NULL
) STRICT;

-- One replication.
CREATE TABLE run (
    run INTEGER PRIMARY KEY, -- replication + 1
    replication INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    horizon INTEGER NOT NULL,
    measured_from INTEGER NOT NULL,
    events INTEGER NOT NULL,
    records INTEGER NOT NULL,
    result_hash TEXT NOT NULL
) STRICT;

CREATE TABLE metric (
    metric INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    help TEXT NOT NULL
) STRICT;

CREATE TABLE summary (
    run INTEGER NOT NULL,
    metric INTEGER NOT NULL,
    value REAL NOT NULL
) STRICT;

-- What a variant of a sweep changed; empty for a single run.
CREATE TABLE variant (
    variant TEXT NOT NULL,
    parameter TEXT NOT NULL,
    value TEXT NOT NULL
) STRICT;

-- ---- words -----------------------------------------------------------------------------------

-- Names interned by the scenario: task groups, availability zones. Number 0 is "".
CREATE TABLE name (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

-- Members of closed lists: outcome, stop_code, reason, ...
CREATE TABLE label (
    family TEXT NOT NULL,
    id INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (family, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE definition (
    id INTEGER PRIMARY KEY,
    family TEXT NOT NULL,
    revision INTEGER NOT NULL
) STRICT;

CREATE TABLE asg (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    min_size INTEGER NOT NULL,
    max_size INTEGER NOT NULL,
    desired INTEGER NOT NULL
) STRICT;

CREATE TABLE provider (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    asg INTEGER,
    managed_scaling INTEGER NOT NULL,
    target_capacity_pct INTEGER
) STRICT;

-- The scenario's services. One that was deleted and created anew is another, of the same name.
CREATE TABLE service_entry (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    scheduling TEXT NOT NULL -- REPLICA, DAEMON
) STRICT;

-- What services are scaled by from the start.
CREATE TABLE scaling_policy (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    service INTEGER NOT NULL,
    type TEXT NOT NULL, -- TargetTrackingScaling, StepScaling
    metric TEXT NOT NULL,
    target_value_ppm INTEGER -- NULL: of steps, which have none
) STRICT;

-- The types that the scenario's launch configurations and templates name.
CREATE TABLE type (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    vcpus INTEGER NOT NULL,
    memory_mib INTEGER NOT NULL,
    price_nusd_per_h INTEGER
) STRICT;

-- ---- what happened ---------------------------------------------------------------------------

-- What many tasks have in common, so that a task's own row is short.
CREATE TABLE task_kind (
    id INTEGER PRIMARY KEY,
    definition INTEGER,
    task_group INTEGER,
    service INTEGER,
    provider INTEGER,
    launch_type INTEGER,
    zone INTEGER,
    cpu_units INTEGER,
    memory_mib INTEGER,
    gpus INTEGER,
    outcome INTEGER,
    stop_code INTEGER,
    stop_reason INTEGER,
    error INTEGER,     -- container error; 0: none
    exit_code INTEGER, -- of its essential container; NULL: none exited
    long_arn INTEGER,  -- 1: id and ARN in the long format
    stop_text INTEGER, -- name: the reason that the user gave; NULL: none
    deployment INTEGER -- of its service, which has started it; NULL: none
) STRICT;

-- Tasks in the order in which they ended. created .. stopped count from arrived.
CREATE TABLE task (
    run INTEGER,
    task INTEGER,
    arrival INTEGER,
    attempt INTEGER,
    kind INTEGER,
    instance INTEGER,
    arrived INTEGER,
    created INTEGER,
    placed INTEGER,
    started INTEGER,
    stopped INTEGER,
    asked_duration INTEGER,
    billed INTEGER,
    cost_nusd INTEGER
) STRICT;

CREATE TABLE instance (
    run INTEGER,
    instance INTEGER,
    provider INTEGER,
    asg INTEGER,
    launch_index INTEGER,
    type INTEGER,
    zone INTEGER,
    market INTEGER,
    launched INTEGER,
    running INTEGER,
    registered INTEGER,
    draining INTEGER,
    terminated INTEGER,
    cause INTEGER,
    tasks_started INTEGER,
    billed_s INTEGER,
    price_nusd_per_h INTEGER,
    cost_nusd INTEGER,
    cpu_units INTEGER, -- as registered
    memory_mib INTEGER,
    gpus INTEGER,
    enis INTEGER,
    long_arn INTEGER, -- 1: container instance id and ARN in the long format; NULL: not registered
    not_joined INTEGER -- why it never served, though it ran; NULL: it did, or had no time to
) STRICT;

-- provider NULL: the whole cluster.
CREATE TABLE capacity (
    run INTEGER,
    at INTEGER,
    provider INTEGER,
    desired INTEGER,
    launching INTEGER,
    in_service INTEGER,
    draining INTEGER,
    needed INTEGER,
    percent_num INTEGER,
    percent_den INTEGER,
    tasks_running INTEGER,
    tasks_pending INTEGER,
    tasks_provisioning INTEGER,
    cpu_registered INTEGER,
    cpu_reserved INTEGER,
    memory_registered_mib INTEGER,
    memory_reserved_mib INTEGER,
    enis_registered INTEGER,
    enis_used INTEGER,
    cost_nusd INTEGER
) STRICT;

CREATE TABLE scaling (
    run INTEGER,
    at INTEGER,
    asg INTEGER,
    kind INTEGER,
    from_count INTEGER,
    to_count INTEGER,
    cause INTEGER,
    service INTEGER -- of a service's desired count, which has no group
) STRICT;

CREATE TABLE failure (
    run INTEGER,
    at INTEGER,
    arrival INTEGER,
    task INTEGER,
    reason INTEGER,
    count INTEGER,
    constraint_name INTEGER,
    hint INTEGER,
    amount INTEGER,
    subject INTEGER,
    zone INTEGER,
    instance INTEGER,
    service INTEGER -- that says so itself; then only the reason is there
) STRICT;

CREATE TABLE cost (
    run INTEGER,
    kind INTEGER,
    subject INTEGER,
    provider INTEGER,
    service INTEGER,
    from_at INTEGER,
    to_at INTEGER,
    units INTEGER,
    price_nusd INTEGER,
    cost_nusd INTEGER,
    type INTEGER
) STRICT;

-- How long measured arrivals waited: in buckets no wider than 1/256 of their value.
CREATE TABLE wait (
    run INTEGER,
    wait INTEGER, -- lower end of the bucket, exact below 256 ms
    tasks INTEGER
) STRICT;

-- What EventBridge would have carried. code: event_code; subject: task, instance, asg, provider or
-- arrival by its kind; a and b: two numbers of the kind.
CREATE TABLE event (
    run INTEGER,
    at INTEGER,
    code INTEGER,
    subject INTEGER,
    a INTEGER,
    b INTEGER
) STRICT;

-- An arrival asks for GPUs (task NULL), or a task is given some.
CREATE TABLE gpu (
    run INTEGER,
    at INTEGER,
    arrival INTEGER,
    task INTEGER,
    instance INTEGER,
    gpus INTEGER,
    milli INTEGER, -- thousandths of each
    ids INTEGER    -- a bit each
) STRICT;

CREATE TABLE event_code (
    code INTEGER PRIMARY KEY,
    kind TEXT NOT NULL, -- task, instance, scaling, alarm, protection, refused, change, agent,
                        -- cluster, not_joined, image, launch_failed, service, deployment,
                        -- service_task
    state INTEGER NOT NULL, -- task, instance: state; scaling: 0 out, 1 in; alarm: 0 high, 1 low;
                            -- protection: 1 on; refused: reason; change: operation; agent: 1
                            -- connected; cluster: status; not_joined: why; image: 1 pulled
    other INTEGER           -- task: desired state; scaling: cause; alarm: 1 ALARM; cluster: 1
                            -- being updated
) STRICT;

-- What an operator called: the scenario's changes, in order of time.
CREATE TABLE change (
    id INTEGER PRIMARY KEY,
    operation TEXT NOT NULL,
    service TEXT NOT NULL, -- ecs, ec2, autoscaling
    objects TEXT NOT NULL, -- what it is done to, of which there may be several; or empty
    request TEXT           -- its input as in CloudTrail's requestParameters, JSON
) STRICT;

-- What a service has, each minute. minimum and maximum: the bounds of its tasks.
CREATE TABLE service (
    run INTEGER,
    at INTEGER,
    service INTEGER,
    status INTEGER,
    desired INTEGER,
    running INTEGER,
    pending INTEGER,
    healthy INTEGER,
    deployments INTEGER,
    provisioning INTEGER,
    wanted INTEGER,
    minimum INTEGER,
    maximum INTEGER,
    load_ppm INTEGER,
    metric_name INTEGER,
    metric_value_ppm INTEGER,
    dropped INTEGER, -- of the load
    backlog INTEGER,
    oldest INTEGER
) STRICT;

-- A deployment enters a state.
CREATE TABLE deployment (
    run INTEGER,
    at INTEGER,
    service INTEGER,
    deployment INTEGER,
    state INTEGER,
    definition INTEGER,
    desired INTEGER,
    failed INTEGER,
    rollback_of INTEGER -- 0: takes none back
) STRICT;

CREATE TABLE digest (
    run INTEGER,
    event_index INTEGER,
    at INTEGER,
    digest INTEGER
) STRICT;
