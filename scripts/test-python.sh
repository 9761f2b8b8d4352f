#!/usr/bin/env bash
# Makes a Python for the tests in node_modules/.cache, with what requirements-test.txt names, unless it is there; prints its path.
#   export PROOFDECK_TEST_PYTHON="$(scripts/test-python.sh)"
set -euo pipefail
cd "$(dirname "$0")/.."

folder="$PWD/node_modules/.cache/test-python"
wanted='scripts/requirements-test.txt'
if ! cmp --silent "$wanted" "$folder/installed.txt"; then
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: -r "$wanted" >&2
  cp "$wanted" "$folder/installed.txt"
fi
echo "$folder/bin/python"
