# SPDX-License-Identifier: Apache-2.0
# What is given to others: one file, a Debian package, a container image. Each has the same bytes wherever it
# is built, by the same compiler and libraries.

DIST := $(BUILD)/dist
WITH_DIST = SYNFIN_DIST="$(CURDIR)/$(DIST)"
VERSION = $(shell sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/synfin/Synfin.swift)
# All that is packed is as old as the release, which the package's changelog dates.
SOURCE_DATE_EPOCH ?= $(shell date -d "$$(sed -n 's/^ -- .*>  //p;T;q' deploy/debian/changelog)" +%s)

DEB_PACKAGES := dpkg-dev debhelper fakeroot lintian
# Beside lintian: to judge the unit, to run the product as it would be run, to read the manifests.
DEPLOY_TEST_PACKAGES := $(DEB_PACKAGES) systemd python3-seccomp python3-yaml skopeo

deb-deps:
	@$(call install,$(DEB_PACKAGES))

# --- the file: of the build's, what differs between two builds is left out, and what nobody runs

static: deps build
	@mkdir -p $(DIST)
	$(OBJCOPY) --strip-all --remove-section=.swift_modhash --remove-section=.note.gnu.build-id \
		$(BUILD)/release/synfin $(DIST)/synfin

# Where what is packed is put together.
STAGE ?= $(BUILD)/stage

# --- the package

deb: deb-deps static pack

# Of what make static has made.
pack:
	rm -rf "$(STAGE)/synfin" "$(STAGE)"/*.deb && mkdir -p "$(STAGE)/synfin/completions"
	cp -r deploy/debian docs README.md CHANGELOG.md deploy/systemd/other-namespaces.conf $(DIST)/synfin \
		"$(STAGE)/synfin"
	cp deploy/systemd/synfin.service deploy/systemd/synfin.default "$(STAGE)/synfin/debian"
	cd "$(STAGE)/synfin" && mv docs/synfin.8 . && \
		./synfin --generate-completion-script bash | sed '1{/^#!/d}' > completions/synfin && \
		./synfin --generate-completion-script zsh > completions/_synfin && \
		./synfin --generate-completion-script fish > completions/synfin.fish && \
		SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) dpkg-buildpackage -b -us -uc
	rm -f $(DIST)/*.deb && cp "$(STAGE)"/*.deb $(DIST)

# --- the image

image: static lay

lay:
	rm -rf "$(STAGE)/image" $(DIST)/synfin.oci && mkdir -p "$(STAGE)/image"
	cp $(DIST)/synfin LICENSE LICENSE.GPL-2.0 deploy/debian/copyright "$(STAGE)/image"
	python3 deploy/container/image.py deploy/container/Containerfile "$(STAGE)/image" \
		$(DIST)/synfin.oci --version $(VERSION) --created $(SOURCE_DATE_EPOCH)

dist: static deb image

# Everything once more from a clone in another folder, and the same bytes of it. Takes a whole build.
check-reproducible: dist
	rm -rf $(BUILD)/elsewhere && git clone -q . $(BUILD)/elsewhere
	$(MAKE) -C $(BUILD)/elsewhere dist
	cd $(DIST) && sha256sum synfin *.deb synfin.oci.tar > ../dist.sha256
	cd $(BUILD)/elsewhere/$(DIST) && sha256sum -c "$(CURDIR)/$(BUILD)/dist.sha256"
	rm -rf $(BUILD)/elsewhere

check-deploy: dist
	$(WITH_DIST) $(SWIFT) test --filter 'DeployTests|ServiceTests|EmptyRootTests|LeastRightsTests'

.PHONY: static deb-deps deb pack image lay dist check-reproducible check-deploy
