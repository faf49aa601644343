# Everything sets itself up: Python 3.11 or newer, make and git are all that is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := all
.PHONY: all test lint types stale lock schema bench bench-scale clean check-real

all: $(READY)
	@$(BIN)/kg build
	@echo
	@echo 'The graph is in out/graph.ttl. Try next:'
	@echo '  $(BIN)/kg why amir-abdollahian-haniyeh-doha-2023-10-31'
	@echo '  $(BIN)/kg queries'

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadgroup

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

# What is generated is committed; this fails when it is not what the sources give.
stale: $(READY)
	$(BIN)/kg build
	$(BIN)/kg schema --builtin > kg/facts/facts.schema.json
	$(BIN)/python -m kg.mapping.context > ontology/context.jsonld
	$(BIN)/kg cite --format cff > CITATION.cff
	git diff --exit-code -- out kg/facts/facts.schema.json ontology/context.jsonld CITATION.cff
	test -z "$$(git status --porcelain -- out kg/facts ontology)"

bench: $(READY)
	$(BIN)/python -m tests.benchmarks

# Installs the peers under .bench/ at the first run; takes about an hour.
bench-scale: $(READY)
	$(BIN)/python -m tests.benchmarks.scale

# The answers of the tests of imports on real rows, which are no part of the project.
check-real: $(READY)
	$(BIN)/python -m tests.imports.real $(DATA)

# Pins every package with hashes; run after a change of the dependencies in pyproject.toml.
lock:
	$(PYTHON) -m venv .bench/lock
	.bench/lock/bin/pip install --quiet uv
	.bench/lock/bin/uv pip compile pyproject.toml --group dev --extra arrow \
		--extra pandas --extra serve --universal --generate-hashes \
		--python-version 3.11 --no-header --upgrade --quiet --output-file requirements.lock
	echo pyspark | .bench/lock/bin/uv pip compile - --universal --generate-hashes \
		--python-version 3.11 --no-header --no-annotate --upgrade --quiet \
		--output-file requirements-spark.lock

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--no-build-isolation --editable .
	@touch $@

clean:
	rm -rf $(VENV) .bench .kg-cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
