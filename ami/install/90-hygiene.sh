# Takes away what is this machine's alone, and what only the build needed; then looks whether all of it is gone.
R=$PGPOOL_AURORA_ROOT
empty() { [ ! -d "$1" ] || find "$1" -mindepth 1 -delete; }

case $PGPOOL_AURORA_BASE in
al2023) dnf -q clean all ;;
*) apt-get -q clean ;;
esac
for folder in var/cache/dnf var/cache/apt var/lib/apt/lists; do
    empty "$R/$folder"
done
# cloud-init is still at work, by us: it starts anew when there is no state, on whatever machine.
empty "$R/var/lib/cloud"
for file in "$R"/etc/ssh/ssh_host_* "$R"/root/.*history "$R"/home/*/.*history \
    "$R"/root/.lesshst "$R"/root/.viminfo "$R"/root/.wget-hsts "$R"/root/.ssh/* "$R"/home/*/.ssh/* \
    "$R"/var/lib/systemd/random-seed "$R"/var/lib/systemd/credential.secret "$R"/var/lib/dhcp/* \
    "$R"/var/lib/dbus/machine-id; do
    rm -f "$file"
done
empty "$R/root/.cache"
empty "$R/tmp"
empty "$R/var/tmp"
: >"$R/etc/machine-id"
chmod 0444 "$R/etc/machine-id"
# From here on the journal is in memory.
journalctl --relinquish-var || :
clean_logs() {
    empty "$R/var/log/journal"
    find "$R/var/log" -type f -name '[bw]tmp*' -exec truncate -s 0 {} +
    find "$R/var/log" -type f ! -size 0 -delete
}

# The gate: a line for everything that should not be there.
gate() {
    # Most of the places are not there, which is right.
    set +e
    find "$R/var/lib/cloud" "$R/var/cache/dnf" "$R/var/lib/apt/lists" "$R/var/cache/apt" "$R/tmp" "$R/var/tmp" \
        "$R/root/.cache" -mindepth 1 2>/dev/null
    find "$R/var/log" -type f ! -size 0 2>/dev/null
    find "$R/etc/ssh" -name 'ssh_host_*' 2>/dev/null
    find "$R/root" "$R/home" \( -name authorized_keys -o -name '.*history' -o -name 'id_*' -o -name .pgpass \
        -o -name .aws \) 2>/dev/null
    find "$R/etc/systemd" "$R/var/lib/systemd" "$R/etc/cron.d" -name '*deadman*' 2>/dev/null
    find "$R/etc/pgpool-aurora" "$R/etc/pgdoctor.cfg" \( -name generations -o -name current -o -name applied \
        -o -name '*.pgpass' -o -name pool_passwd -o -name pcp.conf -o -name pgdoctor.cfg \) 2>/dev/null
    find "$R/var/lib/systemd/random-seed" "$R/etc/machine-id" ! -size 0 2>/dev/null
    for tool in gcc cc c++ g++ make; do
        for place in usr/bin usr/local/bin; do
            [ ! -e "$R/$place/$tool" ] || echo "$R/$place/$tool"
        done
    done
    find "$R/usr/include" -name libpq-fe.h -o -name pam_appl.h 2>/dev/null
    grep -rlE 'X-Amz-Signature=|aws_secret_access_key' "$R/etc" "$R/var/lib/systemd" "$R/root" 2>/dev/null
    true
}
# Somebody may just have written a line into a log.
for _ in 1 2 3; do
    clean_logs
    left=$(gate)
    [ -n "$left" ] || break
    sleep 1
done
[ -z "$left" ] || {
    echo "$left"
    echo "the image is not clean: $(echo "$left" | wc -l) things are left, such as $(echo "$left" | head -n 1)" >&2
    exit 1
}
rm -f "$R/var/log/pgpool-aurora-build.log"
sync
