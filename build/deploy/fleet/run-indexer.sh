#!/bin/sh
# Begins when both gateways have made their keys.
set -eu
CLICKHOUSE_PASSWORD=$(cat /run/fleet/clickhouse.password)
export CLICKHOUSE_PASSWORD
until [ -e /run/gateway-1/signing.key.pub ] && [ -e /run/gateway-2/signing.key.pub ]; do sleep 1; done
exec auditorium index run s3://evidence/prod --endpoint https://s3:9000 --index http://clickhouse:8123/auditorium \
  --key /run/gateway-1/signing.key.pub /run/gateway-2/signing.key.pub
