# make demo   sets up, generates a package, sends with it, shows what is caught
# make test   sets up, runs all checks and tests
# make bench  measures beside public peers, writes benchmarks/RESULTS.md

VENV := .venv
BIN := $(VENV)/bin
# The first Python on this machine that is new enough.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: demo test lint unit bench golden clean

demo: $(VENV)/.demo
	@$(BIN)/python examples/demo.py

test: lint unit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

golden: $(VENV)/.dev
	$(BIN)/python -m pytest tests/target --update-golden

# pip learned dependency groups in 25.1, later than the one that old Pythons bring.
$(VENV)/.pip:
	@test -n "$(PYTHON)" || { echo "typewriter-py needs Python 3.11 or later" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@touch $@

$(VENV)/.demo: $(VENV)/.pip pyproject.toml
	$(BIN)/python -m pip install --quiet --editable . --group demo
	@touch $@

$(VENV)/.dev: $(VENV)/.pip pyproject.toml
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) build dist .cache
