# make demo   builds tenantc, compiles the reference tenancy and publishes it
# make test   runs every test, with the race detector
# make lint   gofmt, go vet, staticcheck
# make update rewrites what is generated: schema types, JSON Schema, golden files, docs, fleet/
# make lab    starts the control plane of a site on this machine, which pulls what make demo published
# make e2e    tries everything on real API servers, Flux and Cluster API (docs/lab.md)
# make github-api takes the excerpt of GitHub's API description that tests use from a new version of it
# make bench  generates fleets of 100, 1,000 and 10,000 tenant clusters and measures
# make drills breaks publishes on purpose: kills, full disks, cut connections, races (takes long)

SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: build demo test lint lab e2e update renders github-api bench drills tools clean

BIN   := $(CURDIR)/bin
TOOLS := $(CURDIR)/build/tools
KUSTOMIZE_VERSION   := v5.8.2
STATICCHECK_VERSION := v0.8.2
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS := -X github.com/tenantc/tenantc/internal/version.number=$(VERSION)

export TENANTC_KUSTOMIZE := $(TOOLS)/kustomize-$(KUSTOMIZE_VERSION)
STATICCHECK := $(TOOLS)/staticcheck-$(STATICCHECK_VERSION)

build:
	go build -ldflags '$(LDFLAGS)' -o $(BIN)/tenantc ./cmd/tenantc

# The tools that tests and lint call, at pinned versions.
tools: $(TENANTC_KUSTOMIZE) $(STATICCHECK)

$(TENANTC_KUSTOMIZE):
	@mkdir -p $(TOOLS)
	GOBIN=$(TOOLS) go install sigs.k8s.io/kustomize/kustomize/v5@$(KUSTOMIZE_VERSION)
	@mv $(TOOLS)/kustomize $@

$(STATICCHECK):
	@mkdir -p $(TOOLS)
	GOBIN=$(TOOLS) go install honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK_VERSION)
	@mv $(TOOLS)/staticcheck $@

demo: build
	@scripts/demo.sh

test: $(TENANTC_KUSTOMIZE)
	go test -race -timeout 30m ./...

lint: $(STATICCHECK)
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	$(STATICCHECK) ./...

# What helm makes of every supported vcluster chart with tenantc's values, out of the charts' Go modules.
renders:
	@scripts/renders.sh

update: build $(TENANTC_KUSTOMIZE)
	go generate ./...
	TENANTC_UPDATE=1 go test ./...
	$(BIN)/tenantc compile

# The first time builds a site's binaries, some twenty minutes of CPU; later ones take them from
# the user's cache folder, or TENANTC_LAB_CACHE.
SITE ?= turin-1
lab: demo
	cd lab && go build -o $(BIN)/lab . && exec $(BIN)/lab up --site $(SITE)

# One part of it: make e2e RUN=TestLab/attacks
RUN ?= TestLab
e2e:
	cd lab && go vet ./... && go test ./internal/... && go test -count=1 -timeout 60m -v -run '$(RUN)' ./e2e

# MIT licence, as its package says: see internal/forge/githubtest/LICENSE.
GITHUB_API_VERSION := 23.0.2
github-api:
	@mkdir -p $(TOOLS)
	cd $(TOOLS) && npm pack --silent @octokit/openapi@$(GITHUB_API_VERSION) >/dev/null && \
		tar xzf octokit-openapi-$(GITHUB_API_VERSION).tgz package/LICENSE package/generated/api.github.com.json
	go run ./internal/forge/githubtest/cut $(TOOLS)/package/generated/api.github.com.json internal/forge/githubtest/api.github.com.json
	cp $(TOOLS)/package/LICENSE internal/forge/githubtest/LICENSE

# For benchstat: make bench COUNT=6 > new.txt. Fewer sizes: make bench BENCH_SIZES=100,1000
# The version is a release's, because only a release trusts what the fleet says it has proven.
COUNT ?= 1
bench: $(TENANTC_KUSTOMIZE)
	go test -run '^$$' -bench . -benchtime 1x -count $(COUNT) -timeout 120m \
		-ldflags '-X github.com/tenantc/tenantc/internal/version.number=v0.0.0-bench' ./internal/bench/
	go test -run '^$$' -bench HostileSpecs -benchtime 1x -count $(COUNT) ./internal/compiler/

# Publishes that are killed, starved, cut off and raced; DRILLS='-every 5' tries every fifth point.
DRILLS ?=
drills:
	go run ./scripts/drills $(DRILLS)

clean:
	rm -rf $(BIN) build
