# The certificates that vouch for Aurora, each in a file of its own: pgpool takes a folder as `openssl rehash` makes it.
folder=$PGPOOL_AURORA_ROOT/etc/pgpool-aurora
bundle=$PGPOOL_AURORA_DIR/rds-ca.pem
sh -eu "$PGPOOL_AURORA_DIR/files/fetch.sh" CA "$bundle"

new=$folder/ca.new
rm -rf "$new"
install -d -m 0755 "$folder" "$new"
awk -v folder="$new" '
    /^-----BEGIN CERTIFICATE-----/ { file = sprintf("%s/rds-%03d.pem", folder, ++n) }
    file { print > file }
    /^-----END CERTIFICATE-----/ { close(file); file = "" }' "$bundle"
chmod 0644 "$new"/*.pem || {
    echo 'the bundle holds no certificate' >&2
    exit 1
}
for file in "$new"/*.pem; do
    openssl x509 -noout -in "$file" || {
        echo "certificate ${file##*/rds-} of the bundle cannot be read" >&2
        exit 1
    }
done
openssl rehash "$new" || for file in "$new"/*.pem; do
    hash=$(openssl x509 -noout -subject_hash -in "$file")
    n=0
    while [ -e "$new/$hash.$n" ]; do n=$((n + 1)); done
    ln -s "${file##*/}" "$new/$hash.$n"
done
rm -rf "$folder/ca"
mv "$new" "$folder/ca"
install -m 0644 "$bundle" "$folder/rds-ca.pem"
rm -f "$bundle"
echo "$(find "$folder/ca" -type l | wc -l) certificates"
