#!/bin/sh
# Style as a test (DESIGN, section 4). Prints one line a finding and exits 1 if there is any.
# Runs from the root of the checkout; the archives' own check is tests/layers.sh.
set -eu
export LC_ALL=C.UTF-8

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
find sim models scenarios reports tests -name '*.[ch]' | sort >"$work/sources"
grep '\.h$' "$work/sources" >"$work/headers"
grep -v '^tests/' "$work/sources" >"$work/product"
findings=$work/findings
: >"$findings"

# Lines of at most 100 characters, files of at most 800 lines, no tabs, no blanks at line ends.
xargs awk '
    FNR > 800 && !long[FILENAME]++ { print FILENAME ": more than 800 lines" }
    length($0) > 100 { print FILENAME ":" FNR ": more than 100 characters" }
    /\t/ { print FILENAME ":" FNR ": a tab" }
    /[ \t]$/ { print FILENAME ":" FNR ": blanks at the end of the line" }
' <"$work/sources" >>"$findings"

# Functions of at most 70 lines. clang-format puts a function's braces into the first column.
xargs awk '
    FNR == 1 { open = 0 }
    /^{/ { open = FNR }
    /^}/ && open {
        if (FNR - open - 1 > 70) print FILENAME ":" open ": a function of " FNR - open - 1 " lines"
        open = 0
    }
' <"$work/sources" >>"$findings"

# A file name means one file.
find sim models scenarios reports tests -type f -name '*.[ch]' -printf '%f\n' | sort |
    uniq -d | sed 's/$/: the name of more than one file/' >>"$findings"

# A header opens with 5 to 25 lines of meaning.
xargs awk '
    FNR == 1 {
        open = /^\/\*/
        if (!open) print FILENAME ":1: does not open with a comment"
    }
    open && /\*\// {
        open = 0
        if (FNR < 5 || FNR > 40)
            print FILENAME ":1: opens with " FNR " lines of meaning, not 5 to 40"
    }
' <"$work/headers" >>"$findings"

