-- The public face of a database (design 3.4). Columns may be added, never renamed or dropped.
-- Times are seconds since the scenario's start, ids are made readable from serial numbers.

CREATE VIEW v_run AS
SELECT r.run AS run_id, x.scenario, 'base' AS variant, r.replication, r.seed,
    printf('%04d-%02d', x.epoch / 100, x.epoch % 100) AS epoch,
    strftime('%Y-%m-%dT%H:%M:%SZ', x.start_unix_s, 'unixepoch') AS start_utc,
    r.horizon / 1e6 AS horizon_s, r.measured_from / 1e6 AS measured_from_s,
    x.scenario_json, x.scenario_hash, x.workload_hash, x.inputs_json, r.result_hash,
    x.plimsoll_version, x.description, x.region, x.cluster, x.price_date, x.replications,
    x.trace_level, r.events, r.records
FROM run r CROSS JOIN experiment x;

CREATE VIEW v_variant AS SELECT variant, parameter, value FROM variant;

CREATE VIEW v_summary AS
SELECT s.run AS run_id, m.name AS metric, s.value, m.unit, m.help
FROM summary s JOIN metric m ON m.metric = s.metric;

-- Not in the design's list: the providers, and how long measured arrivals waited (one row a
-- bucket; wait_s is its lower end, at most 1/256 below the true wait).
CREATE VIEW v_provider AS
SELECT p.name AS provider, g.name AS asg, p.managed_scaling, p.target_capacity_pct,
    g.min_size, g.max_size
FROM provider p LEFT JOIN asg g ON g.id = p.asg;

CREATE VIEW v_wait AS SELECT run AS run_id, wait / 1e6 AS wait_s, tasks FROM wait;

CREATE VIEW v_capacity AS
SELECT c.run AS run_id, c.at / 1e6 AS t_s,
    CASE WHEN c.provider IS NULL THEN '*' ELSE p.name END AS provider,
    c.desired, c.launching, c.in_service, c.draining, c.needed,
    CAST(c.percent_num AS REAL) / c.percent_den AS reservation_pct,
    c.tasks_running, c.tasks_pending, c.tasks_provisioning, c.cpu_registered, c.cpu_reserved,
    c.memory_registered_mib, c.memory_reserved_mib, c.enis_registered, c.enis_used,
    c.cost_nusd / 1e9 AS cost_usd
FROM capacity c LEFT JOIN provider p ON p.id = c.provider;

-- GPUs one request at a time: a row when it arrives (task_index NULL) and one for each of its tasks
-- that was placed, with the ids that it holds until it stops. gpu_milli: thousandths of each GPU.
CREATE VIEW v_gpu AS
SELECT run AS run_id, at / 1e6 AS t_s, arrival AS arrival_index, task AS task_index,
    CASE WHEN instance > 0 THEN printf('i-%017d', instance) END AS instance_id,
    gpus, milli AS gpu_milli,
    nullif(substr(iif(ids & 1, ',0', '') || iif(ids & 2, ',1', '') || iif(ids & 4, ',2', '') ||
        iif(ids & 8, ',3', '') || iif(ids & 16, ',4', '') || iif(ids & 32, ',5', '') ||
        iif(ids & 64, ',6', '') || iif(ids & 128, ',7', '') || iif(ids & 256, ',8', '') ||
        iif(ids & 512, ',9', '') || iif(ids & 1024, ',10', '') || iif(ids & 2048, ',11', '') ||
        iif(ids & 4096, ',12', '') || iif(ids & 8192, ',13', '') || iif(ids & 16384, ',14', '') ||
        iif(ids & 32768, ',15', ''), 2), '') AS gpu_ids
FROM gpu;

CREATE VIEW v_task AS
SELECT t.run AS run_id,
    iif(k.long_arn = 0, '00000000-0000-0000-0000-' || printf('%012d', t.task),
        printf('%032d', t.task)) AS task_id, t.arrival AS arrival_index, t.attempt,
    d.family || ':' || d.revision AS task_definition, nullif(g.text, '') AS group_name,
    se.name AS service, p.name AS provider, ll.text AS launch_type,
    CASE WHEN t.instance > 0 THEN printf('i-%017d', t.instance) END AS instance_id,
    nullif(z.text, '') AS az, k.cpu_units, k.memory_mib, k.gpus,
    t.arrived / 1e6 AS arrived_s, (t.arrived + t.created) / 1e6 AS created_s,
    (t.arrived + t.placed) / 1e6 AS placed_s, (t.arrived + t.started) / 1e6 AS started_s,
    (t.arrived + t.stopped) / 1e6 AS stopped_s, t.started / 1e6 AS wait_s,
    t.asked_duration / 1e6 AS asked_duration_s, lo.text AS outcome,
    nullif(lc.text, '') AS stop_code,
    coalesce(ls.text, replace(replace(nullif(lr.text, ''), '(instance)',
        '(instance ' || printf('i-%017d', t.instance) || ')'), '(deployment)', '(deployment '
        || coalesce(printf('ecs-svc/%019d', k.deployment), '') || ')')) AS stopped_reason,
    t.billed / 1e6 AS billed_s, t.cost_nusd,
    nullif(le.text, '') AS container_reason, k.exit_code, k.long_arn,
    u.gpu_milli, u.gpu_ids,
    CASE WHEN k.deployment > 0 THEN printf('ecs-svc/%019d', k.deployment) END AS started_by
