# `make app` opens the workbench, `make test` runs every test. Both install what they need first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
APT_UPDATE := $(SUDO) apt-get update -qq
APT_INSTALL := $(SUDO) apt-get install -y -qq
# Installs the PyTorch that fits this machine: without an NVIDIA driver the build for CPUs, which is far smaller.
FITTING := $(BIN)/uv pip install --quiet --python $(BIN)/python --torch-backend=auto
# What takes longest: whole pages, browsers, trainings, studies, building the wheel, the published weights on whole
# images, networks of others.
SLOW := browser security training app/tabs app/lab app/test_api.py app/test_page.py app/test_thresholds.py \
  data_samples analysis cli js test_wheel.py test_tutorial.py test_readme.py test_sixth_family.py test_method.py \
  test_precision.py test_images_bad.py backbones yolo transformers onnx importers detposenet/test_detposenet_network.py

.PHONY: app lab test test-fast

app: $(VENV)/installed
	$(BIN)/python app.py --open

lab: $(VENV)/installed
	$(BIN)/pip install --quiet -e '.[lab]'
	$(BIN)/pose-workbench lab

# Two test processes with one torch thread each: two threads that wait for each other crawl when anything else runs.
test: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadgroup

test-fast: $(VENV)/installed-test
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadgroup -k "not overfit" $(SLOW:%=--ignore=tests/%)

# opencv, which ultralytics imports, wants libGL.so.1 and glib; a desktop has them, a bare Debian does not.
$(VENV)/installed: requirements.txt
	$(PYTHON) -c 'import sys; assert (3, 11) <= sys.version_info[:2] <= (3, 14), \
	  f"Python {sys.version.split()[0]} found; use PYTHON=python3.11 or one up to python3.14"'
	[ "$$(uname)" != Linux ] || ldconfig -p | grep -q libGL.so.1 || ($(APT_UPDATE) && $(APT_INSTALL) libgl1 libglib2.0-0)
	$(PYTHON) -m venv $(VENV) || ($(APT_UPDATE) && $(APT_INSTALL) python3-venv && $(PYTHON) -m venv $(VENV))
	($(BIN)/pip install --quiet uv && $(FITTING) -r requirements.txt) || $(BIN)/pip install --quiet -r requirements.txt
	touch $@

# The browser tests drive Debian's Chromium in its form without windows, which takes half the time; node runs the tests
# of the page's scripts.
$(VENV)/installed-test: $(VENV)/installed pyproject.toml
	command -v chromium-headless-shell || ($(APT_UPDATE) && $(APT_INSTALL) chromium-headless-shell)
	command -v node || ($(APT_UPDATE) && $(APT_INSTALL) nodejs)
	$(BIN)/pip install --quiet -e '.[dev]'
	touch $@
