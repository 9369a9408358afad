# Everything is installed into .venv from the versions in constraints.txt. `make help` lists the targets.
# Installing talks on standard error: what a program prints stays clean for other programs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install demo serve worker test check format docs benchmark lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## Make .venv with everything in it

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is wanted, $(PYTHON) is $$($(PYTHON) --version 2>&1); set PYTHON=python3.12, say" >&2; exit 1; }
	@echo "installing into $(VENV): this takes some minutes, once" >&2
	@$(PYTHON) -m venv $(VENV) >&2 || \
	  { echo "The venv module is missing: on Debian and Ubuntu, apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[worker,embedded,experiments,cluster,briefs,dev]' >&2
	@# It asks for numpy 1 and pandas, which the modules used here never import.
	@$(BIN)/python -m pip install --quiet --no-deps --constraint constraints.txt gbstats >&2
	@touch $@

demo: $(STAMP) ## Ingest the sample, play readers, show their feeds; ARGS="--once --json"
	@$(BIN)/python -m scripts.demo $(ARGS)

serve: $(STAMP) ## Serve the API with a worker on 127.0.0.1:8000
	@$(BIN)/python -m scripts.serve $(ARGS)

worker: $(STAMP) ## Run one more embedding worker
	@$(BIN)/python -m scripts.worker $(ARGS)

test: $(STAMP) ## Run the tests; ARGS="tests/unit -k decay"
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest $(ARGS)

check: $(STAMP) ## Lint, formatting, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP) ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(STAMP) ## Renew the generated parts of docs/
	$(BIN)/python -m scripts.reference

benchmark: $(STAMP) ## Measure serving against its floor; ARGS="--json F"
	@$(BIN)/python -m scripts.benchmark serving $(ARGS)

lock: ## Renew constraints.txt with the newest versions that pyproject.toml admits
	rm -rf .lock && $(PYTHON) -m venv .lock
	.lock/bin/python -m pip install --quiet torch==2.13.0 --editable '.[worker,embedded,experiments,cluster,briefs,dev]'
	.lock/bin/python -m pip install --quiet --no-deps gbstats
	{ echo '# Pinned versions; renewed by `make lock`. torch stays at the tested release.'; \
	  .lock/bin/python -m pip freeze --exclude-editable --exclude pip | sed 's/+[a-z0-9.]*$$//'; } > constraints.txt
	rm -rf .lock

clean: ## Remove the environment and caches
	rm -rf $(VENV) .lock .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info build
