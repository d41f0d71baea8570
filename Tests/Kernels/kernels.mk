# SPDX-License-Identifier: Apache-2.0
# The matrix of kernels: Debian's, booted in QEMU with the product. They are kept, and once a day asked for newer
# ones (SYNFIN_NEW_KERNELS=1: now). ONLY='6.1 plain' chooses rows.

KERNELS := $(BUILD)/kernels
KERNEL_PACKAGES := qemu-system-x86 busybox-static debian-archive-keyring python3 gcc
ONLY ?=

kernel-deps:
	@$(call install,$(KERNEL_PACKAGES))

$(KERNELS)/traffic: $(wildcard Tests/Kernels/Traffic/*.swift Sources/Tour/*/*.swift) Package.swift
	$(call release,traffic)
	@mkdir -p $(@D)
	$(OBJCOPY) --strip-all $(BUILD)/release/traffic $@

MATRIX = python3 Tests/Kernels/matrix.py --synfin $(DIST)/synfin --traffic $(KERNELS)/traffic \
	--cache $(KERNELS) --page docs/compatibility.md

# What cannot be installed or fetched the matrix itself says, for it knows what is missing by that.
check-kernels: static $(KERNELS)/traffic
	@$(MAKE) --no-print-directory kernel-deps || echo "without QEMU, which Debian has" >&2
	$(MATRIX) --only '$(ONLY)'

# The tables of docs/compatibility.md, as the matrix prints them.
compatibility: static $(KERNELS)/traffic kernel-deps
	$(MATRIX) --write

.PHONY: kernel-deps check-kernels compatibility
