# What the image should have brought with it, and what this boot should have made anew.
die() {
    echo "$1" >&2
    exit 1
}
R=$PGPOOL_AURORA_ROOT
pgpool-aurora --version
"$R/usr/sbin/pgpool" --version 2>&1
for unit in pgpool.service pgdoctor.service pgpool-aurora-refresh.timer; do
    systemctl is-enabled --quiet "$unit" || die "$unit is not enabled"
done
[ -s "$R/etc/machine-id" ] || die 'this boot made no machine-id'
for setting in net/ipv4/tcp_keepalive_time=120 net/core/somaxconn=65535; do
    is=$(cat "$R/proc/sys/${setting%=*}")
    [ "$is" = "${setting#*=}" ] || die "${setting%=*} is $is instead of ${setting#*=}"
done
set -- "$R"/etc/pgpool-aurora/ca/*.0
[ -e "$1" ] || die 'there are no hashed certificates'
