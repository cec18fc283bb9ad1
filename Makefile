# Every target works without an activated virtual environment. PYTHON names another interpreter: make run PYTHON=python3.12
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
.DEFAULT_GOAL := help
.PHONY: help run test check fix shots bench messages vendor lock clean
MAKEFLAGS += --no-print-directory

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

run: ## prepare everything and serve the site on PORT (8000)
	@$(PYTHON) tools/bootstrap.py
	@$(BIN)/python -m tools.run_site

test: ## all tests, on SQLite and on PostgreSQL where one answers; ARGS="-k word" narrows
	@$(PYTHON) tools/bootstrap.py --development
	@$(BIN)/python -m tools.test_databases $(ARGS)

check: ## formatter, linters, types, import rules, deployment, migrations, guides, content, lock files, translations
	@$(PYTHON) tools/bootstrap.py --development
	@$(BIN)/python -m tools.check $(ARGS)

fix: ## format the code and repair what the linter can
	@$(PYTHON) tools/bootstrap.py --development
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

shots: ## screenshots of the main pages, phone and desktop, light and dark, into shots/
	@$(PYTHON) tools/bootstrap.py --development
	@$(BIN)/python -m tools.screenshots $(ARGS)

bench: ## how fast the site answers: steps of guides, the search at 100,000 codes; ARGS=search for one part
	@$(PYTHON) tools/bootstrap.py --development
	@$(BIN)/python -m tools.bench $(ARGS)

messages: ## collect the words to translate into locale/ and compile the translations
	@$(PYTHON) tools/bootstrap.py --development
	@$(BIN)/python -m tools.messages

vendor: ## make the vendored CSS and icons again from their sources
	@$(PYTHON) tools/bootstrap.py --development
	@$(BIN)/python tools/vendor.py

# The constraint keeps both lock files on the same versions: a development environment also runs the site.
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header
lock: ## pin the packages of requirements/*.in, with hashes; ARGS=--upgrade takes newer ones
	@$(PYTHON) tools/bootstrap.py --development
	@$(UV_COMPILE) $(ARGS) requirements/runtime.in --output-file requirements/runtime.txt
	@$(UV_COMPILE) $(ARGS) requirements/development.in --constraint requirements/runtime.txt \
		--output-file requirements/development.txt

clean: ## remove what can be made again; keeps .venv, .env, the database and uploads
	@rm -rf staticfiles shots test-results .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
	@rm -f test.sqlite3*
