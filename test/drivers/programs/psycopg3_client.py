"""psycopg 3: what it can do, one feature a run (see client.py)."""

import threading
import time

import psycopg
from psycopg import errors as pg_errors

from client import DATABASE, HOST, MANY, PASSWORD, PORT, USER, VALUES, WIDE, digest, main


def connect(**options):
    return psycopg.connect(
        host=HOST, port=PORT, user=USER, password=PASSWORD, dbname=DATABASE, autocommit=True, **options
    )


def told(error):
    return [error.sqlstate, error.diag.message_primary, error.diag.message_detail]


def failure(action):
    try:
        action()
    except psycopg.Error as error:
        return told(error)
    return "it did not fail"


def simple():
    with connect() as connection:
        cursor = psycopg.ClientCursor(connection)
        cursor.execute(VALUES + "; SELECT 2")
        results = [cursor.fetchall()]
        while cursor.nextset():
            results.append(cursor.fetchall())
        return [results, cursor.statusmessage]


def errors():
    with connect() as connection:
        connection.execute("CREATE TABLE once (word text PRIMARY KEY)")
        connection.execute("INSERT INTO once VALUES ('a')")
        failures = [
            failure(lambda: connection.execute("SELEKT")),
            failure(lambda: connection.execute("SELECT 1 / %s", (0,))),
            failure(lambda: connection.execute("INSERT INTO once VALUES (%s)", ("a",))),
        ]
        try:
            with connection.transaction():
                connection.execute("INSERT INTO once VALUES ('lost')")
                with connection.transaction():
                    connection.execute("INSERT INTO once VALUES ('a')")
        except pg_errors.UniqueViolation as error:
            failures.append(told(error))
        return [failures, connection.execute("SELECT count(*) FROM once").fetchall()]


def prepared():
    with connect(prepare_threshold=0) as connection:
        rows = [connection.execute("SELECT %s::int * 2, %s::text", (i, f"wörd {i}")).fetchone() for i in range(8)]
        names = connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()
        connection.execute("DEALLOCATE ALL")
        return [rows, names]


def pipeline():
    with connect() as connection:
        connection.execute("CREATE TABLE piped (i int)")
        with connection.pipeline() as pipe:
            cursors = [connection.execute("SELECT %s::int + 1", (i,)) for i in range(40)]
            with connection.cursor() as cursor:
                cursor.executemany("INSERT INTO piped VALUES (%s)", [(i,) for i in range(200)])
            pipe.sync()
            last = connection.execute("SELECT count(*), sum(i) FROM piped")
        return [[cursor.fetchone() for cursor in cursors], last.fetchone()]


def pipeline_errors():
    outcomes = []
    with connect() as connection:
        connection.execute("CREATE TABLE piped (i int)")
        try:
            with connection.pipeline() as pipe:
                connection.execute("INSERT INTO piped VALUES (1)")
                connection.execute("SELECT 1 / %s", (0,))
                connection.execute("INSERT INTO piped VALUES (2)")
                pipe.sync()
        except psycopg.Error as error:
            outcomes.append(told(error))
        with connection.pipeline():
            outcomes.append(failure(lambda: connection.execute("SELEKT").fetchone()))
        outcomes.append(connection.execute("SELECT count(*) FROM piped").fetchone())
    return outcomes


def binary():
    with connect() as connection:
        cursor = connection.cursor(binary=True)
        cursor.execute(VALUES)
        values = cursor.fetchall()
        cursor.execute("SELECT %b::int8, %b::text, %b::bytea, %b::float8", (2**40, "ü", b"\0\xff", 1.5))
        return [values, cursor.fetchall(), cursor.format]


def cursor():
    with connect() as connection, connection.transaction(), connection.cursor(name="portal") as named:
        named.execute("SELECT i FROM generate_series(1, 100) i")
        first = named.fetchmany(5)
        named.scroll(10)
        return [first, sum(row[0] for row in named)]


def copy(form):
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE copied (i int, word text)")
        cursor.execute("INSERT INTO copied SELECT i, repeat('ü', i % 90) FROM generate_series(1, 5000) i")
        with cursor.copy(f"COPY (SELECT * FROM copied ORDER BY i) TO STDOUT (FORMAT {form})") as out:
            data = b"".join(bytes(part) for part in out)
        with cursor.copy(f"COPY copied FROM STDIN (FORMAT {form})") as into:
            for at in range(0, len(data), 1000):
                into.write(data[at : at + 1000])

        def broken():
            with cursor.copy(f"COPY copied FROM STDIN (FORMAT {form})") as into:
                into.write(data[:500])
                raise pg_errors.DataError("given up")

        given_up = failure(broken)
        cursor.execute("SELECT count(*), sum(i), sum(length(word)) FROM copied")
        return [digest([data]), given_up, cursor.fetchall()]


def cancel():
    with connect() as connection:
        threading.Timer(0.3, connection.cancel).start()
        started = time.monotonic()
        failed = failure(lambda: connection.execute("SELECT pg_sleep(20)"))
        after = connection.execute("SELECT 'after'").fetchone()
        return [failed, time.monotonic() - started < 10, after]


def notify():
    with connect() as listening, connect() as notifying:
        listening.execute("LISTEN news")
        notifying.execute("NOTIFY news, 'first ✓'")
        notifying.execute("SELECT pg_notify('news', %s)", ("x" * 7000,))
        (pid,) = notifying.execute("SELECT pg_backend_pid()").fetchone()
        heard = []
        for note in listening.notifies():
            heard.append([note.channel, note.payload, note.pid == pid, note.pid == notifying.info.backend_pid])
            if len(heard) == 2:
                return heard


def big_rows():
    with connect() as connection:
        digests = [digest(field for row in connection.execute(sql) for field in row) for sql in (WIDE, MANY)]
        return [digests, connection.execute("SELECT length(%s)", ("ü" * 3_000_000,)).fetchone()]


main(
    {
        "simple": simple,
        "errors": errors,
        "prepared": prepared,
        "pipeline": pipeline,
        "pipeline errors": pipeline_errors,
        "binary": binary,
        "cursor": cursor,
        "COPY text": lambda: copy("text"),
        "COPY binary": lambda: copy("binary"),
        "cancel": cancel,
        "notify": notify,
        "big rows": big_rows,
    }
)
