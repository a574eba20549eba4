-- GPU allocation of a run of the placement lab, in percent of all GPU thousandths of the cluster:
-- the mean over all arrivals at which what has been asked for rounds to 100 and to 130 percent.
-- Tasks never leave there, so what has been given is a running sum too.
WITH total AS (
    SELECT run_id, sum(gpus) * 1000.0 AS milli FROM v_instance GROUP BY run_id
), arrival AS (
    SELECT run_id, arrival_index, max(gpus * gpu_milli) AS asked,
        sum(iif(task_index IS NULL, 0, gpus * gpu_milli)) AS given
    FROM v_gpu GROUP BY run_id, arrival_index
), curve AS (
    SELECT run_id, arrival_index, sum(asked) OVER so_far AS asked, sum(given) OVER so_far AS given
    FROM arrival
    WINDOW so_far AS (PARTITION BY run_id ORDER BY arrival_index)
), share AS (
    SELECT curve.run_id, CAST(round(100 * asked / milli) AS INTEGER) AS arrived_pct,
        100 * given / milli AS allocated_pct
    FROM curve JOIN total ON total.run_id = curve.run_id
)
SELECT r.scenario, r.seed, s.arrived_pct, printf('%.4f', avg(s.allocated_pct))
FROM share s JOIN v_run r ON r.run_id = s.run_id
WHERE s.arrived_pct IN (100, 130)
GROUP BY s.run_id, s.arrived_pct
ORDER BY r.seed, s.arrived_pct;
