#!/bin/sh
# Who may use whom: see layering.py.
exec python3 -B "$(dirname "$0")/layering.py"
