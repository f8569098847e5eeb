# The tool came through the snapshot whole.
"$PGPOOL_AURORA_ROOT/usr/bin/pgpool-aurora" --version
