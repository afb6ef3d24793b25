# `make chat` and `make test` need Python 3.11+, make and pip; everything else they install into .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
ARGS ?=

.PHONY: chat test lint setup model bench format clean

chat: .venv/.installed
	@$(BIN)/chatbot chat $(ARGS)

test: .venv/.installed-dev
	$(BIN)/python -m pytest -n auto $(ARGS)

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

# The bundled model, from the data: pre-training on everyday sentences, then dialogues, then the example memory.
# SHARED holds the third-party training text, which is not part of this repository.
SHARED ?= ../shared/data
THIRD := $(SHARED)/dialogues/permissive.jsonl.xz
WITHOUT := $(foreach voice,caring witty professional enthusiastic,--without-source ms_chitchat_ko/$(voice))
PRETRAIN_MINUTES ?= 31
DIALOGUE_MINUTES ?= 95
model: .venv/.installed-dev
	$(BIN)/chatbot train --base new --out build/pretrained --minutes $(PRETRAIN_MINUTES) --learning-rate 1e-3 --no-hints \
	  --data data/maldongmu=0.2 --data $(THIRD)=0.2 $(WITHOUT) --text $(SHARED)/text/lm_sharealike.txt.xz=0.6 --resume
	$(BIN)/chatbot train --base build/pretrained --out build/model --minutes $(DIALOGUE_MINUTES) --learning-rate 1e-3 \
	  --data data/maldongmu=0.85 --data $(THIRD)=0.15 $(WITHOUT) --resume
	$(BIN)/chatbot index --data data/maldongmu --also $(THIRD) $(WITHOUT) --out build/model
	cp build/model/*.safetensors build/model/*.json build/model/*.gz chatbot/pretrained/
	$(BIN)/chatbot evaluate chatbot/pretrained --data data/maldongmu --data $(THIRD) --out build/model/evaluation.json

clean:
	rm -rf .venv build dist *.egg-info
