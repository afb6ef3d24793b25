# `make chat` and `make test` need Python 3.11+, make and pip; everything else they install into .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
ARGS ?=

.PHONY: chat test lint setup model bench format clean

chat: .venv/.installed
	@$(BIN)/chatbot chat $(ARGS)

test: .venv/.installed-dev
	$(BIN)/python -m pytest $(ARGS)

lint: .venv/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports

format: .venv/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

setup: .venv/.installed

bench: .venv/.installed-dev
	$(BIN)/python -m benchmarks.console

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "파이썬 3.11 이상이 필요해요: $$($(PYTHON) --version). PYTHON=python3.11 make 처럼 골라 주세요." >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml constraints.txt | .venv/bin/python
	@echo "말동무를 설치하고 있어요. 처음 한 번만 몇 분 걸려요." >&2
	@$(PIP) torch
	@$(PIP) --editable .
	@touch $@

.venv/.installed-dev: pyproject.toml constraints.txt | .venv/.installed
	@$(PIP) --editable '.[dev]'
	@touch $@ .venv/.installed

clean:
	rm -rf .venv build dist *.egg-info
