# Every target does all its own set-up: it needs make and Python 3.11 or newer with venv, nothing else.
# ARGS reaches the program that a target runs: make test ARGS="-k reminders -x", make run ARGS="plan --from 2026-10-01"

VENV := .venv
PY   := $(VENV)/bin/python
AUDIT := .venv-audit
OFFICE := .venv-office
CODE := bot handlers scheduler simulator bench tests
ARGS ?=

# Interpreters to try, in this order; `make PYTHON=/path/to/python` names another one.
PYTHON     ?=
CANDIDATES := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11

# --require-hashes: what gets installed is what was tested, byte for byte.
PIP := $(PY) -m pip --disable-pip-version-check --no-input --quiet install --require-hashes

# A stamp is written after its set-up has succeeded, so an interrupted set-up is simply done again, and the set-up is
# skipped until a list of requirements changes. An environment whose interpreter has gone (a system upgrade) or was
# left half made loses its stamps here.
FORGET := $(shell test ! -e $(VENV) || $(PY) -c 'import pip' 2>/dev/null || rm -f $(VENV)/*.stamp)

.DEFAULT_GOAL := help
.PHONY: help demo run test slow check soak office bench audit screenshots clean
.DELETE_ON_ERROR:
# Both lists go into one environment: never at the same time.
.NOTPARALLEL:

help:  ## show this list
	@echo 'Usage: make TARGET [ARGS="..."]'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r target text; do \
		printf '%-18s %s\n' "$$target" "$$text"; done

# Another play, or one in another messenger, has a month of its own before it begins.
OTHER := $(strip $(filter --region,$(ARGS)) $(if $(findstring --messenger max,$(ARGS)),--messenger max))

demo: $(VENV)/$(if $(OTHER),run,demo).stamp  ## show the whole job in a browser, without Telegram
	@$(if $(OTHER),$(PY) -m simulator --prepare $(OTHER))
	@exec $(PY) -m simulator $(ARGS)

# make ends with 2 whatever the program's own exit code is, and has no way to pass that on: for scripts and services
# there is .venv/bin/python -m bot.
run: $(VENV)/run.stamp  ## run the bot (settings: .env, see .env.example)
	@exec $(PY) -m bot $(ARGS)

# A run starts many processes, and each would compile all of the bot anew.
test slow soak office: export PYTHONDONTWRITEBYTECODE :=

# Side by side: types are checked by one core alone. What the check has said comes last.
test: $(VENV)/dev.stamp  ## check, and all tests but the slow and the long ones
	@said=$$(mktemp); $(MAKE) --no-print-directory check > "$$said" 2>&1 & check=$$!; \
	trap 'kill $$check 2>/dev/null; rm -f "$$said"' INT TERM; \
	$(PY) -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS); tests=$$?; \
	wait $$check; checked=$$?; \
	cat "$$said"; rm -f "$$said"; \
	[ $$checked -eq 0 ] || echo 'The check has failed.' >&2; \
	exit $$(( tests > checked ? tests : checked ))

slow: $(VENV)/dev.stamp  ## the tests of a quarter of a second and more, which CI has too
	$(PY) -m pytest -n auto --maxprocesses 4 --dist worksteal -m 'slow and not soak' $(ARGS)

check: $(VENV)/dev.stamp  ## linter, formatting, types, import rules
	$(PY) -m ruff check $(CODE)
	$(PY) -m ruff format --check $(CODE)
	$(PY) -m mypy
	@# Not .venv/bin/lint-imports: such scripts hold an absolute path and break when the checkout is moved.
	@$(PY) -c 'from importlinter.cli import lint_imports_command as run; run()' --no-logo

# ARGS choose among the long ones alone; for the others: make test ARGS="--database postgresql tests/handlers"
soak: $(VENV)/dev.stamp  ## the long tests: crashes and load, another Bot API server, all on PostgreSQL and in MAX
	$(PY) -m pytest -m soak $(ARGS)
	$(if $(ARGS),,$(PY) -m pytest -n auto --maxprocesses 4 --dist worksteal -m 'not soak' --database postgresql \
		tests/handlers tests/scheduler)
	@# In MAX by the same tests: what is Telegram's alone is marked so.
	$(if $(ARGS),,$(PY) -m pytest -n auto --maxprocesses 4 --dist worksteal -m 'not soak' --messenger max \
		tests/handlers tests/reliability tests/scheduler)

office: $(VENV)/dev.stamp $(OFFICE)/office.stamp  ## the long tests with office programs (LibreOffice, Gnumeric and poppler: from apt)
	$(PY) -m pytest -m soak tests/office $(ARGS)

bench: $(VENV)/dev.stamp  ## measure speed and memory (ARGS=--large: 50,000 organizations too)
	$(PY) -m bench $(ARGS)

audit: $(AUDIT)/audit.stamp  ## ask PyPI for known vulnerabilities of what is pinned
	@# --strict: what could not be looked up (a mirror has no such data) is a failure, not "none found".
	$(AUDIT)/bin/python -m pip_audit --strict --progress-spinner off --require-hashes --disable-pip \
		-r requirements.txt -r requirements-dev.txt -r requirements-audit.txt -r requirements-office.txt $(ARGS)

screenshots: $(VENV)/dev.stamp  ## make the pictures of README.md and docs anew, and the page for heads
	$(PY) -m tests.demo.pictures

clean:  ## remove what the tools made (not data/ and .env)
	rm -rf $(VENV) $(AUDIT) $(OFFICE) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .demo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/run.stamp: requirements.txt $(VENV)/venv.stamp
	@echo 'Installing what the bot needs into $(VENV) ...'
	@$(PIP) -r requirements.txt
	@touch $@

# The demo's first month, so that its first start is as fast as any other; one that finds none plays it itself.
$(VENV)/demo.stamp: $(VENV)/run.stamp
	@$(PY) -m simulator --prepare
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/venv.stamp
	@echo 'Installing what the bot and its tests need into $(VENV) ...'
	@$(PIP) -r requirements-dev.txt
	@touch $@

# An environment of its own: what looks at the others is no part of them.
$(AUDIT)/audit.stamp: requirements-audit.txt $(VENV)/venv.stamp
	@echo 'Installing pip-audit into $(AUDIT) ...'
	@$(PY) -m venv --clear $(AUDIT)
	@$(AUDIT)/bin/python -m pip --disable-pip-version-check --no-input --quiet install --require-hashes \
		-r requirements-audit.txt
	@touch $@

# 102 MB that only tests of office programs need.
$(OFFICE)/office.stamp: requirements-office.txt $(VENV)/venv.stamp
	@echo 'Installing the engine of OnlyOffice into $(OFFICE) ...'
	@$(PY) -m venv --clear $(OFFICE)
	@$(OFFICE)/bin/python -m pip --disable-pip-version-check --no-input --quiet install --require-hashes \
		-r requirements-office.txt
	@touch $@

$(VENV)/venv.stamp:
	@found=; bare=; \
	for python in $(CANDIDATES); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then found=$$python; break; fi; \
		bare=$$python; \
	done; \
	if [ -z "$$found" ] && [ -n "$$bare" ]; then \
		echo "$$bare has no venv module. Install it, on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; \
	elif [ -z "$$found" ]; then \
		echo 'Python 3.11 or newer is needed and was not found (make PYTHON=/path/to/python names one).' >&2; exit 2; \
	fi; \
	"$$found" -m venv --clear $(VENV)
	@touch $@
