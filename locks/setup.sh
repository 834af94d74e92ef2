#!/bin/sh
# setup.sh VENV LOCK: a virtual environment with exactly what LOCK names, and qanat itself, editable.
# Uses uv where it is at hand, else venv and pip. Does nothing when VENV already matches LOCK.
set -eu
venv=$1 lock=$2
stamp=$(cat "$lock" pyproject.toml | cksum)
if [ "$(cat "$venv/.stamp" 2>/dev/null || true)" = "$stamp" ]; then exit 0; fi
echo "setting up $venv from $lock ..." >&2
if command -v uv >/dev/null 2>&1; then
  uv venv --quiet --allow-existing "$venv"
  uv pip sync --quiet --python "$venv/bin/python" --require-hashes "$lock"
  uv pip install --quiet --python "$venv/bin/python" --no-deps --editable .
else
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$lock"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --editable .
fi
echo "$stamp" > "$venv/.stamp"
