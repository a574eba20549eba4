# Plimsoll: build, test, install.
#
#   make            the program, ./plimsoll
#   make demo       from a fresh Debian machine to a finished example: installs what is missing,
#                   builds, runs the scenario first-plan, draws it, prints where to look
#   make check      from a fresh Debian machine to a passed test suite
#   make bench      benchmarks, as a table (BENCH=small for a quick look)
#   make lab        placement strategies against published results, 20 seeds (about 15 minutes; knobs
#                   LAB_SEEDS, LAB_LISTS, LAB_TOLERANCE, LAB_REPORT: tests/lab.py)
#   make oracle     random inputs against botocore's own validator (INPUTS=50000)
#   make oracle-placement  the placement index against a scan, on CLUSTERS=240 random clusters,
#                   under AddressSanitizer and UBSan
#   make fuzz       the query language's fuzzer for FUZZ_SECONDS=300, or RUNS=50000 inputs (clang)
#   make tidy       style, fences between the layers, banned calls
#   make asan       the tests under AddressSanitizer and UBSan
#   make golden     accept changed results as the new golden files; read `git diff` afterwards
#   make install    program, man page, completion     PREFIX=/usr/local DESTDIR=
#   make deps       install the Debian packages that are missing
#   make clean
#
# Knobs, on the command line (`make CC=clang OPT=-O0`) or in a file config.mk that is not tracked:
#
#   CC       gcc or clang
#   OPT      optimisation; results do not depend on it
#   BUILD    where everything built goes; with another folder than `build` the program is
#            $(BUILD)/plimsoll and ./plimsoll is left alone
#   V        1: print every command
#   SANITIZE a -fsanitize= list, e.g. address,undefined
#   WERROR   empty: warnings do not end the build
#   EXTRA    more compiler flags. Never -ffast-math, -march=native or NDEBUG: results are promised
#            to be the same bytes everywhere, and assertions stay on
#   SUITE    make check SUITE=queue runs one suite
#   PLIMSOLL_REQUIRE_SHARED  1: data missing from ../shared fails a test instead of skipping it
#
# Layers are enforced here: every layer is compiled with the include paths of what it may use, goes
# into an archive of its own, and an archive that needs a symbol of a layer above it ends the build
# (tests/layers.sh).

CC       = gcc
OPT      = -O2
BUILD    = build
V        = 0
SANITIZE =
WERROR   = -Werror
EXTRA    =
SUITE    =
BENCH    = full
INPUTS   = 50000
CLUSTERS = 240
FUZZ_SECONDS = 300
RUNS     =
PREFIX   = /usr/local
DESTDIR  =

# `make` names cc as its own default compiler; the promise of equal bytes is for gcc and clang.
ifeq ($(origin CC),default)
CC = gcc
endif
-include config.mk

WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion \
           -Wswitch-enum -Wvla -Wdouble-promotion $(WERROR)
CFLAGS   = -std=c17 -g $(OPT) $(WARNINGS) -ffp-contract=off -fno-fast-math \
           $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all \
                            -fno-omit-frame-pointer) $(EXTRA)
CPPFLAGS = -D_GNU_SOURCE
LDFLAGS  = -pthread $(if $(SANITIZE),-fsanitize=$(SANITIZE))
LDLIBS   = -lgsl -lgslcblas -lsqlite3 -lcjson -lz -lmd -lpcre2-8 -lm
# check's own libraries; position independent, as Debian's gcc links programs.
CHECK_LDLIBS = -lcheck_pic -lsubunit -lrt

# ---- sources: everything in a layer's folders; people add files without coming here -------------

