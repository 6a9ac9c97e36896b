# Two commands matter: `make run` and `make test`. They need make, git and any python3;
# everything else they install for themselves.
SHELL := /bin/bash
# A shim named uv may exist and fail, so it is asked for its version.
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .tools/bin/uv)
PYTHON := .venv/bin/python
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po locale/*/*/LC_MESSAGES/*.po))
# Where this is exported, every process compiles 2,700 modules anew.
unexport PYTHONDONTWRITEBYTECODE
PORT ?= 8000

.PHONY: run test check format messages bench fuzz soak mutants pictures build

run: .venv/.installed $(CATALOGUES)
	DEBUG=1 $(PYTHON) manage.py dev --port $(PORT)

# What no database changes is looked at once.
ON_SQLITE_ONLY := tests/browser tests/demo/test_html.py tests/demo/test_stripe_stand_in.py \
	tests/market/orders/test_stripe.py tests/test_architecture.py tests/test_docs.py \
	tests/test_mutants.py tests/test_package_words.py tests/test_settings.py

test: check var/.chromium
	TEST_DB=sqlite $(PYTHON) -m pytest -q -n 2
	TEST_DB=postgres $(PYTHON) -m pytest -q -n 2 $(ON_SQLITE_ONLY:%=--ignore=%)
	@echo "Passed on SQLite (with Chromium) and on PostgreSQL."

check: .venv/.installed $(CATALOGUES)
	.venv/bin/ruff format --check -q .
	.venv/bin/ruff check -q .
	.venv/bin/djhtml --tabwidth 2 --check templates
	.venv/bin/mypy .
	.venv/bin/lint-imports
	DEBUG=1 $(PYTHON) manage.py makemigrations --check --dry-run

format: .venv/.installed
	.venv/bin/ruff format -q .
	.venv/bin/ruff check -q --fix .
	.venv/bin/djhtml --tabwidth 2 templates

messages: .venv/.installed
	DEBUG=1 $(PYTHON) manage.py messages

bench: .venv/.installed $(CATALOGUES)
	$(PYTHON) -m benchmarks

# A story of the books that nobody has told yet; its seed tells it again.
STEPS ?= 20000
SEED ?= $(shell date +%s)
fuzz: .venv/.installed $(CATALOGUES)
	rm -f var/fuzz.sqlite3*
	export DEBUG=1 DATABASE_URL=sqlite:///var/fuzz.sqlite3; $(PYTHON) manage.py migrate -v0 && \
		$(PYTHON) manage.py fuzz_books --seed $(SEED) --steps $(STEPS) --check-every 2000

# Orders paid online while something goes wrong at every step; CONTROL=--without-events must fail.
ORDERS ?= 2000
soak: .venv/.installed $(CATALOGUES)
	rm -f var/soak.sqlite3*
	export DEBUG=1 DATABASE_URL=sqlite:///var/soak.sqlite3; $(PYTHON) manage.py migrate -v0 && \
		$(PYTHON) -m tests.soak --seed $(SEED) --orders $(ORDERS) $(CONTROL)

# Takes one promise of the books out after the other; ONLY=words chooses some.
mutants: .venv/.installed $(CATALOGUES)
	$(PYTHON) -m tests.mutants $(ONLY)

# Takes the ten pictures of the office's help page anew, from the site that `make run` runs.
pictures: .venv/.installed var/.chromium
	$(PYTHON) -m tests.browser.help_pictures http://localhost:$(PORT)

# What production needs: no tools of ours, translations compiled, static files collected.
build: .venv/.installed-for-production
	.venv/bin/pybabel -q compile -D django -d locale
	.venv/bin/pybabel -q compile -D 'django djangojs' -d locale/wagtail
	$(PYTHON) manage.py collectstatic --noinput

.tools/bin/uv:
	python3 -m venv .tools
	.tools/bin/pip install -q --disable-pip-version-check uv

.venv/.installed: pyproject.toml uv.lock .python-version $(filter .tools/bin/uv,$(UV))
	$(UV) sync --frozen -q
	rm -f .venv/.installed-for-production
	touch $@

.venv/.installed-for-production: pyproject.toml uv.lock .python-version $(filter .tools/bin/uv,$(UV))
	$(UV) sync --frozen -q --no-dev
	rm -f .venv/.installed
	touch $@

%.mo: %.po .venv/.installed
	.venv/bin/pybabel -q compile -i $< -o $@

# Debian's Chromium with Chinese letters where we may install it, else Playwright's own.
var/.chromium: .venv/.installed
	mkdir -p var
	if ! command -v chromium >/dev/null || ! fc-list 2>/dev/null | grep -qi "noto.*cjk"; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; \
		else .venv/bin/playwright install chromium; fi; fi
	touch $@
