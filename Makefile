# make run   sets up and opens the app        make test   sets up and runs the tests
# make check lint, format and types           make bench  timings, reported and never tested
# make lock  pins every package with hashes   make audit  known faults of packages (asks osv.dev)
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
TEST_ARGS ?=

.PHONY: run test check format bench sample lock audit clean

run: $(VENV)/.run
	$(BIN)/python -m compileall -q app.py pages cxcase
	$(BIN)/python -m streamlit run app.py

test: $(VENV)/.dev
	$(BIN)/python -m compileall -q app.py pages cxcase
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(TEST_ARGS)

check: $(VENV)/.dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

format: $(VENV)/.dev
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

bench: $(VENV)/.bench
	$(BIN)/python -m bench.end_to_end
	$(BIN)/python -m bench.intake
	$(BIN)/python -m bench.link
	$(BIN)/python -m bench.moments
	$(BIN)/python -m bench.skip_patterns
	$(BIN)/python -m bench.budget
	$(BIN)/python -m bench.voice

lock: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip compile requirements.txt --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --quiet --output-file requirements.lock

audit: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	$(BIN)/pip-audit --vulnerability-service osv --require-hashes --disable-pip -r requirements.lock

sample: $(VENV)/.run
	$(BIN)/python -m cxcase sample data/samples

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "cxcase needs Python 3.11 or newer; none was found. Install it from python.org, then try again."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python could not make a virtual environment. On Debian or Ubuntu: sudo apt install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/.bench: requirements-bench.txt $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis
