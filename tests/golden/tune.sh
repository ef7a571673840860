#!/bin/sh
# --tune against plain runs with the thresholds that it names: see tune.py.
exec python3 -B "$(dirname "$0")/tune.py" "$@"
