# The tool itself, by an address that only this build knows.
tool=$PGPOOL_AURORA_ROOT/usr/bin/pgpool-aurora
new=$PGPOOL_AURORA_DIR/pgpool-aurora
sh -eu "$PGPOOL_AURORA_DIR/files/fetch.sh" TOOL "$new"
install -D -m 0755 "$new" "$tool"
rm -f "$new"
version=$("$tool" --version) || {
    echo "the tool does not run on this system: exit $?" >&2
    exit 1
}
echo "pgpool-aurora $version" >>"$PGPOOL_AURORA_DIR/packages"
