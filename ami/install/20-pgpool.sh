# Pgpool-II, as the spec wants it. The unit runs /usr/sbin/pgpool, wherever it is.
. "$PGPOOL_AURORA_DIR/files/packages.sh"
R=$PGPOOL_AURORA_ROOT
die() {
    echo "$1" >&2
    exit 1
}

from_tarball() {
    work=$R/var/tmp/pgpool-aurora
    rm -rf "$work"
    mkdir -p "$work/source"
    sh -eu "$PGPOOL_AURORA_DIR/files/fetch.sh" PGPOOL "$work/tarball"
    list_packages >"$work/before"
    case $PGPOOL_AURORA_BASE in
    al2023) add_packages gcc make tar gzip openssl-devel pam-devel libpq-devel ;;
    *) add_packages gcc libc6-dev make libssl-dev libpam0g-dev libpq-dev ;;
    esac
    list_packages >"$work/after"
    tar -xf "$work/tarball" -C "$work/source" --strip-components=1 --no-same-owner
    # One chain: `set -e` does not hold before `||`.
    (
        cd "$work/source" &&
            ./configure --prefix=/usr/local --sysconfdir=/etc/pgpool-II --with-openssl --with-pam --disable-static \
                CFLAGS='-O2 -fstack-protector-strong -D_FORTIFY_SOURCE=2' LDFLAGS='-Wl,-z,relro,-z,now' &&
            make -j "$(nproc)" &&
            make install-strip DESTDIR="$R"
    ) >"$work/log" 2>&1 || {
        tail -n 60 "$work/log"
        die "Pgpool-II was not built: $(grep -iE 'error' "$work/log" | tail -n 1)"
    }
    # The tools go as they came.
    tools=$(comm -13 "$work/before" "$work/after")
    # shellcheck disable=SC2086 # a list of words
    [ -z "$tools" ] || remove_packages $tools
    rm -rf "$work"
}

# A unit of the distribution's that must not start beside ours.
mkdir -p "$R/etc/systemd/system"
ln -sfn /dev/null "$R/etc/systemd/system/pgpool2.service"
case $PGPOOL_AURORA_PGPOOL_SOURCE:$PGPOOL_AURORA_BASE in
package:debian-*) add_packages pgpool2 ;;
rpm:al2023)
    rpm=$PGPOOL_AURORA_DIR/pgpool.rpm
    sh -eu "$PGPOOL_AURORA_DIR/files/fetch.sh" PGPOOL "$rpm"
    add_packages "$rpm"
    rm -f "$rpm"
    ;;
tarball:*) from_tarball ;;
*) die "there is no $PGPOOL_AURORA_PGPOOL_SOURCE of Pgpool-II for $PGPOOL_AURORA_BASE" ;;
esac

pgpool=$R/usr/sbin/pgpool
if [ ! -x "$pgpool" ]; then
    for place in usr/bin usr/local/bin usr/local/sbin; do
        [ ! -x "$R/$place/pgpool" ] || ln -sfn "../../$place/pgpool" "$pgpool"
    done
fi
said=$("$pgpool" --version 2>&1) || die "pgpool does not run: $said"
version=$(printf '%s\n' "$said" | sed -n 's/.*version \([0-9][0-9.]*\).*/\1/p')
case $version in
'') die "pgpool does not say its version: $said" ;;
"${PGPOOL_AURORA_PGPOOL_VERSION:-$version}" | "${PGPOOL_AURORA_PGPOOL_VERSION:-$version}".*) ;;
*) die "this is Pgpool-II $version instead of $PGPOOL_AURORA_PGPOOL_VERSION" ;;
esac
note_package pgpool "$version"
