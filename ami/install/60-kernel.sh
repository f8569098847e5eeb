install -D -m 0644 "$PGPOOL_AURORA_DIR/files/sysctl.conf" "$PGPOOL_AURORA_ROOT/etc/sysctl.d/60-pgpool-aurora.conf"
