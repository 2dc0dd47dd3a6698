"""What the Python programs share: each runs one feature of its driver and prints the result as JSON."""

import hashlib
import json
import os
import sys

HOST = os.environ["PGHOST"]
PORT = int(os.environ["PGPORT"])
USER = os.environ["PGUSER"]
PASSWORD = os.environ["PGPASSWORD"]
DATABASE = os.environ["PGDATABASE"]

# A server's answer that outgrows every buffer on its way, in few rows and in many.
WIDE = "SELECT i, repeat(md5(i::text), 65536) FROM generate_series(1, 6) i"
MANY = "SELECT i, md5(i::text) FROM generate_series(1, 30000) i"

VALUES = (
    "SELECT 42 AS i, -1.50::numeric AS n, 'quote '' \\ ü🙂' AS t, NULL AS nothing, true AS b,"
    " '{1,NULL,3}'::int[] AS a, '\\x00ff'::bytea AS raw, '2026-11-22 10:00:00+00'::timestamptz AS z"
)


def digest(parts):
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part if isinstance(part, bytes) else str(part).encode())
    return whole.hexdigest()


def plain(value):
    """For what JSON has no form of."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "bytes " + bytes(value).hex()
    return f"{type(value).__name__} {value}"


def main(features):
    print(json.dumps(features[sys.argv[1]](), default=plain, ensure_ascii=False))
