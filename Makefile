# Everything runs in .venv; nothing is installed outside of it. `make` alone lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
HOST ?= 127.0.0.1
BROWSER := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
# Two cores are what the smallest supported machine has.
WORKERS ?= 2
# With a browser present the browser and the slow tests belong to `make test`.
# What production sets, for checks that only read the settings.
CHECKING := SECRET_KEY=read-only-by-make-check-and-by-nothing-else-0123456789 JOURNAL_KEY=only-for-make-check \
	HTTPS=1 ALLOWED_HOSTS=yingji.example.org DATA_DIR=build/check
MARKS ?= $(if $(BROWSER),not faults,not slow and not e2e)

.DEFAULT_GOAL := help
.PHONY: help run manage test e2e check faults bench format lock clean venv install install-dev

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: install ## the whole product: make run [PORT=8000] [HOST=127.0.0.1] [DATA_DIR=var] [DEMO=0]
	@$(BIN)/python -m ops.supervisor --host $(HOST) --port $(PORT)

manage: install ## a command beside a running product: make manage ARGS="verify_journal"
	@$(BIN)/python -m ops.inside $(BIN)/python manage.py $(ARGS)

test: install-dev ## all tests; those marked e2e or slow only where a browser is present
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(if $(MARKS),-m "$(MARKS)")

e2e: install-dev ## only the browser tests
	$(BIN)/pytest -m e2e tests/e2e

check: check-style check-types check-imports check-django check-templates ## style, types, import contracts, migrations, settings, API schema, lifecycle page, plan schema, catalogue, templates (no tests)
	@echo "check: all in order"

check-style: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-types: install-dev
	$(CHECKING) $(BIN)/mypy .

check-imports: install-dev
	$(BIN)/lint-imports --no-cache

# As in production, without a database: nothing here reads one.
check-django: install-dev
	$(CHECKING) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(CHECKING) $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(CHECKING) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null
	$(CHECKING) $(BIN)/python manage.py lifecycle --check
	$(CHECKING) $(BIN)/python manage.py plan_schema --check
	$(CHECKING) $(BIN)/python manage.py catalogue --check

check-templates: install-dev
	$(BIN)/djlint --lint --quiet templates
	$(CHECKING) $(BIN)/python manage.py compile_templates

faults: install-dev ## the engine struck in every way, full sizes; writes its table into docs/reliability.md
	@$(BIN)/python -m tests.faults.figures $(BIN)/pytest -n 0 -q -m faults tests/faults

bench: install-dev ## measure against the goals and write docs/performance.md
	$(BIN)/python -m bench

format: install-dev ## put code and templates in order
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lock: ## resolve pyproject.toml again (needs uv; only for who changes dependencies)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header pyproject.toml -o requirements/run.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header pyproject.toml --group dev -c requirements/run.lock -o requirements/dev.lock

clean: ## remove the environment and caches; the data folder stays
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# The stamp beside the environment is a copy of the lock that was installed.
install: venv
	@cmp -s requirements/run.lock $(VENV)/installed.lock \
		|| cmp -s requirements/dev.lock $(VENV)/installed.lock \
		|| sh requirements/install.sh $(BIN)/python requirements/run.lock $(VENV)/installed.lock

install-dev: venv
	@cmp -s requirements/dev.lock $(VENV)/installed.lock \
		|| sh requirements/install.sh $(BIN)/python requirements/dev.lock $(VENV)/installed.lock

venv:
	@test -x $(BIN)/python || sh requirements/venv.sh $(PYTHON) $(VENV)
