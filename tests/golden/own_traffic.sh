#!/bin/sh
# O06: zonetap looks nothing up.  It imports no function that asks a resolver or reads a
# table of services, and a replay opens no socket and no file that such functions read.
set -u

program=$1
source=${ZT_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
wrong=0

lookups='getaddrinfo|getnameinfo|gethostby|getservby|getprotoby|getnetby|res_[a-z]|__res_|evdns_|evutil_getaddrinfo|ldns_resolver|ldns_getaddrinfo|ldns_pkt2|pcap_nametoaddr|pcap_findalldevs_ex'
nm -D --undefined-only "$program" >"$place/imports" || {
	echo "nm cannot read $program"
	exit 1
}
grep -q ' malloc' "$place/imports" || {
	echo "no malloc among the imports: the check looks at the wrong place"
	exit 1
}
if grep -E " ($lookups)" "$place/imports"; then
	echo "WRONG these functions look something up"
	wrong=1
fi
if command -v strace >/dev/null; then
	strace -f -o "$place/calls" -e trace=%network,openat,open \
		"$program" -q -r "$source/pcaps" >/dev/null 2>&1
	grep -q '\.pcap' "$place/calls" || {
		echo "no capture opened: $(head -3 "$place/calls")"
		wrong=1
	}
	if grep -E 'socket\(|connect\(|/etc/(hosts|services|protocols|resolv|nsswitch)' \
		"$place/calls"; then
		echo "WRONG a replay does this"
		wrong=1
	fi
fi
[ "$wrong" = 0 ] && echo "$(wc -l <"$place/imports") imports, none looks anything up"
exit "$wrong"