families = $(patsubst %/,%,$(wildcard $(1)/*/))

SIM_SRC       := $(sort $(wildcard sim/*.c))
MODELS_SRC    := $(sort $(wildcard models/*.c models/*/*.c))
SCENARIOS_SRC := $(sort $(wildcard scenarios/*.c))
REPORTS_SRC   := $(sort $(wildcard reports/*.c))
CLI_SRC       := $(sort $(filter-out sim/cli/main.c,$(wildcard sim/cli/*.c)))
TEST_MAINS    := tests/check_main.c tests/bench_main.c
BENCH_SRC     := $(sort $(wildcard tests/bench_*.c))
FUZZ_SRC      := $(sort $(wildcard tests/fuzz_*.c))
TEST_SRC      := $(sort $(filter-out $(TEST_MAINS) $(FUZZ_SRC),$(wildcard tests/*.c)))

MODELS_INC    := -Isim -Imodels $(addprefix -I,$(call families,models))
SCENARIOS_INC := $(MODELS_INC) -Iscenarios
REPORTS_INC   := $(MODELS_INC) -Ireports
ALL_INC       := $(MODELS_INC) -Iscenarios -Ireports -Isim/cli

# Files that travel inside the program (sim_embed.h).
EMBED := $(shell find scenarios reports -type f \( -path 'scenarios/*.json' \
           -o -path 'scenarios/*.csv' -o -path 'scenarios/*.txt' -o -path 'scenarios/traces/*' \
           -o -path 'reports/*.sql' -o -path 'reports/plots/*.gp' \) | LC_ALL=C sort -u)

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
LAYERS   = $(foreach layer,cli reports scenarios models sim,$(BUILD)/lib$(layer).a)
PROGRAM  = $(if $(filter build,$(BUILD)),plimsoll,$(BUILD)/plimsoll)
ALL_OBJ  = $(call objects,$(SIM_SRC) $(MODELS_SRC) $(SCENARIOS_SRC) $(REPORTS_SRC) $(CLI_SRC) \
             sim/cli/main.c $(TEST_SRC) $(TEST_MAINS) $(FUZZ_SRC)) $(BUILD)/embed.o

ifeq ($(V),1)
Q =
say = @:
else
Q = @
say = @printf '  %-5s %s\n'
endif
MAKEFLAGS += --no-print-directory

.PHONY: all program demo check check-run bench lab oracle oracle-placement fuzz tidy asan golden \
    deps install clean help FORCE
.DELETE_ON_ERROR:
.SUFFIXES:

all: $(PROGRAM)

# ---- compiling ----------------------------------------------------------------------------------

# A longer pattern wins, so sim/cli/ has its own paths.
$(BUILD)/obj/sim/%.o:       INCLUDES = -Isim
$(BUILD)/obj/sim/cli/%.o:   INCLUDES = $(ALL_INC)
$(BUILD)/obj/models/%.o:    INCLUDES = $(MODELS_INC)
$(BUILD)/obj/scenarios/%.o: INCLUDES = $(SCENARIOS_INC)
$(BUILD)/obj/reports/%.o:   INCLUDES = $(REPORTS_INC)
$(BUILD)/obj/tests/%.o:     INCLUDES = $(ALL_INC) -Itests

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(INCLUDES) $(CFLAGS) -MMD -MP -c -o $@ $<

# Objects are rebuilt when the compiler or a flag changes. make's own dependency files miss that.
flags_now := $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(ALL_INC)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(flags_now)' | cmp -s - $@ || printf '%s\n' '$(flags_now)' >$@

# What the tests need to build a worked example onto this tree (tests/example.sh), besides the flags.
$(BUILD)/libs: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(CHECK_LDLIBS) $(LDLIBS)' | cmp -s - $@ || \
	    printf '%s\n' '$(CHECK_LDLIBS) $(LDLIBS)' >$@

-include $(ALL_OBJ:.o=.d)

# ---- embedded files -----------------------------------------------------------------------------

# .incbin keeps megabytes of data out of the compiler's parser. Sizes are written out, so that the
# table is constant; each file ends with a NUL that its size does not count.
$(BUILD)/embed.list: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(EMBED) | cmp -s - $@ || printf '%s\n' $(EMBED) >$@

$(BUILD)/embed.c: sim/sim_embed.sh $(BUILD)/embed.list $(EMBED)
	$(say) EMBED $@
	$(Q)sh sim/sim_embed.sh <$(BUILD)/embed.list >$@

$(BUILD)/embed.o: $(BUILD)/embed.c $(BUILD)/flags
	$(say) CC $<
	$(Q)$(CC) $(CPPFLAGS) -Isim $(CFLAGS) -c -o $@ $<

# ---- archives and programs ----------------------------------------------------------------------

$(BUILD)/libsim.a:       $(call objects,$(SIM_SRC))
$(BUILD)/libmodels.a:    $(call objects,$(MODELS_SRC))
$(BUILD)/libscenarios.a: $(call objects,$(SCENARIOS_SRC))
$(BUILD)/libreports.a:   $(call objects,$(REPORTS_SRC))
$(BUILD)/libcli.a:       $(call objects,$(CLI_SRC))

# Made anew: an object whose source is gone must not linger. `D`: no time stamps, no user ids.
$(LAYERS):
	$(say) AR $@
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcsD $@ $(filter %.o,$^)

$(BUILD)/layers: $(LAYERS) tests/layers.sh
	$(Q)sh tests/layers.sh $(BUILD)
	@touch $@

$(BUILD)/plimsoll: $(BUILD)/obj/sim/cli/main.o $(LAYERS) $(BUILD)/embed.o $(BUILD)/layers
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(LDLIBS)

plimsoll: $(BUILD)/plimsoll
	@cp $< $@.new && mv -f $@.new $@

$(BUILD)/check: $(call objects,tests/check_main.c $(TEST_SRC)) $(LAYERS) $(BUILD)/embed.o \
                | $(BUILD)/libs
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(CHECK_LDLIBS) $(LDLIBS)

$(BUILD)/bench: $(call objects,tests/bench_main.c $(filter-out tests/bench_main.c,$(BENCH_SRC)) \
                  tests/world_fixture.c) \
                $(LAYERS) $(BUILD)/embed.o
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(LDLIBS)

# libFuzzer's own main comes with -fsanitize=fuzzer.
$(BUILD)/fuzz_%: $(BUILD)/obj/tests/fuzz_%.o $(addprefix $(BUILD)/lib,scenarios.a models.a sim.a)
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

# ---- what people type ---------------------------------------------------------------------------

JOBS := $(or $(filter -j%,$(MAKEFLAGS)),-j$(shell nproc 2>/dev/null || echo 1))

demo:
	@sh tests/deps.sh demo
	@$(MAKE) $(JOBS) all
	@sh tests/demo.sh $(PROGRAM)

check:
	@sh tests/deps.sh check
	@$(MAKE) $(JOBS) $(PROGRAM) $(BUILD)/check
	@$(MAKE) check-run

# The last line it prints is `N passed, M failed, K skipped`.
check-run: $(PROGRAM) $(BUILD)/check
	@PLIMSOLL=$(abspath $(PROGRAM)) $(BUILD)/check $(SUITE)

bench:
	@$(MAKE) $(JOBS) $(PROGRAM) $(BUILD)/bench
	@$(BUILD)/bench $(BENCH)

lab:
	@sh tests/deps.sh check
	@$(MAKE) $(JOBS) $(PROGRAM)
	@PLIMSOLL=$(abspath $(PROGRAM)) python3 tests/lab.py

# make check judges 5,000 inputs; these are the same and more.
oracle:
	@sh tests/deps.sh check
	@ORACLE_INPUTS=$(INPUTS) $(MAKE) $(JOBS) SUITE=botocore check-run

# make check asks 48 of these clusters.
oracle-placement:
	@sh tests/deps.sh check
	@PLIMSOLL_CLUSTERS=$(CLUSTERS) $(MAKE) $(JOBS) BUILD=$(BUILD)/asan SANITIZE=address,undefined \
	    OPT=-O1 WERROR= SUITE=ecs_index check-run

fuzz:
	@sh tests/deps.sh fuzz
	@$(MAKE) $(JOBS) BUILD=$(BUILD)/fuzz CC=clang OPT=-O1 WERROR= \
	    SANITIZE=fuzzer-no-link,address,undefined $(BUILD)/fuzz/fuzz_query
	@sh tests/fuzz.sh $(BUILD)/fuzz/fuzz_query $(BUILD)/fuzz/query \
	    $(if $(RUNS),runs=$(RUNS),seconds=$(FUZZ_SECONDS))

tidy:
	@sh tests/deps.sh tidy
	@$(MAKE) $(JOBS) $(BUILD)/layers
	@sh tests/tidy.sh

# Instrumented code confuses the compiler's own warnings, so they do not end this build. Whole years
# of workload are left to the other tests.
asan:
	@sh tests/deps.sh check
	@PLIMSOLL_SMALL=1 $(MAKE) $(JOBS) BUILD=$(BUILD)/asan SANITIZE=address,undefined OPT=-O1 \
	    WERROR= check-run

golden:
	@$(MAKE) $(JOBS) $(PROGRAM) $(BUILD)/check
	@PLIMSOLL=$(abspath $(PROGRAM)) PLIMSOLL_GOLDEN=accept $(BUILD)/check $(SUITE)

deps:
	@sh tests/deps.sh all

install: $(PROGRAM)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/plimsoll
	install -m 644 sim/cli/plimsoll.1 $(DESTDIR)$(PREFIX)/share/man/man1/plimsoll.1
	install -m 644 sim/cli/plimsoll.bash \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/plimsoll

clean:
	rm -rf $(BUILD) plimsoll first-plan.db first-plan-plots

help:
	@sed -n '2,/^$$/s/^# \{0,1\}//p' Makefile
