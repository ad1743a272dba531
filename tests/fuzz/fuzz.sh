# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# `./dev fuzz`, read by dev: libFuzzer's programs for a while each. What they learn stays in
# build-fuzz/corpus/ for the next run; a finding is kept beside it, to become a file of
# tests/fuzz/corpus/ once it is mended.

fuzz_build() {
    CC=clang build_quietly build-fuzz -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false
}

fuzz_targets() {
    local source
    for source in tests/fuzz/fuzz_*.c; do
        source=${source#tests/fuzz/fuzz_}
        printf '%s\n' "${source%.c}"
    done
}

# fuzz_one TARGET SECONDS: shows the end of the log when something was found.
fuzz_one() {
    local target=$1 seconds=$2 corpus=build-fuzz/corpus/$1 log=build-fuzz/fuzz_$1.log
    mkdir -p "$corpus" build-fuzz/findings
    if ! "build-fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=8192 -timeout=20 \
        -dict="tests/fuzz/$target.dict" -artifact_prefix="build-fuzz/findings/$target-" \
        "$corpus" "tests/fuzz/corpus/$target" >"$log" 2>&1; then
        tail -n 40 "$log"
        return 1
    fi
    grep -a '^Done ' "$log"
}

# run_fuzzers SECONDS [TARGET...]
run_fuzzers() {
    local seconds=$1 target status=0
    shift
    [[ $seconds =~ ^[1-9][0-9]{0,5}$ ]] || { usage >&2; exit 64; }
    fuzz_build
    (($#)) || mapfile -t targets < <(fuzz_targets)
    for target in "${@:-${targets[@]}}"; do
        [[ -x build-fuzz/tests/fuzz/fuzz_$target ]] || fail "there is no target $target"
        if fuzz_one "$target" "$seconds"; then
            say "ok      $target"
        else
            say "FAILED  $target"
            status=1
        fi
    done
    return "$status"
}
