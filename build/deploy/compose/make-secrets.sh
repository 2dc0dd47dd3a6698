#!/bin/sh
# make-secrets.sh GATEWAY DATABASE: passwords, and certificates of an authority whose key is thrown away, for compose.yaml.
# Once: what is there stays.
set -eu
gateway=$1 database=$2
gateway_owner=${GATEWAY_OWNER:-10001:10001} # as in the Dockerfile
database_owner=${DATABASE_OWNER:-999:999}   # as in the image of PostgreSQL
[ ! -e "$gateway/server.crt" ] || exit 0
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 -subj '/CN=Auditorium compose' \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign \
  -keyout "$work/ca.key" -out "$work/ca.crt" 2>/dev/null

# issue NAME FOLDER SUBJECT_ALT_NAMES
issue() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
    -keyout "$2/server.key" -out "$work/$1.csr" 2>/dev/null
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$3" >"$work/$1.ext"
  openssl x509 -req -in "$work/$1.csr" -CA "$work/ca.crt" -CAkey "$work/ca.key" -CAcreateserial -days 825 \
    -extfile "$work/$1.ext" -out "$2/server.crt" 2>/dev/null
}

openssl rand -hex 24 >"$database/postgres.password"
openssl rand -hex 24 >"$database/shop_agent.password"
cp "$database/shop_agent.password" "$work/ca.crt" "$gateway/"
issue postgres "$database" 'DNS:postgres'
issue gateway "$gateway" 'DNS:gateway,DNS:localhost,IP:127.0.0.1'
chown -R "$database_owner" "$database"
chown -R "$gateway_owner" "$gateway"
