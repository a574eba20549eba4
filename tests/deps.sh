#!/bin/sh
# Installs the Debian packages that are missing, and says so. Usage: tests/deps.sh demo|check|fuzz|tidy|all
# Without root and without passwordless sudo it prints the one line to run and exits 1.
set -eu

build='gcc libc6-dev binutils make libgsl-dev libsqlite3-dev libcjson-dev zlib1g-dev libmd-dev libpcre2-dev'
# libFuzzer comes with clang's runtime, which clang only recommends. The package's name holds the
# version that Debian's `clang` stands for; a fresh machine knows it once clang is installed.
runtime=$({ dpkg-query -W -f='${Depends}' clang || apt-cache depends clang; } 2>/dev/null |
    sed -nE 's/^.*clang-([0-9]+).*$/\1/p' | head -n 1)
fuzz="clang${runtime:+ libclang-rt-$runtime-dev}"
case ${1:-all} in
demo) want="$build gnuplot-nox" ;;
check) want="$build gnuplot-nox check python3-botocore sqlite3" ;;
fuzz) want="$build $fuzz" ;;
tidy) want="$build clang-format" ;;
all) want="$build gnuplot-nox check python3-botocore sqlite3 $fuzz clang-format" ;;
*) echo "usage: tests/deps.sh demo|check|fuzz|tidy|all" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "deps: not a Debian system; this needs the equivalents of: $want" >&2
    exit 0
fi

missing=''
for package in $want; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || :)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=''
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root='sudo -n'
else
    echo "deps: these Debian packages are missing, and installing them needs root. Run:" >&2
    echo "    sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
fi

echo "deps: installing$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
# The lists of a fresh machine may be empty or old: refresh them once when the first try fails.
install="$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends"
if ! $install $missing >"$log" 2>&1; then
    if ! { $as_root apt-get update -q && $install $missing; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        echo "deps: could not install$missing" >&2
        exit 1
    fi
fi
echo "deps: done"
case $want in *" clang "* | *" clang") [ -n "$runtime" ] || exec sh "$0" "$@" ;; esac
