"""A client of PostgreSQL 18's own libpq that logs in by OAUTHBEARER.

usage: oauthbearer_client.py LIBPQ CONNINFO   (the token on standard input)

libpq would get the token by a device flow in a browser; here its hook (libpq manual, "OAuth Support") answers with the
token that is given. Prints one JSON value: what libpq was told to ask for, and the answer of a query or the error.
"""

import ctypes
import json
import sys

PQAUTHDATA_OAUTH_BEARER_TOKEN = 1
CONNECTION_OK = 0


class BearerRequest(ctypes.Structure):
    """PGoauthBearerRequest of libpq-fe.h."""

    _fields_ = [
        ("openid_configuration", ctypes.c_char_p),
        ("scope", ctypes.c_char_p),
        ("async_", ctypes.c_void_p),
        ("cleanup", ctypes.c_void_p),
        ("token", ctypes.c_char_p),
        ("user", ctypes.c_void_p),
    ]


def main(path, conninfo):
    token = sys.stdin.read().encode()
    asked = []

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    def give_token(kind, _connection, data):
        if kind != PQAUTHDATA_OAUTH_BEARER_TOKEN:
            return 0
        request = ctypes.cast(data, ctypes.POINTER(BearerRequest)).contents
        asked.append([request.openid_configuration.decode(), request.scope.decode()])
        request.token = token
        return 1

    pq = ctypes.CDLL(path)
    for name, result, arguments in [
        ("PQconnectdb", ctypes.c_void_p, [ctypes.c_char_p]),
        ("PQstatus", ctypes.c_int, [ctypes.c_void_p]),
        ("PQerrorMessage", ctypes.c_char_p, [ctypes.c_void_p]),
        ("PQexec", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p]),
        ("PQgetvalue", ctypes.c_char_p, [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]),
        ("PQfinish", None, [ctypes.c_void_p]),
    ]:
        function = getattr(pq, name)
        function.restype, function.argtypes = result, arguments
    pq.PQsetAuthDataHook(give_token)
    connection = pq.PQconnectdb(conninfo.encode())
    if pq.PQstatus(connection) == CONNECTION_OK:
        answer = {"value": pq.PQgetvalue(pq.PQexec(connection, b"select 'through'"), 0, 0).decode()}
    else:
        answer = {"error": pq.PQerrorMessage(connection).decode()}
    pq.PQfinish(connection)
    print(json.dumps({"asked": asked, **answer}))


main(*sys.argv[1:])
