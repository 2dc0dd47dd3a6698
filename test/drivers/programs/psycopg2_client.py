"""psycopg2: what it can do, one feature a run (see client.py)."""

import io
import select
import threading
import time

import psycopg2
from psycopg2.extras import execute_values

from client import DATABASE, HOST, MANY, PASSWORD, PORT, USER, VALUES, WIDE, digest, main


def connect():
    return psycopg2.connect(host=HOST, port=PORT, user=USER, password=PASSWORD, dbname=DATABASE)


def failure(cursor, sql, values=None):
    try:
        cursor.execute(sql, values)
    except psycopg2.Error as error:
        cursor.connection.rollback()
        return [error.pgcode, error.diag.message_primary, error.diag.message_detail, error.diag.constraint_name]
    return "it did not fail"


def simple():
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute(VALUES)
        values = cursor.fetchall()
        cursor.execute("CREATE TEMP TABLE t (i int, word text)")
        execute_values(cursor, "INSERT INTO t VALUES %s", [(i, f"wörd {i}") for i in range(250)])
        cursor.execute("SELECT count(*), sum(i), max(word) FROM t")
        return [values, cursor.fetchall(), cursor.statusmessage]


def errors():
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE once (word text PRIMARY KEY)")
        cursor.execute("INSERT INTO once VALUES ('a')")
        connection.commit()
        failures = [
            failure(cursor, "SELEKT"),
            failure(cursor, "SELECT 1 / %s", (0,)),
            failure(cursor, "INSERT INTO once VALUES (%s)", ("a",)),
        ]
        cursor.execute("INSERT INTO once VALUES ('lost')")
        connection.rollback()
        cursor.execute("SELECT count(*) FROM once")
        return [failures, cursor.fetchall()]


def cursor():
    with connect() as connection, connection.cursor(name="portal") as named:
        named.itersize = 7
        named.execute("SELECT i FROM generate_series(1, 100) i")
        first = named.fetchmany(5)
        return [first, sum(row[0] for row in named)]


def copy(form):
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE copied (i int, word text)")
        cursor.execute("INSERT INTO copied SELECT i, repeat('ü', i % 90) FROM generate_series(1, 5000) i")
        out = io.BytesIO()
        cursor.copy_expert(f"COPY (SELECT * FROM copied ORDER BY i) TO STDOUT (FORMAT {form})", out)
        out.seek(0)
        cursor.copy_expert(f"COPY copied FROM STDIN (FORMAT {form})", out)
        cursor.execute("SELECT count(*), sum(i), sum(length(word)) FROM copied")
        return [digest([out.getvalue()]), cursor.fetchall()]


def cancel():
    with connect() as connection, connection.cursor() as cursor:
        threading.Timer(0.3, connection.cancel).start()
        started = time.monotonic()
        failed = failure(cursor, "SELECT pg_sleep(20)")
        cursor.execute("SELECT 'after'")
        return [failed, time.monotonic() - started < 10, cursor.fetchall()]


def notify():
    listening, notifying = connect(), connect()
    listening.autocommit = notifying.autocommit = True
    with listening.cursor() as one, notifying.cursor() as other:
        one.execute("LISTEN news")
        other.execute("NOTIFY news, 'first ✓'")
        other.execute("SELECT pg_notify('news', repeat('x', 7000)), pg_backend_pid()")
        pid = other.fetchone()[1]
        while len(listening.notifies) < 2:
            select.select([listening], [], [], 20)
            listening.poll()
        heard = [[n.channel, n.payload, n.pid == pid, n.pid == notifying.info.backend_pid] for n in listening.notifies]
    listening.close()
    notifying.close()
    return heard


def large_objects():
    with connect() as connection:
        written = connection.lobject(0, "wb")
        written.write(bytes(range(256)) * 1000)
        number = written.oid
        written.close()
        read = connection.lobject(number, "rb")
        read.seek(100_000)
        part, rest = read.read(10), read.read()
        return [digest([part]), len(rest), read.tell()]


def big_rows():
    with connect() as connection, connection.cursor() as cursor:
        digests = []
        for sql in (WIDE, MANY):
            cursor.execute(sql)
            digests.append(digest(field for row in cursor for field in row))
        cursor.execute("SELECT length(%s)", ("ü" * 3_000_000,))
        return [digests, cursor.fetchall()]


main(
    {
        "simple": simple,
        "errors": errors,
        "cursor": cursor,
        "COPY text": lambda: copy("text"),
        "COPY binary": lambda: copy("binary"),
        "cancel": cancel,
        "notify": notify,
        "large objects": large_objects,
        "big rows": big_rows,
    }
)
