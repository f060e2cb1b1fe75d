# `make` alone lists the targets. What is set in the environment (PORT, DATA_DIR, DATABASE_URL ...) reaches the programs.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV ?= .venv
export VENV
BIN := $(VENV)/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard portal/translations/*/LC_MESSAGES/*.po))

.PHONY: help env runtime-env lock clean

help: ## List the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1|\2/p' Makefile | awk -F'|' '{printf "make %-14s %s\n", $$1, $$2}'

env: runtime-env $(VENV)/dev.stamp ## Make the environment with everything that tests and checks need

runtime-env: $(VENV)/runtime.stamp $(CATALOGUES)

$(VENV)/uv.stamp: tools/uv.txt
	@python=$$(tools/python) && "$$python" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/uv.txt
	@touch $@

$(VENV)/runtime.stamp: requirements.txt $(VENV)/uv.stamp
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/runtime.stamp
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch $@

%.mo: %.po $(VENV)/runtime.stamp
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

lock: $(VENV)/uv.stamp ## Recompile the pinned requirements (UPGRADE=1 takes newer versions)
	tools/lock

clean: ## Remove the environment and what tools left; data in DATA_DIR stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache test-results
	find portal tests migrations -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	rm -f $(CATALOGUES)
