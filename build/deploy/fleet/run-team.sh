#!/bin/sh
set -eu
CLICKHOUSE_PASSWORD=$(cat /run/fleet/clickhouse.password)
export CLICKHOUSE_PASSWORD
exec auditorium serve --config /etc/auditorium/auditorium.yaml
