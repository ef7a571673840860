#!/bin/sh
# Secondaries learned from a capture: see learn.py.
exec python3 -B "$(dirname "$0")/learn.py" "$@"
