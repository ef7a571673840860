#!/usr/bin/env python3
"""Who may use whom: the dependency rule of the folders.

  layering.py

Looks at the #include lines of the sources, and with nm at what the finished archives
need from outside: a call that no include betrays is found there.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from replay import SKIP, SOURCE

# Headers of other folders that a folder may use.
FOLDERS = {
    "dissect": set(),
    "detect": {"../dissect/event.h", "../dissect/hash.h"},
    "conf": set(),
    "sensor": re.compile(r"\.\./(dissect|detect|conf)/\w+\.(h|def)"),
}
# Libraries, by the beginning of their headers and of their symbols.
LIBRARIES = {
    "ldns": ("ldns/", "ldns_"), "pcap": ("pcap", "pcap_"), "event": ("event2/", "event_"),
    "jansson": ("jansson", "json_"), "yaml": ("yaml", "yaml_"), "zstd": ("zstd", "ZSTD_"),
    "zlib": ("zlib", "inflate"), "crypto": ("openssl/", "EVP_"),
    "threads": ("pthread", "pthread_"),
}
MAY_USE = {"dissect": {"ldns"}, "detect": set(), "conf": {"yaml"}}
# The only file that sees ldns.
LDNS_FILES = {"dissect/decode.c"}
# A library says nothing, ends nothing and knows no time of day.  It may print to a
# stream that its caller hands in.
FORBIDDEN = re.compile(
    r"^(_?exit|_Exit|v?printf|__v?printf_chk|puts|perror|v?syslog|stdout|stderr|time|"
    r"gettimeofday|clock_gettime|localtime(_r)?|v?errx?|v?warnx?|getenv|rand|random)$")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def judge_include(folder, name, kind, header):
    if kind == "<":
        for library, (prefix, _) in LIBRARIES.items():
            if header.startswith(prefix) and folder in MAY_USE:
                if library not in MAY_USE[folder]:
                    yield f"{name}: {folder} may not use {library} (<{header}>)"
                elif library == "ldns" and name not in LDNS_FILES:
                    yield f"{name}: only {', '.join(LDNS_FILES)} sees ldns"
    elif "/" in header:
        allowed = FOLDERS[folder]
        fine = header in allowed if isinstance(allowed, set) else allowed.fullmatch(header)
        if not fine:
            yield f"{name}: {folder} may not use {header}"


def judge_symbols(folder, archive):
    out = subprocess.run(["nm", "-u", "-A", str(archive)], check=True, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    for line in out.splitlines():
        where, symbol = line.rsplit(" ", 1)
        member = where.split(":")[-2] if where.count(":") > 1 else where
        symbol = symbol.split("@")[0]
        if FORBIDDEN.match(symbol):
            yield f"{archive.name} ({member}): a library may not call {symbol}"
        for library, (_, prefix) in LIBRARIES.items():
            if symbol.startswith(prefix) and library not in MAY_USE[folder]:
                yield f"{archive.name} ({member}): {folder} may not use {symbol}"


def main():
    bad, files, archives = [], 0, 0
    for folder in FOLDERS:
        for path in sorted((SOURCE / folder).glob("*.[ch]")):
            files += 1
            name = f"{folder}/{path.name}"
            for kind, header in INCLUDE.findall(path.read_text()):
                bad += judge_include(folder, name, kind, header)
    build = os.environ.get("ZT_BUILD_DIR")
    for folder in MAY_USE if build else ():
        archive = Path(build, f"lib{folder}.a")
        if archive.exists():
            archives += 1
            bad += judge_symbols(folder, archive)
    for line in bad:
        print(line)
    print(f"{files} files, {archives} archives, {len(bad)} findings")
    if not bad and build and archives < len(MAY_USE):
        print("archives are missing: build first")
        return SKIP
    return 1 if bad or not files else 0


if __name__ == "__main__":
    sys.exit(main())
