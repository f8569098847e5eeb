# Who runs pgpool and the doctor: a user of the system without a shell, a home or a password.
getent passwd pgpool >/dev/null || useradd --system --user-group --no-create-home --home-dir /var/lib/pgpool \
    --shell /usr/sbin/nologin pgpool
install -d -m 0755 "$PGPOOL_AURORA_ROOT/etc/pgpool-aurora"
