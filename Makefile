# cityebb · 城汐: everything that can be done with this repository. "make" alone lists it.
#
# Each step says in one line what it does; its full output is in build/log/, and is shown where it fails.
# Nothing is written outside this folder, but for the caches that pip keeps in the home directory.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.NOTPARALLEL:
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
STEP := tools/step
export PIP_ROOT_USER_ACTION := ignore
# Small matrices are done before several threads have agreed who does them.
export OPENBLAS_NUM_THREADS := 1
LANGUAGES := zh en
# How tests use the machine's cores; "make test SPREAD=" runs them one after another in one process.
SPREAD ?= $(shell tools/workers)

.PHONY: help install demo test check lint types examples docs pictures wheel lowest newest clean

help: ## 列出可做之事 · list what can be done
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 18

# ---------------------------------------------------------------------------------------------- environments
# A stamp file in the environment is newer than what it was made from, so that a second call has nothing to do.

.venv/.made: tools/environment
	@$(STEP) "建立 .venv · making .venv" tools/environment .venv $(PYTHON)
	@touch $@

# Sources are used in place; what is compiled from them, the words, is made again when they change.
.venv/.package: .venv/.made pyproject.toml hatch_build.py $(wildcard src/cityebb/words/catalogue/*/LC_MESSAGES/*.po)
	@$(STEP) "安装 cityebb · installing cityebb" $(BIN)/pip install --quiet --editable .
	@touch $@

.venv/.test .venv/.lint .venv/.docs: .venv/.%: .venv/.package
	@$(STEP) "安装 $* 工具 · installing the $* tools" $(BIN)/pip install --quiet --group $*
	@touch $@

install: .venv/.package ## 安装到 .venv · install into .venv

# ------------------------------------------------------------------------------------------------ for everyone

demo: .venv/.package ## 运行内置的中国算例 · run the embedded study of China
	@$(BIN)/cityebb demo

test: .venv/.test ## 运行全部测试（不超过 8 分钟）· run all tests (at most 8 minutes)
	@echo "▸ 测试 · tests"
	@mkdir -p build/log
	@$(BIN)/pytest -q $(SPREAD) 2>&1 | tee build/log/tests.txt || { echo "✗ 测试 · tests: build/log/tests.txt"; exit 1; }

# ---------------------------------------------------------------------------------------------- for developers

check: lint types examples docs test wheel lowest newest ## 合并前的全部检查 · everything that must hold before a merge
	@echo "✓ 全部通过 · all hold"

lint: .venv/.lint ## 代码规范 · lint and format
	@$(STEP) "代码规范 · lint" $(BIN)/ruff check .
	@$(STEP) "代码格式 · format" $(BIN)/ruff format --check .

types: .venv/.lint ## 类型检查 · strict types
	@$(STEP) "类型 · types" $(BIN)/mypy

examples: .venv/.test ## 运行文档字符串里的例子 · run the docstring examples
	@$(STEP) "文档例子 · docstring examples" $(BIN)/pytest -q $(SPREAD) --doctest-modules src

docs: .venv/.docs ## 生成中英文档到 docs/_build · build the documentation
	@for language in $(LANGUAGES); do \
	  $(STEP) "文档 $$language · docs $$language" $(BIN)/python -m sphinx -q -W --keep-going -c docs \
	    -D language=$${language/zh/zh_CN} -d docs/_build/cache/$$language docs/$$language docs/_build/$$language; \
	done

# "make test" compares them too; this is for whoever changes a figure.
pictures: .venv/.test ## 只做图像对比（含在 test 中）· only compare maps and charts with the pictures on file
	@$(STEP) "图像 · pictures" $(BIN)/pytest -q -m picture tests/publish

wheel: .venv/.made ## 在空环境里安装 wheel 并运行 · the wheel, installed and run in an empty environment
	@$(STEP) "空环境中的 wheel · the wheel in an empty environment" tools/wheel $(BIN)/python

.venv-lowest/.made: pyproject.toml hatch_build.py tools/environment tools/lowest.py
	@$(STEP) "建立 .venv-lowest · making .venv-lowest" tools/environment .venv-lowest $(PYTHON)
	@mkdir -p build && .venv-lowest/bin/python tools/lowest.py > build/lowest.txt
	@$(STEP) "安装最低版本 · installing the lowest versions" \
	  .venv-lowest/bin/pip install --quiet --constraint build/lowest.txt --editable '.[dask]' --group test
	@touch $@

lowest: .venv-lowest/.made ## 用最低版本的依赖运行单元测试 · unit tests with the lowest direct dependencies
	@$(STEP) "最低版本的单元测试 · unit tests, lowest versions" .venv-lowest/bin/pytest -q $(SPREAD) -m "not data and not fonts"

newest: ## 在 Python 3.13 上运行单元测试（若有）· unit tests on Python 3.13, where present
	@tools/newest 3.13

clean: ## 删除生成之物 · remove what was made
	@rm -rf .venv .venv-lowest .venv-3.13 build dist docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis
