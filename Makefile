# One-line targets; how .venv comes about is in locks/setup.sh.
COUNTRY ?= SDN
LANG_ ?= en

.PHONY: brief test check bench

brief: ; @sh locks/setup.sh .venv-brief locks/brief.txt && .venv-brief/bin/qanat brief $(COUNTRY) --out out/$(COUNTRY)
test: ; @sh locks/setup.sh .venv locks/dev.txt && .venv/bin/python -m pytest
