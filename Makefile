# One-line targets. How the environments come about is in locks/setup.sh: uv where it is at hand, else venv and pip.
COUNTRY ?= SDN
BRIEF = sh locks/setup.sh .venv-brief locks/brief.txt
DEV = sh locks/setup.sh .venv locks/dev.txt

.PHONY: brief test check slow docs bench lock sources

brief: ; @$(BRIEF) && .venv-brief/bin/qanat brief $(COUNTRY) --out out/$(COUNTRY)
test: ; @$(DEV) && .venv/bin/python -m pytest -m "not slow and not browser"
slow: ; @$(DEV) && .venv/bin/python -m pytest -m "slow or browser"
check: ; @$(DEV) && .venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/pyright
docs: ; @$(DEV) && .venv/bin/python -m qanat.cli.reference docs/reference
sources: ; @$(DEV) && .venv/bin/python -m tests.every_source
bench: ; @$(DEV) && .venv/bin/python -m bench
lock: ; @sh locks/lock.sh
