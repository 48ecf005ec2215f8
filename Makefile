# make run · make test · make bench · make fmt
#
# Always --workspace: cargo unites the features of the crates that it builds together, so that
# building one crate alone compiles the great libraries a second time, with other features.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.PHONY: run test bench fmt assets

DB ?= sqlite://var/demo.db
TARGET := $(or $(CARGO_TARGET_DIR),target)

# A year of sample declarations through the acts, one decision taken again, and the ledger proven.
run: assets
	@set -x
	cargo build --release --workspace --bin guomen
	mkdir -p var
	$(TARGET)/release/guomen --db $(DB) import declarations --format kr-customs samples/declarations.csv
	$(TARGET)/release/guomen --db $(DB) targeting replay K1120260000001
	$(TARGET)/release/guomen --db $(DB) ledger verify

# Every check there is. The PostgreSQL cluster of the tests is private, shared by them, and stopped at the end.
test: assets
	@trap 'if [ -x $(TARGET)/testkit/stop ]; then $(TARGET)/testkit/stop; fi' EXIT
	.ci/requirements test
	set -x
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo nextest run --workspace
	cargo test --workspace --doc --quiet
	cargo xtask tidy

# Figures, with the machine idle otherwise.
bench: assets
	cargo bench --workspace --benches

fmt:
	cargo fmt --all

# Scripts of pages come from npm, by the lock file, and only when it changed.
assets:
	@.ci/requirements run
	if [ -f package.json ] && [ ! package-lock.json -ot node_modules/.package-lock.json ]; then
		npm ci --no-audit --no-fund </dev/null
	fi
