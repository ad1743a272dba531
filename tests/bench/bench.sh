# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# `./dev bench`, read by dev: an optimised build of its own, and the benchmarks one after another.
# Each prints JSON lines, kept in build-bench/figures/ until its next run; tests/bench/table shows
# them, and writes them into README.md. Databases lie in a directory that is removed at the end, also
# when one was cut.

bench_names() {
    local source
    printf 'load\n'
    for source in tests/bench/bench_*.c; do
        source=${source#tests/bench/bench_}
        printf '%s\n' "${source%.c}"
    done
}

# Where a benchmark's program is built; the crowd has a folder of its own.
bench_program() {
    [[ $1 == load ]] && printf 'load/load' || printf 'bench/bench_%s' "$1"
}

# bench_one NAME SIZE-OPTION...: its figures replace those of its last run.
bench_one() {
    local name=$1 figures=build-bench/figures/$1.jsonl
    shift
    local -a under=()
    [[ $name != *_postgresql ]] || under=(tests/bench/with_postgresql)
    "${under[@]}" "build-bench/tests/$(bench_program "$name")" "$@" >"$figures.new" || {
        rm -f "$figures.new"
        fail "bench_$name did not come to its end"
    }
    mv "$figures.new" "$figures"
    tests/bench/table "$figures"
}

# run_bench [--full] [--readme] [NAME...]: --readme alone measures nothing.
run_bench() {
    local name readme=0
    local -a size=() names=()
    for name in "$@"; do
        case $name in
        --full) size=(--full) ;;
        --readme) readme=1 ;;
        *)
            [[ $name == load || -f tests/bench/bench_$name.c ]] || fail "there is no benchmark $name"
            names+=("$name")
            ;;
        esac
    done
    if ((readme == 0 || ${#names[@]} > 0 || ${#size[@]} > 0)); then
        build_quietly build-bench --buildtype=release -Ddebug=true || exit 1
        mkdir -p build-bench/figures
        BENCH_DIR=$(mktemp -d "$PWD/build-bench/data-XXXXXX")
        export BENCH_DIR
        trap 'rm -rf "$BENCH_DIR"' EXIT
        ((${#names[@]} > 0)) || mapfile -t names < <(bench_names)
        for name in "${names[@]}"; do
            bench_one "$name" "${size[@]}"
        done
    fi
    if ((readme)); then
        tests/bench/table --readme README.md build-bench/figures/*.jsonl
        say 'README.md holds these figures now.'
    fi
}
