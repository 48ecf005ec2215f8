# make run · make test · make bench · make fmt
#
# Always --workspace: cargo unites the features of the crates that it builds together, so that
# building one crate alone compiles the great libraries a second time, with other features.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.PHONY: run test bench fmt assets

LISTEN ?= 127.0.0.1:8080
DB ?= sqlite://var/demo.db
# A Python with igraph and duckdb, where they shall be measured beside.
PYTHON ?= python3
TARGET := $(or $(CARGO_TARGET_DIR),target)

# A bureau with sample declarations; it prints its address and its logins.
run: assets
	@set -x
	cargo build --release --workspace --bin guomen
	mkdir -p var
	exec $(TARGET)/release/guomen --db $(DB) serve --demo --listen $(LISTEN)

# Every check there is. The PostgreSQL cluster of the tests is private, shared by them, and stopped at the end.
test: assets
	@trap 'if [ -x $(TARGET)/testkit/stop ]; then $(TARGET)/testkit/stop; fi' EXIT
	.ci/requirements test
	set -x
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo nextest run --workspace
	cargo test --workspace --doc --quiet
	cargo build --workspace --bin guomen
	node stories/browser/all.mjs $(TARGET)/debug/guomen
	cargo xtask tidy

# Figures, with the machine idle otherwise.
bench: assets
	@set -x
	cargo bench --workspace --bench '*'
	cargo build --release --workspace --bin guomen
	node stories/benches/start.mjs $(TARGET)/release/guomen
	cargo build --release --workspace --example trace_bench
	$(PYTHON) stories/benches/peers.py $(TARGET)/release/examples/trace_bench

fmt:
	cargo fmt --all

# Scripts of pages come from npm, by the lock file, and only when it changed.
assets:
	@.ci/requirements run
	if [ -f package.json ] && [ ! package-lock.json -ot node_modules/.package-lock.json ]; then
		npm ci --no-audit --no-fund </dev/null
	fi
