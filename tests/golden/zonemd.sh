#!/bin/sh
# Digests of transferred zones, and zones kept as files: see zonemd.py.
exec python3 -B "$(dirname "$0")/zonemd.py" "$@"
