#!/bin/bash
# A peer for scripts/bench: how a password usually gets from Secrets Manager into such files, by the AWS CLI and jq, and then as
# in render.sh: `fetch.sh OUT`.
set -eu
secret=$(aws secretsmanager get-secret-value --secret-id app --query SecretString --output text)
APP_PASSWORD=$(jq -r .password <<<"$secret")
export APP_PASSWORD HEALTH_PASSWORD=$APP_PASSWORD
exec bash "$(dirname "$0")/render.sh" "$1"
