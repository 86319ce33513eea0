# Lamina: install, serve, check. Needs make, a package index and Python 3.11 or later with venv.
# Everything is installed into .venv. A stamp there, named by what it was installed from,
# keeps a second run from calling pip.

PYTHON ?= python3
PORT ?= 8000
# not ?=, because some shells export HOST as the name of the machine
HOST = 127.0.0.1

VENV := .venv/bin/python
PIP := $(VENV) -m pip --quiet
KEY := $(shell $(PYTHON) -c 'import hashlib, os, pathlib; \
	read = lambda name: pathlib.Path(name).read_bytes(); \
	parts = [read("pyproject.toml"), read("constraints.txt"), os.getcwd().encode()]; \
	print(hashlib.sha256(b"\0".join(parts)).hexdigest()[:16])' 2>/dev/null)
RUN := .venv/.installed-run-$(KEY)
TEST := .venv/.installed-test-$(KEY)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help run test constraints python

help:  ## Show this list
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1  /p' $(MAKEFILE_LIST)
	@echo "  Variables: PYTHON=$(PYTHON) HOST=$(HOST) PORT=$(PORT)"

run: $(RUN)  ## Install what is missing, build the index if it is stale, serve
	@exec $(VENV) -m app serve --host $(HOST) --port $(PORT)

test: $(TEST)  ## Install the tools too; then style, types, layers, tests and the gate
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) -m mypy
	$(VENV) -c 'from importlinter.cli import lint_imports_command as run; run()'
	$(BESIDE)

# the gate asks its questions on the second core while the tests run on the first, and tells
# what it found after them; either failing fails the whole
define BESIDE
@echo "$(VENV) -m pytest, and $(VENV) -m eval gate beside it"; \
told=$$(mktemp) && trap 'kill $$gate 2>/dev/null; rm -f "$$told"' EXIT && \
trap 'exit 130' INT TERM; \
$(VENV) -m eval gate -j 1 >"$$told" 2>&1 & gate=$$!; \
$(VENV) -m pytest; tests=$$?; \
wait $$gate; judged=$$?; \
cat "$$told"; \
exit $$((tests ? tests : judged))
endef

# a fresh environment, so that nothing unneeded is pinned; its own pip, because older
# ones lose themselves among the versions when nothing is pinned yet
constraints: python  ## Renew constraints.txt from a throw-away environment
	@new=$$(mktemp -d) && trap 'rm -rf "$$new"' EXIT INT TERM && set -e; \
	$(PYTHON) -m venv "$$new/venv"; pip="$$new/venv/bin/python -m pip --quiet"; \
	$$pip install --upgrade pip; \
	$$pip install -e '.[dev]'; \
	{ echo '# The versions this release was tested with; `make constraints` renews them.'; \
	  $$pip freeze --exclude-editable | sed 's/+cpu$$//' | grep -E '^[A-Za-z0-9_.-]+==[^ @]+$$'; \
	} > "$$new/constraints.txt"; \
	cp "$$new/constraints.txt" constraints.txt
	@grep -c == constraints.txt | sed 's/$$/ versions in constraints.txt/'

python:
	@$(PYTHON) -c '' 2>/dev/null || { \
	  echo "$(PYTHON) does not run: install Python 3.11 or later, or name one with PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$$($(PYTHON) -V) is too old: Lamina needs 3.11 or later (make PYTHON=python3.12 ...)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make environments: install python3-venv (apt-get install python3-venv)."; exit 1; }

# an environment left half made, or whose Python is gone, is made anew
define INSTALL
@$(VENV) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
@echo "Installing into .venv (some minutes the first time)"
@$(PIP) install -c constraints.txt -e
endef

$(RUN): | python
	$(INSTALL) .
	@touch $@

$(TEST): | python
	$(INSTALL) '.[dev]'
	@touch $@ $(RUN)
