#!/bin/sh
# Every case of the catalogue of hostile packets has a test: see catalogue.py.
exec python3 -B "$(dirname "$0")/catalogue.py" "$@"
