# Two commands: `make app` opens the workbench, `make test` runs every test. Both install what they need first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
APT_UPDATE := $(SUDO) apt-get update -qq
APT_INSTALL := $(SUDO) apt-get install -y -qq

.PHONY: app test

app: $(VENV)/installed
	$(BIN)/python app.py --open

# Two test processes with one torch thread each: two threads that wait for each other crawl when anything else runs.
test: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadgroup

# opencv, which ultralytics imports, wants libGL.so.1 and glib; a desktop has them, a bare Debian does not.
$(VENV)/installed: requirements.txt
	$(PYTHON) -c 'import sys; assert sys.version_info[:2] in ((3, 11), (3, 12)), \
	  f"Python {sys.version.split()[0]} found; use PYTHON=python3.11 or python3.12"'
	ldconfig -p | grep -q libGL.so.1 || ($(APT_UPDATE) && $(APT_INSTALL) libgl1 libglib2.0-0)
	$(PYTHON) -m venv $(VENV) || ($(APT_UPDATE) && $(APT_INSTALL) python3-venv && $(PYTHON) -m venv $(VENV))
	$(BIN)/pip install --quiet -r requirements.txt
	touch $@

# The browser tests drive Debian's Chromium; node runs the tests of the page's scripts.
$(VENV)/installed-test: $(VENV)/installed requirements-test.txt
	command -v chromium || ($(APT_UPDATE) && $(APT_INSTALL) chromium)
	command -v node || ($(APT_UPDATE) && $(APT_INSTALL) nodejs)
	$(BIN)/pip install --quiet -r requirements-test.txt
	touch $@
