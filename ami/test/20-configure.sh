folder=$PGPOOL_AURORA_ROOT/etc/pgpool-aurora
case ${PGPOOL_AURORA_SPEC-} in
disk)
    # A cluster to be tried on, and who may log in there; it goes with this machine, and never into an image.
    disk=$PGPOOL_AURORA_DIR/disk
    mkdir -p "$disk" "$folder/trial"
    chmod 0700 "$folder/trial"
    device=$(blkid -L PGAURORA) || {
        echo 'there is no disk with the label PGAURORA' >&2
        exit 1
    }
    mount -o ro "$device" "$disk"
    cp "$disk"/user-* "$folder/trial/"
    chmod 0600 "$folder/trial"/*
    cp "$disk/cluster.yaml" "$folder/cluster.yaml"
    umount "$disk"
    ;;
*)
    # Endpoints that nobody answers at: what is proved is that pgpool and the doctor run, and see it.
    cat >"$folder/cluster.yaml" <<'YAML'
aurora: {writer: "127.0.0.1:15432", reader: "127.0.0.1:15433"}
YAML
    ;;
esac
chmod 0644 "$folder/cluster.yaml"
pgpool-aurora render-config --config "$folder/cluster.yaml" --apply
