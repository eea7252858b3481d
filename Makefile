# Two commands matter on a fresh machine: `make demo` and `make test`.
# Everything else is listed by `make help`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo tour test lint format bench fuzz torture clean

ONLY ?=
ROUNDS ?= 200
SEED ?= 1

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## prepare .venv and the system libraries (done by the others when needed)
	@scripts/setup.sh

demo: setup ## run the whole system on this machine; Ctrl-C ends it
	@exec .venv/bin/anjungan demo

tour: setup ## scripted visit without a display; pictures and summary in tour/
	@exec .venv/bin/anjungan tour

test: ## lint and all tests, with coverage floors
	@scripts/setup.sh test
	@exec .venv/bin/python scripts/run_tests.py

lint: setup ## style, types and import rules only
	@exec .venv/bin/python scripts/run_tests.py --only lint

format: setup ## rewrite the code in the one style
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench: setup ## measure the figures; ONLY=name measures one
	@exec .venv/bin/python -m bench $(if $(ONLY),--only $(ONLY))

fuzz: setup ## a million broken frames for each device protocol, then guided ones
	@exec .venv/bin/python -m bench.fuzz

torture: setup ## kill agent and screens ROUNDS times (default 200) and count what arrives
	@exec .venv/bin/python -m anjungan.simulation.torture --rounds $(ROUNDS) --seed $(SEED)

clean: ## remove what was made; the demo's data stay (remove demo-data/ yourself)
	@rm -rf .venv tour bench/results build dist *.egg-info .mypy_cache .ruff_cache \
	  .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.* tests/output
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
