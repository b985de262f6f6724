# Everything a fresh machine needs: Python 3.11 (or newer), pip and make.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
PIP_INSTALL := $(PIP) install --quiet --root-user-action=ignore

.DEFAULT_GOAL := help
.PHONY: help venv demo test lint screens bench clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: $(STAMP) ## Install exactly what requirements-dev.lock names, checked by hash

# A stamp beside what it stands for: a changed lock file installs again.
$(STAMP): requirements-dev.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, then run make again." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Run make with PYTHON=/path/to/python3.11." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv \
		|| { echo "This Python cannot make a virtual environment: install its venv module (on Debian: python3-venv)." >&2; exit 1; }
	@echo "Installing into .venv; this takes a minute or two the first time."
	$(PIP_INSTALL) --require-hashes --requirement requirements-dev.lock
	PYTHONWARNINGS=ignore $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(STAMP) ## A small lively market in the browser; Ctrl-C ends it, its data stay
	@$(BIN)/tuppence demo $(ARGS)

test: $(STAMP) ## Every test, on a PostgreSQL of its own; ARGS="-k posting" chooses
	@$(BIN)/pytest --numprocesses=auto --maxprocesses=4 $(ARGS)

lint: $(STAMP) ## Style, types and the floors between the rooms
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

screens: $(STAMP) ## A picture of every page for everybody into screens/; ARGS="--persona investor" chooses
	@$(BIN)/python -m tests.browser.pictures $(ARGS)

bench: $(STAMP) ## The measurements; ARGS="hot-listing" chooses
	@$(BIN)/tuppence bench $(ARGS)

clean: ## Remove what make and the tools made here; the demo's data are kept elsewhere
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf build dist reports tuppence.egg-info
	find tuppence tests bench \( -name __pycache__ -o -name '*.mo' \) -prune -exec rm -rf {} +
