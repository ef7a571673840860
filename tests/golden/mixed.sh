#!/bin/sh
# Attacks in the midst of ordinary traffic: see mixed.py.
exec python3 -B "$(dirname "$0")/mixed.py" "$@"
