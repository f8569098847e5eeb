# pgpool looks `localhost` up for its PCP port, and a small root may have no file of names.
hosts=$PGPOOL_AURORA_ROOT/etc/hosts
grep -Eqs '^127\.0\.0\.1[[:space:]]([^#]*[[:space:]])?localhost([[:space:]]|$)' "$hosts" || {
    printf '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n' >>"$hosts"
    chmod 0644 "$hosts"
}
