#!/bin/sh
# Every exit code of the manual, and the text that goes with it; broken outputs; Ctrl-C.
#
#   exit_codes.sh ZONETAP
set -u

program=$1
source=${ZT_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
capture=$source/pcaps/axfr-dig.pcap
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
wrong=0
checks=0

# say CODE TEXT WHAT: what the last command (code in $got, text in $place/err) had to do.
say() {
	checks=$((checks + 1))
	if [ "$got" != "$1" ]; then
		echo "WRONG $3: exit code $got, not $1: $(cat "$place/err")"
		wrong=1
	elif [ -n "$2" ] && ! grep -qF -e "$2" "$place/err"; then
		echo "WRONG $3: no '$2' in: $(cat "$place/err")"
		wrong=1
	fi
}

# run CODE TEXT ARGUMENT...
run() {
	code=$1
	text=$2
	shift 2
	"$program" "$@" >"$place/out" 2>"$place/err" </dev/null
	got=$?
	say "$code" "$text" "$*"
}

run 0 "" -h
run 0 "" -V
run 0 "" -q -r "$capture"
run 64 "nothing to do"
run 64 "--nonsense: no such option" --nonsense
run 64 "-x: no such option" -x
run 64 "-r: needs an argument" -r
run 64 "capture files are given with -r" "$capture"
run 64 "capture or replay" -i lo -r "$capture"
run 64 "there are: native" -f xml -r "$capture"
run 64 "--speed 0:" --speed 0 -r "$capture"
run 64 "--speed nan:" --speed nan -r "$capture"
run 64 "--speed 1x:" --speed 1x -r "$capture"
run 64 "auto, always or never" --progress sometimes -r "$capture"
run 64 "-v and -q" -v -q -r "$capture"

# O03: captures that are none, or are cut.
: >"$place/empty.pcap"
run 65 "the file is empty" -r "$place/empty.pcap"
printf 'no capture at all' >"$place/noise.pcap"
run 65 "begins with 6e 6f 20 63" -r "$place/noise.pcap"
head -c 30 "$capture" >"$place/cut.pcap"
run 65 "byte 30, packet 1: cut inside the record header" -r "$place/cut.pcap"
[ "$(head -c 2 "$place/out")" = "" ] || { echo "WRONG alerts from nothing"; wrong=1; }

run 66 "No such file" -r "$place/none.pcap"
mkdir "$place/bare"
run 66 "no capture file in this directory" -r "$place/bare"
run 69 "no-such-if0" -i no-such-if0
run 74 "No such file" -r "$capture" -o "$place/none/alerts"
run 74 "No space left" -r "$capture" -o /dev/full
run 74 "No space left" -r "$capture" -s /dev/full
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	cp "$capture" "$place/secret.pcap"
	chmod 600 "$place/secret.pcap"
	chmod 755 "$place"
	as_nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
	if $as_nobody "$program" -V >/dev/null 2>&1; then
		$as_nobody "$program" -r "$place/secret.pcap" >"$place/out" 2>"$place/err"
		got=$?
		say 77 "Permission denied" "forbidden file"
		$as_nobody "$program" -i lo >"$place/out" 2>"$place/err"
		got=$?
		say 77 "CAP_NET_RAW" "capture without capability"
	fi
fi
printf 'intrenal: []\n' >"$place/bad.yaml"
run 78 "bad.yaml:1:1" -c "$place/bad.yaml" -r "$capture"
run 78 "bad.yaml:1:1" -c "$place/bad.yaml" -t
run 78 "" -c "$place/none.yaml" -t

# A disk that fills up: the alert that did not fit leaves no torn line behind.
(
	ulimit -f 2 2>/dev/null # 1 KiB in dash, 2 KiB elsewhere
	trap '' XFSZ
	"$program" -q -r "$capture" -o "$place/small" 2>"$place/err" >/dev/null
	echo $? >"$place/code"
)
got=$(cat "$place/code")
say 74 "File too large" "file limit"
if [ -s "$place/small" ] && [ "$(tail -c 1 "$place/small" | od -An -c)" != '  \n' ]; then
	echo "WRONG torn line in the output"
	wrong=1
fi

# A reader that went away.
{
	"$program" -q -r "$capture" 2>"$place/err"
	echo $? >"$place/code"
} | :
got=$(cat "$place/code")
case $got in
0 | 74) ;; # 0: written before the reader was gone
*) say 74 "" "closed pipe" ;;
esac

# Closed standard descriptors: the alerts still go to their file and nothing else does.
"$program" -q -r "$capture" -o "$place/alerts" <&- >&- 2>&-
got=$?
: >"$place/err"
say 0 "" "closed descriptors"
grep -vq '^{' "$place/alerts" && { echo "WRONG foreign text in the alerts"; wrong=1; }

# Ctrl-C: what was found so far is written, exit code 0.
mkfifo "$place/fifo"
"$program" -r "$place/fifo" -o "$place/partial" -s "$place/stats" 2>"$place/err" &
child=$!
exec 3<>"$place/fifo" # does not wait for a reader
cat "$capture" >&3
# Alerts do not wait for a batch to fill while the input is silent.
tries=0
until grep -q '"verdict":"complete"' "$place/partial" 2>/dev/null; do
	tries=$((tries + 1))
	[ $tries -gt 300 ] && break
	sleep 0.1
done
[ $tries -le 300 ] || { echo "WRONG silent input: no alert in 30 s"; wrong=1; }
kill -INT $child
wait $child
got=$?
exec 3>&-
say 0 "" "interrupted replay"
grep -q '"verdict":"complete"' "$place/partial" ||
	{ echo "WRONG interrupted: the transfer is not reported"; wrong=1; }
grep -q '"status":"interrupted"' "$place/stats" ||
	{ echo "WRONG interrupted: the file has another status"; wrong=1; }

echo "$checks checks"
exit $wrong
