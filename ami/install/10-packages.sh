# What pgpool, the doctor and the next steps need at run time. The doctor opens libpq by itself.
. "$PGPOOL_AURORA_DIR/files/packages.sh"
case $PGPOOL_AURORA_BASE in
al2023) libpq=libpq ;;
*) libpq=libpq5 ;;
esac
fetch_lists
add_packages "$libpq" openssl ca-certificates
note_package "$libpq" "$(version_of "$libpq")"
note_package openssl "$(version_of openssl)"
note_package kernel "$(uname -r)"
