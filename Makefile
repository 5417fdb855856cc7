# `make` lists what there is to do. Everything needs Python 3.11 or newer, make and git, no more.

.DEFAULT_GOAL := help
.PHONY: help demo run test test-postgres check proof bench lock
.SILENT:

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_ROOT_USER_ACTION = ignore
export PYTHONUTF8 = 1

VENV := .venv
PY := $(VENV)/bin/python
SITE := $(VENV)/.installed-site
TESTS := $(VENV)/.installed-tests
NEW_ENOUGH := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))

##@ Use it
help: ## this list
	awk 'BEGIN {FS = ":.*## "} /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	echo

# The demo leaves .env alone: nothing of a real study's settings may reach it.
demo: export EXDEP_DEMO = 1
demo: export EXDEP_ENV_FILE = /dev/null
demo: $(SITE) ## a running site with a synthetic study, on http://localhost:$PORT (8000)
	$(PY) manage.py prepare
	$(PY) manage.py seed_demo --if-empty
	exec $(PY) manage.py serve

run: $(SITE) ## the site on your own settings and data (see env-sample)
	$(PY) manage.py prepare
	exec $(PY) manage.py serve

##@ Change it
test: $(TESTS) ## all tests; those in a browser where Chromium is found
	if $(PY) -m tests.chromium; then $(PY) -m pytest -n auto -q -m "not proof"; \
	elif [ "$$EXDEP_REQUIRE_BROWSER" = 1 ]; then exit 1; \
	else $(PY) -m pytest -n auto -q -m "not browser and not proof"; fi

test-postgres: export DATABASE_URL ?= postgres://127.0.0.1:5432/test
test-postgres: $(TESTS) ## the tests marked `db` on PostgreSQL at DATABASE_URL
	$(PY) -m pytest -n auto -q -m "db and not proof"

check: $(TESTS) ## lint, types, room order, migrations, translations, deployment; changes nothing
	PY="$(PY)" sh ./.ci/check

##@ Measure it
proof: $(TESTS) ## the long proofs: simulations, fuzzing, kill tests
	$(PY) -m pytest -n0 -q -s -m proof

bench: $(TESTS) ## the benchmarks; writes var/bench/*.json
	$(PY) -m bench

##@ Keep it
lock: ## new locks from requirements/*.in (needs uv)
	command -v uv >/dev/null || { echo "make lock: uv is missing; install it first" >&2; exit 1; }
	uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-header requirements/base.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-header -c requirements.txt requirements/test.in -o requirements/test.txt

$(SITE): requirements.txt
	test -x $(PY) || { \
	  for python in python3 python3.13 python3.12 python3.11; do \
	    if command -v $$python >/dev/null && $$python -c "$(NEW_ENOUGH)"; then found=$$python; break; fi; \
	  done; \
	  test -n "$$found" || { echo "Python 3.11, 3.12 or 3.13 is missing; install it first" >&2; exit 1; }; \
	  echo "Making .venv with $$($$found --version) …"; $$found -m venv $(VENV); }
	echo "Installing what the site needs …"
	$(PY) -m pip install -q --require-hashes -r requirements.txt
	touch $@

$(TESTS): requirements/test.txt $(SITE)
	echo "Installing what the tests need …"
	$(PY) -m pip install -q --require-hashes -r requirements/test.txt
	touch $@