FROM task t
JOIN task_kind k ON k.id = t.kind
LEFT JOIN definition d ON d.id = k.definition
LEFT JOIN name g ON g.id = k.task_group
LEFT JOIN service_entry se ON se.id = k.service
LEFT JOIN provider p ON p.id = k.provider
LEFT JOIN name z ON z.id = k.zone
LEFT JOIN label ll ON ll.family = 'launch_type' AND ll.id = k.launch_type
LEFT JOIN label lo ON lo.family = 'outcome' AND lo.id = k.outcome
LEFT JOIN label lc ON lc.family = 'stop_code' AND lc.id = k.stop_code
LEFT JOIN label lr ON lr.family = 'reason_message' AND lr.id = k.stop_reason
LEFT JOIN label le ON le.family = 'error' AND le.id = k.error
LEFT JOIN name ls ON ls.id = k.stop_text
LEFT JOIN v_gpu u ON u.run_id = t.run AND u.task_index = t.task;

-- not_registered_reason: why an instance that ran never served; also of one that registered and
-- whose agent never connected.
CREATE VIEW v_instance AS
SELECT i.run AS run_id, printf('i-%017d', i.instance) AS instance_id, p.name AS provider,
    g.name AS asg, i.launch_index, y.name AS instance_type, nullif(z.text, '') AS az,
    lm.text AS market, i.launched / 1e6 AS launched_s, i.running / 1e6 AS running_s,
    i.registered / 1e6 AS registered_s, i.draining / 1e6 AS draining_s,
    i.terminated / 1e6 AS terminated_s, (i.registered - i.launched) / 1e6 AS boot_s,
    lc.text AS cause, i.tasks_started, i.billed_s, i.price_nusd_per_h, i.cost_nusd,
    i.cpu_units, i.memory_mib, i.gpus, i.enis, nullif(lj.text, '') AS not_registered_reason
FROM instance i
LEFT JOIN provider p ON p.id = i.provider
LEFT JOIN asg g ON g.id = i.asg
LEFT JOIN type y ON y.id = i.type
LEFT JOIN name z ON z.id = i.zone
LEFT JOIN label lm ON lm.family = 'market' AND lm.id = i.market
LEFT JOIN label lc ON lc.family = 'cause' AND lc.id = i.cause
LEFT JOIN label lj ON lj.family = 'join' AND lj.id = i.not_joined;

-- pending: not RUNNING yet, those in PROVISIONING (provisioning of them) included. wanted: what the
-- scheduler would start and has not yet. minimum, maximum: the bounds of its tasks. load: requests of
-- the minute that ends at t_s; metric_*: CPUUtilization of that minute, in percent, NULL without a
-- RUNNING task; dropped: of the load, what was not served. All four are NULL without sim.load, at
-- t = 0 and where the run ends within a minute. backlog and oldest_s are NULL: what a service cannot
-- serve is dropped.
CREATE VIEW v_service AS
SELECT s.run AS run_id, s.at / 1e6 AS t_s, e.name AS service, s.desired, s.running, s.pending,
    s.healthy, s.load_ppm / 1e6 AS load, m.text AS metric_name,
    s.metric_value_ppm / 1e6 AS metric_value, s.backlog, s.oldest / 1e6 AS oldest_s,
    l.text AS status, s.deployments, s.provisioning, s.wanted, s.minimum, s.maximum,
    s.dropped
FROM service s
LEFT JOIN service_entry e ON e.id = s.service
LEFT JOIN name m ON m.id = s.metric_name
LEFT JOIN label l ON l.family = 'service_status' AND l.id = s.status;

-- One row a deployment; one that is rolled back to has another row for that (rollback_of). ended_s: when it was completed, failed or replaced by a later one, whichever
-- came first; stuck_s: when its bounds first permitted neither to stop nor to start a task.
CREATE VIEW v_deployment AS
SELECT d.run AS run_id, printf('ecs-svc/%019d', d.deployment) AS deployment_id, e.name AS service,
    f.family || ':' || f.revision AS task_definition, d.began / 1e6 AS began_s,
    d.ended / 1e6 AS ended_s, (d.ended - d.began) / 1e6 AS duration_s, d.stuck / 1e6 AS stuck_s,
    CASE WHEN d.ended = d.completed THEN 'COMPLETED' WHEN d.ended = d.failed THEN 'FAILED'
        WHEN d.ended IS NOT NULL THEN 'REPLACED' WHEN d.stuck IS NOT NULL THEN 'STUCK'
        ELSE 'IN_PROGRESS' END AS state,
    d.desired, d.failed_tasks,
    CASE WHEN d.rollback_of > 0 THEN printf('ecs-svc/%019d', d.rollback_of) END AS rollback_of
FROM (SELECT run, deployment, min(service) AS service, min(definition) AS definition,
        min(at) AS began, min(at) FILTER (WHERE state IN (1, 2, 4)) AS ended,
        min(at) FILTER (WHERE state = 1) AS completed, min(at) FILTER (WHERE state = 2) AS failed,
        min(at) FILTER (WHERE state = 3) AS stuck, max(desired) AS desired,
        max(failed) AS failed_tasks, max(rollback_of) AS rollback_of
    FROM (SELECT *, sum(state = 0) OVER (PARTITION BY run, deployment ORDER BY rowid) AS round
        FROM deployment) GROUP BY run, deployment, round) d
LEFT JOIN service_entry e ON e.id = d.service
LEFT JOIN definition f ON f.id = d.definition;

-- Of services, in the order of the scenario; target as in v_scaling. target_value: of target tracking,
-- in the unit of the metric.
CREATE VIEW v_scaling_policy AS
SELECT p.name AS policy, 'service/' || x.cluster || '/' || e.name AS target, e.name AS service,
    p.type, p.metric AS metric_name, p.target_value_ppm / 1e6 AS target_value
FROM scaling_policy p CROSS JOIN experiment x JOIN service_entry e ON e.id = p.service;

-- target: a group, or a service as Application Auto Scaling names it. A DAEMON service has no desired
-- count of its own.
CREATE VIEW v_scaling AS
SELECT s.run AS run_id, s.at / 1e6 AS t_s,
    coalesce(g.name, 'service/' || x.cluster || '/' || e.name) AS target, lk.text AS kind,
    s.from_count, s.to_count, lc.text AS cause
FROM scaling s CROSS JOIN experiment x
LEFT JOIN asg g ON g.id = s.asg
LEFT JOIN service_entry e ON e.id = s.service
LEFT JOIN label lk ON lk.family = 'scaling' AND lk.id = s.kind
LEFT JOIN label lc ON lc.family = 'cause' AND lc.id = s.cause
WHERE e.scheduling IS NULL OR e.scheduling = 'REPLICA';

-- One row a reason and constraint; count: instances that it ruled out. step: where the filter asks
-- (1 status, 2 agent, 3 attributes, 4 subnets, 5 CPU, 6 memory, 7 GPUs, 8 ports, 9 interfaces, 10
-- distinctInstance, 11 memberOf, 12 addresses). hint: the smallest change that would have placed the task by
-- lifting this reason, else one more instance; NULL: no single change. hint_instance_id: where.
-- A service's own word (SERVICE_TASK_PLACEMENT_FAILURE) has its name and the reason alone.
CREATE VIEW v_failure AS
SELECT f.run AS run_id, f.at / 1e6 AS t_s,
    CASE WHEN f.service IS NOT NULL THEN e.name WHEN f.task > 0 THEN printf('%032d', f.task)
        ELSE 'arrival ' || f.arrival END AS task_or_service,
    l.text AS reason, f.count, CAST(s.text AS INTEGER) AS step,
    nullif(c.text, '') AS constraint_text,
    nullif(replace(replace(replace(replace(replace(h.text, '{n}', f.amount), '{subject}',
        f.subject), '{name}', coalesce(n.text, '')), '{type}', coalesce(y.name, '')), '{zone}',
        coalesce(z.text, '')), '') AS hint,
    CASE WHEN f.instance > 0 THEN printf('i-%017d', f.instance) END AS hint_instance_id
FROM failure f
LEFT JOIN service_entry e ON e.id = f.service
LEFT JOIN label l ON l.family = 'reason' AND l.id = f.reason
LEFT JOIN label s ON s.family = 'reason_step' AND s.id = f.reason
LEFT JOIN label h ON h.family = 'hint' AND h.id = f.hint
LEFT JOIN name c ON c.id = f.constraint_name
LEFT JOIN name n ON n.id = f.subject
LEFT JOIN type y ON y.id = f.subject
LEFT JOIN name z ON z.id = f.zone;

CREATE VIEW v_cost AS
SELECT c.run AS run_id, printf('i-%017d', c.subject) AS item, l.text AS kind, p.name AS provider,
    NULL AS service, c.from_at / 1e6 AS from_s, c.to_at / 1e6 AS to_s, c.units, c.price_nusd,
    c.cost_nusd, y.name AS instance_type
FROM cost c
LEFT JOIN provider p ON p.id = c.provider
LEFT JOIN type y ON y.id = c.type
LEFT JOIN label l ON l.family = 'cost' AND l.id = c.kind;

CREATE VIEW v_digest AS
SELECT run AS run_id, event_index, at / 1e6 AS t_s, printf('%016x', digest) AS digest FROM digest;

-- ---- events ----------------------------------------------------------------------------------
-- Shapes as EventBridge carries them (EV-1 .. EV-S3): task and container instance events of ECS,
-- EC2 state changes, CloudWatch alarms. What AWS does by an API call (desired capacity, scale-in
-- protection, a refused RunTask or StartTask) has the shape of CloudTrail's events. What stands in a
-- service's own list of events only, and what its scheduler decides, has the source plimsoll. detail.version
-- grows by one with each event of a container instance (EV-8); of a task it follows the order of a
-- life (EV-4): states that are skipped leave gaps.

