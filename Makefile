# Two targets do all set-up by themselves: `make demo` and `make test`. Needs Python >= 3.11, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup demo test test-compose soak eval train lint lock clean

setup: $(VENV)/.done

$(VENV)/.done: requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Khabar needs Python 3.11 or newer; say PYTHON=python3.x" >&2; exit 1; }
	@echo "Setting up $(VENV) from requirements/dev.lock; this takes about half a minute."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup
	$(BIN)/khabar demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: setup
	$(BIN)/pytest $(PYTEST_OPTIONS)

test-compose: setup
	scripts/test-compose

# The fault test again and again, each round with the next seed, before a release; see docs/faults.md. SOAK_HOURS=0: one round.
SOAK_HOURS ?= 4
soak: setup
	$(BIN)/python -m tests.soak --hours $(SOAK_HOURS) $(SOAK_OPTIONS)

# How well and how fast articles are cleaned, beside trafilatura. Needs the evaluation data (EVAL_DATA=folder), see
# docs/evaluation.md; EVAL_OPTIONS=--raise raises the floors.
eval: $(VENV)/.eval
	@$(BIN)/python -m scripts.evaluate $(EVAL_OPTIONS)

$(VENV)/.eval: $(VENV)/.done requirements/eval.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/eval.lock
	@touch $@

# The encoder of names anew, in about an hour on two cores; see docs/encoder.md.
train: setup
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/train.lock
	$(BIN)/python -m scripts.train_entities $(TRAIN_OPTIONS)

lock:
	scripts/lock

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache
