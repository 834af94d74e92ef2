#!/bin/sh
# Resolve both environments anew, for every platform, with hashes and without naming an index. Needs uv.
set -eu
resolve="uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate pyproject.toml"
$resolve --output-file locks/brief.txt
$resolve --all-extras --group dev --output-file locks/dev.txt