# What must not be called. Comments and string literals are taken out first; what is left stands in one
# file as `name:line:text`. The three kinds are told apart by one automaton, so a quote in a comment
# opens no string; lines that cannot open any pass as they are.
xargs awk '
    FNR == 1 { comment = 0 }
    !comment && !/["\047\/]/ { print FILENAME ":" FNR ":" $0; next }
    {
        out = ""; n = length($0); i = 1
        while (i <= n) {
            c = substr($0, i, 1); two = substr($0, i, 2)
            if (comment) {
                if (two == "*/") { comment = 0; i += 2 } else i++
            } else if (two == "/*") { comment = 1; i += 2 }
            else if (two == "//") break
            else if (c == "\"" || c == "\047") {
                for (i++; i <= n && substr($0, i, 1) != c; i++)
                    if (substr($0, i, 1) == "\\") i++
                i++; out = out c c
            } else { out = out c; i++ }
        }
        print FILENAME ":" FNR ":" out
    }' <"$work/sources" >"$work/bare"
grep -v '^tests/' "$work/bare" >"$work/bare-product"
grep -vE '^(tests|sim/cli)/' "$work/bare" >"$work/bare-engine"
banned='strcpy|strcat|sprintf|vsprintf|atoi|atol|atoll|atof|rand|srand|random|gets|time|localtime|strtok|alloca|setlocale|gmtime|ctime|asctime'
libm='exp|log|log2|log10|log1p|expm1|pow|sqrt|cbrt|sin|cos|tan|atan|erf|erfc|lgamma|tgamma'
number='[-+]? *[0-9.][0-9.eE]*[fF]?'
finds() { # finds FILE PATTERN MESSAGE: what stands behind `name:line:` and is not wanted
    grep -E "$2" "$1" | sed "s|^\([^:]*:[0-9]*\):.*|\1: $3|" >>"$findings" || :
}
finds "$work/bare" "[^[:alnum:]_.>]($banned) *\(" 'a banned call'
finds "$work/bare" "typedef +(struct|union|enum) [a-z_0-9]* *\{" 'a typedef of a struct'
# Compilers fold these at build time with their own arithmetic, each a little differently.
finds "$work/bare-product" "[^[:alnum:]_]($libm)f? *\( *$number *(, *$number *)?\)" \
    'a libm call with constant arguments'
# The folder for temporary files is the one thing that the environment may say.
elsewhere='clock, environment or place of this machine'
finds "$work/bare-engine" '[^[:alnum:]_.](clock_gettime|gettimeofday|gethostname|getcwd) *\(' \
    "$elsewhere"
grep -v '^sim/cli/' "$work/product" | xargs grep -nE 'getenv\(' | grep -v 'getenv("TMPDIR")' |
    sed "s|^\([^:]*:[0-9]*\):.*|\1: $elsewhere|" >>"$findings" || :

# Fences by include. The compiler's paths enforce our own headers; this one names the libraries'.
fence() { # fence HEADER-PATTERN FOLDER-PATTERN
    grep -nE "^ *# *include *[<\"]($1)[>\"]" $(cat "$work/product") |
        grep -vE "^($2)" | sed 's/$/: a library of another layer/' >>"$findings" || :
}
fence '(cjson/)?cJSON\.h' 'scenarios/'
fence 'sqlite3\.h' 'reports/'
fence 'zlib\.h|sha2\.h|md5\.h|sha\.h' 'scenarios/'
fence 'getopt\.h' 'sim/cli/'
fence 'gsl/[a-z_]*\.h' 'sim/|models/|reports/'
prefixes() { # prefixes FOLDER ALLOWED-PREFIXES: an own header is known by the first word of its name
    grep -nE '^ *# *include *"' $(grep "^$1" "$work/product" | grep -v '^sim/cli/') |
        grep -vE "\"($2)_?[a-z0-9_]*\.(h|def)\"" | sed 's/$/: a header of a layer above/' \
        >>"$findings" || :
}
prefixes 'sim/' 'sim'
prefixes 'models/' 'sim|ecs|place|scale|load|spot'
prefixes 'scenarios/' 'sim|ecs|place|scale|load|spot|scn'
prefixes 'reports/' 'sim|ecs|place|scale|load|spot|rpt'

# Every START_TEST is added to a case, and every suite is in the list.
grep '^tests/test_.*\.c$' "$work/sources" >"$work/suites"
xargs awk '
    function finish(   name) {
        for (name in made) if (!(name in used)) print file ": test " name " is never run"
        split("", made); split("", used)
    }
    FNR == 1 { finish(); file = FILENAME }
    /^START_TEST\(/ { name = $0; gsub(/^START_TEST\(|\).*/, "", name); made[name]; next }
    {
        line = $0
        while (match(line, /(^ *|[{(,] *)[a-zA-Z0-9_]+ *[,)}]/)) {
            name = substr(line, RSTART, RLENGTH); gsub(/[^a-zA-Z0-9_]/, "", name); used[name]
            line = substr(line, RSTART + RLENGTH - 1)
        }
    }
    END { finish() }
' <"$work/suites" >>"$findings"
xargs sed -n 's/^Suite \*test_\([a-z0-9_]*\)_suite(void).*/SUITE(\1)/p' <"$work/suites" | sort -u |
    grep -vxFf tests/suites.def | sed 's/$/: not in tests\/suites.def/' >>"$findings" || :

# The ledger's last column names tests in backquotes; each must exist.
if [ -f models/FIDELITY.md ]; then
    sed -n 's/^START_TEST(\([a-zA-Z0-9_]*\)).*/\1/p' tests/*.c | sort -u >"$work/tests"
    # rows of `| behaviour | status | source | test |`: the cell before the last bar
    sed -n 's/^|.*|.*|.*|\([^|]*\)| *$/\1/p' models/FIDELITY.md |
        grep -oE '`[a-zA-Z0-9_]+(\.c)?`' | tr -d '`' | sort -u |
        while read -r name; do
            [ -f "tests/$name" ] || [ -f "tests/$name.c" ] || grep -qx "$name" "$work/tests" ||
                echo "models/FIDELITY.md: no test $name"
        done >>"$findings"
fi

# Nothing of one machine: no path of a home or working folder.
find . -type f \( -name '*.[ch]' -o -name '*.sh' -o -name '*.md' -o -name '*.json' -o -name '*.gp' \
    -o -name '*.sql' -o -name Makefile -o -name run -o -name '*.def' -o -name '*.1' \) \
    -not -path './.git/*' -not -path './build*' -print0 |
    xargs -0 grep -nIE '(^|[^[:alnum:]_.])/(work|home|root|Users)/[a-z]' |
    sed 's/^\([^:]*:[0-9]*\):.*/\1: a path of one machine/' >>"$findings" || :

if command -v clang-format >/dev/null 2>&1; then
    xargs -n 16 -P "$(nproc)" clang-format --dry-run -Werror <"$work/sources" 2>&1 |
        sed -n 's/^\([^:]*\):[0-9]*:[0-9]*: error: .*/\1: not as clang-format/p' | sort -u \
        >>"$findings"
else
    echo 'tidy: clang-format is not installed; layout was not looked at' >&2
fi

if [ -s "$findings" ]; then
    cat "$findings" >&2
    echo "tidy: $(wc -l <"$findings") findings" >&2
    exit 1
fi
echo "tidy: $(wc -l <"$work/sources") files, nothing to say"
