# Everything a newcomer needs: `make demo` and `make test`. Both set up what they need.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help setup demo test check bench docs clean

help:
	@echo "make demo    set up, then go from an example recording to a report, and open the app on an example person"
	@echo "make test    set up, then run all tests"
	@echo "make check   lint, types and layers"
	@echo "make bench   the benchmarks, with their peers"
	@echo "make docs    remake the generated pages of docs/"
	@echo "make setup   only build .venv with .venv/bin/myotwitch"
	@echo "make clean   remove .venv and everything made"

setup: .venv/.made

.venv/.made: pyproject.toml constraints.txt
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
	  { echo "myotwitch needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@echo "Setting up .venv (a minute or two the first time) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) install --constraint constraints.txt --editable '.[test]'
	@touch $@

.venv/.checks: .venv/.made
	@$(PIP) install --constraint constraints.txt --editable '.[test,check]'
	@touch $@

.venv/.peers: .venv/.made
	@$(PIP) install --constraint constraints.txt --editable '.[test,bench]'
	@touch $@

demo: setup
	@$(BIN)/myotwitch demo --out demo-output

test: setup
	@$(BIN)/python -m pytest

check: .venv/.checks
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv/.peers
	@$(BIN)/python -m benchmarks

docs: setup
	@$(BIN)/python -m docs.make_pages

clean:
	@rm -rf .venv demo-output benchmarks/output validation/output .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
