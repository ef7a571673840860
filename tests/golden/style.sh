#!/bin/sh
# The rules of the house that a script can judge: see style.py.
exec python3 -B "$(dirname "$0")/style.py"
