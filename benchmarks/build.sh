#!/bin/bash
# Usage: build.sh TOOL ADDRESS FOLDER
#
# Builds an image with TOOL in the simulated EC2 at ADDRESS, where a second is 10 ms, and prints the processor time that
# the tool took, in seconds.
set -euo pipefail

tool=$1 folder=$3
export AWS_ENDPOINT_URL=$2
printf 'image: {region: us-east-1, base: debian-12, artifact: {bucket: builds}}\n' >"$folder/image.yaml"
printf '%s\n' '-----BEGIN CERTIFICATE-----' >"$folder/ca.pem"
/usr/bin/time -o "$folder/time" -f '%U %S' "$tool" build-ami --force --config "$folder/image.yaml" \
    --ca-bundle "$folder/ca.pem" --poll 0.05 --state-dir "$folder/state" >"$folder/build" 2>&1 || {
    cat "$folder/build" >&2
    exit 1
}
awk '{ print $1 + $2 }' "$folder/time"
