# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# `./dev demo`, read by dev: the whole product on this machine, with invented people.
#
# Everything lives in one private directory whose name is unique. Each program that the demo starts,
# and each that these start, has that name (or its last part, the instance) in its arguments or its
# environment: that is how all of them are found again at the end, also those that went to a session
# of their own, as the desk does.

demo_dir=
demo_logs=
demo_screen=
demo_terminal=

# --- processes of this demo ---

# PUPITRE_DEMO marks what can be read of a process's environment; programs that hold secrets close
# theirs even to their own user, so the arguments are looked at too. No program is started for each
# process: on a busy machine that took seconds, and the demo lost its patience with its own programs.
demo_owns() {
    local proc=$1 word
    local -a words
    mapfile -d '' -t words <"$proc/cmdline" || return 1
    [[ "${words[*]}" == *"${demo_dir##*/pupitre-}"* ]] && return 0
    mapfile -d '' -t words <"$proc/environ" || return 1
    for word in "${words[@]}"; do
        [[ $word != "PUPITRE_DEMO=$demo_dir" ]] || return 0
    done
    return 1
} 2>/dev/null

# Pids, but not this script's own (nor that of a pipe's end that is gone in a moment).
demo_pids() {
    local proc pid
    for proc in /proc/[0-9]*; do
        pid=${proc#/proc/}
        [[ $pid != "$$" ]] || continue
        if demo_owns "$proc"; then
            printf '%s\n' "$pid"
        fi
    done
}

demo_is_quiet() {
    [[ -z $(demo_pids) ]]
}

# within SECONDS COMMAND...: until it succeeds.
within() {
    local until=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < until)) || return 1
        sleep 0.05
    done
}

