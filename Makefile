# genart: `make run` starts everything, `make test` tests it. `make help` lists the rest.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ONLY ?=
SCALE ?= 1
JOBS ?= logical
APT := DEBIAN_FRONTEND=noninteractive apt-get -qq
CODE := genart generation curation catalog tests manage.py
# Files in their order, whole: the browser comes last in every process, as tests/conftest.py wants.
SHARED := --numprocesses=$(JOBS) --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

.PHONY: help run stop test test-all test-distributed check fmt bench house-model clean chromium
.DEFAULT_GOAL := help

help:
	@echo 'make run          install, start everything, print the address (PORT=8000)'
	@echo 'make stop         end a factory that runs elsewhere'
	@echo 'make test         every fast test, a process for each core (JOBS=0: in one;'
	@echo '                  NO_BROWSER=1 leaves the browser out)'
	@echo 'make test-all     the slow ones too'
	@echo 'make test-distributed  real servers, several hosts, pulled cables (root, Debian)'
	@echo 'make check        format, lint, types, import contracts, migrations, system checks'
	@echo 'make fmt          format and mend what can be mended'
	@echo 'make bench        measure (ONLY=name for one subject)'
	@echo 'make house-model  train the house model anew (a night; SCALE=0.001 rehearses every part)'
	@echo 'make clean        remove caches and $(VENV); the data folder stays'

run: $(VENV)/.installed
	@exec $(BIN)/python manage.py run_factory

stop: $(VENV)/.installed
	@$(BIN)/python manage.py stop_factory

test: $(VENV)/.installed-dev chromium
	$(BIN)/python -m pytest $(SHARED)

test-all: test
	$(BIN)/python -m pytest -m 'slow and not bench'

# RUNLEVEL keeps Debian from starting the servers: the lab runs them itself, on hosts of its own.
test-distributed: $(VENV)/.installed-dev
	@[ "$$(id -u)" = 0 ] || { echo 'The lab makes network namespaces: run this as root.'; exit 1; }
	@for package in iproute2 pgbouncer rabbitmq-server redis-server systemd; do \
	  dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; done; \
	  [ -z "$$missing" ] || { echo "Installing$$missing …"; \
	  $(APT) update && RUNLEVEL=1 $(APT) install -y --no-install-recommends $$missing >/dev/null; }
	@$(BIN)/python -m pip install --quiet --no-cache-dir --disable-pip-version-check -e '.[scale]'
	$(BIN)/python -m pytest tests/deploy
	GENART_DISTRIBUTED=1 $(BIN)/python -m pytest -c tests/distributed/pytest.ini --rootdir=. \
	  --confcutdir=tests/distributed -v tests/distributed

check: $(VENV)/.installed-dev
	@BIN=$(BIN) bash tests/check.sh $(CODE)

fmt: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix-only --quiet $(CODE)
	$(BIN)/ruff format $(CODE)

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.bench $(ONLY)

house-model: $(VENV)/.installed-dev
	$(BIN)/python manage.py train_house all --resume --scale $(SCALE)

clean:
	find $(CODE) -name __pycache__ -type d -prune -exec rm -r {} +
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info build

# -- what the targets above need -------------------------------------------------------------

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo 'genart needs Python 3.11 or newer as $(PYTHON); choose one with PYTHON=…'; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	  then echo 'Installing python3-venv …'; $(APT) update && $(APT) install -y python3-venv >/dev/null; \
	  else echo 'Python has no venv module: install it, on Debian with apt-get install python3-venv'; exit 1; fi
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo 'Installing what genart needs into $(VENV) (about 3 GB to download; once, some minutes) …'
	@$(BIN)/python -m pip install --quiet --no-cache-dir --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	@echo 'Installing what the tests need into $(VENV) …'
	@$(BIN)/python -m pip install --quiet --no-cache-dir --disable-pip-version-check -e '.[dev]'
	@touch $(VENV)/.installed $@

chromium:
	@if [ "$(NO_BROWSER)" = 1 ] || command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo 'Installing Chromium for the browser tests …'; \
	  $(APT) update && $(APT) install -y --no-install-recommends chromium >/dev/null; \
	else echo 'Chromium is missing: apt-get install chromium, or NO_BROWSER=1 leaves its tests out.'; fi
