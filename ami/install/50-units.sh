# Our units start at each boot from the one on at which there is a configuration.
units=$PGPOOL_AURORA_ROOT/etc/systemd/system
install -d -m 0755 "$units"
for unit in "$PGPOOL_AURORA_DIR"/units/*; do
    install -m 0644 "$unit" "$units"
done
# Older ones warn of what they do not know.
[ "$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')" -ge 254 ] ||
    sed -i '/^Restart\(Steps\|MaxDelaySec\)=/d' "$units/pgpool.service" "$units/pgdoctor.service"
systemctl daemon-reload
systemctl enable pgpool.service pgdoctor.service pgpool-aurora-refresh.timer
