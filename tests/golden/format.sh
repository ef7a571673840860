#!/bin/sh
# The alert document, its sameness on every run, and the exit codes: see format.py.
exec python3 -B "$(dirname "$0")/format.py" "$@"
