#!/bin/sh
# One conversation in every wrapping, compared with tshark: see encapsulations.py.
exec python3 -B "$(dirname "$0")/encapsulations.py" "$@"
