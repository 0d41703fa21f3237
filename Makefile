# make demo  sets up, generates a package, sends with it, shows what is caught
# make test  sets up, runs all checks and tests
# make versions  runs the tests on every other Python that is here: the client from 3.9, the tool from 3.11
# make faults  what is lost when things go wrong, beside the official SDK: benchmarks/FAULTS.md
# make fuzz  broken inputs for every command: FUZZ_RUNS=2000 FUZZ_SEED=1
# make bench  measures beside public peers, writes benchmarks/RESULTS.md

VENV := .venv
BIN := $(VENV)/bin
TOOLS := tests/typescript/node_modules/.package-lock.json
# The first Python on this machine that is new enough.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

# Processes that tests start find their bytecode cached, as those of users do.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint unit client versions fuzz bench faults golden clean

demo: $(VENV)/.demo
	@$(BIN)/python examples/demo.py

test: lint unit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/typewriter lint --strict plans/*.yaml

unit: $(VENV)/.dev $(TOOLS)
	$(BIN)/python -m pytest -n auto --dist worksteal $(TESTS)

# With the client alone: its tests need nothing of the tool.
client: $(VENV)/.client
	$(BIN)/python -m pytest -n auto --dist worksteal $(or $(TESTS),tests/client)

# Checkers say the same whatever runs them.
CLIENTS := tests/client --ignore=tests/client/test_quality.py

# What these show is the same on every Python: random plans and schemas, growth, layouts.
PURE := audit/test_large diff/test_callers diff/test_inclusion diff/test_verdict formats/test_round_trips \
	formats/test_repair lint/test_cost lint/test_layouts lint/test_random_plans plan/test_verdict \
	targets/test_random_plans targets/test_rules_layout validation/test_verdict validation/test_verdicts

# Those of the tool's tests that depend on the Python that runs it, and the client's.
VERSIONED := $(addprefix tests/,plan plans targets cli validation lint diff audit formats infer sync) \
	$(foreach each,$(PURE),--ignore=$(or $(wildcard tests/$(each).py),$(error no tests/$(each).py))) $(CLIENTS)
VERSIONS := 3.9 3.10 3.11 3.12 3.13
versions:
	@for version in $(VERSIONS); do \
		python=$$(ls -d $$HOME/.pyenv/versions/$$version.*/bin/python 2>/dev/null | tail -n 1); \
		python=$${python:-$$(command -v python$$version)}; \
		if [ -z "$$python" ]; then echo "no Python $$version here"; continue; fi; \
		if [ -x $(BIN)/python ] && $(BIN)/python -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$$version')"; \
		then echo "Python $$version: make test"; continue; fi; \
		case $$version in 3.9|3.10) goal=client tests="$(CLIENTS)";; *) goal=unit tests="$(VERSIONED)";; esac; \
		echo "Python $$version: $$goal"; \
		$(MAKE) --no-print-directory $$goal VENV=.venv-$$version PYTHON=$$python TESTS="$$tests" || exit 1; \
	done

fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz

bench: $(VENV)/.dev $(TOOLS)
	$(BIN)/python -m benchmarks

faults: $(VENV)/.dev
	$(BIN)/python -m benchmarks.faults

golden: $(VENV)/.dev $(TOOLS)
	$(BIN)/python -m pytest --update-golden tests/targets tests/typescript/test_golden.py \
		tests/lint/test_cases.py tests/lint/test_shop.py tests/formats tests/infer/test_golden.py \
		tests/plan/test_mistyped.py

# pip learned dependency groups in 25.1, later than the one that old Pythons bring.
$(VENV)/.pip:
	@test -n "$(PYTHON)" || { echo "typewriter-py needs Python 3.11 or later" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@touch $@

# Both distributions are installed as they are here: neither is taken from an index.
PYPROJECTS := pyproject.toml client/pyproject.toml
$(VENV)/.demo: $(VENV)/.pip $(PYPROJECTS)
	$(BIN)/python -m pip install --quiet --editable ./client --editable . --group demo
	@touch $@

$(VENV)/.dev: $(VENV)/.pip $(PYPROJECTS)
	$(BIN)/python -m pip install --quiet --editable ./client --editable . --group dev --group client/pyproject.toml:test
	@touch $@ $(VENV)/.demo

$(VENV)/.client: $(VENV)/.pip client/pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ./client --group client/pyproject.toml:test
	@touch $@

# What judges and runs the generated TypeScript; without npm those tests are skipped.
$(TOOLS): tests/typescript/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix tests/typescript --no-audit --no-fund --silent; fi

clean:
	rm -rf $(VENV) build dist .cache
