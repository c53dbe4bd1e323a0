# The portal's commands; each brings the machine up to date first and repeats only what changed.
.PHONY: help run test check bench chaos screenshots serve worker sweep beat setup lock clean
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv/bin
SETUP = $(PYTHON) planportal/ops/install.py
COMPILE = $(VENV)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*##/\t/' | expand -t 14

run: ## the portal with plan, published figures and demo accounts (HOST, PORT)
	@exec $(PYTHON) planportal/ops/run.py

test: ## the whole suite with PostgreSQL, Redis and workers of its own (ARGS go to pytest)
	@$(SETUP) --dev
	@exec $(VENV)/python -m planportal.ops.servers -- $(VENV)/python -m planportal.ops.suite $(ARGS)

# The settings are loaded as in production; the key signs nothing.
check: export SECRET_KEY = make-check-loads-the-settings-with-this-key-that-signs-nothing
check: export ALLOWED_HOSTS = localhost
check: export HTTPS = 1
check: ## lint, format, types, import rules, migrations, deployment settings
	@$(SETUP) --dev
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check --quiet .
	@$(VENV)/mypy
	@$(VENV)/lint-imports
	@$(VENV)/python manage.py makemigrations --check --dry-run
	@$(VENV)/python manage.py check --deploy --fail-level WARNING

bench: ## speed of pages, submissions and recomputing, as ratios, and weights of pages (ARGS, such as --scales 1,31)
	@$(SETUP) --dev
	@exec env -u DATABASE_URL -u REDIS_URL $(VENV)/python -m planportal.ops.servers -- $(VENV)/python -m planportal.ops.bench $(ARGS)

chaos: ## the running portal broken on purpose under load, and judged (ARGS=--short: a shorter selection)
	@$(SETUP) --dev
	@exec env -u DATABASE_URL -u REDIS_URL $(VENV)/python -m planportal.ops.chaos $(ARGS)

screenshots: ## pictures of every page in var/screenshots, and what is wrong there (ARGS: --roles --pages --sizes --looks --folder)
	@$(SETUP) --dev
	@exec $(VENV)/python -m planportal.ops.look $(ARGS)

serve: ## production: the web server (HOST, PORT, WEB_WORKERS)
	@$(SETUP)
	@exec $(VENV)/python -m planportal.ops.processes serve

worker: ## production: the Celery worker (WORKER_CONCURRENCY)
	@$(SETUP)
	@exec $(VENV)/python -m planportal.ops.processes worker

sweep: ## production: the sweep that finds what no ring reached
	@$(SETUP)
	@exec $(VENV)/python manage.py sweep --loop

beat: ## production: the clock that has notices sent and snapshots checked; one in all
	@$(SETUP)
	@exec $(VENV)/python -m planportal.ops.processes beat

setup: ## everything a machine needs before manage.py can be called
	@$(SETUP)

lock: ## the lock files anew from requirements*.in
	@$(SETUP) --dev
	@for name in requirements requirements-dev requirements-node requirements-servers; do \
		$(COMPILE) $$name.in --output-file $$name.lock || exit 1; \
	done

clean: ## remove what the set-up made; the data in var/ stays
	@rm -rf .venv planportal/portal/frontend/node_modules planportal/portal/frontend/dist var/stamps var/static var/servers