CREATE VIEW event_parts AS
SELECT e.rowid AS number, e.run, e.at, c.kind, c.state, c.other, e.subject, e.a, e.b,
    CASE WHEN c.kind IN ('task', 'service_task') THEN e.subject END AS task,
    CASE c.kind WHEN 'service' THEN e.subject WHEN 'deployment' THEN e.a
        WHEN 'service_task' THEN e.a END AS service_number,
    CASE WHEN c.kind IN ('instance', 'protection', 'agent', 'not_joined', 'image')
        THEN e.subject END AS instance,
    x.region, x.cluster, x.start_unix_s AS start,
    'arn:aws:ecs:' || x.region || ':111122223333:' AS arn,
    strftime('%Y-%m-%dT%H:%M:%fZ', x.start_unix_s + e.at / 1e6, 'unixepoch') AS time
FROM event e JOIN event_code c ON c.code = e.code CROSS JOIN experiment x;

CREATE VIEW event_joined AS
SELECT v.*,
    v.arn || 'cluster/' || v.cluster AS cluster_arn,
    -- of a task
    v.arn || 'task/' || iif(k.long_arn = 0, '00000000-0000-0000-0000-' || printf('%012d', v.task),
        v.cluster || '/' || printf('%032d', v.task)) AS task_arn,
    CASE WHEN v.state >= 1 AND t.instance > 0 THEN v.arn || 'container-instance/' || v.cluster
        || '/' || printf('%032d', t.instance) END AS task_instance_arn,
    v.arn || 'task-definition/' || d.family || ':' || d.revision AS definition_arn,
    nullif(g.text, '') AS task_group, p.name AS task_provider, ll.text AS launch_type,
    k.cpu_units, k.memory_mib, nullif(lc.text, '') AS stop_code,
    coalesce(ls.text, replace(replace(nullif(lr.text, ''), '(instance)',
        '(instance ' || printf('i-%017d', t.instance) || ')'), '(deployment)', '(deployment '
        || coalesce(printf('ecs-svc/%019d', k.deployment), '') || ')')) AS stopped_reason,
    CASE WHEN k.deployment > 0 THEN printf('ecs-svc/%019d', k.deployment) END AS started_by,
    nullif(le.text, '') AS container_reason, k.exit_code,
    nullif(z.text, '') AS task_az,
    ts.text AS last_status, td.text AS desired_status,
    strftime('%Y-%m-%dT%H:%M:%fZ', v.start + (t.arrived + t.created) / 1e6, 'unixepoch')
        AS created_at,
    CASE WHEN t.arrived + t.started <= v.at THEN strftime('%Y-%m-%dT%H:%M:%fZ',
        v.start + (t.arrived + t.started) / 1e6, 'unixepoch') END AS started_at,
    -- of an instance
    printf('i-%017d', v.instance) AS instance_id,
    v.arn || 'container-instance/' || iif(i.long_arn = 0,
        '00000000-0000-0000-0000-' || printf('%012d', v.instance),
        v.cluster || '/' || printf('%032d', v.instance))
        AS instance_arn,
    si.text AS instance_state, sc.text AS container_status, i.cpu_units AS instance_cpu, i.memory_mib AS instance_memory,
    ig.name AS instance_asg, iy.name AS instance_type, nullif(iz.text, '') AS instance_az
FROM event_parts v
LEFT JOIN task t ON t.task = v.task AND t.run = v.run
LEFT JOIN task_kind k ON k.id = t.kind
LEFT JOIN definition d ON d.id = k.definition
LEFT JOIN name g ON g.id = k.task_group
LEFT JOIN name z ON z.id = k.zone
LEFT JOIN provider p ON p.id = k.provider
LEFT JOIN label ts ON ts.family = 'task_state' AND ts.id = v.state
LEFT JOIN label td ON td.family = 'task_state' AND td.id = v.other
LEFT JOIN label ll ON ll.family = 'launch_type' AND ll.id = k.launch_type
LEFT JOIN label lc ON lc.family = 'stop_code' AND lc.id = k.stop_code
LEFT JOIN label lr ON lr.family = 'reason_message' AND lr.id = k.stop_reason
LEFT JOIN name ls ON ls.id = k.stop_text
LEFT JOIN label le ON le.family = 'error' AND le.id = k.error
LEFT JOIN instance i ON i.instance = v.instance AND i.run = v.run
LEFT JOIN asg ig ON ig.id = i.asg
LEFT JOIN type iy ON iy.id = i.type
LEFT JOIN name iz ON iz.id = i.zone
LEFT JOIN label si ON si.family = 'instance_state' AND si.id = v.state
LEFT JOIN label sc ON v.kind IN ('instance', 'agent') AND sc.family = 'instance_state'
    AND sc.id = v.b / 2;

