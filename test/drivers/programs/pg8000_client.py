"""pg8000: what it can do, one feature a run (see client.py)."""

import io

import pg8000

from client import DATABASE, HOST, MANY, PASSWORD, PORT, USER, VALUES, WIDE, digest, main


def connect():
    return pg8000.connect(host=HOST, port=PORT, user=USER, password=PASSWORD, database=DATABASE)


def failure(connection, cursor, sql, values=()):
    try:
        cursor.execute(sql, values)
    except pg8000.Error as error:
        connection.rollback()
        return [str(part) for part in error.args[:4]]
    return "it did not fail"


def simple():
    cursor = connect().cursor()
    cursor.execute(VALUES)
    return [list(row) for row in cursor.fetchall()]


def errors():
    connection = connect()
    cursor = connection.cursor()
    failures = [
        failure(connection, cursor, "SELEKT"),
        failure(connection, cursor, "SELECT 1 / %s", (0,)),
    ]
    cursor.execute("SELECT 'after'")
    return [failures, cursor.fetchall()]


def prepared():
    cursor = connect().cursor()
    rows = []
    for i in range(8):
        cursor.execute("SELECT CAST(%s AS int) * 2, CAST(%s AS text)", (i, f"wörd {i}"))
        rows.append(list(cursor.fetchone()))
    return rows


def cursor():
    connection = connect()
    server = connection.cursor()
    server.execute("SELECT i FROM generate_series(1, 1000) i")
    return [list(server.fetchone()), sum(row[0] for row in server)]


def copy(form):
    cursor = connect().cursor()
    cursor.execute("CREATE TABLE copied (i int, word text)")
    cursor.execute("INSERT INTO copied SELECT i, repeat('ü', i %% 90) FROM generate_series(1, 5000) i")
    out = io.BytesIO()
    cursor.execute(f"COPY (SELECT * FROM copied ORDER BY i) TO STDOUT (FORMAT {form})", stream=out)
    out.seek(0)
    cursor.execute(f"COPY copied FROM STDIN (FORMAT {form})", stream=out)
    cursor.execute("SELECT count(*), sum(i), sum(length(word)) FROM copied")
    return [digest([out.getvalue()]), list(cursor.fetchone())]


def big_rows():
    cursor = connect().cursor()
    digests = []
    for sql in (WIDE, MANY):
        cursor.execute(sql)
        digests.append(digest(field for row in cursor.fetchall() for field in row))
    cursor.execute("SELECT length(%s)", ("ü" * 3_000_000,))
    return [digests, list(cursor.fetchone())]


main(
    {
        "simple": simple,
        "errors": errors,
        "prepared": prepared,
        "cursor": cursor,
        "COPY text": lambda: copy("text"),
        "COPY binary": lambda: copy("binary"),
        "big rows": big_rows,
    }
)
