#!/bin/sh
# Usage: sh -eu fetch.sh WHAT FILE: the file at PGPOOL_AURORA_<WHAT>_ADDRESS, with the SHA-256 of ..._SHA256.
# An address may be a presigned one, that is a secret: it is in no argument and no message.
what=$1 file=$2 address='' sum=''
eval "address=\$PGPOOL_AURORA_${what}_ADDRESS sum=\${PGPOOL_AURORA_${what}_SHA256-}"
die() {
    rm -f "$file"
    echo "$what: $1" >&2
    exit 1
}

case $address in
*[!A-Za-z0-9:/?\&=%.,_~+@#\;!*\(\)\$-]*) die 'the address has characters that no address has' ;;
disk:*)
    disk=$PGPOOL_AURORA_DIR/disk
    mkdir -p "$disk"
    device=$(blkid -L PGAURORA) || die 'there is no disk with the label PGAURORA'
    mount -o ro "$device" "$disk" || die 'the disk PGAURORA cannot be mounted'
    status=0
    cp "$disk/${address#disk:}" "$file" || status=$?
    umount "$disk"
    [ "$status" = 0 ] || die "the disk PGAURORA has no ${address#disk:}"
    ;;
https://* | http://*)
    # Without a sum TLS is what vouches for the content.
    protocols='=https'
    [ -z "$sum" ] || protocols='=http,https'
    case $sum$address in http:*) die 'without a SHA-256 the address must be https' ;; esac
    errors=$PGPOOL_AURORA_DIR/fetch.errors
    attempt=1
    while
        status=0
        if command -v curl >/dev/null; then
            printf 'url = "%s"\n' "$address" | timeout 300 curl -q --silent --show-error --fail --location \
                --proto "$protocols" --connect-timeout 10 --speed-limit 1000 --speed-time 30 \
                --output "$file" --config - 2>"$errors" || status=$?
        elif command -v wget >/dev/null; then
            printf '%s\n' "$address" | timeout 300 wget -q --no-config -t 1 -T 30 -O "$file" -i - 2>"$errors" || status=$?
        else
            printf '%s\n' "$address" | timeout 300 python3 -c '
import shutil, sys, urllib.request
try:
    with urllib.request.urlopen(sys.stdin.readline().strip(), timeout=30) as answer, open(sys.argv[1], "wb") as file:
        shutil.copyfileobj(answer, file)
except OSError as error:
    sys.exit("%s %s" % (type(error).__name__, getattr(error, "code", getattr(error, "reason", ""))))
' "$file" 2>"$errors" || status=$?
        fi
        [ "$status" != 0 ] && [ "$attempt" -lt 5 ]
    do
        sleep "$((attempt * 2))"
        attempt=$((attempt + 1))
    done
    [ "$status" = 0 ] || die "not fetched in $attempt attempts, exit $status: $(tail -n 1 "$errors")"
    ;;
*) die 'its address is neither https://... nor disk:...' ;;
esac

[ -z "$sum" ] || {
    actual=$(sha256sum "$file" | cut -d ' ' -f 1)
    [ "$actual" = "$sum" ] || die "the SHA-256 is $actual instead of $sum"
}
