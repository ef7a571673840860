#!/bin/sh
# What is documented is what the program does: the parts of the manual, the example and
# the README that the program can print itself equal those that are checked in.
set -u

program=$1
source=${ZT_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
wrong=0

# compare NAME EXPECTED-FILE: NAME is what --doc is asked for.
compare() {
	"$program" --doc "$1" >"$place/printed" || { echo "WRONG --doc $1"; wrong=1; }
	if ! diff -u "$2" "$place/printed" >"$place/diff"; then
		echo "WRONG $3 differs from zonetap --doc $1:"
		head -n 20 "$place/diff"
		wrong=1
	fi
}

# between FILE BEGIN END: the lines between two markers.
between() {
	awk -v begin="$2" -v end="$3" \
		'$0 == end { inside = 0 } inside { print } $0 == begin { inside = 1 }' "$1"
}

for part in options man rejects; do
	between "$source/sensor/zonetap.8" ".\\\\\" generated: $part" \
		".\\\\\" end of generated: $part" >"$place/manual"
	[ -s "$place/manual" ] || { echo "WRONG no part $part in zonetap.8"; wrong=1; }
	compare "$part" "$place/manual" zonetap.8
done
compare example "$source/conf/zonetap.yaml" conf/zonetap.yaml
if grep -q 'generated: settings' "$source/README.md" 2>/dev/null; then
	between "$source/README.md" '<!-- generated: settings -->' \
		'<!-- end of generated: settings -->' >"$place/readme"
	compare table "$place/readme" README.md
fi

# The same for the control program: its list of commands, and its options.
control=$(dirname "$program")/zonetapctl
between "$source/sensor/zonetapctl.8" '.\\" generated: commands' \
	'.\\" end of generated: commands' >"$place/manual"
"$control" --doc commands >"$place/printed" || { echo "WRONG --doc commands"; wrong=1; }
if [ ! -s "$place/manual" ] || ! diff -u "$place/manual" "$place/printed" >"$place/diff"
then
	echo "WRONG zonetapctl.8 differs from zonetapctl --doc commands:"
	head -n 20 "$place/diff"
	wrong=1
fi
"$control" -h | sed -n 's/^  -., --\([a-z]*\).*/--\1/p' | sort >"$place/help"
sed -n '/^\.Sh OPTIONS/,/^\.Sh COMMANDS/s/^\.It.* Fl Fl \([a-z]*\).*/--\1/p' \
	"$source/sensor/zonetapctl.8" | sort >"$place/man"
if [ ! -s "$place/man" ] || ! diff "$place/help" "$place/man"; then
	echo "WRONG options of zonetapctl -h and zonetapctl.8"
	wrong=1
fi

# Every option of --help is in the manual, and the other way round.
"$program" -h | grep -o -- '--[a-z]*' | sort -u >"$place/help"
sed -n 's/^\.It.* Fl Fl \([a-z]*\).*/--\1/p' "$source/sensor/zonetap.8" |
	sort -u >"$place/man"
diff "$place/help" "$place/man" || { echo "WRONG options of -h and zonetap.8"; wrong=1; }

# Every member of the alert is named in the manual.
# Member names have no spaces.
# shellcheck disable=SC2013
for member in $(sed -n 's/^    "\([a-z_]*\)": {.*/\1/p' "$source/sensor/alert.schema.json")
do
	grep -q "^\.It Cm .*\b$member\b" "$source/sensor/zonetap.8" ||
		{ echo "WRONG zonetap.8 does not name the member $member"; wrong=1; }
done

# Every rule has its paragraph.
sed -n 's/^ZT_RULE(.*, "\(.*\)")$/\1/p' "$source/detect/rules.def" >"$place/rules"
while read -r rule; do
	grep -q "^\.It Cm $rule\$" "$source/sensor/zonetap.8" ||
		{ echo "WRONG zonetap.8 does not describe the rule $rule"; wrong=1; }
done <"$place/rules"
exit $wrong