demo_signal() {
    local pids
    mapfile -t pids < <(demo_pids)
    ((${#pids[@]} == 0)) || kill "-$1" "${pids[@]}" 2>/dev/null || true
}

# start NAME COMMAND...: in a session of its own, so that Ctrl-C reaches this script first.
demo_start() {
    local name=$1
    shift
    PUPITRE_DEMO=$demo_dir setsid "$@" </dev/null >>"$demo_logs/$name.log" 2>&1 &
    disown
}

# --- the end, by whatever way ---

demo_screen_end() {
    [[ -n $demo_screen ]] || return 0
    kill -TERM "$demo_screen" 2>/dev/null
    within 5 demo_screen_is_gone || kill -KILL "$demo_screen" 2>/dev/null
    wait "$demo_screen" 2>/dev/null
}

demo_screen_is_gone() {
    ! kill -0 "$demo_screen" 2>/dev/null
}

# A screen that was killed could not tidy up. The terminal may be gone by now.
demo_terminal_restore() {
    stty "$demo_terminal"
    tput rmcup
    tput cnorm
} 2>/dev/null

# shellcheck disable=SC2317 # called by a trap
demo_end() {
    local status=$?
    trap - EXIT
    trap '' HUP INT TERM
    set +e
    demo_screen_end
    ((status <= 128)) || demo_terminal_restore
    demo_signal TERM
    if ! within 5 demo_is_quiet; then
        demo_signal KILL
        within 5 demo_is_quiet
    fi
    rm -rf "$demo_dir"
    printf 'The demo has ended. Its logs are in %s\n' "$demo_logs" 2>/dev/null
    exit "$status"
}

# --- the beginning ---

demo_prepare() {
    [[ -t 0 && -t 1 ]] || fail 'the demo needs a terminal'
    demo_terminal=$(stty -g)
    demo_dir=$(mktemp -d "${TMPDIR:-/tmp}/pupitre-demo-XXXXXX")
    demo_logs=$demo_dir.log
    trap demo_end EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    mkdir -m 0700 "$demo_logs" "$demo_dir/data" "$demo_dir/run" "$demo_dir/home"
}

# A UDP port that nobody has; what is bound now stands in /proc.
demo_port() {
    local port
    for _ in {1..100}; do
        port=$((20000 + RANDOM % 12000))
        if ! udp_is_bound "$port"; then
            printf '%s' "$port"
            return
        fi
    done
    fail 'no free port found'
}

udp_is_bound() {
    grep -qiE "^ *[0-9]+: [0-9A-F]+:$(printf '%04X' "$1") " /proc/net/udp
}

# What an operator does once: pupitrectl, in the order of its manual.
demo_data() {
    local file ctl=("$build/net/ctl/pupitrectl" --data "$demo_dir/data")
    "${ctl[@]}" init
    for file in scripts/interviews/*.json; do
        "${ctl[@]}" script load "$file"
    done
    # A demonstration is open at any hour.
    python3 - scripts/services/tracing.json tests/fixtures/services/test.json \
        >"$demo_dir/tracing.json" <<'EOF'
import json, sys
service, always = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
service["hours"] = always["hours"]
print(json.dumps(service, ensure_ascii=False, indent=2))
EOF
    "${ctl[@]}" service load "$demo_dir/tracing.json"
    "${ctl[@]}" agent add demo --name 'Demo Agent' --service tracing --region WAL \
        --languages fr,nl,de,en --password-fd 3 3<<<"$1"
    # Who is called first answers, whatever else was invented: a first try shows the whole of a call.
    tests/people/make-people 1 --seed 2 --digits 0 --kind index --regions WAL --language fr \
        --at "$(date -u -d '2 days ago' +%FT%TZ)" >"$demo_dir/first.csv"
    tests/people/make-people 199 >"$demo_dir/people.csv"
    "${ctl[@]}" import "$demo_dir/first.csv"
    "${ctl[@]}" import "$demo_dir/people.csv"
}

demo_step() {
    say "$1"
    shift
    "$@" >>"$demo_logs/setup.log" 2>&1 || {
        tail -n 20 "$demo_logs/setup.log"
        fail "that did not work; more in $demo_logs"
    }
}

# Headset or test tone: without a device to play on and one to record from, no call can be held.
demo_audio() {
    if compgen -G '/dev/snd/pcmC*p' >/dev/null && compgen -G '/dev/snd/pcmC*c' >/dev/null; then
        printf alsa
    else
        printf tone
    fi
}

run_demo() {
    # Tests bring programs that are built already.
    local build=${PUPITRE_BUILD_ROOT-} port password address audio status=0
    if [[ -z $build ]]; then
        build_quietly build || exit 1
        build=$PWD/build
    fi
    demo_prepare

    password=$(od -An -N9 -tx1 /dev/urandom | tr -d ' ')
    demo_step 'Making a database with 200 invented people' demo_data "$password"

    port=$(demo_port)
    say 'Starting the simulated public and the backend'
    demo_start citizens tests/citizens/citizens --port "$port" --log "$demo_logs"
    demo_start pupitred "$build/net/server/pupitred" --data "$demo_dir/data" \
        --listen 127.0.0.1:0 --gateway "127.0.0.1:$port"
    within 20 test -s "$demo_dir/data/address" || fail "the backend did not start; see $demo_logs"
    within 20 udp_is_bound "$port" || fail "the simulated public did not start; see $demo_logs"
    address=$(<"$demo_dir/data/address")

    audio=$(demo_audio)
    [[ $audio == alsa ]] || say 'There is no sound device here: calls carry a test tone'
    say "Opening the workstation as agent demo (password $password)"
    # A trap waits for a program in the foreground, so the screen is one in the background.
    env -u XDG_CONFIG_HOME -u XDG_STATE_HOME -u XDG_CACHE_HOME -u XDG_DATA_HOME \
        PUPITRE_DEMO="$demo_dir" PUPITRE_LOCALEDIR="$build/po" HOME="$demo_dir/home" \
        XDG_RUNTIME_DIR="$demo_dir/run" \
        "$build/tui/pupitre" --backend "http://$address" --instance "${demo_dir##*/pupitre-}" \
        --audio "$audio" --log "$demo_logs/pupitre.log" \
        --login demo --password-fd 3 <&0 3<<<"$password" 2>>"$demo_logs/setup.log" &
    demo_screen=$!
    wait "$demo_screen" || status=$?
    demo_screen=
    return "$status"
}