-- Adds what alarms, scaling and refusals name.
CREATE VIEW event_named AS
SELECT v.*,
    CASE WHEN v.kind = 'instance' AND v.instance_state IN ('ACTIVE', 'DRAINING', 'INACTIVE',
        'REGISTERING', 'REGISTRATION_FAILED', 'DEREGISTERING') THEN 'container'
        ELSE v.kind END AS shape,
    sg.name AS scaled_asg, lc.text AS cause,
    'arn:aws:autoscaling:' || v.region
        || ':111122223333:autoScalingGroup::autoScalingGroupName/' || sg.name AS group_arn,
    'TargetTracking-' || ag.name || '-Alarm' || iif(v.state = 0, 'High', 'Low') AS alarm,
    ap.name AS alarm_provider,
    rl.text AS reason, rm.text AS reason_message,
    replace(rm.text, 'the task''s subnets', 'the group''s subnets') AS launch_reason,
    rd.family || ':' || rd.revision AS refused_definition,
    ch.operation, ch.service, ch.objects, ch.request,
    -- a call that is refused as a whole has an exception and no failures (API-17)
    coalesce(nullif(xl.text, ''), nullif(rx.text, '')) AS exception, nullif(fl.text, '') AS refusal,
    cl.text AS cluster_status, jl.text AS not_joined, im.text AS image,
    se.name AS service_name, v.arn || 'service/' || v.cluster || '/' || se.name AS service_arn,
    nullif(en.text, '') AS service_event, et.text AS service_event_type,
    em.text AS service_words,
    iif(v.kind = 'service' AND v.b IS NOT NULL, json_array(v.arn || 'capacity-provider/'
        || sp.name), NULL) AS provider_arns,
    er.text AS placement_reason, ew.text AS placement_words,
    'ecs-svc/' || printf('%019d', v.subject) AS deployment_id,
    'ecs-svc/' || printf('%019d', v.b) AS other_deployment_id,
    ds.text AS deployment_state, sa.text AS service_action
FROM event_joined v
LEFT JOIN asg sg ON v.kind IN ('scaling', 'launch_failed') AND sg.id = v.subject
LEFT JOIN label lc ON v.kind = 'scaling' AND lc.family = 'cause' AND lc.id = v.other
LEFT JOIN provider ap ON v.kind = 'alarm' AND ap.id = v.subject
LEFT JOIN asg ag ON ag.id = ap.asg
LEFT JOIN label rl ON v.kind IN ('refused', 'not_started') AND rl.family = 'reason'
    AND rl.id = v.state
LEFT JOIN label rm ON v.kind IN ('refused', 'not_started', 'launch_failed') AND rm.family = 'reason_message'
    AND rm.id = v.state
LEFT JOIN label rx ON v.kind = 'refused' AND rx.family = 'reason_exception' AND rx.id = v.state
LEFT JOIN definition rd ON v.kind IN ('refused', 'not_started') AND rd.id = v.a
LEFT JOIN change ch ON v.kind = 'change' AND ch.id = v.subject
LEFT JOIN label xl ON v.kind = 'change' AND xl.family = 'exception' AND xl.id = v.a / 1000
LEFT JOIN label fl ON v.kind = 'change' AND fl.family = 'refusal' AND fl.id = v.a % 1000
LEFT JOIN label cl ON v.kind = 'cluster' AND cl.family = 'cluster_status' AND cl.id = v.state
LEFT JOIN label jl ON v.kind = 'not_joined' AND jl.family = 'join' AND jl.id = v.state
LEFT JOIN name im ON v.kind = 'image' AND im.id = v.a
LEFT JOIN service_entry se ON se.id = v.service_number
LEFT JOIN label en ON v.kind = 'service' AND en.family = 'service_event' AND en.id = v.state
LEFT JOIN label et ON v.kind = 'service' AND et.family = 'service_event_type' AND et.id = v.state
LEFT JOIN label em ON v.kind = 'service' AND em.family = 'service_message' AND em.id = v.state
LEFT JOIN provider sp ON v.kind = 'service' AND sp.id = v.b
LEFT JOIN label er ON en.text = 'SERVICE_TASK_PLACEMENT_FAILURE' AND er.family = 'reason'
    AND er.id = v.a
LEFT JOIN label ew ON en.text = 'SERVICE_TASK_PLACEMENT_FAILURE' AND ew.family = 'reason_message'
    AND ew.id = v.a
LEFT JOIN label ds ON v.kind = 'deployment' AND ds.family = 'deployment_state' AND ds.id = v.state
LEFT JOIN label sa ON v.kind = 'service_task' AND sa.family = 'service_action' AND sa.id = v.state;

