# All logs are the journal's, which is kept on disk and rotated by size.
R=$PGPOOL_AURORA_ROOT
install -D -m 0644 "$PGPOOL_AURORA_DIR/files/journald.conf" "$R/etc/systemd/journald.conf.d/60-pgpool-aurora.conf"
