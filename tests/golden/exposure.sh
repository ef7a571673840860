#!/bin/sh
# The units of systemd/: what systemd's own tool says of their exposure, that it finds no
# fault in them, and that the outer list of system calls holds those of every thread's.
set -u

source=${ZT_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
build=${ZT_BUILD_DIR:-build}
limit=1.2
wrong=0

command -v systemd-analyze >/dev/null || { echo "no systemd-analyze"; exit 77; }
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

for unit in zonetap.service zonetap@.service; do
	systemd-analyze security --offline=true "$build/$unit" >"$place/report" 2>&1
	grep -v '^✓' "$place/report" | sed 's/  */ /g'
	score=$(sed -n 's/.*exposure level for [^:]*: \([0-9.]*\) .*/\1/p' "$place/report")
	[ -n "$score" ] || { echo "WRONG no score for $unit"; wrong=1; continue; }
	awk -v s="$score" -v l="$limit" 'BEGIN { exit !(s <= l) }' ||
		{ echo "WRONG exposure of $unit: $score, wanted $limit"; wrong=1; }
	# Programs and manuals are not installed here; every other word is a fault.
	# shellcheck disable=SC2016
	systemd-analyze verify "$build/$unit" 2>&1 | grep -E "^[^:]*$unit|$build" |
		grep -v -E 'is not executable|man zonetap' && wrong=1
done
python3 "$source/tests/golden/exposure.py" "$build/zonetap.service" \
	"$source/sensor/sandbox.c" || wrong=1
exit $wrong