-- Adds what CloudTrail says of API calls: those of the operator, of managed scaling, of RunTask
-- that was refused. Managed scaling's are not repeated for an operator's own call.
CREATE VIEW event_called AS
SELECT v.*,
    CASE shape WHEN 'change' THEN operation WHEN 'scaling' THEN 'SetDesiredCapacity'
        WHEN 'protection' THEN 'SetInstanceProtection' WHEN 'refused' THEN 'RunTask'
        WHEN 'not_started' THEN 'StartTask' END AS call,
    CASE shape WHEN 'change' THEN service WHEN 'scaling' THEN 'autoscaling'
        WHEN 'protection' THEN 'autoscaling' WHEN 'refused' THEN 'ecs'
        WHEN 'not_started' THEN 'ecs' END AS call_service,
    CASE shape WHEN 'change' THEN json(request)
        WHEN 'scaling' THEN json_object('autoScalingGroupName', scaled_asg, 'desiredCapacity', b)
        WHEN 'protection' THEN json_object('autoScalingGroupName', instance_asg,
            'instanceIds', json_array(instance_id),
            'protectedFromScaleIn', json(iif(state = 1, 'true', 'false')))
        WHEN 'refused' THEN json_object('cluster', cluster, 'taskDefinition', refused_definition)
        WHEN 'not_started' THEN json_object('cluster', cluster, 'containerInstances',
            json_array(printf('%032d', b)), 'taskDefinition', refused_definition)
    END AS call_request,
    CASE WHEN shape = 'change' AND refusal IS NOT NULL AND exception IS NULL THEN
            json_object('failures', json_array(json_object('reason', refusal)))
        WHEN shape = 'refused' AND exception IS NULL THEN json_object('failures', json_array(
            json_object('arn', cluster_arn, 'reason', reason)), 'tasks', json_array())
        WHEN shape = 'not_started' THEN json_object('failures', json_array(json_object('arn', arn
            || 'container-instance/' || cluster || '/' || printf('%032d', b), 'reason', reason)),
            'tasks', json_array())
    END AS call_response,
    CASE WHEN shape = 'scaling' THEN json_object('cause', cause, 'previousDesiredCapacity', a)
        WHEN objects <> '' THEN json_object('affected', b) END AS call_extra,
    iif(b = 1, '1 ' || objects, iif(b = 0, 'no', b) || ' ' || objects || iif(b = 0, '', 's'))
        AS affected,
    -- "(service web) has started 2 tasks."
    CASE shape WHEN 'service' THEN '(service ' || service_name || ') '
            || CASE WHEN placement_words IS NOT NULL THEN replace(service_words, '.', ' because no '
                    || 'container instance met all of its requirements: ') || placement_words || '.'
                WHEN service_event IS NULL AND a > 0 THEN replace(replace(service_words,
                    'started', 'started ' || a), 'stopped', 'stopped ' || a)
                ELSE service_words END
        WHEN 'deployment' THEN 'ECS deployment ' || CASE deployment_state
            WHEN 'COMPLETED' THEN deployment_id || ' completed.'
            WHEN 'FAILED' THEN 'circuit breaker: tasks failed to start.'
            ELSE iif(b IS NULL, deployment_id || ' in progress.',
                'circuit breaker: rolling back to deploymentId ' || deployment_id || '.') END
        WHEN 'service_task' THEN '(service ' || service_name || ') ' || service_action || ': task '
            || subject
    END AS service_text
FROM event_named v
WHERE shape <> 'scaling' OR cause <> 'operator';

