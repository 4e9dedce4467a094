# make run     start everything on this machine (DATA=folder PORT=8000)
# make demo    the same with five invented units and two years of records, in a folder of its own
# make test    every check and every test
SHELL := /bin/sh
PYTHON_HERE := .venv/bin/python
.PHONY: run demo test lint bench soak assets lock clean

run:
	@tools/environment runtime
	@$(PYTHON_HERE) -m linghang.ui.assets
	@exec .venv/bin/linghang run $(if $(DATA),--data "$(DATA)") $(if $(PORT),--port "$(PORT)")

demo:
	@tools/environment runtime
	@$(PYTHON_HERE) -m linghang.ui.assets
	@exec .venv/bin/linghang run --demo --data "$(or $(DATA),var-demo)" $(if $(PORT),--port "$(PORT)")

test:
	@tools/environment dev
	@tools/system-packages
	@$(PYTHON_HERE) -m linghang.ui.assets
	@$(PYTHON_HERE) tools/check.py test $(ARGS)

lint:
	@tools/environment dev
	@$(PYTHON_HERE) tools/check.py lint

# figures against other ways to compute the same; FACTS=1e7 for the large one
bench:
	@tools/environment bench
	@$(PYTHON_HERE) -m pytest benchmarks -q
	@.venv/bin/linghang bench settle --facts $(or $(FACTS),1e6)

# what takes hours, each part with a dated result: killed processes, twenty thousand records, mutants, a hundred times
# the generated worlds, everything on PostgreSQL 15. PARTS="ledger import" for some of them, ROUNDS=5 for fewer kills
soak:
	@tools/environment dev
	@$(PYTHON_HERE) -m tools.soak $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(PARTS),--only $(PARTS))

assets:
	@tools/environment runtime
	@$(PYTHON_HERE) -m linghang.ui.assets

lock:
	@tools/lock

# never the data folder
clean:
	@rm -rf .venv site-assets build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov .coverage
	@find src -name '*.mo' -delete
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
