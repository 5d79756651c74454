# Footnote. `make` alone says what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RAG_HOME ?= .rag/demo
Q ?= Who was to lead the Israeli delegation to Washington?
# The shell reads them from the environment, so a question may hold quotes and dollar signs.
export RAG_HOME
export Q := $(value Q)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help ask chat test test-long eval eval-full check gate lint types format bench bench-ingest audit clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

ask: $(VENV)/installed ## set up, read seeds/, answer a question; another: make ask Q="…"
	@$(BIN)/rag ingest seeds --quiet
	@$(BIN)/rag ask -- "$$Q" || [ $$? -eq 4 ]

chat: $(VENV)/installed ## set up, read seeds/, open the chat in the browser
	@$(BIN)/rag ingest seeds --quiet
	@$(BIN)/rag chat

test: $(VENV)/installed-dev ## set up and run the tests; no key and no network needed
	@$(BIN)/pytest

check: lint types test gate ## all that must hold before a change lands

gate: $(VENV)/installed ## gold questions over seeds/ as a guard against regressions; too few to tell does not fail
	@$(BIN)/rag eval gate || [ $$? -eq 5 ]

test-long: $(VENV)/installed-dev ## the tests that take minutes, too
	@$(BIN)/pytest -m "long or not long"

eval: $(VENV)/installed ## measure the assistant on gold questions over seeds/
	@$(BIN)/rag eval

eval-full: $(VENV)/installed ## the same with paraphrases, planted instructions and conflicts
	@$(BIN)/rag eval --full

lint: $(VENV)/installed-dev ## style
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/installed-dev ## mypy --strict on rag/
	@$(BIN)/mypy

format: $(VENV)/installed-dev ## put the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/installed-dev ## how fast the embedder is, beside Chroma's default way
	@$(BIN)/pip install --constraint constraints.txt --quiet --editable '.[bench]'
	@$(BIN)/python -m benchmarks.embedder

bench-ingest: $(VENV)/installed ## from files to searchable: speed, memory, disk; DATA=… for public texts in place of the seeds
	@$(BIN)/python -m benchmarks.ingest --documents 100 1000 3000 $(if $(DATA),--data $(DATA))

audit: ## known weaknesses of the pinned packages; needs the network, and fails where it could not ask
	@$(PYTHON) -m venv .rag/audit
	@.rag/audit/bin/pip install --quiet pip-audit
	@.rag/audit/bin/pip-audit --strict --disable-pip --no-deps --requirement constraints.txt

clean: ## remove the virtual environment and the demo's library
	rm -rf $(VENV) .rag/demo

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version.split()[0]; sys.exit(not (3, 11) <= sys.version_info < (3, 15) and "Footnote needs Python 3.11 to 3.14; $(PYTHON) is " + v + ": make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "no virtual environment could be made: on Debian and Ubuntu, apt install python3-venv" >&2; exit 1; }

$(VENV)/installed: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing Footnote and what it needs into $(VENV), once: about 1.3 GB on disk."
	@$(BIN)/pip install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@$(BIN)/pip install --constraint constraints.txt --editable '.[dev]'
	@touch $@
