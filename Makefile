# What one can do here. Each target is a line or two; the work is in bin/, bench/ and tests/.
# PORT=, SIAGA_DATA= and SIAGA_KEYS= let two run side by side; PYTHON= says which Python makes the environment.
.NOTPARALLEL:
.DEFAULT_GOAL := help
ifndef PYTHON
PYTHON := $(shell bin/which-python)
endif
export PYTHON
# Where the machine forbids it, each of hundreds of starts would compile every module anew.
export PYTHONDONTWRITEBYTECODE :=
PIP := .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --use-pep517
CODE := app cadre partner sync wsgi.py gunicorn.conf.py tests bench bin/*.py
FRONT := $(shell find static cadre/shell.py -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
FAULTS := tests/faults $(foreach proof,canary kills seven_days,tests/browser/test_$(proof).py)
WORDS := $(wildcard translations/*/LC_MESSAGES/messages.po)

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1  \t/p' $(MAKEFILE_LIST) | expand -t 12

run: doctor-run install front catalogues  ## start everything: web, worker, sweeper, job queue, demo district
	@exec .venv/bin/python bin/run.py

test: doctor-test install-dev front catalogues  ## every test, on SQLite, on PostgreSQL and in real browsers
	@bin/system-packages
	@bin/test

check: doctor-test install-dev front  ## format, lint, import contracts, types, words
	.venv/bin/ruff format --check $(CODE)
	.venv/bin/ruff check $(CODE)
	.venv/bin/lint-imports --no-cache
	bin/front-end check
	.venv/bin/python bin/check_words.py

words: install-dev  ## bring the catalogues up to date with the code, and compile them
	.venv/bin/python bin/words.py

bench: install-dev front catalogues  ## what it costs: ingest, memory, a desk with a million referrals, pushes, the phone
	@all=0; for question in ingest memory desk bytes pushes opening hurry rounds; do .venv/bin/python -W ignore -m bench.$$question || all=1; done; exit $$all

faults: install-dev front catalogues  ## kill -9, cut wires, 300 dead browsers, the canary: an hour or two
	@all=0; SIAGA_TEST_DB=postgresql .venv/bin/python -m pytest tests/faults -q || all=1; \
	SIAGA_WHOLE=1 SIAGA_CONSENT_RUNS=2000 bin/front-end test || all=1; \
	SIAGA_WHOLE=1 .venv/bin/python -m pytest $(FAULTS) -q -s || all=1; exit $$all

fuzz: install-dev front catalogues  ## protocol, care and suppression against their models, at length
	@all=0; SIAGA_FUZZ_RUNS=10000 .venv/bin/python -m pytest tests/sync/test_model.py -q || all=1; \
	SIAGA_CARE_RUNS=1000 .venv/bin/python -m pytest tests/services/test_care_model.py -q || all=1; \
	SIAGA_TABLES=10000 .venv/bin/python -m pytest tests/unit/test_domain_statistics.py -q || all=1; exit $$all

looks: install-dev front catalogues  ## pictures of every screen, into var/looks
	@bin/system-packages
	.venv/bin/python -m pytest tests/browser -q -k looks --looks var/looks

locks: install-dev  ## write the .lock files anew from pyproject.toml
	bin/locks

clean:  ## remove what was built; data and keys stay
	rm -rf .venv static/node_modules static/dist translations/*/LC_MESSAGES/*.mo translations/.compiled
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Below: steps that are done once and again when what they read has changed.

doctor-%:
	@bin/doctor $*

install: .venv/.installed
.venv/.installed: requirements.lock
	@echo "Installing (once; a minute or two) …"
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@$(PIP) -r requirements.lock
	@touch $@

install-dev: .venv/.installed-dev
.venv/.installed-dev: requirements-dev.lock | .venv/.installed
	@$(PIP) -r requirements-dev.lock
	@touch $@

front: static/dist/.built
static/dist/.built: $(FRONT)
	@echo "Building the front end …"
	@bin/front-end build >/dev/null
	@touch $@

catalogues: translations/.compiled
translations/.compiled: $(WORDS) bin/words.py
	@.venv/bin/python bin/words.py compile
	@touch $@

.PHONY: help run test check words bench faults fuzz looks locks clean install install-dev front catalogues
