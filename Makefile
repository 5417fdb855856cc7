# `make` lists what there is to do. Everything needs Python 3.11 or newer, make and git, no more.

.DEFAULT_GOAL := help
.PHONY: help demo run test test-postgres check proof bench lock model
.SILENT:

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_ROOT_USER_ACTION = ignore
export PYTHONUTF8 = 1

VENV := .venv
TRAIN_VENV := .venv-train
PY := $(VENV)/bin/python
SITE := $(VENV)/.installed-site
TESTS := $(VENV)/.installed-tests
TRAINER := $(TRAIN_VENV)/.installed-trainer
TRAIN_PY := $(TRAIN_VENV)/bin/python
# The demo's 100 people leave fewer than the 30 whom a model must have learned from.
MODEL_PEOPLE := 400
MODEL_SEED := 20230101
MODEL_OUT ?= estimates/shipped
MODEL_REPORT ?= docs/model.md
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
	if $(PY) -m tests.chromium; then $(PY) -m pytest -n auto --dist worksteal -q -m "not proof"; \
	elif [ "$$EXDEP_REQUIRE_BROWSER" = 1 ]; then exit 1; \
	else $(PY) -m pytest -n auto --dist worksteal -q -m "not browser and not proof"; fi

test-postgres: export DATABASE_URL ?= postgres://127.0.0.1:5432/test
test-postgres: $(TESTS) ## the tests marked `db` on PostgreSQL at DATABASE_URL
	$(PY) -m pytest -n auto --dist worksteal -q --migrations -m "db and not proof"

check: $(TESTS) ## lint, types, room order, migrations, translations, deployment; changes nothing
	PY="$(PY)" sh ./.ci/check

##@ Measure it
proof: $(TESTS) ## the long proofs: simulations, fuzzing, kill tests
	$(PY) -m pytest -n0 -q -s -m proof

bench: $(TESTS) ## the benchmarks; writes var/bench/*.json
	$(PY) -m bench

##@ Keep it
# The demo leaves .env alone: nothing of a real study's settings may reach the cohort.
model: export EXDEP_DEMO = 1
model: export EXDEP_ENV_FILE = /dev/null
model: $(TRAINER) ## the shipped estimate, trained anew on a simulated cohort (needs TensorFlow)
	scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	export EXDEP_DATA_DIR="$$scratch" PYTHONHASHSEED=0 && \
	unset DATABASE_URL REDIS_URL EXDEP_STUDY EXDEP_KEY_FILE EXDEP_BEHIND_TLS && \
	$(TRAIN_PY) manage.py migrate -v 0 && \
	$(TRAIN_PY) manage.py seed_demo --participants $(MODEL_PEOPLE) --seed $(MODEL_SEED) && \
	$(TRAIN_PY) manage.py export_study --out "$$scratch/export" && \
	$(TRAIN_PY) manage.py train_estimator "$$scratch/export" --out "$(MODEL_OUT)" \
	  --seed $(MODEL_SEED) $(if $(MODEL_REPORT),--report "$(MODEL_REPORT)")

lock: ## new locks from requirements/*.in (needs uv)
	command -v uv >/dev/null || { echo "make lock: uv is missing; install it first" >&2; exit 1; }
	uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-header requirements/base.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-header -c requirements.txt requirements/test.in -o requirements/test.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-header -c requirements.txt requirements/train.in -o requirements/train.txt

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

$(TRAINER): requirements/train.txt $(SITE)
	test -x $(TRAIN_PY) || $(PY) -m venv $(TRAIN_VENV)
	echo "Installing TensorFlow in $(TRAIN_VENV) …"
	$(TRAIN_PY) -m pip install -q --require-hashes -r requirements/train.txt
	touch $@
