# The two commands for a newcomer are `make demo` and `make test`; `make` alone lists the rest.
# Everything here only calls CMake's presets (CMakePresets.json), so it can be done by hand too.

JOBS      ?= $(shell nproc 2>/dev/null || echo 2)
PREFIX    ?= /usr/local
TEST_JOBS ?= 2
TEST_ARGS ?=
FUZZ_SECONDS ?= 30
DEMO_DIR  ?= demo-output

BUILD     := build/release
BYPASS    := $(BUILD)/bin/bypass
CTEST     := ctest --output-on-failure --no-tests=error -j $(TEST_JOBS)
SOURCES    = git ls-files --cached --others --exclude-standard '*.c' '*.h'

# ThreadSanitizer of gcc 12 cannot map its memory where the kernel randomises addresses widely.
FIXED_ADDRESSES = $(shell setarch -R true 2>/dev/null && echo setarch -R)

.DEFAULT_GOAL := help
.PHONY: help demo test validate deps deps-ci build install asan tsan coverage fuzz cross layering \
        suites format format-check tidy clean

help: ## this list
	@echo "Bypass $$(cat VERSION): a simulator of HER2 signalling and drug resistance"
	@echo
	@echo "For a start, on Debian 12, with nothing but git and make installed:"
	@echo "  make demo     installs what is missing, builds, runs an example, draws its figures"
	@echo "  make test     builds and runs the tests"
	@echo
	@echo "All targets:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | \
	    awk -F'|' '{ printf "  make %-13s %s\n", $$1, $$2 }'
	@echo
	@echo "Variables: JOBS=$(JOBS) TEST_JOBS=$(TEST_JOBS) PREFIX=$(PREFIX) FUZZ_SECONDS=$(FUZZ_SECONDS) TEST_ARGS='-R name'"

demo: deps ## install what is missing, build, run the example, draw its figures
	@$(MAKE) --no-print-directory build
	@mkdir -p $(DEMO_DIR)
	$(BYPASS) run demo -o $(DEMO_DIR)/demo.h5 --plot=$(DEMO_DIR)
	@echo
	@echo "Done. In $(DEMO_DIR)/:"
	@cd $(DEMO_DIR) && ls -l | awk 'NR > 1 { printf "  %-40s %8.1f kB\n", $$9, $$5 / 1024 }'
	@echo
	@echo "Look at the figures first. The numbers are in demo.h5, which h5py, xarray, MATLAB, R and"
	@echo "ncdump read. What was simulated: $(BYPASS) show scenario demo"
	@echo "What else there is:              $(BYPASS) list scenarios"

test: deps ## install what is missing, build, run the tests
	@$(MAKE) --no-print-directory build
	@start=$$(date +%s); status=0; \
	cd $(BUILD) && $(CTEST) --output-log test.log $(TEST_ARGS) || status=$$?; \
	seconds=$$(( $$(date +%s) - start )); \
	if [ $$status -eq 0 ]; then \
	    echo; echo "make test: passed in $$seconds s (details: $(BUILD)/test.log)"; \
	else \
	    echo; echo "make test: FAILED after $$seconds s; see above and $(BUILD)/test.log."; \
	    echo "One test again: make test TEST_ARGS='-R name -V'"; \
	    exit $$status; \
	fi

suites: build ## run the suites of others' models in ../shared/data (SBML Test Suite, ...)
	@tests/suites/run_suites -j $(TEST_JOBS)

validate: build ## compare the published behaviours with what is simulated, with sources
	@$(BYPASS) validate --sources

deps: ## install the Debian packages that are missing
	@scripts/install-deps build test

deps-ci: ## the same with those of the checks (clang, valgrind, readers)
	@scripts/install-deps build test ci

build: ## configure and build into build/release
	@command -v cmake >/dev/null && command -v ninja >/dev/null || \
	    { echo "cmake or ninja is not installed: run 'make deps'" >&2; exit 1; }
	cmake --preset release -DCMAKE_INSTALL_PREFIX=$(PREFIX)
	cmake --build --preset release -j $(JOBS)

install: build ## install into PREFIX (DESTDIR is honoured)
	cmake --install $(BUILD)

asan: ## build and test with address and undefined-behaviour sanitizers
	cmake --preset asan
	cmake --build --preset asan -j $(JOBS)
	ctest --preset asan -j $(TEST_JOBS) $(TEST_ARGS)

