#!/bin/sh
# The bucket, with versions and Object Lock; once the store answers.
set -eu
mkdir -p /root/.mc/certs/CAs
cp /run/s3/ca.crt /root/.mc/certs/CAs/
until mc alias set store https://s3:9000 "$(cat /run/s3/user)" "$(cat /run/s3/password)"; do sleep 1; done
mc mb --with-lock --ignore-existing store/evidence
