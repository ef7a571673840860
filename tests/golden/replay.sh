#!/bin/sh
# The same packets in every kind of capture file give the same alerts: see variants.py.
exec python3 -B "$(dirname "$0")/variants.py" "$@"
