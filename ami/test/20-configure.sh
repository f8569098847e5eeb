# Endpoints that nobody answers at: what is proved is that pgpool and the doctor run, and see it.
folder=$PGPOOL_AURORA_ROOT/etc/pgpool-aurora
cat >"$folder/cluster.yaml" <<'YAML'
aurora: {writer: "127.0.0.1:15432", reader: "127.0.0.1:15433"}
YAML
chmod 0644 "$folder/cluster.yaml"
pgpool-aurora render-config --config "$folder/cluster.yaml" --apply
