"""psqlODBC by pyodbc: what it can do, one feature a run (see client.py)."""

import pyodbc

from client import DATABASE, HOST, MANY, PASSWORD, PORT, USER, WIDE, digest, main


def connect():
    password = PASSWORD.replace("}", "}}")
    return pyodbc.connect(
        f"Driver={{PostgreSQL Unicode}};Servername={HOST};Port={PORT};Database={DATABASE};"
        f"Uid={USER};Pwd={{{password}}};MaxVarcharSize=255;UseServerSidePrepare=1"
    )


def rows(cursor):
    return [list(row) for row in cursor.fetchall()]


def failure(cursor, sql, *values):
    try:
        cursor.execute(sql, *values)
    except pyodbc.Error as error:
        cursor.rollback()
        return [str(part) for part in error.args]
    return "it did not fail"


def simple():
    return rows(connect().execute("SELECT 42, -1.50::numeric, 'quote '' ü', NULL::int, true, '2026-11-22'::date"))


def errors():
    cursor = connect().cursor()
    failures = [failure(cursor, "SELEKT"), failure(cursor, "SELECT 1 / ?", 0)]
    return [failures, rows(cursor.execute("SELECT 'after'"))]


def prepared():
    cursor = connect().cursor()
    return [rows(cursor.execute("SELECT ?::int * 2, ?::text", i, f"word {i}")) for i in range(8)]


def big_rows():
    cursor = connect().cursor()
    return [digest(field for row in cursor.execute(sql) for field in row) for sql in (WIDE, MANY)]


main({"simple": simple, "errors": errors, "prepared": prepared, "big rows": big_rows})
