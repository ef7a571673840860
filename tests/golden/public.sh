#!/bin/sh
# The public captures against tshark's counts: see public.py.
exec python3 -B "$(dirname "$0")/public.py" "$@"
