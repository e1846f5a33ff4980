# Paperboy. `make run` on a fresh clone needs python3 (3.11 or newer) with pip and venv, nothing else.

PYTHON ?= python3
ARGS ?=
# So many processes share the tests: one a core, two at least.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(max(2, os.cpu_count() or 2))')
BIN := .venv/bin
RUNNABLE := .venv/installed-run
INSTALLED := .venv/installed
AUDITOR := .audit/installed
# The tests of a file stay together, and the files come in the order of the collection: the longest first.
PYTEST := $(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder
PIP_INSTALL := -m pip --disable-pip-version-check --no-input install --quiet
COMPILE := $(BIN)/uv --no-config pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	--quiet $(if $(UPGRADE),--upgrade)

# Where it is set, every process compiles all that it imports anew, which takes seconds each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install develop run test lint types docs browser proxy check bench pictures audit release lock

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(RUNNABLE) ## make .venv with what running needs, from the lock

$(RUNNABLE): requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Paperboy needs Python 3.11 or newer. Name one: make install PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo 'This Python cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv' >&2; exit 1; }
	@echo 'Installing what requirements/run.txt names into .venv (about a minute)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
# Not compiled beforehand: most of it is never imported, and what is compiles itself at the first start.
	@$(BIN)/python $(PIP_INSTALL) --no-compile --require-hashes --requirement requirements/run.txt
	@$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

develop: $(INSTALLED) ## add to .venv what tests and checks need

# The one lock holds the other, at the same versions: what runs is what was tested.
$(INSTALLED): requirements/dev.txt $(RUNNABLE)
	@echo 'Installing what requirements/dev.txt names besides (another minute)'
	@$(BIN)/python $(PIP_INSTALL) --require-hashes --requirement requirements/dev.txt
	@touch $@

run: install ## start Paperboy with its local chat and print the address
	@$(BIN)/paperboy run $(ARGS)

test: develop ## run every test that needs no browser, the longest in a small size (ARGS=tests/bot for a part)
	$(PYTEST) --ignore=tests/browser --ignore=tests/proxy $(ARGS)

lint: develop ## style, formatting and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: develop ## mypy
	$(BIN)/mypy

docs: develop ## do the documents still tell the truth?
	$(BIN)/pytest tests/repo

browser: develop ## the local chat in a real Chromium (Debian: apt-get install chromium)
	$(BIN)/pytest tests/browser

proxy: develop ## the README's proxy in a real nginx (Debian: apt-get install nginx-light)
	$(BIN)/pytest tests/proxy

# `test` does what `docs` does as well.
check: ## lint, types, every test in full size, browser, proxy: what has to pass before a change goes in
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory types
	@$(MAKE) --no-print-directory test ARGS=--full
	@$(MAKE) --no-print-directory browser
	@$(MAKE) --no-print-directory proxy

bench: develop ## time and memory, each beside a yardstick, in one run
	$(BIN)/python -m benchmarks $(ARGS)

pictures: develop ## take the pictures of docs/ anew where they changed (ARGS=--all: every one; needs Chromium)
	$(BIN)/python -m tests.screenshots $(ARGS)

audit: $(AUDITOR) ## known weaknesses in what is locked (asks the network, and fails where that does not answer)
	.audit/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements/run.txt

$(AUDITOR): requirements/audit.txt
	@test -x .audit/bin/python || $(PYTHON) -m venv .audit
	@.audit/bin/python $(PIP_INSTALL) --require-hashes --requirement requirements/audit.txt
	@touch $@

release: develop $(AUDITOR) ## dist/: wheel, sdist and the list of what they need (SBOM), under the changelog's heading
	@$(BIN)/python -m deploy.changelog
	@rm -rf dist
	@$(BIN)/python -m hatchling build --target wheel --target sdist --directory dist
	@.audit/bin/cyclonedx-py requirements requirements/run.txt --pyproject pyproject.toml --output-reproducible \
		--output-format JSON --output-file dist/paperboy.cdx.json
	@echo 'Look at the diff of CHANGELOG.md, commit it, tag it, and upload what is in dist/.'

lock: ## write the locks anew from pyproject.toml (UPGRADE=1: newest versions)
	@test -x $(BIN)/uv || $(MAKE) --no-print-directory develop
	$(COMPILE) pyproject.toml --extra build --extra meaning --output-file requirements/run.txt
	$(COMPILE) pyproject.toml --extra build --extra meaning --extra dev --constraint requirements/run.txt \
		--output-file requirements/dev.txt
	$(COMPILE) --group audit --output-file requirements/audit.txt