-- json_patch over an object drops the members that are NULL.
CREATE VIEW v_event AS
SELECT run AS run_id, at / 1e6 AS t_s,
    CASE WHEN call IS NOT NULL THEN 'aws.' || call_service
        WHEN shape IN ('not_joined', 'image', 'service_task')
            OR (shape = 'service' AND service_event IS NULL) THEN 'plimsoll'
        ELSE CASE shape WHEN 'instance' THEN 'aws.ec2' WHEN 'alarm' THEN 'aws.cloudwatch'
        WHEN 'launch_failed' THEN 'aws.autoscaling'
        ELSE 'aws.ecs' END END AS source,
    CASE shape WHEN 'task' THEN 'ECS Task State Change'
        WHEN 'container' THEN 'ECS Container Instance State Change'
        WHEN 'instance' THEN 'EC2 Instance State-change Notification'
        WHEN 'alarm' THEN 'CloudWatch Alarm State Change'
        WHEN 'agent' THEN 'ECS Container Instance State Change'
        WHEN 'cluster' THEN 'ECS Cluster State Change'
        WHEN 'not_joined' THEN 'Container Instance Not Registered'
        WHEN 'image' THEN 'Image State Change'
        WHEN 'launch_failed' THEN 'EC2 Instance Launch Unsuccessful'
        WHEN 'service' THEN iif(service_event IS NULL, 'Service Message', 'ECS Service Action')
        WHEN 'deployment' THEN 'ECS Deployment State Change'
        WHEN 'service_task' THEN 'Service Scheduler Decision'
        ELSE 'AWS API Call via CloudTrail' END AS detail_type,
    CASE shape WHEN 'task' THEN task_arn WHEN 'container' THEN instance_arn
        WHEN 'agent' THEN instance_arn
        WHEN 'not_joined' THEN 'arn:aws:ec2:' || region || ':111122223333:instance/' || instance_id
        WHEN 'image' THEN instance_arn
        WHEN 'instance' THEN 'arn:aws:ec2:' || region || ':111122223333:instance/' || instance_id
        WHEN 'protection' THEN 'arn:aws:ec2:' || region || ':111122223333:instance/' || instance_id
        WHEN 'alarm' THEN 'arn:aws:cloudwatch:' || region || ':111122223333:alarm:' || alarm
        WHEN 'scaling' THEN group_arn WHEN 'launch_failed' THEN group_arn
        WHEN 'service' THEN service_arn WHEN 'deployment' THEN service_arn
        WHEN 'service_task' THEN service_arn
        ELSE coalesce('arn:aws:autoscaling:' || region
            || ':111122223333:autoScalingGroup::autoScalingGroupName/'
            || json_extract(request, '$.autoScalingGroupName'), cluster_arn) END AS resource,
    CASE shape
        WHEN 'task' THEN 'task ' || task || ': ' || last_status
            || iif(desired_status = 'STOPPED', coalesce(', ' || stopped_reason, '')
                || coalesce(' (' || container_reason || ')', ''), '')
        WHEN 'container' THEN 'container instance ' || instance_id || ': ' || instance_state
        WHEN 'instance' THEN 'instance ' || instance_id || ': ' || instance_state
        WHEN 'alarm' THEN 'alarm ' || alarm || ': ' || iif(other = 1, 'ALARM', 'OK')
        WHEN 'scaling' THEN 'group ' || scaled_asg || ': desired capacity ' || a || ' to ' || b
            || ' (' || cause || ')'
        WHEN 'launch_failed' THEN 'group ' || scaled_asg || ': ' || a
            || ' more wanted and none launched, ' || launch_reason
        WHEN 'protection' THEN 'instance ' || instance_id || ': scale-in protection '
            || iif(state = 1, 'on', 'off')
        WHEN 'change' THEN operation || ': '
            || iif(a = 0 OR b > 0, 'done' || iif(objects = '', '', ' for ' || affected), '')
            || iif(a = 0, '', iif(b > 0, ', otherwise ', '') || 'refused, '
                || coalesce(exception || ': ', '') || refusal)
        WHEN 'agent' THEN 'container instance ' || instance_id || ': agent '
            || iif(state = 1, 'connected', 'disconnected')
        WHEN 'cluster' THEN 'cluster ' || cluster || ': ' || cluster_status
            || iif(other = 1, ', UPDATE_IN_PROGRESS', ', UPDATE_COMPLETE')
        WHEN 'not_joined' THEN 'instance ' || instance_id || ': ' || not_joined
        WHEN 'image' THEN 'instance ' || instance_id || ': image ' || image
            || iif(state = 1, ' pulled', ' removed')
        WHEN 'not_started' THEN 'arrival ' || subject || ': not started on '
            || printf('i-%017d', b) || ', ' || reason_message
        WHEN 'service' THEN service_text
        WHEN 'deployment' THEN '(service ' || service_name || ') ' || service_text
        WHEN 'service_task' THEN service_text
        ELSE 'arrival ' || subject || ': refused, ' || coalesce(exception || ': ', '')
            || reason_message
            || iif(b IS NULL, ', given up', ', to be tried again') END AS message,
    CASE shape
        WHEN 'task' THEN json_patch('{}', json_object('availabilityZone', iif(state >= 1, task_az,
            NULL), 'capacityProviderName', task_provider, 'clusterArn', cluster_arn,
            'containerInstanceArn', task_instance_arn,
            -- the essential container's end (STP-8); one that never was has no exit code
            'containers', iif(desired_status = 'STOPPED' AND state = 7 AND task_instance_arn
                IS NOT NULL, json_array(json_patch('{}', json_object('exitCode', exit_code,
                'lastStatus', last_status, 'reason', container_reason))), NULL),
            'cpu', CAST(cpu_units AS TEXT),
            'createdAt', created_at, 'desiredStatus', desired_status, 'group', task_group,
            'lastStatus', last_status, 'launchType', launch_type,
            'memory', CAST(memory_mib AS TEXT), 'startedAt', started_at, 'startedBy', started_by,
            'stopCode', iif(desired_status = 'STOPPED', stop_code, NULL),
            'stoppedReason', iif(desired_status = 'STOPPED', stopped_reason, NULL),
            'taskArn', task_arn, 'taskDefinitionArn', definition_arn, 'updatedAt', time,
            'version', state + 1))
        WHEN 'container' THEN json_patch('{}', json_object('agentConnected',
            json(iif(b % 2 = 1, 'true', 'false')), 'attributes', json_array(
                json_object('name', 'ecs.availability-zone', 'value', instance_az),
                json_object('name', 'ecs.instance-type', 'value', instance_type)),
            'clusterArn', cluster_arn, 'containerInstanceArn', instance_arn,
            'ec2InstanceId', instance_id, 'registeredResources', json_array(
                json_object('name', 'CPU', 'type', 'INTEGER', 'integerValue', instance_cpu),
                json_object('name', 'MEMORY', 'type', 'INTEGER', 'integerValue', instance_memory)),
            'status', instance_state, 'updatedAt', time, 'version', a))
        WHEN 'instance' THEN json_object('instance-id', instance_id, 'state', instance_state)
        WHEN 'alarm' THEN json_object('alarmName', alarm,
            'configuration', json_object('metrics', json_array(json_object('metricStat',
                json_object('metric', json_object('namespace', 'AWS/ECS/ManagedScaling', 'name',
                    'CapacityProviderReservation', 'dimensions', json_object('ClusterName',
                        cluster, 'CapacityProviderName', alarm_provider)))))),
            'previousState', json_object('value', iif(other = 1, 'OK', 'ALARM')),
            'state', json_object('timestamp', time, 'value', iif(other = 1, 'ALARM', 'OK')))
        WHEN 'agent' THEN json_object('agentConnected', json(iif(state = 1, 'true', 'false')),
            'clusterArn', cluster_arn, 'containerInstanceArn', instance_arn,
            'ec2InstanceId', instance_id, 'status', container_status, 'updatedAt', time,
            'version', a)
        WHEN 'cluster' THEN json_object('attachmentsStatus', iif(other = 1, 'UPDATE_IN_PROGRESS',
            'UPDATE_COMPLETE'), 'clusterArn', cluster_arn, 'clusterName', cluster,
            'status', cluster_status)
        WHEN 'launch_failed' THEN json_object('AutoScalingGroupName', scaled_asg, 'Cause',
            launch_reason, 'StatusCode', 'Failed', 'StatusMessage', launch_reason)
        WHEN 'not_joined' THEN json_object('instance-id', instance_id, 'reason', not_joined)
        -- EV-S0; what stands in the service's own list only has the shape of DescribeServices
        WHEN 'service' THEN iif(service_event IS NULL, json_object('createdAt', time, 'id',
                printf('00000000-0000-0000-0000-%012d', number), 'message', service_text),
            json_patch('{}', json_object('eventType', service_event_type, 'eventName',
                service_event, 'clusterArn', cluster_arn, 'capacityProviderArns',
                json(provider_arns), 'reason', placement_reason, 'createdAt', time)))
        WHEN 'deployment' THEN json_object('eventType', iif(deployment_state = 'FAILED', 'ERROR',
            'INFO'), 'eventName', 'SERVICE_DEPLOYMENT_' || deployment_state, 'deploymentId',
            deployment_id, 'updatedAt', substr(time, 1, 19) || 'Z', 'reason', service_text)
        WHEN 'service_task' THEN json_object('action', service_action, 'deploymentId',
            other_deployment_id, 'taskArn', task_arn)
        WHEN 'image' THEN json_object('bytes', b, 'ec2InstanceId', instance_id, 'image', image,
            'state', iif(state = 1, 'pulled', 'removed'))
        ELSE json_patch(json_object('awsRegion', region,
            'eventID', printf('00000000-0000-0000-0000-%012d', number), 'eventName', call,
            'eventSource', call_service || '.amazonaws.com',
            'eventTime', substr(time, 1, 19) || 'Z', 'eventType', 'AwsApiCall',
            'eventVersion', '1.08', 'recipientAccountId', '111122223333',
            'requestParameters', json(call_request), 'responseElements', json(call_response),
            'userIdentity', iif(shape IN ('scaling', 'protection'),
                json_object('type', 'AWSService', 'invokedBy', 'ecs.amazonaws.com'),
                json_object('type', 'IAMUser', 'accountId', '111122223333'))),
            json_object('additionalEventData', json(call_extra), 'errorCode', exception,
                'errorMessage', iif(exception IS NULL, NULL, coalesce(refusal, reason_message))))
    END AS detail_json
FROM event_called;

-- A service's own list of events. shown: whether the console shows it. It hides a complaint that it
-- has shown before, until six hours are over or the cause is gone (EVT-10): the service is steady, or
-- has started tasks where it had found no place.
CREATE VIEW service_log AS
SELECT run, at, number, service_name, service_text,
    service_event IN ('SERVICE_TASK_PLACEMENT_FAILURE', 'SERVICE_TASK_START_IMPAIRED',
        'SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED') AS complaint,
    sum(service_event IS 'SERVICE_STEADY_STATE') OVER before AS steady,
    iif(service_event = 'SERVICE_TASK_PLACEMENT_FAILURE',
        sum(service_words LIKE 'has started%') OVER before, 0) AS started
FROM event_called WHERE kind = 'service'
WINDOW before AS (PARTITION BY run, service_number ORDER BY number);

CREATE VIEW v_service_log AS
SELECT run AS run_id, at / 1e6 AS t_s, service_name AS service, service_text AS message,
    iif(complaint AND sixth IS lag(sixth) OVER (PARTITION BY run, service_name, service_text, steady,
        started ORDER BY number), 0, 1) AS shown
FROM (SELECT *, (at - min(at) OVER (PARTITION BY run, service_name, service_text, steady, started))
        / 21600000000 AS sixth
    FROM service_log)
ORDER BY number;
