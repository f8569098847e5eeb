#!/bin/sh
# Runs the steps of a role one by one and tells the builder about it on the console.
set -u
here=$(cd "$(dirname "$0")" && pwd)
id=$PGPOOL_AURORA_BUILD_ID
PGPOOL_AURORA_DIR=$here
PGPOOL_AURORA_ROOT=${PGPOOL_AURORA_ROOT-}
PATH=${PATH:-/usr/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PGPOOL_AURORA_DIR PGPOOL_AURORA_ROOT PATH
console=${PGPOOL_AURORA_CONSOLE:-/dev/console}
# In memory, so that it can also tell of a full disk.
log=$here/log
step=runner verdict='' pid='' from=1 why=''

say() { printf '\nPGPOOL-AURORA %s %s\n' "$id" "$1" 2>/dev/null >>"$console" || :; }

# shellcheck disable=SC2317 # finish calls it
# What the log says, fit for others' eyes: no blank lines, nothing but ASCII, no query strings, no line like ours.
tidy() {
    tail -c "+$from" "$log" 2>/dev/null | LC_ALL=C tr '\r\t' '\n ' | LC_ALL=C tr -cd '\n\040-\176' | LC_ALL=C sed -E \
        -e '/^ *$/d' -e 's/ *$//' -e 's/PGPOOL-AURORA/PGPOOL_AURORA/g' \
        -e "s/[?][A-Za-z0-9_.%-]*=[^ \"'<>]*//g" \
        -e "s/[Xx]-[Aa][Mm][Zz]-[A-Za-z0-9-]*(=|%3[Dd])[^ \"'<>]*/X-Amz-.../g" | tail -n 40 | cut -c 1-400
}

# shellcheck disable=SC2317 # the trap calls it
finish() {
    status=$?
    trap '' TERM INT HUP
    trap - EXIT
    if [ -n "$pid" ]; then
        kill -s TERM -- "-$pid" || kill "$pid"
        sleep 1
        kill -s KILL -- "-$pid"
    fi 2>/dev/null
    if [ -z "$verdict" ]; then
        text=$(tidy)
        [ -z "$text" ] || printf '\n%s\n' "$text" 2>/dev/null >>"$console" || :
        last=$(printf '%s\n' "$text" | tail -n 1)
        message=$why${why:+${last:+: }}$last
        [ "$status" != 0 ] || status=1
        verdict="failed $step $status $(printf '%.200s' "${message:-it said nothing}")"
    fi
    case $why in
    stopped*)
        # Nobody is held up where the machine is going down.
        case $(systemctl is-system-running 2>/dev/null) in
        initializing | starting | running | degraded | maintenance) ;;
        *) say "$verdict" && exit "$status" ;;
        esac
        ;;
    esac
    # The first signal from here on is the machine's going down.
    trap 'kill "$!" 2>/dev/null; exit "$status"' TERM INT HUP
    while :; do
        say "$verdict"
        sleep 10 &
        wait "$!"
    done
}
fail() {
    why=$1 from=999999999
    exit 1
}
trap finish EXIT
trap 'why="stopped by SIGHUP"; exit 129' HUP
trap 'why="stopped by SIGINT"; exit 130' INT
trap 'why="stopped by SIGTERM"; exit 143' TERM

: >"$log" || fail "cannot write $log"
ln -sfn "$log" "$PGPOOL_AURORA_ROOT/var/log/pgpool-aurora-build.log" 2>/dev/null || :

# If the builder vanishes, nobody else would end this machine.
step=deadman
minutes=$PGPOOL_AURORA_DEADMAN_MINUTES
systemd-run --quiet --collect --unit=pgpool-aurora-deadman --on-active="${minutes}m" \
    systemctl --force poweroff >>"$log" 2>&1 || shutdown -P "+$minutes" >>"$log" 2>&1 || exit

step=base
# shellcheck disable=SC1091 # it is the guest's
found=$(. "$PGPOOL_AURORA_ROOT/etc/os-release" 2>>"$log" && echo "$ID-${VERSION_ID-}")
case $found in
amzn-2023*) found=al2023 ;;
debian-1[2-9]*) ;;
*) fail "the base system is $found; only Amazon Linux 2023 and Debian 12 and newer will do" ;;
esac
case $PGPOOL_AURORA_BASE in
unknown | "$found") PGPOOL_AURORA_BASE=$found ;;
*) fail "the base system is $found instead of $PGPOOL_AURORA_BASE" ;;
esac
export PGPOOL_AURORA_BASE

step=runner
# shellcheck disable=SC2153
set -- "$here/$PGPOOL_AURORA_ROLE"/[0-9]*.sh
[ -e "$1" ] || fail "there are no steps for the role $PGPOOL_AURORA_ROLE"
i=0
for file; do
    i=$((i + 1))
    step=${file##*/}
    step=${step#*-}
    step=${step%.sh}
    say "step $i/$# $step"
    from=$(($(wc -c <"$log") + 1))
    # A group of its own, so that nothing of it outlives a signal.
    setsid sh -eu "$file" </dev/null >>"$log" 2>&1 &
    pid=$!
    wait "$pid"
    status=$?
    pid=''
    [ "$status" = 0 ] || exit "$status"
done

[ ! -e "$here/packages" ] || sort -u "$here/packages" | while read -r name version; do
    say "package $name $version"
done
verdict=ok
exit 0
