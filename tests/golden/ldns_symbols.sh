#!/bin/sh
# ldns symbols that libdissect imports against the list of those that it may use.
#
# A function that is not on the list has not been looked at for what it does with hostile
# input; dissect/NOTES.md, "ldns", says why these are fit for use.
set -eu

allowed='ldns_lookup_by_id
ldns_opcodes
ldns_rcodes
ldns_rdf_data
ldns_rdf_deep_free
ldns_rdf_size
ldns_rr_classes
ldns_rr_descript
ldns_sha1
ldns_wire2dname'

archive=${ZT_BUILD_DIR:?}/libdissect.a
[ -f "$archive" ] || {
	echo "no $archive; skipped"
	exit 77
}
imported=$(nm -u "$archive" | sed -n 's/^ *U \(ldns_[a-z0-9_]*\).*/\1/p' | sort -u)
[ -n "$imported" ] || {
	echo "no ldns symbol found in $archive: the check looks at the wrong place"
	exit 1
}
refused=$(printf '%s\n' "$imported" | grep -vxF "$allowed") || true
if [ -n "$refused" ]; then
	echo "libdissect uses functions of ldns that are not on the list:"
	printf '%s\n' "$refused"
	exit 1
fi
printf '%s\n' "$imported" | wc -l | sed 's/$/ ldns symbols, all on the list/'
