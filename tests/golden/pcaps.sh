#!/bin/sh
# The project's own captures against their manifest: see pcaps.py.
exec python3 -B "$(dirname "$0")/pcaps.py" "$@"
