# Two commands need nothing but Python 3.11 with pip, make and a C compiler at most:
#   make demo   the bot and a local WeCom with a chat page (make demo PORT=9000 moves it)
#   make test   everything that must hold
PYTHON ?= python3
PORT ?= 8080
UV := .tools/bin/uv
UV_VERSION := 0.13.9
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS = never
export UV_NO_PROGRESS = 1
# Whoever runs the commands later may not be allowed to keep what Python compiles, and would pay for it every time.
export UV_COMPILE_BYTECODE = 1
COMPILE := $(BIN)/python -m compileall -q bot handlers question_bank storage training

.PHONY: demo test test-long lint types imports lock wheelhouse install install-dev bench clean

demo: install
	exec $(BIN)/xuefa demo --port $(PORT)

test: install-dev lint types imports
	$(BIN)/python -m pytest -n 2 --dist worksteal

test-long: install-dev
	$(BIN)/python -m pytest -m long

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install-dev
	$(BIN)/mypy

imports: install-dev
	$(BIN)/lint-imports

bench: install-dev
	$(BIN)/python -m benchmarks.answer_path

install: .venv/.installed
install-dev: .venv/.installed-dev

$(UV):
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target .tools "uv==$(UV_VERSION)"

.venv/bin/python: | $(UV)
	$(UV) venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv

# A wheelhouse beside the checkout (make wheelhouse on a machine with internet) makes both installs offline.
OFFLINE := $(if $(wildcard wheelhouse/*.whl),--no-index --find-links wheelhouse)

.venv/.installed: requirements.lock pyproject.toml | .venv/bin/python
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes $(OFFLINE) requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	$(COMPILE)
	rm -f .venv/.installed-dev
	touch $@

.venv/.installed-dev: requirements-dev.lock pyproject.toml | .venv/bin/python
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes $(OFFLINE) requirements-dev.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	$(COMPILE)
	touch .venv/.installed $@

lock: | $(UV)
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --group build pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --group build --group dev pyproject.toml -o requirements-dev.lock

wheelhouse: | $(UV)
	$(PYTHON) -m pip download --quiet --disable-pip-version-check --require-hashes --dest wheelhouse -r requirements.lock

clean:
	rm -rf .venv .tools build *.egg-info
