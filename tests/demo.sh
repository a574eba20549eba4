#!/bin/sh
# The finished example of `make demo`. Usage: tests/demo.sh PROGRAM
set -eu
case $1 in */*) program=$1 ;; *) program=./$1 ;; esac

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n%s\n' "$*"; }

say "$program run first-plan --out=first-plan.db"
"$program" run first-plan --out=first-plan.db
say "$program plot first-plan.db --out=first-plan-plots"
"$program" plot first-plan.db --out=first-plan-plots
"$program" plot first-plan.db --out=first-plan-plots --format=png >/dev/null

say 'Where to look:'
cat <<TEXT
  first-plan-plots/first-plan-capacity.svg   instances, tasks and reservation over the day
  first-plan-plots/first-plan-wait.svg       how long tasks waited
  first-plan.db                              every task, instance and event, in SQLite views:
                                             v_summary v_capacity v_task v_instance v_scaling ...
  scenarios/first-plan.json                  what was simulated; change it and run it again:
      $program run scenarios/first-plan.json --out=mine.db
      $program plot mine.db --out=mine
TEXT
