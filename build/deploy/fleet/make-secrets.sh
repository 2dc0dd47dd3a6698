#!/bin/sh
# make-secrets.sh FLEET S3 CLICKHOUSE: passwords, and certificates of an authority whose key is thrown away, for compose.yaml.
# Once: what is there stays.
set -eu
fleet=$1 s3=$2 clickhouse=$3
fleet_owner=${FLEET_OWNER:-10001:10001}         # as in the Dockerfile
s3_owner=${S3_OWNER:-0:0}                       # as in the image of the store
clickhouse_owner=${CLICKHOUSE_OWNER:-101:101}   # as in the image of ClickHouse
[ ! -e "$fleet/server.crt" ] || exit 0
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 -subj '/CN=Auditorium fleet' \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign \
  -keyout "$work/ca.key" -out "$work/ca.crt" 2>/dev/null

# issue NAME CERTIFICATE KEY SUBJECT_ALT_NAMES
issue() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
    -keyout "$3" -out "$work/$1.csr" 2>/dev/null
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$4" >"$work/$1.ext"
  openssl x509 -req -in "$work/$1.csr" -CA "$work/ca.crt" -CAkey "$work/ca.key" -CAcreateserial -days 825 \
    -extfile "$work/$1.ext" -out "$2" 2>/dev/null
}

printf 'auditorium' >"$s3/user"
openssl rand -hex 24 | tr -d '\n' >"$s3/password"
openssl rand -hex 24 | tr -d '\n' >"$clickhouse/password"
cp "$clickhouse/password" "$fleet/clickhouse.password"
cp "$work/ca.crt" "$fleet/ca.crt"
cp "$work/ca.crt" "$s3/ca.crt"
printf '[default]\naws_access_key_id = auditorium\naws_secret_access_key = %s\n' "$(cat "$s3/password")" \
  >"$fleet/s3.credentials"
issue s3 "$s3/public.crt" "$s3/private.key" 'DNS:s3'
issue fleet "$fleet/server.crt" "$fleet/server.key" 'DNS:gateway-1,DNS:gateway-2,DNS:localhost,IP:127.0.0.1'
chown -R "$fleet_owner" "$fleet"
chown -R "$s3_owner" "$s3"
chown -R "$clickhouse_owner" "$clickhouse"
