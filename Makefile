# `make` alone lists the targets. What is set in the environment (PORT, DATA_DIR, DATABASE_URL ...) reaches the programs.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV ?= .venv
export VENV
# Every program of ours would compile all its libraries anew each time it starts.
unexport PYTHONDONTWRITEBYTECODE
BIN := $(VENV)/bin
# As many as cores: a third process on two cores made every test slower than it was worth.
JOBS ?= 2
PYTEST = $(BIN)/pytest -n $(JOBS) --dist loadgroup $(PYTEST_ARGS)
# What tests print at the end; -s would show nothing of other processes.
FIGURES = -rP --show-capture=stdout
# One PostgreSQL for all workers of the run; TEST_DATABASE_URL names one that is already there.
ON_POSTGRES = $(BIN)/python -m tests.postgres --
ON_SQLITE = env -u TEST_DATABASE_URL
WITH_BROWSER = CHROMIUM=$$(tools/chromium) && export CHROMIUM &&
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard portal/translations/*/LC_MESSAGES/*.po))

.NOTPARALLEL:
.PHONY: help run test check test-sqlite test-postgres journeys prove bench bench-mail screens messages lock env runtime-env clean

help: ## List the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1|\2/p' Makefile | awk -F'|' '{printf "make %-14s %s\n", $$1, $$2}'

run: runtime-env ## Run the portal with demonstration data (PORT, HOST, DATA_DIR ... from the environment)
	@$(BIN)/python -m portal.demo.run

test: check test-sqlite test-postgres ## Run the checks, then all tests on SQLite, and those that ask a database on PostgreSQL

check: env ## Run linters, types, import contracts
	@tools/check

test-sqlite: env ## Run the tests on SQLite (PYTEST_ARGS: more for pytest; JOBS: processes)
	@echo "--- Tests on SQLite"
	@$(WITH_BROWSER) $(ON_SQLITE) $(PYTEST)

test-postgres: env ## Run the tests on PostgreSQL that ask a database anything (TEST_DATABASE_URL: a server of yours)
	@echo "--- Tests on PostgreSQL"
	@$(WITH_BROWSER) $(ON_POSTGRES) $(PYTEST) -m "not slow and not either_database"

journeys: env ## Click through the stories in a browser, on SQLite
	@$(WITH_BROWSER) $(ON_SQLITE) $(PYTEST) -m "journey and not slow"

prove: env ## Run the promises with their full figures, on both databases; long
	@$(WITH_BROWSER) $(ON_SQLITE) $(PYTEST) $(FIGURES) -m slow
	@$(WITH_BROWSER) $(ON_POSTGRES) $(PYTEST) $(FIGURES) -m "slow or either_database"

bench: env ## Measure pages on this machine
	@$(BIN)/python -m tests.bench

bench-mail: env ## Measure how fast the outbox drains (MAILS: how many; WORKERS: processes)
	@$(BIN)/python -m tests.bench_mail $(if $(MAILS),--mails $(MAILS)) $(foreach count,$(WORKERS),--workers $(count))

screens: env ## Take the README's pictures
	@$(WITH_BROWSER) $(BIN)/python -m tests.screens

messages: env ## Collect texts for translation and update the catalogues
	@tools/messages

env: runtime-env $(VENV)/dev.stamp ## Make the environment with everything that tests and checks need

runtime-env: $(VENV)/runtime.stamp $(CATALOGUES)

$(VENV)/uv.stamp: tools/uv.txt
	@python=$$(tools/python) && "$$python" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/uv.txt
	@touch $@

$(VENV)/runtime.stamp: requirements.txt $(VENV)/uv.stamp
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/runtime.stamp
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch $@

%.mo: %.po $(VENV)/runtime.stamp
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

lock: $(VENV)/uv.stamp ## Recompile the pinned requirements (UPGRADE=1 takes newer versions)
	tools/lock

clean: ## Remove the environment and what tools left; data in DATA_DIR stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache test-results
	find portal tests migrations -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	rm -f $(CATALOGUES)
