"""asyncpg: what it can do, one feature a run (see client.py)."""

import asyncio
import io

import asyncpg

from client import DATABASE, HOST, MANY, PASSWORD, PORT, USER, VALUES, WIDE, digest, main


def connect():
    return asyncpg.connect(host=HOST, port=PORT, user=USER, password=PASSWORD, database=DATABASE)


def rows_of(records):
    return [list(record.values()) for record in records]


async def failure(awaitable):
    try:
        await awaitable
    except asyncpg.PostgresError as error:
        return [error.sqlstate, error.message, error.detail]
    return "it did not fail"


async def simple(connection):
    await connection.execute("CREATE TEMP TABLE t (i int); INSERT INTO t SELECT generate_series(1, 100)")
    return [await connection.execute("UPDATE t SET i = i + 1; DELETE FROM t WHERE i > 50")]


async def errors(connection):
    await connection.execute("CREATE TABLE once (word text PRIMARY KEY)")
    await connection.execute("INSERT INTO once VALUES ($1)", "a")
    failures = [
        await failure(connection.fetch("SELEKT")),
        await failure(connection.fetch("SELECT 1 / $1::int", 0)),
        await failure(connection.execute("INSERT INTO once VALUES ($1)", "a")),
        await failure(connection.execute("SELECT 1; SELECT 1 / 0; SELECT 2")),
    ]
    try:
        async with connection.transaction():
            await connection.execute("INSERT INTO once VALUES ('lost')")
            async with connection.transaction():
                await connection.execute("INSERT INTO once VALUES ('a')")
    except asyncpg.UniqueViolationError as error:
        failures.append([error.sqlstate, error.message, error.detail])
    return [failures, await connection.fetchval("SELECT count(*) FROM once")]


async def prepared(connection):
    statement = await connection.prepare("SELECT $1::int * 2, $2::text")
    rows = [list(await statement.fetchrow(i, f"wörd {i}")) for i in range(8)]
    types = [[attribute.name, attribute.type.name] for attribute in statement.get_attributes()]
    return [rows, types, [parameter.name for parameter in statement.get_parameters()]]


async def pipeline(connection):
    await connection.execute("CREATE TABLE piped (i int)")
    await connection.executemany("INSERT INTO piped VALUES ($1)", [(i,) for i in range(2000)])
    return list(await connection.fetchrow("SELECT count(*), sum(i) FROM piped"))


async def pipeline_errors(connection):
    await connection.execute("CREATE TABLE piped (i int PRIMARY KEY)")
    failed = await failure(
        connection.executemany("INSERT INTO piped VALUES ($1)", [(i % 150,) for i in range(2000)])
    )
    return [failed, await connection.fetchval("SELECT count(*) FROM piped")]


async def binary(connection):
    values = rows_of(await connection.fetch(VALUES))
    sql = "SELECT $1::int8, $2::text, $3::bytea, $4::float8, $5::numeric[], $6::jsonb"
    return [values, rows_of(await connection.fetch(sql, 2**40, "ü", b"\0\xff", 1.5, [1, None], '{"a": 1}'))]


async def cursor(connection):
    async with connection.transaction():
        rows = [row[0] async for row in connection.cursor("SELECT i FROM generate_series(1, 100) i", prefetch=7)]
        portal = await connection.cursor("SELECT i FROM generate_series(1, $1::int) i", 50)
        await portal.forward(10)
        return [sum(rows), rows_of(await portal.fetch(3))]


async def copy(connection, form):
    await connection.execute("CREATE TABLE copied (i int, word text)")
    await connection.execute("INSERT INTO copied SELECT i, repeat('ü', i % 90) FROM generate_series(1, 5000) i")
    out = io.BytesIO()
    await connection.copy_from_query("SELECT * FROM copied ORDER BY i", output=out, format=form)
    out.seek(0)
    tag = await connection.copy_to_table("copied", source=out, format=form)
    failed = await failure(connection.copy_to_table("copied", source=io.BytesIO(b"no such data\n"), format=form))
    records = await connection.copy_records_to_table("copied", records=[(i, "r") for i in range(100)])
    counted = rows_of(await connection.fetch("SELECT count(*), sum(i), sum(length(word)) FROM copied"))
    return [digest([out.getvalue()]), tag, failed, records, counted]


async def cancel(connection):
    try:
        await asyncio.wait_for(connection.fetch("SELECT pg_sleep(20)"), 0.3)
        ended = "it was not cancelled"
    except asyncio.TimeoutError:
        ended = "timed out"
    return [ended, await connection.fetchval("SELECT 'after'")]


async def notify(connection):
    heard, done = [], asyncio.Event()
    notifying = await connect()
    pid = await notifying.fetchval("SELECT pg_backend_pid()")

    def hear(_, sender, channel, payload):
        heard.append([channel, payload, sender == pid, sender == notifying.get_server_pid()])
        if len(heard) == 2:
            done.set()

    await connection.add_listener("news", hear)
    await notifying.execute("NOTIFY news, 'first ✓'")
    await notifying.execute("SELECT pg_notify('news', $1)", "x" * 7000)
    await asyncio.wait_for(done.wait(), 20)
    await notifying.close()
    return heard


async def big_rows(connection):
    digests = []
    for sql in (WIDE, MANY):
        digests.append(digest(field for row in await connection.fetch(sql) for field in row))
    return [digests, await connection.fetchval("SELECT length($1)", "ü" * 3_000_000)]


def run(feature, *arguments):
    async def connected():
        connection = await connect()
        try:
            return await feature(connection, *arguments)
        finally:
            await connection.close()

    return lambda: asyncio.run(connected())


main(
    {
        "simple": run(simple),
        "errors": run(errors),
        "prepared": run(prepared),
        "pipeline": run(pipeline),
        "pipeline errors": run(pipeline_errors),
        "binary": run(binary),
        "cursor": run(cursor),
        "COPY text": run(copy, "text"),
        "COPY binary": run(copy, "binary"),
        "cancel": run(cancel),
        "notify": run(notify),
        "big rows": run(big_rows),
    }
)
