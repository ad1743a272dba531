# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# `./dev test`, read by dev: everything that has to hold, counted one by one.
# A check whose tool or right is missing is skipped; in CI (CI=true) that counts as failed.

passed=0
failed=0
skipped=0
told=''

# failure NAME TEXT: one more that failed, kept for the end with what it printed last.
failure() {
    failed=$((failed + 1))
    say "FAILED  $1"
    told+="failed: $1"$'\n'$(printf '%s\n' "$2" | tail -n 15 | sed 's/^/        /')$'\n'
}

# What failed once more, for those who see only the end: at most 120 lines, and last the names alone.
tell_again() {
    local names
    [[ ${CI-} == true ]] || told=$(awk '/^[^ ]/ {left = /^skipped/} !left' <<<"$told")
    names=$(grep '^[^ ]' <<<"$told") || return 0
    say 'What did not pass:'
    awk -v most=80 'NF && n++ < most; END {if (n > most) print "        (" n - most " lines more above)"}' \
        <<<"$told"
    say 'By name:'
    awk -v most=35 'n++ < most; END {if (n > most) print "(" n - most " more)"}' <<<"$names"
}

# check NAME COMMAND...: one case. What it prints is shown if it fails.
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        passed=$((passed + 1))
        say "ok      $name"
    else
        failure "$name" "$output"
        printf '%s\n' "$output" | sed 's/^/        /'
    fi
}

# suites BUILD-DIR MESON-OPTION...: run Meson's tests and count each case.
suites() {
    local dir=$1 good bad left what status=0
    shift
    meson test -C "$dir" --no-rebuild --print-errorlogs --num-processes "$(jobs_count)" "$@" ||
        status=$?
    what=$(tests/checks/tally "$dir/meson-logs/testlog.json") || what='0 0 0'
    read -r good bad left <<<"$what"
    # Meson may fail before its first test: then there is nothing to count, and it is not well.
    ((status == 0 || bad > 0)) || failure "meson test in $dir" "It ended with status $status."
    told+=$(tail -n +2 <<<"$what")$'\n'
    passed=$((passed + good))
    failed=$((failed + bad))
    skipped=$((skipped + left))
    say "        $good passed, $bad failed, $left skipped in $dir"
}

# Scripts are known by their first line.
scripts_list() {
    git ls-files | while IFS= read -r file; do
        [[ -f $file && ! -L $file ]] || continue
        case $(head -c 64 -- "$file" | head -n 1 | tr -d '\0') in
        '#!/bin/bash' | '#!/bin/sh' | '# shellcheck shell='*) printf '%s\n' "$file" ;;
        esac
    done
}

formatting() {
    git ls-files -z '*.c' '*.h' | xargs -0 clang-format --dry-run -Werror
}

texts_and_pages() {
    local file
    for file in man/*.[1-8]; do
        [[ -e $file ]] && check "manual page $file" mandoc -T lint -W warning "$file"
    done
    while IFS= read -r file; do
        check "shell script $file" shellcheck -x "$file"
    done < <(scripts_list)
    check 'formatting of C' formatting
    check 'direction of includes' tests/checks/includes
    check 'translations are complete' tests/checks/translations
    check 'openapi.yaml is sound and names the routes' tests/checks/openapi
    check 'first line of each source names the licence' tests/checks/licences
}

# built DIR COMMAND...: a build, whose failure is one.
built() {
    local dir=$1
    shift
    "$@" || {
        failure "build in $dir" "$(cat "$dir.log")"
        return 1
    }
}

# Seconds for each target: enough to see that it still runs and that nothing lies near the corpus.
fuzzing() {
    local target
    built build-fuzz fuzz_build || return 0
    for target in $(fuzz_targets); do
        check "fuzz target $target" fuzz_one "$target" 3
    done
}

run_all() {
    # Undefined behaviour is not to be printed and passed over.
    export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
    export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
    if built build-test build_quietly build-test --werror; then
        suites build-test
    fi
    if built build-asan build_quietly build-asan --werror -Db_sanitize=address,undefined \
        -Db_lundef=false; then
        suites build-asan --suite unit --suite hostile
    fi
    # shellcheck source=tests/fuzz/fuzz.sh
    . tests/fuzz/fuzz.sh
    fuzzing
    texts_and_pages

    ((skipped == 0)) || say "$skipped skipped: a tool or a right is missing"
    [[ ${CI-} != true ]] || failed=$((failed + skipped))
    tell_again
    say "$passed passed, $failed failed"
    ((failed == 0))
}