tsan: ## build with the thread sanitizer, run the tests labelled `threads`
	cmake --preset tsan
	cmake --build --preset tsan -j $(JOBS)
	$(FIXED_ADDRESSES) ctest --preset tsan -j $(TEST_JOBS) $(TEST_ARGS)

coverage: ## build and test counting lines; report in build/coverage/report/
	@scripts/install-deps build test coverage
	cmake --preset coverage
	cmake --build --preset coverage -j $(JOBS)
	find build/coverage -name '*.gcda' -delete
	ctest --preset coverage -j $(TEST_JOBS) $(TEST_ARGS)
	mkdir -p build/coverage/report
	gcovr --root . --object-directory build/coverage \
	    --filter '(base|model|solver|scenarios|output|cli)/' \
	    --html-details build/coverage/report/index.html --print-summary --txt

fuzz: ## run each fuzz target for FUZZ_SECONDS seconds (clang)
	cmake --preset fuzz
	cmake --build --preset fuzz --target fuzzers -j $(JOBS)
	@set -e; found=no; for target in build/fuzz/fuzzers/*; do \
	    [ -x "$$target" ] || continue; found=yes; \
	    name=$$(basename $$target); work=build/fuzz/corpus/$$name; mkdir -p $$work; \
	    seeds=tests/fuzz/corpus/$$name; [ -d $$seeds ] || seeds=; \
	    dict=tests/fuzz/corpus/$$name.dict; [ -f $$dict ] && dict=-dict=$$dict || dict=; \
	    echo "$$name: $(FUZZ_SECONDS) s"; \
	    LSAN_OPTIONS=suppressions=tests/fuzz/lsan.supp:print_suppressions=0 \
	    $$target -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=2048 -max_len=65536 \
	        -print_final_stats=1 -artifact_prefix=build/fuzz/$$name- $$dict $$work $$seeds \
	        >build/fuzz/$$name.log 2>&1 || { tail -n 60 build/fuzz/$$name.log; \
	        echo "$$name: FAILED; the input is build/fuzz/$$name-*" >&2; exit 1; }; \
	    grep number_of_executed_units build/fuzz/$$name.log; \
	done; \
	[ $$found = yes ] || { echo "no fuzz target was built" >&2; exit 1; }

cross: ## compile the engine for 64-bit ARM and compare the bits of its tapes (qemu)
	@scripts/install-deps build test cross
	@command -v aarch64-linux-gnu-gcc >/dev/null && command -v qemu-aarch64-static >/dev/null || \
	    { echo "make cross needs aarch64-linux-gnu-gcc and qemu-aarch64-static" >&2; exit 1; }
	cmake --preset cross
	cmake --build --preset cross -j $(JOBS)
	cmake --preset release -DCMAKE_INSTALL_PREFIX=$(PREFIX)
	cmake --build --preset release --target tape_bits -j $(JOBS)
	$(BUILD)/tests/tape_bits >build/cross/here.txt
	qemu-aarch64-static build/cross/tests/tape_bits >build/cross/there.txt
	@diff -u build/cross/here.txt build/cross/there.txt || \
	    { echo "make cross: 64-bit ARM computes other bits" >&2; exit 1; }
	@echo "make cross: $$(grep -c tape build/cross/there.txt) tapes have the same bits on 64-bit ARM"

layering: ## check that every #include follows the arrows between the folders
	@cmake -P cmake/CheckLayering.cmake

format: ## format all C files in place (clang-format 14)
	@$(SOURCES) | xargs -r clang-format -i

format-check: ## fail where a C file is not formatted
	@$(SOURCES) | xargs -r clang-format --dry-run --Werror && echo "all C files are formatted"

tidy: ## lint all C files that are built (clang-tidy 14)
	cmake --preset release -DCMAKE_INSTALL_PREFIX=$(PREFIX)
	@git ls-files --cached --others --exclude-standard 'base/*.c' 'model/*.c' 'solver/*.c' \
	    'scenarios/*.c' 'output/*.c' 'cli/*.c' 'examples/*.c' 'tests/*.c' 'bench/*.c' | \
	    while read -r f; do grep -q "/$$f\"" $(BUILD)/compile_commands.json && echo $$f; done | \
	    xargs -r -P $(JOBS) -n 1 clang-tidy -p $(BUILD) --quiet \
	    --extra-arg=-Wno-unknown-warning-option && echo "clang-tidy has nothing to say"

clean: ## remove build/ and demo-output/
	rm -rf build $(DEMO_DIR)
