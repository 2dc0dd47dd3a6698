#!/usr/bin/env python3
"""Verifies Auditorium's evidence with Python's standard library alone.

    python3 verify.py ARCHIVE [--key FILE]... [--anchor FILE]... [--seal] [--json]

ARCHIVE is a volume (.audit), a folder of volumes, an evidence bundle (.zip), the folder a bundle was extracted to, or a copy
of a remote store (a folder with v1/).
The key is the public key of the gateway that recorded: PEM, or C2SP verifier keys, as it was pinned before. Without one
the verdict is UNKNOWN_KEY at best.

Written from docs/format.md and docs/remote.md alone, apart from `auditorium verify`, so that each can be held against the other. It does all
that page asks for but rebuilding projections (section 8): what lists and searches say is compared with the events only as
far as sessions are named. Needs Python 3.9 or newer; for volumes SQLite 3.37, and zstd: Python 3.14, or the program `zstd`.
About 50,000 events a second, memory of some 100 MiB, 60 bytes of temporary space an event of the largest volume.

The exit status is the verdict: 0 VERIFIED, 21 VERIFIED_WITH_REDACTIONS, 22 INCOMPLETE, 23 TRUNCATED, 24 FORKED, 25 CORRUPT,
26 INDEX_MISMATCH, 27 UNKNOWN_KEY, 28 UNSUPPORTED_VERSION; of a copy of a remote store 29 MISSING, 30 REPLACED, 31 REORDERED,
32 EXTRA; 2 wrong usage, 4 nothing to read there, 8 this machine lacks something.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import mmap
import os
import re
import shutil
import sqlite3
import stat
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse
import zlib
from typing import Any, BinaryIO, Callable, Dict, Iterable, Iterator, List, NoReturn, Optional, Sequence, Set, Tuple

# ── Verdicts and findings (section 11) ─────────────────────────────────────────────────────────────────────────────────

VERDICTS = {  # gravest first
    "UNSUPPORTED_VERSION": 28,
    "CORRUPT": 25,
    "FORKED": 24,
    "TRUNCATED": 23,
    "REORDERED": 31,
    "MISSING": 29,
    "REPLACED": 30,
    "INDEX_MISMATCH": 26,
    "UNKNOWN_KEY": 27,
    "EXTRA": 32,
    "INCOMPLETE": 22,
    "VERIFIED_WITH_REDACTIONS": 21,
    "VERIFIED": 0,
}

MEANINGS = {
    "UNSUPPORTED_VERSION": "written by a version that this verifier does not read.",
    "CORRUPT": "events, payloads, proofs or seals are not what was signed.",
    "FORKED": "a checkpoint known from elsewhere says other than this log.",
    "TRUNCATED": "a checkpoint known from elsewhere has more events than are here.",
    "REORDERED": "objects of a remote store stand in each other's places.",
    "MISSING": "an object that a remote store was given, and that its manifests name, is gone.",
    "REPLACED": "what a remote store was given is not what lies there.",
    "EXTRA": "a remote store holds objects that no manifest names.",
    "INDEX_MISMATCH": "the events are whole; what lists and searches say of them is not what the events say.",
    "UNKNOWN_KEY": "self-consistent at best: signed with no key that is known here. Give it with --key.",
    "INCOMPLETE": "what is here is whole; something that should be here is not.",
    "VERIFIED_WITH_REDACTIONS": "whole but for values that were taken out, by whom and why on the record.",
    "VERIFIED": "whole, and signed with a key that you know.",
}

EXIT_USAGE, EXIT_ARCHIVE, EXIT_MACHINE = 2, 4, 8

MOST_FINDINGS = 10_000  # runs of events count once; more tell nobody anything, and a hostile archive could fill memory


class Stop(Exception):
    """The verification cannot be done at all; `status` is the exit status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Unreadable(Exception):
    """A file, or a part of it, is not what the format says."""


class Finding:
    __slots__ = ("verdict", "message", "log", "event", "last", "volume")

    def __init__(
        self, verdict: str, message: str, log: Optional[str], event: Optional[int], last: Optional[int], volume: Optional[str]
    ) -> None:
        self.verdict, self.message, self.log, self.event, self.last, self.volume = verdict, message, log, event, last, volume

    def as_json(self) -> Dict[str, Any]:
        found: Dict[str, Any] = {"verdict": self.verdict, "message": self.message}
        if self.log is not None:
            found["log"] = self.log
        if self.event is not None:
            found["event"] = self.event
        if self.last is not None and self.last != self.event:
            found["lastEvent"] = self.last
        if self.volume is not None:
            found["volume"] = self.volume
        return found


class Report:
    """What was found, what was counted, and remarks that change no verdict."""

    def __init__(self) -> None:
        self.findings: List[Finding] = []
        self.latest: Dict[Tuple[str, str, Optional[str], Optional[str]], Finding] = {}
        self.unlisted = 0
        self.worst = "VERIFIED"
        self.remarks: List[str] = []
        self.logs: List[Dict[str, Any]] = []
        self.events = self.sessions = self.statements = self.redactions = 0
        self.anchored: Dict[str, int] = {}
        self.keys: Set[bytes] = set()
        self.sealed_bundles = self.sealed_events = 0  # of a copy of a store: what could not be opened

    def add(
        self,
        verdict: str,
        message: str,
        log: Optional[str] = None,
        event: Optional[int] = None,
        last: Optional[int] = None,
        volume: Optional[str] = None,
    ) -> None:
        """One finding. The same of the next event makes the one before longer."""
        order = list(VERDICTS)
        if order.index(verdict) < order.index(self.worst):
            self.worst = verdict
        same = (verdict, message, log, volume)
        before = self.latest.get(same)
        if before is not None and event is not None and before.last is not None and before.last <= event <= before.last + 1:
            before.last = max(before.last, event if last is None else last)
            return
        if len(self.findings) >= MOST_FINDINGS:
            self.unlisted += 1
            return
        finding = Finding(verdict, message, log, event, event if last is None else last, volume)
        self.findings.append(finding)
        self.latest[same] = finding

    def remark(self, text: str) -> None:
        if text not in self.remarks and len(self.remarks) < 100:
            self.remarks.append(text)


# ── Ed25519 (RFC 8032, section 5.1) ────────────────────────────────────────────────────────────────────────────────────
#
# A signature is good where S < L, A and R are canonical encodings of points of more than small order, and S·B − k·A is R: the
# equation without the cofactor. That is what node:crypto takes. Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, x·y = T/Z.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = (-121665 * pow(121666, P - 2, P)) % P
D2 = (2 * D) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)

Point = Tuple[int, int, int, int]
IDENTITY: Point = (0, 1, 1, 0)


def point_add(a: Point, b: Point) -> Point:
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    p = (y1 - x1) * (y2 - x2) % P
    q = (y1 + x1) * (y2 + x2) % P
    c = t1 * t2 % P * D2 % P
    d = 2 * z1 * z2 % P
    e, f, g, h = q - p, d - c, d + c, q + p
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_double(a: Point) -> Point:
    x, y, z, _ = a
    p = x * x % P
    q = y * y % P
    h = p + q
    e = h - (x + y) * (x + y) % P
    g = p - q
    f = 2 * z * z % P + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_negate(a: Point) -> Point:
    return P - a[0], a[1], a[2], P - a[3]


def point_decode(encoded: bytes) -> Optional[Point]:
    """None where the bytes are no canonical encoding of a point."""
    y = int.from_bytes(encoded, "little")
    sign = y >> 255
    y &= (1 << 255) - 1
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    v3 = v * v % P * v % P
    x = u * v3 % P * pow(u * v3 % P * v3 % P * v % P, (P - 5) // 8, P) % P
    if v * x % P * x % P != u:
        x = x * SQRT_M1 % P
        if v * x % P * x % P != u:
            return None
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def is_small(a: Point) -> bool:
    """Whether the point's order divides 8: a key or an R that anybody can find signatures for."""
    for _ in range(3):
        a = point_double(a)
    return a[0] == 0 and a[1] == a[2]


def point_of(encoded: bytes) -> Optional[Point]:
    """The point of a key, or of a signature's R; None where it is none that can be."""
    a = point_decode(encoded)
    return None if a is None or is_small(a) else a


def point_encode(a: Point) -> bytes:
    inverse = pow(a[2], P - 2, P)
    x, y = a[0] * inverse % P, a[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = point_decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or IDENTITY


def multiples(a: Point) -> List[Point]:
    """0·a … 15·a."""
    table = [IDENTITY, a]
    for _ in range(14):
        table.append(point_add(table[-1], a))
    return table


BASE_MULTIPLES = multiples(BASE)


def two_products(s: int, k: int, a: Point) -> Point:
    """s·B + k·a, four bits at a time."""
    table = multiples(a)
    total = IDENTITY
    for shift in range(252, -1, -4):
        total = point_double(point_double(point_double(point_double(total))))
        total = point_add(total, BASE_MULTIPLES[s >> shift & 15])
        total = point_add(total, table[k >> shift & 15])
    return total


def challenge(key: bytes, message: bytes, signature: bytes) -> int:
    return int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L


def ed25519_verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is `key`'s of `message`."""
    if len(key) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    a = point_of(key)
    if s >= L or a is None or point_of(signature[:32]) is None:
        return False
    return point_encode(two_products(s, challenge(key, message, signature), point_negate(a))) == signature[:32]


def sum_of_products(terms: Sequence[Tuple[int, Point]], bits: int) -> Point:
    """The sum of k·a over all terms, k below 2^bits (Pippenger's buckets)."""
    width = 4 if len(terms) < 64 else 6 if len(terms) < 400 else 8
    mask = (1 << width) - 1
    total = IDENTITY
    for shift in range((bits - 1) // width * width, -1, -width):
        for _ in range(width):
            total = point_double(total)
        buckets: List[Optional[Point]] = [None] * (mask + 1)
        for k, a in terms:
            digit = k >> shift & mask
            bucket = buckets[digit]
            buckets[digit] = a if bucket is None else point_add(bucket, a)
        running = window = IDENTITY
        for bucket in reversed(buckets[1:]):
            if bucket is not None:
                running = point_add(running, bucket)
            window = point_add(window, running)
        total = point_add(total, window)
    return total


Signed = Tuple[bytes, bytes, bytes]  # key, message, signature


def all_good(signed: Sequence[Signed]) -> bool:
    """Whether all signatures are good, in one equation: their sum with weights nobody can foresee (a tenth of the time)."""
    seed = hashlib.sha512()
    for key, message, signature in signed:
        seed.update(key + hashlib.sha512(message).digest() + signature)
    weigh = hashlib.shake_256(seed.digest()).digest(16 * len(signed))
    base, keys, terms = 0, {}, []  # type: int, Dict[bytes, int], List[Tuple[int, Point]]
    for at, (key, message, signature) in enumerate(signed):
        s = int.from_bytes(signature[32:], "little")
        r = point_of(signature[:32])
        if r is None or s >= L or len(key) != 32 or len(signature) != 64:
            return False
        weight = int.from_bytes(weigh[16 * at : 16 * at + 16], "little")
        base = (base + weight * s) % L
        keys[key] = (keys.get(key, 0) + weight * challenge(key, message, signature)) % L
        terms.append((weight, point_negate(r)))
    total = sum_of_products(terms, 128)
    for key, factor in keys.items():
        a = point_of(key)
        if a is None:
            return False
        total = point_add(total, two_products(base, factor, point_negate(a)))
        base = 0
    return total[0] % P == 0 and (total[1] - total[2]) % P == 0


def ed25519_verify_many(signed: Sequence[Signed]) -> List[bool]:
    """Which of many signatures are good."""
    if len(signed) < 8:
        return [ed25519_verify(*one) for one in signed]
    if all_good(signed):
        return [True] * len(signed)
    half = len(signed) // 2
    return ed25519_verify_many(signed[:half]) + ed25519_verify_many(signed[half:])


# ── Base64, keys and signed notes (section 3) ──────────────────────────────────────────────────────────────────────────

ORIGIN = "auditorium.local/"
LOG_TYPE, WITNESS_TYPE = 0x01, 0x04
SPKI = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: what stands before the 32 bytes of an Ed25519 key
MOST_SIGNATURES = 100


def from_base64(text: str) -> Optional[bytes]:
    """None where the text is not exactly what RFC 4648 section 4 writes for some bytes."""
    try:
        found = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if base64.b64encode(found).decode() == text else None


def key_id(name: str, key: bytes, kind: int = LOG_TYPE) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]


class Keys:
    """The keys that are pinned."""

    def __init__(self) -> None:
        self.anywhere: List[bytes] = []  # by PEM: for every log
        self.named: List[Tuple[str, bytes]] = []  # by verifier key: for the log it names
        self.witnesses: List[Tuple[str, bytes]] = []

    def read(self, path: str) -> None:
        text = read_small(path, 1 << 20).decode("utf-8", "replace")
        if "PRIVATE KEY-----" in text:
            raise Stop(EXIT_USAGE, f"{path} is a private key: keep it secret, and give the public one beside it (.pub)")
        found = 0
        for block in re.findall(r"-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]*)-----END PUBLIC KEY-----", text):
            der = from_base64("".join(block.split()))
            if der is None or len(der) != 44 or not der.startswith(SPKI):
                raise Stop(EXIT_USAGE, f"{path}: not an Ed25519 public key (RFC 8410)")
            self.anywhere.append(der[12:])
            found += 1
        for name, short, encoded in re.findall(r"(?m)^([^\s+]+)\+([0-9a-f]{8})\+(\S+)\s*$", text):
            raw = from_base64(encoded)
            if raw is None or len(raw) != 33 or raw[0] not in (LOG_TYPE, WITNESS_TYPE):
                raise Stop(EXIT_USAGE, f"{path}: the key of {name} is no verifier key of C2SP signed-note")
            if key_id(name, raw[1:], raw[0]).hex() != short:
                raise Stop(EXIT_USAGE, f"{path}: the id of the key of {name} is not that of its bytes")
            (self.named if raw[0] == LOG_TYPE else self.witnesses).append((name, raw[1:]))
            found += 1
        if found == 0:
            raise Stop(EXIT_USAGE, f"{path}: holds no public key, neither PEM (PUBLIC KEY) nor name+id+base64")

    def of(self, name: str) -> List[bytes]:
        return self.anywhere + [key for other, key in self.named if other == name]


class Note:
    """A signed note: `text` with its line feed, and (name, key id, signature) of each line below."""

    def __init__(self, raw: bytes) -> None:
        try:
            whole = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise Unreadable("a note that is not UTF-8") from None
        end = whole.rfind("\n\n")
        if end < 0 or not whole.endswith("\n"):
            raise Unreadable("not a signed note")
        self.text = whole[: end + 1]
        self.signatures: List[Tuple[str, bytes, bytes]] = []
        lines = whole[end + 2 : -1].split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise Unreadable("a note with too many signatures")
        for line in lines:
            parts = re.fullmatch(r"\u2014 ([^\s+]+) (\S+)", line)
            signature = from_base64(parts.group(2)) if parts else None
            if parts is None or signature is None or len(signature) <= 4:
                raise Unreadable("a note with a line that is no signature")
            self.signatures.append((parts.group(1), signature[:4], signature[4:]))

    def candidates(self, name: str, keys: Iterable[bytes]) -> List[Signed]:
        """What to check: the lines of `name` whose id is that of one of the keys."""
        ids = {}  # type: Dict[bytes, List[bytes]]
        for key in keys:
            ids.setdefault(key_id(name, key), []).append(key)
        message = self.text.encode()
        return [(key, message, signature) for other, short, signature in self.signatures if other == name for key in ids.get(short, [])]

    def check(self, name: str, keys: Iterable[bytes]) -> Tuple[str, Optional[bytes]]:
        """good with the key, bad, or absent."""
        signed = self.candidates(name, keys)
        for one in signed:
            if ed25519_verify(*one):
                return "good", one[0]
        return ("bad" if signed else "absent"), None

    def cosigned(self, name: str, key: bytes) -> str:
        """What the cosignature (C2SP tlog-cosignature, v1) of a witness on it is: good, bad or absent."""
        for other, short, signature in self.signatures:
            if other != name or short != key_id(name, key, WITNESS_TYPE):
                continue
            if len(signature) != 72:
                return "bad"
            when = int.from_bytes(signature[:8], "big")
            message = f"cosignature/v1\ntime {when}\n{self.text}".encode()
            return "good" if ed25519_verify(key, message, signature[8:]) else "bad"
        return "absent"


CHECKPOINT_TEXT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*")


def read_checkpoint(text: str) -> Optional[Tuple[str, int, bytes]]:
    """Origin, size and root that a note's text says."""
    parts = CHECKPOINT_TEXT.fullmatch(text)
    root = from_base64(parts.group(3)) if parts else None
    if parts is None or root is None or int(parts.group(2)) > MAX_SAFE:
        return None
    return parts.group(1), int(parts.group(2)), root


# ── Anchors (section 6) ────────────────────────────────────────────────────────────────────────────────────────────────

Anchors = Dict[str, Dict[int, Set[bytes]]]  # by log (hex), by size: the roots that are known of it


def read_anchors(paths: Sequence[str]) -> Anchors:
    anchors: Anchors = {}
    patterns = (
        r"(?m)^auditorium\.local/([0-9a-f]{32})\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n",
        r"auditorium checkpoint auditorium\.local/([0-9a-f]{32}) (0|[1-9][0-9]{0,15}) ([A-Za-z0-9+/]{43}=)",
    )
    for path in paths:
        text = read_small(path, 1 << 28).decode("utf-8", "replace").replace("\r\n", "\n")
        found = 0
        for pattern in patterns:
            for log, size, encoded in re.findall(pattern, text):
                root = from_base64(encoded)
                if root is None:
                    continue
                anchors.setdefault(log, {}).setdefault(int(size), set()).add(root)
                found += 1
        if found == 0:
            raise Stop(EXIT_USAGE, f"{path}: holds no checkpoint, neither a signed note nor a line “auditorium checkpoint …”")
    return anchors


def read_small(path: str, limit: int) -> bytes:
    try:
        with open(path, "rb") as file:
            found = file.read(limit + 1)
    except OSError as error:
        raise Stop(EXIT_USAGE, f"{path}: {error.strerror}") from None
    if len(found) > limit:
        raise Stop(EXIT_USAGE, f"{path}: larger than {limit} bytes")
    return found


# ── Events (sections 1 and 9) ──────────────────────────────────────────────────────────────────────────────────────────

EVENT_VERSION = 4
MAX_SAFE = 2**53 - 1
MAX_EVENT_BYTES = 1 << 20
REDACTED = 0xFFFFFFFF
COMMITMENT_DOMAIN = b"auditorium/payload/v1\0"
HEADER_ITEMS = 8

# Per code: name, and its fields as name:type. i integer, t text, b bytes, o boolean, I integers, T texts, p payload; ? or null.
KINDS: Dict[int, Tuple[str, str]] = {
    1: ("logOpened", "software:t boot:i durability:t"),
    2: ("recovered", "file:i keptBytes:i droppedBytes:i"),
    3: ("heartbeat", "sessions:i"),
    4: ("logClosed", "sessions:i"),
    5: ("logHeads", "logs:T events:I"),
    6: ("refusalsCounted", "reason:t network:t count:i since:i"),
    7: ("recordingFailed", "code:t reason:t durable:i dropped:i"),
    8: ("policyLoaded", "hash:b mode:t document:p"),
    9: ("signingKey", "key:b previous:b? reason:t"),
    10: ("sessionOpened", "connection:t user:t applicationName:t clientAddress:t clientPort:i tls:o protocol:t durability:t"),
    11: (
        "identity",
        "issuer:t profile:t subject:t clientId:t? groups:T scopes:T tokenId:t? fingerprint:b expires:i userId:t?",
    ),
    12: ("ciContext", "provenance:t provider:t run:t job:t repository:t? ref:t? actor:t? issuer:t? fingerprint:b?"),
    13: ("connected", "host:t port:i database:t user:t server:t backend:i"),
    14: ("sessionClosed", "outcome:t sqlstate:t? reason:t"),
    15: ("ciMismatch", "job:t provenance:t asserted:t where:t"),
    16: ("identityChecked", "token:t issuer:t result:t detail:t"),
    17: ("observed", "rule:t detail:t"),
    18: ("startupSettings", "settings:T"),
    19: ("policyApplied", "hash:b mode:t"),
    20: (
        "statement",
        "statement:i protocol:t name:t? portal:t? text:p? parsedAt:i? boundAt:i? parameterTypes:I parameterFormats:I "
        "parameters:p? resultFormats:I maxRows:i sync:o masked:o",
    ),
    21: ("parse", "name:t text:p parameterTypes:I masked:o"),
    22: ("bind", "portal:t name:t parsedAt:i? parameterFormats:I parameters:p resultFormats:I masked:o"),
    23: ("close", "target:t name:t"),
    24: ("sync", ""),
    25: ("functionCall", "statement:i function:i message:p"),
    26: ("copyIn", "statement:i bytes:i continued:o data:p"),
    27: ("copyInEnd", "statement:i failed:o reason:t"),
    28: ("cancel", "accepted:o clientAddress:t"),
    29: ("gatewayStatement", "statement:i reason:t message:p"),
    30: ("prepared", "target:t name:t statement:i ordinal:i text:p"),
    31: ("runs", "statement:i ordinal:i target:t name:t at:i?"),
    32: (
        "decision",
        "statement:i effect:t enforced:o rules:T because:T message:t severity:t policy:b facts:t",
    ),
    33: (
        "hold",
        "statement:i request:t approvers:T quorum:i deadline:i hash:b resolved:o estimate:t?",
    ),
    34: ("vote", "statement:i request:t verdict:t issuer:t subject:t name:t? fingerprint:b reason:t"),
    35: ("holdEnded", "statement:i request:t outcome:t reason:t"),
    36: ("gatewayQuery", "statement:i purpose:t text:p"),
    37: ("valuesMasked", "statement:i literals:i parameters:I rules:T"),
    40: (
        "outcome",
        "statement:i ordinal:i status:t tag:t rows:i bytes:i sqlstate:t? transaction:t? duration:i describedAt:i? answer:p?",
    ),
    41: ("rows", "statement:i ordinal:i rows:i continued:o describedAt:i? answer:p"),
    42: ("description", "target:t name:t message:p"),
    43: ("copyOut", "statement:i ordinal:i rows:i continued:o data:p"),
    44: ("ready", "transaction:t"),
    45: ("notice", "severity:t sqlstate:t message:p"),
    46: ("notification", "channel:t backend:i message:p"),
    47: ("parameterStatus", "name:t message:p"),
    48: ("transactionEnded", "outcome:t cause:t first:i firstOrdinal:i last:i lastOrdinal:i"),
    49: ("replaced", "statement:i sqlstate:t message:p"),
    50: ("gatewayAnswered", "statement:i purpose:t rows:i bytes:i sqlstate:t? duration:i"),
    51: ("columnsMasked", "statement:i ordinal:i positions:I columns:T rules:T styles:T levels:T"),
    52: ("detected", "statement:i ordinal:i where:t detectors:T rules:T counts:I"),
    53: ("withheld", "statement:i where:t what:t"),
    60: ("assurance", "columns:T rules:T levels:T reasons:T"),
    61: ("volumeRolled", "number:i checkpoint:t? reason:t"),
    62: ("redacted", "log:b event:i field:t length:i by:t reason:t remainder:p?"),
    63: ("anchored", "kind:t target:t size:i root:b error:t?"),
    64: ("volumeExpired", "log:b first:i next:i statements:i reason:t seal:t frontier:b"),
    65: ("imported", "format:t file:t sha256:b? lacks:T"),
    66: ("sourceEntry", "line:i problem:t? original:p"),
    67: ("keysDestroyed", "log:b session:b? keys:T by:t reason:t"),
    68: ("legalHold", "action:t hold:t filter:t by:t reason:t"),
    70: ("terminalOutput", "data:p"),
    71: ("terminalInput", "data:p"),
    72: ("terminalResized", "columns:i rows:i"),
    73: ("terminalMarked", "label:t"),
}
CODE = {name: code for code, (name, _) in KINDS.items()}
LOG_OPENED, LOG_CLOSED, SESSION_OPENED, SESSION_CLOSED = (
    CODE[name] for name in ("logOpened", "logClosed", "sessionOpened", "sessionClosed")
)
STATEMENTS = (CODE["statement"], CODE["functionCall"])
TELLING = {CODE[name] for name in ("logOpened", "signingKey", "logHeads", "volumeExpired", "redacted", "imported")}


class Empty(tuple):
    """An array of nothing: integers or texts."""


class Integers(tuple):
    """An array of integers."""


class Texts(tuple):
    """An array of texts."""


class Ref(tuple):
    """A payload's length and commitment."""


TYPES: Dict[str, Tuple[type, ...]] = {
    "i": (int,),
    "t": (str,),
    "b": (bytes,),
    "o": (bool,),
    "I": (Integers, Empty),
    "T": (Texts, Empty),
    "p": (Ref,),
}
FIELDS = {
    code: [(name, kind) for name, _, kind in (field.partition(":") for field in fields.split())]
    for code, (_, fields) in KINDS.items()
}
# Shapes of events that were seen to be right: their kind and the types of their items → the positions of their payloads.
shapes: Dict[Tuple[Any, ...], List[int]] = {}
HEAD_SHAPES = ((int, bytes, int, bytes, int, int, int, int), (int, bytes, int, type(None), int, int, int, int))


class OtherVersion(Exception):
    """An event of another version or kind, at `index`."""

    def __init__(self, message: str, items: List[Any]) -> None:
        super().__init__(message)
        self.items = items


def read_array(b: bytes, at: int, end: int, count: int) -> Tuple[Any, int]:
    """The items of an array within an event: integers, texts, or a payload's two."""
    items = []
    kinds = set()
    for _ in range(count):
        if at >= end:
            raise Unreadable("cut short")
        major = b[at] >> 5
        if major > 3:
            raise Unreadable("an array of what no event holds")
        value, at = read_argument(b, at, end)
        if major == 0:
            items.append(value)
        elif major == 1:
            items.append(-1 - value)
        else:
            if at + value > end:
                raise Unreadable("cut short")
            raw = b[at : at + value]
            at += value
            items.append(raw if major == 2 else decode_text(raw))
        kinds.add(major)
    if not items:
        return Empty(), at
    if kinds <= {0, 1}:
        return Integers(items), at
    if kinds == {3}:
        return Texts(items), at
    if len(items) == 2 and type(items[0]) is int and items[0] >= 0 and type(items[1]) is bytes and len(items[1]) == 32:
        return Ref(items), at
    raise Unreadable("an array of what no event holds")


def decode_text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("text that is not UTF-8") from None


def read_argument(b: bytes, at: int, end: int) -> Tuple[int, int]:
    """The argument of a head (RFC 8949 section 3) in its shortest form, and where it ends."""
    info = b[at] & 31
    at += 1
    if info < 24:
        return info, at
    if info > 27:
        raise Unreadable("an indefinite or reserved length")
    size = 1 << (info - 24)
    if at + size > end:
        raise Unreadable("cut short")
    value = int.from_bytes(b[at : at + size], "big")
    if value < (24, 0x100, 0x10000, 0x100000000)[info - 24] or value > MAX_SAFE:
        raise Unreadable("a number that is not in its shortest form, or too large")
    return value, at + size


def read_event(b: bytes, at: int, end: int) -> Tuple[List[Any], List[int]]:
    """The items of the event at b[at:end], and the positions of its payloads among them. Raises Unreadable, OtherVersion."""
    if end - at > MAX_EVENT_BYTES:
        raise Unreadable("an event of more than 1 MiB")
    if at >= end or b[at] >> 5 != 4:
        raise Unreadable("not an array")
    count, at = read_argument(b, at, end)
    items: List[Any] = []
    push = items.append
    for _ in range(count):
        if at >= end:
            raise Unreadable("cut short")
        head = b[at]
        if head < 24:
            push(head)
            at += 1
            continue
        major = head >> 5
        if major == 7:
            if head == 0xF6:
                push(None)
            elif head == 0xF5:
                push(True)
            elif head == 0xF4:
                push(False)
            else:
                raise Unreadable("an item that no event holds")
            at += 1
            continue
        info = head & 31
        if info < 24:
            value = info
            at += 1
        else:
            value, at = read_argument(b, at, end)
        if major == 3:
            stop = at + value
            if stop > end:
                raise Unreadable("cut short")
            push(decode_text(b[at:stop]))
            at = stop
        elif major == 0:
            push(value)
        elif major == 2:
            stop = at + value
            if stop > end:
                raise Unreadable("cut short")
            push(b[at:stop])
            at = stop
        elif major == 4:
            array, at = read_array(b, at, end, value)
            push(array)
        elif major == 1:
            if value >= MAX_SAFE:
                raise Unreadable("a number that is too large")
            push(-1 - value)
        else:
            raise Unreadable("an item that no event holds")
    if at != end:
        raise Unreadable("bytes after its end")
    shape = (items[5] if count > HEADER_ITEMS - 3 else None, *map(type, items))
    payloads = shapes.get(shape)
    if payloads is None:
        payloads = shapes[shape] = judge_shape(items)
    if items[0] != EVENT_VERSION:
        raise OtherVersion(f"event layout {items[0]}", items)
    if len(items[1]) != 16 or (items[3] is not None and len(items[3]) != 16) or items[2] < 0 or items[4] < 0 or items[7] < 0:
        raise Unreadable("a header that no event has")
    return items, payloads


def judge_shape(items: List[Any]) -> List[int]:
    """The positions of the payloads of an event whose items are of the right types; raises otherwise."""
    if len(items) < HEADER_ITEMS or tuple(map(type, items[:HEADER_ITEMS])) not in HEAD_SHAPES:
        raise Unreadable("a header that no event has")
    if items[0] != EVENT_VERSION:
        raise OtherVersion(f"event layout {items[0]}", items)
    fields = FIELDS.get(items[5])
    if fields is None:
        raise OtherVersion(f"event kind {items[5]}", items)
    name = KINDS[items[5]][0]
    if len(items) != HEADER_ITEMS + len(fields):
        raise Unreadable(f"{name} with {len(items)} items")
    payloads = []
    for at, (field, kind) in enumerate(fields, HEADER_ITEMS):
        if items[at] is None and kind.endswith("?"):
            continue
        if type(items[at]) not in TYPES[kind[0]]:
            raise Unreadable(f"{name} whose {field} is of another type")
        if kind[0] == "p":
            payloads.append(at)
    return payloads


def read_payloads(items: List[Any], positions: List[int], b: bytes, at: int) -> Tuple[int, List[str], List[Tuple[str, int]]]:
    """Holds the payloads at b[at:] against their event: where they end, the fields that do not fit, and (field, length) of those gone.

    Where a stored length is another than the event's, the event's says where the next payload is.
    """
    wrong: List[str] = []
    gone: List[Tuple[str, int]] = []
    for position in positions:
        length, commitment = items[position]
        stored = int.from_bytes(b[at : at + 4], "big")
        if stored == REDACTED and at + 4 <= len(b):
            gone.append((FIELDS[items[5]][position - HEADER_ITEMS][0], length))
            at += 4
            continue
        end = at + 20 + length
        hashed = hashlib.sha256(COMMITMENT_DOMAIN + b[at + 4 : at + 20] + length.to_bytes(8, "big"))
        hashed.update(b[at + 20 : end])
        if stored != length or end > len(b) or hashed.digest() != commitment:
            wrong.append(FIELDS[items[5]][position - HEADER_ITEMS][0])
        at = end
    return at, wrong, gone


# ── The tree (section 2) ───────────────────────────────────────────────────────────────────────────────────────────────

EMPTY_ROOT = hashlib.sha256(b"").digest()
NO_LEAF = bytes(32)  # stands for an event that is missing
BLOCK_BITS = 8  # tiles hold hashes of subtrees of height 8 × level
BLOCK = 1 << BLOCK_BITS


def leaf_hash(event: bytes) -> bytes:
    return hashlib.sha256(b"\0" + event).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hashes of a frontier, largest subtree first, as one."""
    if not hashes:
        return EMPTY_ROOT
    total = hashes[-1]
    for other in hashes[-2::-1]:
        total = node_hash(other, total)
    return total


def grow(stack: List[bytes], number: int, new: bytes) -> List[bytes]:
    """Adds the hash of leaf (or equal subtree) `number` to a frontier; the hashes of the perfect subtrees it completes, smallest first."""
    complete = [new]
    while number & 1:
        new = node_hash(stack.pop(), new)
        complete.append(new)
        number >>= 1
    stack.append(new)
    return complete


def split_frontier(frontier: bytes, size: int) -> List[bytes]:
    if len(frontier) != 32 * bin(size).count("1"):
        raise Unreadable(f"{len(frontier)} bytes are no frontier of {size} events")
    return [frontier[at : at + 32] for at in range(0, len(frontier), 32)]


def root_from_path(leaf: bytes, index: int, size: int, path: bytes) -> Optional[bytes]:
    """The root that an audit path leads to (RFC 9162 section 2.1.3.2); None where its length is wrong."""
    if not 0 <= index < size or len(path) % 32:
        return None
    node, last = index, size - 1
    for at in range(0, len(path), 32):
        other = path[at : at + 32]
        if last == 0:
            return None
        if node & 1 or node == last:
            leaf = node_hash(other, leaf)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            leaf = node_hash(leaf, other)
        node, last = node >> 1, last >> 1
    return leaf if last == 0 else None


def is_consistent(first: int, first_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `size` leaves goes on from that of its first `first` (RFC 9162 section 2.1.4.2). Volumes need none; vectors do."""
    if first == 0:
        return not proof
    if first >= size:
        return first == size and not proof and first_root == root
    node, last = first - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    path = list(proof) if node else [first_root, *proof]
    if not path:
        return False
    old = new = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(other, old), node_hash(other, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, other)
        node, last = node >> 1, last >> 1
    return last == 0 and old == first_root and new == root


class Selection:
    """The root that the leaves of some events and the hashes beside them lead to (section 10)."""

    def __init__(self, beside: bytes) -> None:
        self.beside = beside
        self.at = 0
        self.size = 0  # leaves covered so far
        self.stack: List[Tuple[int, bytes]] = []  # height and hash, from the left

    def push(self, height: int, new: bytes) -> None:
        start = self.size
        self.size += 1 << height
        while self.stack and self.stack[-1][0] == height and start >> height & 1:
            new = node_hash(self.stack.pop()[1], new)
            start -= 1 << height
            height += 1
        self.stack.append((height, new))

    def skip_to(self, end: int) -> None:
        """Takes what the tree has beside, up to leaf `end`."""
        while self.size < end:
            height = (end - self.size).bit_length() - 1
            if self.size:
                height = min(height, (self.size & -self.size).bit_length() - 1)
            if self.at + 32 > len(self.beside):
                raise Unreadable("too few hashes")
            self.push(height, self.beside[self.at : self.at + 32])
            self.at += 32

    def leaf(self, index: int, leaf: bytes) -> None:
        self.skip_to(index)
        self.push(0, leaf)

    def root(self, size: int) -> bytes:
        self.skip_to(size)
        if self.at != len(self.beside):
            raise Unreadable("too many hashes")
        return fold([one for _, one in self.stack])


class Judge:
    """Grows the tree of a run of volumes, compares it at checkpoints and anchors and with tiles, and locates damage (section 11).

    The frontier is kept in two parts: within the present block of 256 leaves, and over whole blocks; the latter twice, as the
    events make it and as it is with the tiles' hashes in place of those blocks' that differ.
    """

    def __init__(self, report: Report, log: str, size: int, frontier: List[bytes]) -> None:
        self.report, self.log, self.size = report, log, size
        self.volume: Optional[str] = None
        low = bin(size & (BLOCK - 1)).count("1")
        self.low = frontier[len(frontier) - low :]
        self.high = frontier[: len(frontier) - low]
        self.mended: Optional[List[bytes]] = None
        self.fits = size  # the largest size known to fit; events from there on are not proven
        self.failed: List[Tuple[int, str]] = []  # checkpoints since that do not
        self.broken = False  # whether the volume before ended with such
        self.forked: List[int] = []
        self.pending: List[Tuple[int, int, bytes, bytes]] = []  # tiles that differ: level, number, hash stored, hash as mended
        self.tiles: Dict[Tuple[int, int], bytes] = {}

    def frontier(self) -> List[bytes]:
        return self.high + self.low

    def grow(self, leaf: bytes) -> None:
        complete = grow(self.low, self.size & (BLOCK - 1), leaf)
        self.size += 1
        if self.size & (BLOCK - 1):
            return
        self.low = []
        number = (self.size >> BLOCK_BITS) - 1
        new = complete[-1]
        stored = self.tiles.get((1, number))
        if stored is not None and stored != new and self.mended is None:
            self.mended = list(self.high)
        as_made = grow(self.high, number, new)
        as_mended = as_made if self.mended is None else grow(self.mended, number, new if stored is None else stored)
        for height in range(0, len(as_made), BLOCK_BITS):
            level = height // BLOCK_BITS + 1
            place = (level, number >> height)
            tile = self.tiles.pop(place, None)
            if tile is None:
                self.lacking(level, place[1])
            elif tile != as_made[height]:
                self.pending.append((*place, tile, as_mended[height]))

    def lacking(self, level: int, number: int) -> None:
        self.report.add("CORRUPT", f"tiles of level {level} lack hashes of whole subtrees", self.log, None, None, self.volume)

    def checkpoint(self, root: bytes) -> bool:
        """Compares the root at the present size with a checkpoint's; whether it fits."""
        if fold(self.high + self.low) == root:
            for level, number, _, _ in self.pending:
                self.wrong_tile(level, number)
            for _, volume in self.failed:
                self.report.add(
                    "CORRUPT",
                    "a checkpoint says another root than the events have, which later checkpoints prove",
                    self.log,
                    None,
                    None,
                    volume,
                )
            self.settle()
            return True
        if self.mended is not None and fold(self.mended + self.low) == root:
            for level, number, stored, mended in self.pending:
                if level == 1:
                    first = max(number << BLOCK_BITS, self.fits)
                    self.damaged(first, (number + 1 << BLOCK_BITS) - 1)
                elif stored != mended:
                    self.wrong_tile(level, number)
            self.high = self.mended
            self.settle()
            return True
        assert self.volume is not None
        self.failed.append((self.size, self.volume))
        return False

    def anchor(self, roots: Set[bytes]) -> None:
        """Compares with what is known from elsewhere of the present size."""
        mine = {fold(self.high + self.low)}
        if self.mended is not None:
            mine.add(fold(self.mended + self.low))
        if roots <= mine:
            self.report.anchored[self.log] = max(self.size, self.report.anchored.get(self.log, 0))
        else:
            self.forked.append(self.size)

    def settle(self) -> None:
        """All up to here is what was signed, or was reported."""
        for size in self.forked:
            self.report.add("FORKED", f"the checkpoint of {size} events that is known from elsewhere has another root", self.log)
        self.fits = self.size
        self.mended = None
        self.pending, self.failed, self.forked = [], [], []

    def damaged(self, first: int, last: int) -> None:
        self.report.add("CORRUPT", "what is here is not what was signed", self.log, first, last, self.volume)

    def wrong_tile(self, level: int, number: int) -> None:
        self.report.add(
            "CORRUPT", f"tile {number >> BLOCK_BITS} of level {level} is not what its events make", self.log, None, None, self.volume
        )

    def end_volume(self) -> None:
        for level, _ in self.tiles:
            self.report.add("CORRUPT", f"tiles of level {level} hold hashes of no events here", self.log, None, None, self.volume)
        self.tiles = {}

    def end(self) -> None:
        """After the last event of a volume: what no checkpoint of it settles is not settled by later ones."""
        self.broken = bool(self.failed)
        if self.failed:
            self.damaged(self.fits, self.failed[0][0] - 1)
            self.forked = []
        else:
            for level, number, _, _ in self.pending:
                self.wrong_tile(level, number)
        self.settle()


# ── zstd (RFC 8878) ────────────────────────────────────────────────────────────────────────────────────────────────────

MOST_RAW = 1 << 28  # a segment is 256 KiB, or one event with its payloads
BATCH_RAW = 1 << 24


def is_frame(frame: bytes, size: int) -> bool:
    """Whether the bytes are one zstd frame, and no more, that says it holds `size` bytes."""
    if len(frame) < 9 or frame[:4] != b"\x28\xb5\x2f\xfd":
        return False
    descriptor = frame[4]
    single = descriptor >> 5 & 1
    at = 5 + (1 - single) + (0, 1, 2, 4)[descriptor & 3]
    width = ((1 if single else 0), 2, 4, 8)[descriptor >> 6]
    stated = int.from_bytes(frame[at : at + width], "little") + (256 if width == 2 else 0)
    at += width
    if width == 0 or stated != size:
        return False
    last = 0
    while not last:
        if at + 3 > len(frame):
            return False
        head = int.from_bytes(frame[at : at + 3], "little")
        last = head & 1
        kind = head >> 1 & 3
        if kind == 3:
            return False
        at += 3 + (1 if kind == 1 else head >> 3)
    return at + (4 if descriptor >> 2 & 1 else 0) == len(frame)


class Zstd:
    """Unpacks frames: with Python 3.14's own module, or many at once with the program `zstd`."""

    def __init__(self) -> None:
        self.decompressor: Any = None
        self.program: Optional[str] = None
        try:
            from compression.zstd import ZstdDecompressor  # type: ignore[import-not-found]

            self.decompressor = ZstdDecompressor
        except ImportError:
            self.program = shutil.which("zstd")
            if self.program is None:
                raise Stop(
                    EXIT_MACHINE, "volumes need zstd: Python 3.14, or the program `zstd` (bundles need neither); install one of them"
                ) from None

    def unpack(self, frames: Sequence[Tuple[bytes, int]]) -> List[Optional[bytes]]:
        """What each frame holds, given with the bytes it must be; None where it cannot be unpacked to so many."""
        fit = [at for at, (frame, size) in enumerate(frames) if 0 <= size <= MOST_RAW and is_frame(frame, size)]
        found: List[Optional[bytes]] = [None] * len(frames)
        if self.decompressor is not None:
            for at in fit:
                found[at] = self.one(*frames[at])
            return found
        for at, raw in zip(fit, self.run([frames[at] for at in fit])):
            found[at] = raw
        return found

    def one(self, frame: bytes, size: int) -> Optional[bytes]:
        try:
            raw = self.decompressor().decompress(frame, size + 1)
        except Exception:  # zstd's own error class is only there with its module
            return None
        return raw if len(raw) == size else None

    def run(self, frames: List[Tuple[bytes, int]]) -> List[Optional[bytes]]:
        if not frames:
            return []
        total = sum(size for _, size in frames)
        assert self.program is not None
        with tempfile.TemporaryFile() as packed:
            for frame, _ in frames:
                packed.write(frame)
            packed.seek(0)
            with subprocess.Popen(
                [self.program, "-dcq"], stdin=packed, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            ) as process:
                assert process.stdout is not None
                raw = process.stdout.read(total + 1)
                if len(raw) > total:
                    process.kill()
        if process.returncode == 0 and len(raw) == total:
            ends = 0
            parts: List[Optional[bytes]] = []
            for _, size in frames:
                parts.append(raw[ends : ends + size])
                ends += size
            return parts
        if len(frames) == 1:
            return [None]
        half = len(frames) // 2
        return self.run(frames[:half]) + self.run(frames[half:])


# ── Volumes (sections 4, 5 and 7) ──────────────────────────────────────────────────────────────────────────────────────

APPLICATION_ID = 0x41554449
SCHEMA_VERSION = 5
MOST_EVENTS = 1 << 27  # of one volume; they roll at about a million statements
TABLES = {
    "volume": "log number first next last_time frontier opening sealed",
    "segment": "session_id number first_sequence last_sequence first_index last_index count events_bytes payloads_bytes events payloads",
    "tile": "level number start hashes",
    "checkpoint": "size time note",
    "carried": "idx event payloads path",
    "redaction": "idx field note",
}
SQL_ERRORS = (sqlite3.Error, UnicodeDecodeError, OverflowError)  # what the module raises of damaged files
VOLUME_NAME = re.compile(r"([0-9a-f]{32})-([0-9]{12})\.audit")


class Volume:
    """One volume, opened to be read only."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = os.path.basename(path)
        self.has_seal = os.path.lexists(path + ".seal")
        self.bytes = os.path.getsize(path)
        self.budget = self.bytes
        live = False
        wal = path + "-wal"
        if not self.has_seal and os.path.isfile(wal) and os.path.getsize(wal) > 0:
            live = True
            self.budget += os.path.getsize(wal)
        self.db = self.open(live)
        try:
            self.check_schema()
            if not live and self.bytes < self.number("PRAGMA page_size") * self.number("PRAGMA page_count"):
                raise Unreadable("cut short")
            self.read_row()
        except BaseException:
            self.db.close()
            raise

    def open(self, live: bool) -> sqlite3.Connection:
        uri = "file:" + urllib.parse.quote(os.path.abspath(self.path)) + "?mode=ro" + ("" if live else "&immutable=1")
        db = sqlite3.connect(uri, uri=True, isolation_level=None)
        db.text_factory = bytes
        for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "query_only=ON", "busy_timeout=5000"):
            db.execute(f"PRAGMA {pragma}")
        try:
            db.execute("BEGIN")
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except SQL_ERRORS as error:
            db.close()
            if live and "unable to open" in str(error):
                raise Stop(EXIT_ARCHIVE, f"{self.path} has a journal (-wal) that cannot be read here: copy both to a folder you may write to") from None
            raise Unreadable(f"SQLite cannot read it: {error}") from None
        return db

    def check_schema(self) -> None:
        application, version = (self.number(f"PRAGMA {name}") for name in ("application_id", "user_version"))
        if application != APPLICATION_ID:
            raise Unreadable("not a volume of Auditorium (its application_id is another)")
        if version != SCHEMA_VERSION:
            raise OtherVersion(f"volumes of format {version}; this reads format {SCHEMA_VERSION}", [])
        for table, columns in TABLES.items():
            rows = self.query("SELECT type, rootpage FROM sqlite_master WHERE name = ?", (table,))
            if len(rows) != 1 or rows[0][0] != b"table" or not isinstance(rows[0][1], int) or rows[0][1] < 2:
                raise Unreadable(f"table {table} is not there, or is no plain table")
            plain = {row[1].decode("utf-8", "replace") for row in self.query(f"PRAGMA table_xinfo({table})") if row[6] == 0}
            if not plain.issuperset(columns.split()):
                raise Unreadable(f"table {table} lacks columns")

    def read_row(self) -> None:
        rows = self.query("SELECT " + ", ".join(TABLES["volume"].split()) + " FROM volume NOT INDEXED LIMIT 2")
        if len(rows) != 1:
            raise Unreadable("table volume has not one row")
        log, number, first, following, last_time, frontier, opening, sealed = rows[0]
        if not isinstance(log, bytes) or len(log) != 16 or not isinstance(frontier, bytes):
            raise Unreadable("table volume holds what no volume says")
        for value in (number, first, following, last_time):
            if not isinstance(value, int) or not 0 <= value <= MAX_SAFE:
                raise Unreadable("table volume holds what no volume says")
        if following < first or following - first > MOST_EVENTS:
            raise Unreadable(f"says that it holds events {first} to {following - 1}")
        self.log_id, self.log = log, log.hex()
        self.number_in_log, self.first, self.next, self.last_time = number, first, following, last_time
        self.frontier = split_frontier(frontier, first)
        self.opening, self.sealed = opening, sealed is not None

    def number(self, sql: str) -> int:
        row = self.query(sql)
        return row[0][0] if row and isinstance(row[0][0], int) else -1

    def query(self, sql: str, values: Sequence[Any] = ()) -> List[Tuple[Any, ...]]:
        try:
            return self.db.execute(sql, values).fetchall()
        except SQL_ERRORS as error:
            raise Unreadable(f"SQLite cannot read it: {error}") from None

    def rows(self, table: str, types: str) -> Iterator[Tuple[Any, ...]]:
        """The rows of a table in the order they lie there, of columns of the types given (i, b). Raises Unreadable, also where pages come twice."""
        columns = TABLES[table].split()
        before = None
        try:
            cursor = self.db.execute(f"SELECT rowid, {', '.join(columns)} FROM {table} NOT INDEXED")
            for row in cursor:
                if before is not None and row[0] <= before:
                    raise Unreadable(f"table {table} has pages that stand in it twice")
                before = row[0]
                self.budget -= 1
                for kind, value in zip(types, row[1:]):
                    if type(value) is not (int if kind == "i" else bytes):
                        raise Unreadable(f"table {table} holds a value of another type")
                    if kind == "b":
                        self.budget -= len(value)
                if self.budget < 0:
                    raise Unreadable(f"table {table} holds more than the file can")
                yield row[1:]
        except SQL_ERRORS as error:
            raise Unreadable(f"SQLite cannot read it: {error}") from None

    def close(self) -> None:
        self.db.close()


RECORD = struct.Struct(">32sQqQHxx")  # leaf, monotonic, session's number (-1: the log itself), sequence, kind (0: none)
OTHER_KIND = 0xFFFF


class Leaves:
    """What is needed of each event of a volume in order of index, whatever order they are read in: 60 bytes each in a temporary file."""

    def __init__(self, first: int, count: int) -> None:
        self.first, self.count = first, count
        self.file: Optional[BinaryIO] = None
        size = max(1, count) * RECORD.size
        if size <= 1 << 24:
            self.map = mmap.mmap(-1, size)
        else:
            self.file = tempfile.TemporaryFile()  # type: ignore[assignment]
            assert self.file is not None
            self.file.truncate(size)
            self.map = mmap.mmap(self.file.fileno(), size)

    def put(self, index: int, leaf: bytes, monotonic: int, session: int, sequence: int, kind: int) -> bool:
        """False where the index is taken."""
        at = (index - self.first) * RECORD.size
        if self.map[at + 56 : at + 58] != b"\0\0":
            return False
        RECORD.pack_into(self.map, at, leaf, monotonic, session, sequence, kind)
        return True

    def all(self) -> Iterator[Tuple[bytes, int, int, int, int]]:
        for at in range(0, self.count * RECORD.size, RECORD.size):
            yield RECORD.unpack_from(self.map, at)

    def close(self) -> None:
        self.map.close()
        if self.file is not None:
            self.file.close()


# ── A log: its volumes one after the other (section 11) ────────────────────────────────────────────────────────────────

SILENCE_NS = 60 * 10**9
LIVE_US = 60 * 10**6
HEADS_US = 600 * 10**6
VOLUME_ROLLED = CODE["volumeRolled"]
KEYS_DESTROYED = CODE["keysDestroyed"]


class Context:
    """What is given to a verification, and what its parts must know of each other."""

    def __init__(self, keys: Keys, anchors: Anchors, single: bool, demand_seals: bool, now: int) -> None:
        self.keys, self.anchors, self.single, self.demand_seals, self.now = keys, anchors, single, demand_seals, now
        self.report = Report()
        self.heads: Dict[str, Tuple[int, str, int]] = {}  # by log: the most events that logHeads tell of; who tells, where
        self.redacted: Set[Tuple[str, int, str]] = set()  # what `redacted` events tell of
        self.noted: List[Tuple[str, int, str, str]] = []  # what redaction notes tell of, and in which volume
        self.expired: Dict[str, List[Tuple[int, int, bytes]]] = {}  # by log: first, next, frontier
        # By log and session whose key `keysDestroyed` events of a bundle tell of: the log that tells, where, and why.
        self.destroyed: Dict[Tuple[str, Optional[str]], List[Tuple[str, int, str]]] = {}
        self.progress = Progress()


class Progress:
    """How far it is, on a terminal."""

    def __init__(self) -> None:
        self.shown = 0.0
        self.on = sys.stderr.isatty()

    def say(self, text: str) -> None:
        now = time.monotonic()
        if self.on and now - self.shown > 0.2:
            self.shown = now
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()

    def end(self) -> None:
        if self.on and self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


class Signers:
    """Who signed what of one log, and which of them are to be trusted (section 3)."""

    def __init__(self, context: Context, log: str) -> None:
        self.context, self.log, self.origin = context, log, ORIGIN + log
        self.pinned = context.keys.of(self.origin)
        self.named: List[Tuple[int, bytes]] = []  # by signingKey events: index, key
        self.largest: Dict[bytes, int] = {}  # by key: the largest checkpoint it signed
        self.foreign = -1  # the largest that no known key signed
        self.others: List[Tuple[bytes, str, Optional[int], Optional[str]]] = []  # seals and redactions: by whom, what, event, volume

    def known(self) -> List[bytes]:
        return list(dict.fromkeys([*self.pinned, *(key for _, key in self.named)]))

    def trusted(self) -> Set[bytes]:
        """The pinned keys, and those that events under their checkpoints name, and so on."""
        trusted = set(self.pinned)
        while True:
            size = max((self.largest.get(key, 0) for key in trusted), default=0)
            more = {key for index, key in self.named if index < size} - trusted
            if not more:
                return trusted
            trusted |= more

    def signed(self) -> Optional[int]:
        return max((self.largest[key] for key in self.trusted() if key in self.largest), default=None)

    def other(self, note: Note, what: str, event: Optional[int], volume: Optional[str]) -> bool:
        """Holds a seal or a redaction note against the known keys; False where its signature is bad."""
        result, key = note.check(self.origin, self.known())
        if result == "bad":
            return False
        self.others.append((key or b"", what, event, volume))
        return True

    def judge_others(self) -> None:
        trusted = self.trusted()
        for key, what, event, volume in self.others:
            if key not in trusted and trusted:
                self.context.report.add("UNKNOWN_KEY", f"{what} is signed with a key that is not known", self.log, event, None, volume)
        self.others = []


class Log:
    """Judges the volumes of one log in order of index."""

    def __init__(self, context: Context, log: str) -> None:
        self.context, self.report, self.log = context, context.report, log
        self.signers = Signers(context, log)
        self.judge: Optional[Judge] = None
        self.volume: Optional[Volume] = None
        self.zstd: Optional[Zstd] = None
        self.open: Dict[bytes, List[Optional[int]]] = {}  # sessions: index of the first event here, sequence of the next
        self.boot: Optional[int] = None
        self.monotonic: Optional[int] = None
        self.last_kind = 0
        self.last_index = -1
        self.last_time = 0
        self.first: Optional[int] = None
        self.run_first = 0
        self.number = 0
        self.next = 0
        self.imported = False
        self.holes = False  # whether events were missing: what opened a session may be among them
        self.silent: List[Tuple[int, str]] = []
        self.others: List[Tuple[int, str, str]] = []  # events of other versions: index, which, volume
        self.gaps: List[Tuple[int, int, bytes]] = []  # first, next, frontier of the volume behind

    def find(self, verdict: str, message: str, event: Optional[int] = None, last: Optional[int] = None) -> None:
        self.report.add(verdict, message, self.log, event, last, self.volume.name if self.volume else None)

    # The volumes

    def take(self, volume: Volume) -> bool:
        """Judges the next volume; False where its events were in the one before."""
        self.volume = volume
        if self.judge is not None and volume.first < self.next:
            self.find("CORRUPT", "another volume holds these events too", volume.first, min(self.next, volume.next) - 1)
            return False
        following = self.judge is not None and volume.first == self.next
        if not following:
            self.begin_run(volume)
        assert self.judge is not None
        if following and self.judge.frontier() != volume.frontier:
            # Damage in the volume before explains it; this one is judged by itself.
            if not self.judge.broken:
                self.find("CORRUPT", "the frontier is not that of the volume before")
            self.begin_judge(volume)
        self.judge.volume = volume.name
        if volume.number_in_log != self.number or (volume.number_in_log == 0) != (volume.first == 0):
            self.find("CORRUPT", f"says that it is volume {volume.number_in_log} of its log")
        self.number = volume.number_in_log + 1
        self.check_opening(volume)
        self.check_seal(volume)
        pass_one = Reading(self, volume)
        try:
            pass_one.read()
            self.check_order(pass_one, following)
            self.check_times(pass_one)
        finally:
            pass_one.leaves.close()
        self.next = volume.next
        self.check_checkpoints(pass_one)
        self.check_redactions(pass_one)
        self.check_seal_note(volume)
        self.judge.end_volume()
        self.judge.end()
        covered = max(pass_one.checkpoints, default=volume.first)
        if covered < volume.next:
            self.find("CORRUPT", "no checkpoint is over these events", covered, volume.next - 1)
        self.judge_others(covered)
        self.volume = None
        return True

    def begin_run(self, volume: Volume) -> None:
        if self.judge is not None:
            self.end_run()
        if volume.first > self.next and not self.context.single:
            self.gaps.append((self.next, volume.first, b"".join(volume.frontier)))
        if self.first is None:
            self.first = volume.first
        self.run_first = volume.first
        self.boot = self.monotonic = None
        self.last_kind = 0
        for session in self.open.values():
            session[1] = None
        self.holes = False
        self.number = volume.number_in_log
        self.begin_judge(volume)

    def begin_judge(self, volume: Volume) -> None:
        self.judge = Judge(self.report, self.log, volume.first, volume.frontier)

    def end_run(self) -> None:
        """Who signed it."""
        signers = self.signers
        signed = signers.signed()
        if signed is None or signed < self.run_first:
            named = sorted({key.hex() for _, key in signers.named})
            who = f"; it names {', '.join(named)}" if named else ""
            self.report.add("UNKNOWN_KEY", f"no checkpoint is signed with a key that is known here{who}", self.log)
        else:
            trusted = signers.trusted()
            foreign = max(signers.foreign, *(size for key, size in signers.largest.items() if key not in trusted), -1)
            if signed < min(self.next, foreign):
                self.report.add(
                    "UNKNOWN_KEY", "signed by nobody whose key is known here", self.log, signed, min(self.next, foreign) - 1
                )
        signers.judge_others()
        self.report.keys.update(key for key in signers.trusted() if key in signers.largest)

    def judge_others(self, covered: int) -> None:
        """Events of other versions: damage, unless they are what was signed."""
        for index, what, volume in self.others:
            broken = index >= covered or any(
                finding.verdict == "CORRUPT" and finding.log == self.log and finding.event is not None
                and finding.event <= index <= (finding.last or finding.event)
                for finding in self.report.findings
            )
            self.report.add(
                "CORRUPT" if broken else "UNSUPPORTED_VERSION",
                f"an event that this verifier does not read: {what}",
                self.log,
                index,
                None,
                volume,
            )
        self.others = []

    def end(self, last: Optional[Volume]) -> None:
        """After the last volume of the log."""
        if self.judge is None or last is None:
            return
        self.end_run()
        if not self.imported:
            for index, volume in self.silent:
                self.report.add("INCOMPLETE", "more than 60 s of silence before it", self.log, index, None, volume)
        part = self.context.single and last.sealed
        if not part:
            self.judge_end()
            for size in self.context.anchors.get(self.log, {}):
                if size > self.next:
                    self.report.add(
                        "TRUNCATED", f"a checkpoint of {size} events is known from elsewhere", self.log, self.next, size - 1
                    )
        for size in self.context.anchors.get(self.log, {}):
            if size < (self.first or 0) or (part and size > self.next):
                self.report.remark(f"log {self.log}: the anchor at {size} events lies outside of what is here")
        self.report.logs.append({"log": self.log, "first": self.first, "next": self.next, "signed": self.signers.signed()})

    def judge_end(self) -> None:
        if self.last_kind in (LOG_CLOSED, OTHER_KIND) or self.last_index < 0:
            return
        if abs(self.context.now - self.last_time) < LIVE_US:
            self.report.remark(f"log {self.log} is still being written: what is to come is not missed")
            return
        self.report.add("INCOMPLETE", "the log has no end after it", self.log, self.last_index)
        self.end_sessions()

    def end_sessions(self) -> None:
        for first, _ in sorted(self.open.values(), key=lambda session: session[0] or 0):
            self.find("INCOMPLETE", "a session that begins here has no end", first)
        self.open.clear()

    # What a volume says of itself

    def check_opening(self, volume: Volume) -> None:
        if volume.opening is None:
            return
        try:
            note = Note(bytes(volume.opening))
            said = read_checkpoint(note.text)
        except (Unreadable, TypeError):
            said = None
        if said is None or said != (self.signers.origin, volume.first, fold(volume.frontier)):
            self.find("CORRUPT", "the opening is no checkpoint of what came before")
            return
        result, key = note.check(self.signers.origin, self.signers.known())
        if result == "bad":
            self.find("CORRUPT", "the opening's signature is not good")
        if key is not None:
            self.signers.largest[key] = max(volume.first, self.signers.largest.get(key, 0))

    def check_seal(self, volume: Volume) -> None:
        self.seal: Optional[Note] = None
        if not volume.has_seal:
            if volume.sealed and self.context.demand_seals:
                self.find("INCOMPLETE", "sealed, and its seal note is not there")
            return
        digest = hashlib.sha256()
        with open(volume.path, "rb") as file:
            for piece in iter(lambda: file.read(1 << 20), b""):
                digest.update(piece)
        try:
            raw = read_regular(volume.path + ".seal", 1 << 16)
            self.seal = Note(raw)
        except Unreadable as error:
            self.find("CORRUPT", f"its seal: {error}")
            return
        lines = self.seal.text.split("\n")
        said = [
            f"{self.signers.origin}/seal",
            lines[1] if len(lines) > 1 else "",
            str(volume.bytes),
            base64.b64encode(digest.digest()).decode(),
            f"{volume.first} {volume.next}",
            "",
        ]
        if lines != said or not volume.sealed:
            self.find("CORRUPT", "the file is not the one that was sealed")

    def check_seal_note(self, volume: Volume) -> None:
        if self.seal is not None and not self.signers.other(self.seal, "the seal", None, volume.name):
            self.find("CORRUPT", "the signature of the seal is not good")

    # Its events in order

    def check_order(self, reading: Reading, following: bool) -> None:
        """Grows the tree, and compares it where something is known of it."""
        judge, volume = self.judge, reading.volume
        assert judge is not None
        anchors = self.context.anchors.get(self.log, {})
        begins = volume.first + (1 if following else 0)  # what is known of the place where two volumes meet was compared before
        places = sorted({*reading.checkpoints, *(size for size in anchors if begins <= size <= volume.next)})
        judge.tiles = reading.tiles
        at = volume.first
        place = 0
        if following and volume.next > volume.first:
            first = reading.leaves.map[56:58]
            if int.from_bytes(first, "big") not in (0, VOLUME_ROLLED):
                self.find("CORRUPT", "a volume that goes on and does not begin with volumeRolled", volume.first)
        for leaf, monotonic, session, sequence, kind in reading.leaves.all():
            while place < len(places) and places[place] == at:
                self.compare(at, reading, anchors)
                place += 1
            if kind == 0:
                self.find("CORRUPT", "is missing, or cannot be read", at)
                judge.grow(NO_LEAF)
                self.monotonic = None
                self.holes = True
                for state in self.open.values():
                    state[1] = None
            else:
                judge.grow(leaf)
                self.follow(reading, at, monotonic, session, sequence, kind)
            at += 1
            if at >= volume.next:
                break
        while place < len(places) and places[place] == at:
            self.compare(at, reading, anchors)
            place += 1

    def compare(self, size: int, reading: Reading, anchors: Dict[int, Set[bytes]]) -> None:
        assert self.judge is not None
        if size in anchors:
            self.judge.anchor(anchors[size])
        noted = reading.checkpoints.get(size)
        if noted is not None:
            self.judge.checkpoint(noted[1])

    def follow(self, reading: Reading, index: int, monotonic: int, session: int, sequence: int, kind: int) -> None:
        """The rules about time, boots and sessions, event by event."""
        if kind == OTHER_KIND:
            self.monotonic, self.last_kind, self.last_index = None, kind, index
            return
        if kind == LOG_OPENED:
            boot = reading.boots.get(index)
            if boot is not None:
                if self.boot is not None and boot != self.boot + 1:
                    self.find("INCOMPLETE", f"boot {boot} follows boot {self.boot}", index)
                self.boot = boot
            self.monotonic = None
            self.end_sessions()
        elif kind == LOG_CLOSED:
            self.end_sessions()
        if self.monotonic is not None and monotonic - self.monotonic > SILENCE_NS and len(self.silent) < MOST_FINDINGS:
            self.silent.append((index, reading.volume.name))
        self.monotonic = monotonic
        self.last_kind, self.last_index = kind, index
        if session < 0:
            return
        sid = reading.sids[session]
        state = self.open.get(sid)
        if state is None:
            state = self.open[sid] = [index, None]
            self.report.sessions += 1
            if (kind != SESSION_OPENED or sequence != 0) and not self.holes:
                self.find("CORRUPT", "an event of a session that is not open", index)
        elif state[1] is not None and (sequence != state[1] or kind == SESSION_OPENED):
            self.find("CORRUPT", f"event {sequence} of its session where {state[1]} is due", index)
        state[1] = sequence + 1
        if kind == SESSION_CLOSED:
            del self.open[sid]

    def check_times(self, reading: Reading) -> None:
        if reading.latest >= 0:
            self.last_time = reading.latest_time
            if reading.latest == reading.volume.next - 1 and reading.latest_time != reading.volume.last_time:
                self.find("CORRUPT", "last_time is not that of its last event")

    # Its signatures

    def check_checkpoints(self, reading: Reading) -> None:
        known = self.signers.known()
        witnesses = self.context.keys.witnesses
        waiting: List[Tuple[int, Signed]] = []
        for size, (note, _) in sorted(reading.checkpoints.items()):
            candidates = note.candidates(self.signers.origin, known)
            if not candidates:
                self.signers.foreign = max(size, self.signers.foreign)
            waiting.extend((size, signed) for signed in candidates)
            for name, key in witnesses:
                if note.cosigned(name, key) == "bad":
                    self.find("CORRUPT", f"the cosignature of {name} on the checkpoint of {size} events is not good")
            if len(waiting) >= 1024:
                self.check_signatures(waiting)
                waiting = []
        self.check_signatures(waiting)

    def check_signatures(self, waiting: List[Tuple[int, Signed]]) -> None:
        self.context.progress.say(f"{len(waiting)} signatures")
        for (size, (key, _, _)), good in zip(waiting, ed25519_verify_many([signed for _, signed in waiting])):
            if good:
                self.signers.largest[key] = max(size, self.signers.largest.get(key, 0))
            else:
                self.find("CORRUPT", f"the signature of the checkpoint of {size} events is not good")

    def check_redactions(self, reading: Reading) -> None:
        for (index, field), length in reading.gone.items():
            raw = reading.redactions.get((index, field))
            try:
                note = None if raw is None else Note(raw)
            except Unreadable:
                note = None
            if note is None or not says_redaction(note.text, self.log, index, field, length):
                self.find("CORRUPT", f"payload {field} is gone without a note that says so", index)
            elif not self.signers.other(note, "a redaction", index, reading.volume.name):
                self.find("CORRUPT", f"payload {field} is gone, and the signature of the note that says so is not good", index)
            else:
                self.report.redactions += 1
                self.context.noted.append((self.log, index, field, reading.volume.name))
                self.find("VERIFIED_WITH_REDACTIONS", f"payload {field} was taken out: {why_redacted(note.text)}", index)


def says_redaction(text: str, log: str, index: int, field: str, length: int) -> bool:
    lines = text.split("\n")
    return len(lines) == 9 and lines[:4] == [f"{ORIGIN}{log}/redaction", str(index), field, str(length)]


def why_redacted(text: str) -> str:
    """Who took a value out and why, as the note says, without what a terminal would act on."""
    words = []
    for line in text.split("\n")[5:7]:
        try:
            word = json.loads(line)
        except (ValueError, RecursionError):
            word = line
        words.append(plain(str(word)))
    return f"by {words[0]}, “{words[1]}”" if len(words) == 2 else "its note does not say by whom"


def plain(text: str) -> str:
    """Text from the archive, fit for a terminal."""
    short = text if len(text) <= 200 else text[:200] + "…"
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in short)


def read_regular(path: str, limit: int) -> bytes:
    """A plain file of at most so many bytes: no link, pipe or device."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise Unreadable("not a plain file")
        with open(path, "rb") as file:
            found = file.read(limit + 1)
    except OSError as error:
        raise Unreadable(str(error.strerror)) from None
    if len(found) > limit:
        raise Unreadable(f"more than {limit} bytes")
    return found


class Reading:
    """Reads what a volume holds, in whatever order it lies there."""

    def __init__(self, log: Log, volume: Volume) -> None:
        self.owner, self.volume, self.context, self.report = log, volume, log.context, log.context.report
        self.leaves = Leaves(volume.first, volume.next - volume.first)
        self.sids: Dict[int, bytes] = {}  # by number in session_id
        self.numbers: Dict[bytes, int] = {}
        self.boots: Dict[int, int] = {}
        self.tiles: Dict[Tuple[int, int], bytes] = {}
        self.checkpoints: Dict[int, Tuple[Note, bytes]] = {}
        self.redactions: Dict[Tuple[int, str], bytes] = {}
        self.gone: Dict[Tuple[int, str], int] = {}
        self.spans: Dict[int, List[Tuple[int, int]]] = {}  # by session: number and first sequence of its segments
        self.latest, self.latest_time = -1, 0
        self.done = 0

    def find(self, message: str, event: Optional[int] = None) -> None:
        self.owner.find("CORRUPT", message, event)

    def read(self) -> None:
        for part in (self.read_tiles, self.read_checkpoints, self.read_redactions, self.read_carried, self.read_segments, self.read_sessions):
            try:
                part()
            except Unreadable as error:
                self.find(str(error))

    def read_tiles(self) -> None:
        volume = self.volume
        for level, number, start, hashes in self.volume.rows("tile", "iiib"):
            if not 1 <= level <= 7 or not 0 <= number <= MAX_SAFE or not 0 <= start < BLOCK:
                raise Unreadable("table tile holds a row that no tree has")
            if not hashes or len(hashes) % 32 or start + len(hashes) // 32 > BLOCK:
                raise Unreadable("table tile holds a row that no tree has")
            for at in range(len(hashes) // 32):
                place = number * BLOCK + start + at
                ends = place + 1 << BLOCK_BITS * level
                if not volume.first < ends <= volume.next or (level, place) in self.tiles:
                    raise Unreadable("table tile holds hashes of events that are not here")
                self.tiles[(level, place)] = hashes[32 * at : 32 * at + 32]

    def read_checkpoints(self) -> None:
        for size, _, raw in self.volume.rows("checkpoint", "iib"):
            try:
                note = Note(raw)
                said = read_checkpoint(note.text)
            except Unreadable:
                said = None
            if said is None or said[0] != self.owner.signers.origin or said[1] != size:
                self.find(f"the checkpoint of {size} events is none of this log")
            elif not self.volume.first <= size <= self.volume.next or size in self.checkpoints:
                self.find(f"the checkpoint of {size} events is over other events than are here")
            else:
                self.checkpoints[size] = (note, said[2])

    def read_redactions(self) -> None:
        for index, field, note in self.volume.rows("redaction", "ibb"):
            self.redactions[(index, field.decode("utf-8", "replace"))] = note

    def read_carried(self) -> None:
        """What is repeated of sessions that were open when the volume began."""
        volume, root = self.volume, fold(self.volume.frontier)
        carried: Set[bytes] = set()
        for index, event, payloads, path in volume.rows("carried", "ibbb"):
            try:
                items, positions = read_event(event, 0, len(event))
            except (Unreadable, OtherVersion) as error:
                self.find(f"a carried event that cannot be read: {error}", index)
                continue
            if items[1] != volume.log_id or items[2] != index or root_from_path(leaf_hash(event), index, volume.first, path) != root:
                self.find("a carried event that is not of this log", index)
                continue
            self.hold(items, positions, payloads, 0, True)
            if items[3] is not None:
                carried.add(items[3])
                if self.owner.run_first == volume.first and items[3] not in self.owner.open:
                    self.owner.open[items[3]] = [index, None]
                    self.report.sessions += 1
        if self.owner.run_first == volume.first:
            # Sessions that were open before a gap, and are not carried over it, ended in what is gone.
            for sid in [sid for sid in self.owner.open if sid not in carried]:
                del self.owner.open[sid]

    def hold(self, items: List[Any], positions: List[int], payloads: bytes, at: int, whole: bool) -> int:
        """Holds the payloads of an event at payloads[at:] against it; where they end."""
        end, wrong, gone = read_payloads(items, positions, payloads, at)
        index = items[2]
        if wrong:
            self.find("a payload is not the one its event commits to", index)
        for field, length in gone:
            self.gone[(index, field)] = length
        if whole and end != len(payloads) and not wrong:
            self.find("bytes behind its payloads", index)
        return end

    def read_segments(self) -> None:
        if self.owner.zstd is None:
            self.owner.zstd = Zstd()
        batch: List[Tuple[Any, ...]] = []
        raw = 0
        try:
            for row in self.volume.rows("segment", "iiiiiiiiibb"):
                batch.append(row)
                raw += row[7] + row[8]
                if raw >= BATCH_RAW or len(batch) >= 512:
                    self.take_batch(batch)
                    batch, raw = [], 0
        finally:
            self.take_batch(batch)
        for spans in self.spans.values():
            spans.sort()
            if any(a[1] >= b[1] or a[0] == b[0] for a, b in zip(spans, spans[1:])):
                self.find("segments of a session that do not follow each other")

    def take_batch(self, batch: List[Tuple[Any, ...]]) -> None:
        assert self.owner.zstd is not None
        frames = [(row[part], row[part - 2]) for row in batch for part in (9, 10)]
        raw = self.owner.zstd.unpack(frames)
        for at, row in enumerate(batch):
            self.take_segment(row, raw[2 * at], raw[2 * at + 1])

    def take_segment(self, row: Tuple[Any, ...], events: Optional[bytes], payloads: Optional[bytes]) -> None:
        if events is None:
            return self.find("the events of a segment cannot be unpacked")
        if payloads is None:
            self.find("the payloads of a segment cannot be unpacked", row[4])
        volume, session = self.volume, row[0]
        log_id, first, following = volume.log_id, volume.first, volume.next
        at = behind = count = 0
        lowest: List[int] = []
        last: List[int] = []
        end = len(events)
        while at < end:
            stop = at + 4 + int.from_bytes(events[at : at + 4], "big")
            if stop > end:
                return self.find("a segment whose events are cut short")
            start, at = at + 4, stop
            kind = 0
            try:
                items, positions = read_event(events, start, stop)
                kind = items[5]
            except OtherVersion as error:
                items, positions, payloads = error.items, [], None
                if len(items) < HEADER_ITEMS or type(items[2]) is not int or items[1] != log_id:
                    continue
                self.owner.others.append((items[2], str(error), volume.name))
            except Unreadable:
                payloads = None  # where the next ones begin cannot be known
                continue
            index, sid, sequence = items[2], items[3], items[4]
            if items[1] != log_id or not first <= index < following:
                self.find("an event that is not of this volume", index)
                payloads = None
                continue
            if not kind:
                number, sequence, monotonic, kind = -1, 0, 0, OTHER_KIND
            else:
                number = session if sid is not None else -1
                monotonic = items[7]
                if not self.belongs(session, sid, index):
                    number = session if session in self.sids else -1
            leaf = hashlib.sha256(b"\0" + events[start:stop]).digest()
            if last and index <= last[1]:
                self.find("an event that is not in its place in its segment", index)
            if not self.leaves.put(index, leaf, monotonic, number, min(sequence, MAX_SAFE), kind):
                self.find("is there twice", index)
            count += 1
            last = [index if session == 0 else sequence, index]
            lowest = lowest or last
            if kind in STATEMENTS:
                self.report.statements += 1
            elif kind in TELLING:
                self.tell(items)
            if index > self.latest and kind != OTHER_KIND:
                self.latest, self.latest_time = index, items[6]
            if payloads is not None and positions:
                behind = self.hold(items, positions, payloads, behind, False)
        self.report.events += count
        self.done += count
        self.context.progress.say(f"{volume.name}: {self.done} of {following - first} events")
        if payloads is not None and behind != len(payloads):
            self.find("a segment that holds payloads of no event")
        if row[2:7] != (*(a for pair in zip(lowest, last) for a in pair), count):
            self.find("a segment says of itself other than its events", row[4])
        if lowest:
            self.spans.setdefault(session, []).append((row[1], lowest[0]))

    def belongs(self, session: int, sid: Optional[bytes], index: int) -> bool:
        """Whether a number in session_id stands for one session, and that for no other number."""
        if (session == 0) != (sid is None):
            self.find("an event in a segment of another session", index)
            return sid is None
        if sid is None:
            return True
        if self.sids.setdefault(session, sid) != sid or self.numbers.setdefault(sid, session) != session:
            self.find("an event in a segment of another session", index)
            return False
        return True

    def tell(self, items: List[Any]) -> None:
        """Events of the log that say something of keys, boots, other logs, and what is gone."""
        name = KINDS[items[5]][0]
        index, when, fields = items[2], items[6], items[HEADER_ITEMS:]
        if name == "logOpened":
            self.boots[index] = fields[1]
        elif name == "signingKey":
            self.owner.signers.named.append((index, fields[0]))
        elif name == "imported":
            self.owner.imported = True
        elif name == "redacted":
            self.context.redacted.add((fields[0].hex(), fields[1], fields[2]))
        elif name == "volumeExpired":
            self.context.expired.setdefault(fields[0].hex(), []).append((fields[1], fields[2], fields[6]))
        elif name == "logHeads" and abs(self.context.now - when) >= HEADS_US:
            for log, events in zip(fields[0], fields[1]):
                if events > self.context.heads.get(log, (0,))[0]:
                    self.context.heads[log] = (events, self.owner.log, index)

    def read_sessions(self) -> None:
        """Whether `session` names the sessions that the numbers stand for: all that is compared of the projections here."""
        try:
            named = dict(self.volume.query("SELECT id, sid FROM session"))
        except Unreadable as error:
            self.owner.find("INDEX_MISMATCH", f"the list of sessions cannot be read: {error}")
            return
        for number, sid in self.sids.items():
            if named.get(number) != sid:
                self.owner.find("INDEX_MISMATCH", f"session {number} of the list is another than its events are of")


# ── A folder of volumes, or one ────────────────────────────────────────────────────────────────────────────────────────


def verify_volumes(context: Context, paths: Sequence[str]) -> None:
    by_log: Dict[str, List[Tuple[int, str]]] = {}
    for path in paths:
        volume = open_volume(context.report, path)
        if volume is not None:
            by_log.setdefault(volume.log, []).append((volume.first, path))
            volume.close()
    logs: List[Log] = []
    for log_id in sorted(by_log):
        log = Log(context, log_id)
        last: Optional[Volume] = None
        for _, path in sorted(by_log[log_id]):
            volume = open_volume(context.report, path)
            if volume is None:
                continue
            try:
                last = volume if log.take(volume) else last
            finally:
                volume.close()
        log.end(last)
        logs.append(log)
    context.progress.end()
    if not context.single:
        read_tombstones(context, os.path.dirname(paths[0]) or ".", logs)
        judge_beside(context, logs)


def open_volume(report: Report, path: str) -> Optional[Volume]:
    name = os.path.basename(path)
    parts = VOLUME_NAME.fullmatch(name)
    log = parts.group(1) if parts else None
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise Unreadable("not a plain file")
        return Volume(path)
    except OtherVersion as error:
        report.add("UNSUPPORTED_VERSION", str(error), log, None, None, name)
    except Unreadable as error:
        report.add("CORRUPT", str(error), log, None, None, name)
    except OSError as error:
        raise Stop(EXIT_ARCHIVE, f"{path}: {error.strerror}") from None
    return None


def read_tombstones(context: Context, folder: str, logs: Sequence[Log]) -> None:
    """What stands in the place of volumes that were removed by the rules of retention (section 5)."""
    signers = {log.log: log.signers for log in logs}
    for name in sorted(os.listdir(folder)):
        parts = VOLUME_NAME.fullmatch(name[: -len(".expired")]) if name.endswith(".expired") else None
        if parts is None:
            continue
        log = parts.group(1)
        signer = signers.get(log) or Signers(context, log)
        try:
            note = Note(read_regular(os.path.join(folder, name), 1 << 20))
            first, following, frontier = read_tombstone(note.text, signer.origin)
        except Unreadable as error:
            context.report.remark(f"{name} stands for nothing: {error}")
            continue
        result, key = note.check(signer.origin, signer.known())
        if result == "good" and (key in signer.trusted() or not signer.pinned):
            context.expired.setdefault(log, []).append((first, following, frontier))
        else:
            context.report.remark(f"{name} stands for nothing: no key that is known here signed it")


def read_tombstone(text: str, origin: str) -> Tuple[int, int, bytes]:
    """First and next event of the volume that is gone, and the frontier behind it."""
    lines = text.split("\n")
    span = re.fullmatch(r"(0|[1-9][0-9]{0,15}) ([1-9][0-9]{0,15})", lines[2]) if len(lines) == 9 else None
    frontier = from_base64(lines[4]) if len(lines) == 9 else None
    if lines[0] != f"{origin}/expired" or span is None or frontier is None or int(span.group(1)) >= int(span.group(2)):
        raise Unreadable("not the note of a volume that was removed")
    split_frontier(frontier, int(span.group(2)))
    return int(span.group(1)), int(span.group(2)), frontier


def judge_beside(context: Context, logs: Sequence[Log]) -> None:
    """What only all logs of a folder together tell: what is gone without a word, and logs that others know more of."""
    report = context.report
    sizes = {log.log: log.next for log in logs}
    for log in logs:
        for first, following, frontier in log.gaps:
            at = first
            for gone, until, hashes in sorted(context.expired.get(log.log, [])):
                if gone <= at < until:
                    at = until
                if until == following and hashes != frontier:
                    report.add("CORRUPT", "the tombstone of what came before has another frontier", log.log)
            if at < following:
                report.add("INCOMPLETE", "these events are in no volume here", log.log, at, following - 1)
            else:
                report.remark(f"log {log.log}: events {first} to {following - 1} were removed by the rules of retention, on the record")
    told = {name: (events, f"log {by} says so in its event {index}") for name, (events, by, index) in context.heads.items()}
    for name, anchors in context.anchors.items():
        if name not in sizes and max(anchors) > told.get(name, (0, ""))[0]:
            told[name] = (max(anchors), "a checkpoint of it is known from elsewhere")
    for name, (events, why) in sorted(told.items()):
        size = sizes.get(name, 0)
        for gone, until, _ in sorted(context.expired.get(name, [])):
            if gone <= size < until:
                size = until
        if events > size:
            report.add("TRUNCATED", f"the log had {events} events: {why}", name, size, events - 1)
    for name, index, field, volume in context.noted:
        if (name, index, field) not in context.redacted:
            report.add("INCOMPLETE", f"no event says that payload {field} was taken out", name, index, None, volume)


# ── Bundles (section 10) ───────────────────────────────────────────────────────────────────────────────────────────────

EVENTS, PROOF, MANIFEST, MANIFEST_NOTE = "evidence/events.bin", "evidence/proof.json", "manifest.json", "manifest.note"
BUNDLE_ORIGIN = ORIGIN + "bundle"
MOST_JSON = 1 << 28
MOST_BODY = 1 << 28
MOST_ENTRIES = 1000
IGNORED_FILES = (".DS_Store", "Thumbs.db", "desktop.ini")  # what file managers leave in folders


class Zip:
    """A bundle as a zip: only what section 10 allows. Its entries are streams of what they hold."""

    exact = True  # it may hold nothing but the bundle

    def __init__(self, report: Report, path: str) -> None:
        self.file = open(path, "rb")
        self.bytes = os.fstat(self.file.fileno()).st_size
        self.entries: Dict[str, Tuple[int, int, int, int]] = {}  # offset of data, packed, raw, CRC-32
        try:
            self.read_directory()
            self.check_hash(report)
        except (Unreadable, struct.error) as error:
            report.add("CORRUPT", f"not the zip of a bundle: {error}")

    def check_hash(self, report: Report) -> None:
        digest = hashlib.sha256()
        self.file.seek(0)
        left = self.bytes - 82
        while left > 0:
            piece = self.file.read(min(left, 1 << 20))
            if not piece:
                break
            digest.update(piece)
            left -= len(piece)
        if self.file.read(82) != b"auditorium bundle " + digest.hexdigest().encode():
            report.add("CORRUPT", "the bundle is not the one that was written: its hash is another")

    def read_directory(self) -> None:
        end = struct.Struct("<IHHHHIIH")
        if self.bytes < end.size + 82:
            raise Unreadable("too short")
        self.file.seek(self.bytes - end.size - 82)
        magic, disk, start_disk, here, entries, size, offset, comment = end.unpack(self.file.read(end.size))
        if magic != 0x06054B50 or disk or start_disk or here != entries or comment != 82:
            raise Unreadable("its end is another")
        if entries > MOST_ENTRIES or offset + size + end.size + 82 != self.bytes or size > entries * (46 + 255):
            raise Unreadable("its directory is another")
        self.file.seek(offset)
        directory = self.file.read(size)
        at = place = 0
        for _ in range(entries):
            fields = struct.unpack_from("<IHHHHHHIIIHHHHHII", directory, at)
            magic, made, needed, flags, method, when, date, crc, packed, raw, name_size, extra, comment, disk, inner, outer, local = fields
            name = directory[at + 46 : at + 46 + name_size]
            at += 46 + name_size
            fixed = (magic, made, needed, flags, method, when, date, extra, comment, disk, inner, outer)
            if fixed != (0x02014B50, 0x0314, 20, 0, 8, 0, 0x0021, 0, 0, 0, 0, 0o100644 << 16) or local != place:
                raise Unreadable("an entry is not as they are written")
            expected = struct.pack("<IHHHHHIIIHH", 0x04034B50, needed, flags, method, when, date, crc, packed, raw, name_size, 0) + name
            self.file.seek(local)
            if self.file.read(len(expected)) != expected:
                raise Unreadable("an entry's header says other than the directory")
            place += len(expected) + packed
            self.entries[entry_name(name, self.entries)] = (local + len(expected), packed, raw, crc)
        if at != len(directory) or place != offset:
            raise Unreadable("there is something between its entries")

    def names(self) -> List[str]:
        return list(self.entries)

    def pieces(self, name: str) -> Iterator[bytes]:
        """What an entry holds, piece by piece. Raises Unreadable where it is not what its header says."""
        offset, packed, raw, crc = self.entries[name]
        inflate = zlib.decompressobj(-15)
        got = check = 0
        self.file.seek(offset)
        while True:
            source = self.file.read(min(packed, 1 << 18))
            packed -= len(source)
            position = self.file.tell()
            while True:
                try:
                    piece = inflate.decompress(source, 1 << 20)
                except zlib.error as error:
                    raise Unreadable(f"{name}: {error}") from None
                got += len(piece)
                check = zlib.crc32(piece, check)
                if got > raw:
                    raise Unreadable(f"{name} holds more than it says")
                if piece:
                    yield piece
                source = inflate.unconsumed_tail
                if not source:
                    break
            self.file.seek(position)
            if inflate.eof or packed == 0:
                break
        if got != raw or check != crc or packed or not inflate.eof or inflate.unused_data:
            raise Unreadable(f"{name} is not what its header says")

    def close(self) -> None:
        self.file.close()


def entry_name(raw: bytes, taken: Iterable[str]) -> str:
    name = raw.decode("latin-1")
    parts = name.split("/")
    if not re.fullmatch(r"[!-~]+", name) or "\\" in name or ".." in name or "" in parts or "." in parts or name in taken:
        raise Unreadable("an entry has a name that no bundle has")
    return name


class Extracted:
    """A bundle as the folder it was extracted to."""

    exact = False

    def __init__(self, path: str) -> None:
        self.path = path
        self.found: List[str] = []
        for folder, folders, files in os.walk(path):
            folders.sort()
            for file in sorted(files):
                name = os.path.relpath(os.path.join(folder, file), path).replace(os.sep, "/")
                if file not in IGNORED_FILES and len(self.found) < MOST_ENTRIES:
                    self.found.append(name)

    def names(self) -> List[str]:
        return self.found

    def pieces(self, name: str) -> Iterator[bytes]:
        path = os.path.join(self.path, *name.split("/"))
        try:
            if not stat.S_ISREG(os.lstat(path).st_mode):
                raise Unreadable(f"{name} is not a plain file")
            with open(path, "rb") as file:
                yield from iter(lambda: file.read(1 << 20), b"")
        except OSError as error:
            raise Unreadable(f"{name}: {error.strerror}") from None

    def close(self) -> None:
        pass


def whole(source: Any, name: str, limit: int) -> bytes:
    if name not in source.names():
        raise Unreadable(f"{name} is not there")
    pieces, size = [], 0
    for piece in source.pieces(name):
        size += len(piece)
        if size > limit:
            raise Unreadable(f"{name} is larger than {limit} bytes")
        pieces.append(piece)
    return b"".join(pieces)


def read_json(raw: bytes, name: str, kind: str) -> Dict[str, Any]:
    try:
        found = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Unreadable(f"{name} is no JSON") from None
    if not isinstance(found, dict) or found.get("format") != kind:
        raise Unreadable(f"{name} is not of format {kind}")
    if found.get("version") != 1:
        raise OtherVersion(f"{name} of version {found.get('version')!r:.20}; this reads version 1", [])
    return found


class Proof:
    """One proof of a log: a checkpoint, and what the tree has beside the events."""

    def __init__(self, log: str, said: Any) -> None:
        try:
            self.note = Note(said["checkpoint"].encode())
            checkpoint = read_checkpoint(self.note.text)
            beside = from_base64(said["beside"])
            self.start = said["from"]
        except (KeyError, TypeError, AttributeError, UnicodeError):
            raise Unreadable("a proof that is none") from None
        if checkpoint is None or checkpoint[0] != ORIGIN + log or beside is None or type(self.start) is not int or self.start < 0:
            raise Unreadable("a proof that is none of its log")
        _, self.size, self.root = checkpoint
        self.selection = Selection(beside)
        self.good = True
        self.trusted = False

    def take(self, index: int, leaf: bytes) -> None:
        if self.good and self.start <= index < self.size:
            try:
                self.selection.leaf(index, leaf)
            except Unreadable:
                self.good = False

    def fits(self) -> bool:
        try:
            return self.good and self.selection.root(self.size) == self.root
        except Unreadable:
            return False


class BundleLog:
    """The events of one log in a bundle, and what proves them."""

    def __init__(self, context: Context, log: str, said: Any) -> None:
        self.context, self.report, self.log = context, context.report, log
        self.signers = Signers(context, log)
        self.proofs: List[Proof] = []
        self.redactions: Dict[Tuple[int, str], str] = {}
        self.sessions: Dict[bytes, List[int]] = {}  # first index, sequence of the next, events, closed
        self.gone: List[Tuple[int, str, int, Optional[str]]] = []  # index, field, length, session
        self.ranges: List[List[int]] = []  # runs of the indexes that are here
        self.first = self.next = 0
        for one in said.get("proofs", []) if isinstance(said, dict) else []:
            try:
                self.proofs.append(Proof(log, one))
            except Unreadable as error:
                self.find("CORRUPT", str(error))
        for one in said.get("redactions", []) if isinstance(said, dict) else []:
            try:
                self.redactions[(one["event"], one["field"])] = one["note"]
            except (KeyError, TypeError):
                self.find("CORRUPT", "a redaction in proof.json that is none")

    def find(self, verdict: str, message: str, event: Optional[int] = None, last: Optional[int] = None) -> None:
        self.report.add(verdict, message, self.log, event, last)

    def take(self, items: List[Any], positions: List[int], body: bytes, end: int) -> None:
        index, sid, sequence, kind = items[2], items[3], items[4], items[5]
        report = self.report
        report.events += 1
        leaf = leaf_hash(body[4:end])
        for proof in self.proofs:
            proof.take(index, leaf)
        if not self.ranges:
            self.first = index
        if self.ranges and self.ranges[-1][1] == index:
            self.ranges[-1][1] = index + 1
        else:
            self.ranges.append([index, index + 1])
        self.next = index + 1
        at, wrong, gone = read_payloads(items, positions, body, end)
        if wrong:
            self.find("CORRUPT", "a payload is not the one its event commits to", index)
        if at != len(body) and not wrong:
            self.find("CORRUPT", "bytes behind its payloads", index)
        self.gone.extend((index, field, length, None if sid is None else sid.hex()) for field, length in gone)
        if kind in STATEMENTS:
            report.statements += 1
        if kind == CODE["signingKey"]:
            self.signers.named.append((index, items[HEADER_ITEMS]))
        if kind == KEYS_DESTROYED and sid is None:
            log, session = items[HEADER_ITEMS : HEADER_ITEMS + 2]
            whose = (log.hex(), None if session is None else session.hex())
            self.context.destroyed.setdefault(whose, []).append((self.log, index, why_keys_destroyed(items)))
        if sid is None:
            return
        state = self.sessions.get(sid)
        if state is None:
            state = self.sessions[sid] = [index, 0, 0, 0]
            report.sessions += 1
        if sequence != state[1] or state[3] or (kind == SESSION_OPENED) != (sequence == 0):
            self.find("CORRUPT", f"event {sequence} of its session where {state[1]} is due", index)
        state[1] = sequence + 1
        state[2] += 1
        if kind == SESSION_CLOSED:
            state[3] = 1

    def end(self) -> None:
        for first, _, _, closed in self.sessions.values():
            if not closed:
                self.find("INCOMPLETE", "a session that begins here has no end", first)
        self.judge_proofs()
        self.judge_redactions()
        self.signers.judge_others()
        for size, roots in self.context.anchors.get(self.log, {}).items():
            for proof in self.proofs:
                if proof.size == size and roots != {proof.root}:
                    self.find("FORKED", f"the checkpoint of {size} events that is known from elsewhere has another root")
                elif proof.size == size:
                    self.report.anchored[self.log] = max(size, self.report.anchored.get(self.log, 0))
        self.report.logs.append({"log": self.log, "first": self.first, "next": self.next, "signed": self.signers.signed()})
        self.report.keys.update(key for key in self.signers.trusted() if key in self.signers.largest)

    def judge_proofs(self) -> None:
        holding = []
        by: Dict[int, List[bytes]] = {}
        for proof in self.proofs:
            signed = proof.note.candidates(self.signers.origin, self.signers.known())
            good = [one[0] for one in signed if ed25519_verify(*one)]
            if len(good) < len(signed):
                self.find("CORRUPT", f"the signature of the checkpoint of {proof.size} events is not good")
            if proof.fits():
                holding.append(proof)
                by[id(proof)] = good
            else:
                for first, following in self.ranges:
                    if first < proof.size and following > proof.start:
                        self.find("CORRUPT", "the proof does not hold", max(first, proof.start), min(following, proof.size) - 1)
        trusted = set(self.signers.pinned)
        grown = True
        while grown:
            grown = False
            for proof in holding:
                if not proof.trusted and trusted.intersection(by[id(proof)]):
                    proof.trusted = grown = True
                    for key in by[id(proof)]:
                        self.signers.largest[key] = max(proof.size, self.signers.largest.get(key, 0))
                    trusted |= {key for index, key in self.signers.named if proof.start <= index < proof.size}
        covered = [(proof.start, proof.size) for proof in self.proofs]
        for first, last in without(self.ranges, covered):
            self.find("CORRUPT", "no proof is about these events", first, last)
        known = [(proof.start, proof.size) for proof in holding if proof.trusted]
        if known:
            for first, last in without(self.ranges, known):
                self.find("UNKNOWN_KEY", "no proof by a key that is known here is about these events", first, last)
        elif self.ranges:
            named = ", ".join(sorted({key.hex() for _, key in self.signers.named}))
            self.find("UNKNOWN_KEY", "no proof is signed with a key that is known here" + (f"; the log names {named}" if named else ""))

    def judge_redactions(self) -> None:
        for index, field, length, session in self.gone:
            raw = self.redactions.get((index, field))
            why = None if raw is not None else self.why_destroyed(session, index)
            if why is not None:
                self.report.redactions += 1
                self.find("VERIFIED_WITH_REDACTIONS", f"payload {field} can be read by nobody any more: {why}", index)
                continue
            try:
                note = Note(raw.encode()) if isinstance(raw, str) else None
            except (Unreadable, UnicodeError):
                note = None
            if note is None or not says_redaction(note.text, self.log, index, field, length):
                self.find("CORRUPT", f"payload {field} is gone without a note that says so", index)
            elif not self.signers.other(note, "a redaction", index, None):
                self.find("CORRUPT", f"payload {field} is gone, and the signature of the note that says so is not good", index)
            else:
                self.report.redactions += 1
                self.find("VERIFIED_WITH_REDACTIONS", f"payload {field} was taken out: {why_redacted(note.text)}", index)

    def why_destroyed(self, session: Optional[str], index: int) -> Optional[str]:
        """Who destroyed the key that a value was sealed with, and why; what its log has behind that event was sealed with another key."""
        for teller, at, why in self.context.destroyed.get((self.log, session), []):
            if teller != self.log or index < at:
                return why
        return None


def why_keys_destroyed(items: List[Any]) -> str:
    by, reason = items[HEADER_ITEMS + 3 : HEADER_ITEMS + 5]
    day = time.strftime("%Y-%m-%d", time.gmtime(items[6] / 1_000_000))
    return plain(f"their key was destroyed by {by} on {day}: {reason}")


def without(ranges: Sequence[Sequence[int]], covers: Sequence[Tuple[int, int]]) -> Iterator[Tuple[int, int]]:
    """The parts of some runs of events (first, next) that no cover has, as first and last."""
    for first, following in ranges:
        at = first
        for start, end in sorted(covers):
            if start > at and at < following:
                if start >= following:
                    break
                yield at, start - 1
            at = max(at, min(end, following)) if end > at else at
        if at < following:
            yield at, following - 1


class Stream:
    """Reads so many bytes at a time from pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.rest = pieces, b""

    def read(self, count: int) -> bytes:
        parts, have = [self.rest], len(self.rest)
        while have < count:
            piece = next(self.pieces, None)
            if piece is None:
                break
            parts.append(piece)
            have += len(piece)
        joined = b"".join(parts)
        self.rest = joined[count:]
        return joined[:count]


def verify_bundle(context: Context, path: str) -> None:
    report = context.report
    source: Any = Extracted(path) if os.path.isdir(path) else Zip(report, path)
    try:
        manifest = check_manifest(context, source)
        if PROOF in source.names() and EVENTS in source.names():
            check_events(context, source, manifest)
        else:
            raise Unreadable(f"{PROOF} or {EVENTS} is not there")
    except OtherVersion as error:
        report.add("UNSUPPORTED_VERSION", str(error))
    except Unreadable as error:
        report.add("CORRUPT", str(error))
    finally:
        source.close()
        context.progress.end()


def check_manifest(context: Context, source: Any) -> Dict[str, Any]:
    report = context.report
    raw = whole(source, MANIFEST, MOST_JSON)
    manifest = read_json(raw, MANIFEST, "auditorium-bundle")
    files = manifest.get("files")
    if not isinstance(files, dict):
        raise Unreadable(f"{MANIFEST} names no files")
    here = [name for name in source.names() if name not in (MANIFEST, MANIFEST_NOTE)]
    for name in here:
        if name not in files and source.exact:
            report.add("CORRUPT", f"{plain(name)} is not in the manifest")
        elif name not in files:
            report.remark(f"{plain(name)} is no part of the bundle")
    for name, said in files.items():
        if name not in here:
            report.add("CORRUPT", f"{plain(name)} is in the manifest and not here")
            continue
        digest, size = hashlib.sha256(), 0
        try:
            for piece in source.pieces(name):
                digest.update(piece)
                size += len(piece)
        except Unreadable as error:
            report.add("CORRUPT", str(error))
            continue
        if said != {"bytes": size, "sha256": digest.hexdigest()}:
            report.add("CORRUPT", f"{plain(name)} is not the file that the manifest names")
    if MANIFEST_NOTE in source.names():
        note = Note(whole(source, MANIFEST_NOTE, 1 << 16))
        if note.text != f"{BUNDLE_ORIGIN}\n{base64.b64encode(hashlib.sha256(raw).digest()).decode()}\n":
            report.add("CORRUPT", f"{MANIFEST_NOTE} is of another manifest")
        result, _ = note.check(BUNDLE_ORIGIN, context.keys.of(BUNDLE_ORIGIN))
        if result == "bad":
            report.add("CORRUPT", f"the signature of {MANIFEST_NOTE} is not good")
        report.remark(
            "whoever packed the bundle signed its manifest with a key that is known here"
            if result == "good"
            else "the manifest is signed with a key that is not known here: the renderings prove nothing, the events stand for themselves"
        )
    else:
        report.remark("the manifest is not signed: the renderings prove nothing, the events stand for themselves")
    return manifest


def check_events(context: Context, source: Any, manifest: Dict[str, Any]) -> None:
    report = context.report
    proof = read_json(whole(source, PROOF, MOST_JSON), PROOF, "auditorium-proof")
    said = {one.get("log"): one for one in proof.get("logs", []) if isinstance(one, dict)} if isinstance(proof.get("logs"), list) else {}
    listed: Dict[str, Tuple[str, int]] = {}  # sessions: log, events
    seen: List[str] = []
    logs: List[BundleLog] = []
    log: Optional[BundleLog] = None
    before: Tuple[bytes, int] = (b"", -1)

    stream = Stream(source.pieces(EVENTS))
    while True:
        head = stream.read(4)
        if not head:
            break
        length = int.from_bytes(head, "big")
        if len(head) < 4 or length > MOST_BODY:
            raise Unreadable(f"{EVENTS} is cut short, or holds what no event is")
        body = stream.read(length)
        end = 4 + int.from_bytes(body[:4], "big")
        if len(body) < length or end > length:
            raise Unreadable(f"{EVENTS} is cut short")
        try:
            items, positions = read_event(body, 4, end)
        except Unreadable as error:
            report.add("CORRUPT", f"an event that cannot be read: {error}")
            continue
        if (items[1], items[2]) <= before:
            report.add("CORRUPT", "events that are not in order, or twice", items[1].hex(), items[2])
            continue
        before = (items[1], items[2])
        if log is None or log.log != items[1].hex():
            seen.append(items[1].hex())
            log = BundleLog(context, seen[-1], said.get(seen[-1], {}))
            logs.append(log)
        log.take(items, positions, body, end)
        context.progress.say(f"{report.events} events")
    for log in logs:  # only now: one log may tell of keys of another
        listed.update((sid.hex(), (log.log, state[2])) for sid, state in log.sessions.items())
        log.end()
    if list(said) != seen:
        report.add("CORRUPT", f"{PROOF} is about other logs than {EVENTS}")
    check_sessions(report, manifest, listed)


def check_sessions(report: Report, manifest: Dict[str, Any], listed: Dict[str, Tuple[str, int]]) -> None:
    sessions = manifest.get("sessions")
    named = {}
    for one in sessions if isinstance(sessions, list) else []:
        if isinstance(one, dict):
            named[one.get("id")] = (one.get("log"), one.get("events"))
    if named != listed:
        report.add("CORRUPT", f"{MANIFEST} names other sessions than {EVENTS} holds")


# ── A copy of a remote store (docs/remote.md) ──────────────────────────────────────────────────────────────────────────
#
# A folder with the objects of a bucket as files: manifests, and the bundles that they name. Python's standard library has no AES, so what is
# sealed is not opened: of a bundle in an envelope what its manifest signs is held to hold, of sealed values their events.

STORE = "v1"
SEALED_BUNDLES = (b"AUDBNDL1", b"AUDBNDL2")
MOST_DIRECTORY = 64 << 20


def stated_size(frame: bytes) -> int:
    """How many bytes a zstd frame says that it holds; -1 where it does not."""
    if len(frame) < 9 or frame[:4] != b"\x28\xb5\x2f\xfd":
        return -1
    single = frame[4] >> 5 & 1
    at = 5 + (1 - single) + (0, 1, 2, 4)[frame[4] & 3]
    width = ((1 if single else 0), 2, 4, 8)[frame[4] >> 6]
    return -1 if width == 0 else int.from_bytes(frame[at : at + width], "little") + (256 if width == 2 else 0)


def base64_hash(raw: bytes) -> str:
    return base64.b64encode(hashlib.sha256(raw).digest()).decode()


class Sealed:
    """What could not be opened in a store, and the keys that its logs say were destroyed."""

    def __init__(self) -> None:
        self.bundles = self.events = 0
        self.values: Dict[Tuple[str, Optional[str], str], int] = {}  # by log, session and key: the first event under it
        self.destroyed: Dict[Tuple[str, Optional[str], str], str] = {}

    def judge(self, report: Report) -> None:
        closed = set()
        for (log, session, key), event in self.values.items():
            why = self.destroyed.get((log, session, key))
            if why is None:
                closed.add((log, session))
                continue
            whose = "the log's own values" if session is None else f"the values of session {session}"
            report.add("VERIFIED_WITH_REDACTIONS", f"{whose} can be read by nobody any more: {why}", log, event)
        if closed:
            report.remark(f"values of {len(closed)} sessions are sealed, and were not looked into: this program has no AES")
        report.sealed_bundles, report.sealed_events = self.bundles, self.events
        if self.bundles:
            report.remark(f"{self.bundles} bundles are sealed for a tenant: what is signed of them holds, and their events were not looked into")


class Shipped:
    """Judges the manifests and bundles of one log."""

    def __init__(self, context: Context, folder: str, log: str, sealed: Sealed) -> None:
        self.context, self.report, self.log, self.sealed = context, context.report, log, sealed
        self.folder = os.path.join(folder, STORE, log)
        self.keys = list(context.keys.of(ORIGIN + log))
        self.zstd = Zstd()
        self.stack: Optional[List[bytes]] = None  # the tree of `size` events, where it is known
        self.size = 0
        self.first: Optional[int] = None
        self.next = 0
        self.signed: Optional[int] = None
        self.named: Dict[str, Dict[str, Any]] = {}  # by hash: bundles that manifests name
        self.known: Set[str] = set()
        self.sessions: Set[bytes] = set()

    def find(self, verdict: str, message: str, event: Optional[int] = None, last: Optional[int] = None) -> None:
        self.report.add(verdict, message, self.log, event, last)

    def verify(self) -> None:
        manifests = self.manifests()
        for about in manifests:
            self.take(about)
        if manifests:
            self.extras()
        self.report.sessions += len(self.sessions)
        self.report.logs.append({"log": self.log, "first": self.first or 0, "next": self.next, "signed": self.signed})

    def manifests(self) -> List[Dict[str, Any]]:
        folder = os.path.join(self.folder, "manifests")
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        numbers = [int(name) for name in names if re.fullmatch(r"[0-9]{9}", name)]
        for name in names:
            if not re.fullmatch(r"[0-9]{9}", name):
                self.find("EXTRA", f"manifests/{name} is no manifest")
        found: List[Dict[str, Any]] = []
        before: Optional[Dict[str, Any]] = None
        for number in range(max(numbers, default=-1) + 1):
            if number not in numbers:
                self.find("MISSING", f"manifest {number} is gone, and manifests behind it are there")
                before = None
                continue
            about = self.manifest(number, os.path.join(folder, f"{number:09d}"))
            if about is not None and before is not None:
                self.follow(about, before)
            before = about
            if about is not None:
                found.append(about)
        return found

    def manifest(self, number: int, path: str) -> Optional[Dict[str, Any]]:
        """A manifest that a known key signed."""
        raw = read_small(path, 256 << 20)
        try:
            note = Note(raw)
            name, head, *lines = note.text.split("\n")
            about = json.loads(head)
            bundles = [json.loads(line) for line in lines[:-1]]
            if name != f"{ORIGIN}{self.log}/shipped" or about["version"] != 1:
                raise Unreadable("a manifest of another log or version")
            for of in bundles:
                int(of["first"]), int(of["next"]), str(of["key"]), str(of["sha256"]), str(of["root"])
            for field in ("number", "first", "next", "root", "opening", "key", "left"):
                about[field]
        except (Unreadable, ValueError, KeyError, TypeError):
            self.find("CORRUPT", f"manifest {number} cannot be read")
            return None
        standing, signer = note.check(ORIGIN + self.log, self.keys)
        if standing != "good":
            verdict, what = ("CORRUPT", "is not what was signed") if standing == "bad" else ("UNKNOWN_KEY", "is signed with no key that is known here")
            self.find(verdict, f"manifest {number} {what}")
            if standing == "bad":
                return None
        elif signer is not None:
            self.report.keys.add(signer)
            named = from_base64(str(about["key"]))
            if named is not None and len(named) == 32 and named not in self.keys:
                self.keys.append(named)
            self.signed = about["next"]
        if about["number"] != number:
            self.find("REORDERED", f"in the place of manifest {number} is manifest {about['number']}")
            return None
        about.update(bundles=bundles, digest=base64_hash(raw))
        for of in bundles:
            self.named[of["sha256"]] = of
            self.known.add(of["key"])
        self.known.update(about["left"])
        return about

    def follow(self, about: Dict[str, Any], before: Dict[str, Any]) -> None:
        if about["previous"] != before["digest"]:
            self.find("FORKED", f"manifest {about['number']} names another one before it than is there")
        elif about["first"] < before["next"]:
            self.find("CORRUPT", f"manifest {about['number']} begins with events that the one before has")
        elif about["first"] > before["next"]:
            self.find("INCOMPLETE", "these events were never put: the spool had let go of them", before["next"], about["first"] - 1)

    def take(self, about: Dict[str, Any]) -> None:
        """The bundles of a manifest, which go on from the tree that it says."""
        first, number = about["first"], about["number"]
        if self.first is None:
            self.first = first
        opening = from_base64(about["opening"]) or b""
        if self.stack is None or self.size != first:
            try:
                self.stack, self.size = split_frontier(opening, first), first
            except Unreadable as error:
                self.find("CORRUPT", f"the opening of manifest {number}: {error}")
                self.stack = None
        elif b"".join(self.stack) != opening:
            self.find("CORRUPT", f"the opening of manifest {number} is not the tree of the events before")
        at = first
        for bundle in about["bundles"]:
            if bundle["first"] != at or bundle["next"] < at:
                self.find("CORRUPT", f"the bundles of manifest {number} do not follow each other", bundle["first"])
            at = bundle["next"]
            self.bundle(bundle)
        if at != about["next"]:
            self.find("CORRUPT", f"manifest {number} ends elsewhere than its bundles")
        if self.stack is not None and self.size == about["next"] and base64.b64encode(fold(self.stack)).decode() != about["root"]:
            self.find("CORRUPT", f"the root of manifest {number} is not that of its events")
        self.next = about["next"]

    def bundle(self, bundle: Dict[str, Any]) -> None:
        key, first, last = bundle["key"], bundle["first"], bundle["next"] - 1
        self.context.progress.say(f"log {self.log}, event {first}")
        path = os.path.join(os.path.dirname(os.path.dirname(self.folder)), *key.split("/"))
        if not key.startswith(f"{STORE}/{self.log}/bundles/") or ".." in key or not os.path.isfile(path):
            self.find("MISSING", f"{key} is gone", first, last)
            self.stack = None
            return
        raw = read_small(path, 1 << 28)
        digest = base64_hash(raw)
        if digest != bundle["sha256"]:
            other = self.named.get(digest)
            if other is None:
                self.find("REPLACED", f"{key} is not the bundle that was put", first, last)
            else:
                self.find("REORDERED", f"{key} is the bundle of events {other['first']} to {other['next'] - 1}", first, last)
            self.stack = None
            return
        try:
            self.events(bundle, raw)
        except (Unreadable, ValueError, KeyError, TypeError) as error:
            self.find("CORRUPT", f"{key} cannot be read: {error}", first, last)
            self.stack = None

    def events(self, bundle: Dict[str, Any], raw: bytes) -> None:
        magic, length = raw[:8], int.from_bytes(raw[8:12], "big")
        if magic not in SEALED_BUNDLES or 12 + length > len(raw):
            raise Unreadable("no bundle of this version")
        if magic == SEALED_BUNDLES[1]:
            self.sealed.bundles += 1
            self.sealed.events += bundle["next"] - bundle["first"]
            self.stack = None
            return
        head = raw[12 : 12 + length]
        size = stated_size(head)
        packed = self.zstd.unpack([(head, size)])[0] if 0 <= size <= MOST_DIRECTORY else None
        if packed is None:
            raise Unreadable("its directory cannot be unpacked")
        directory = json.loads(packed)
        if directory["version"] not in (1, 2) or (directory["log"], directory["first"], directory["next"]) != (self.log, bundle["first"], bundle["next"]):
            raise Unreadable("it holds other events than its manifest says")
        at = 12 + length
        leaves: Dict[int, bytes] = {}
        for segment in directory["segments"]:
            middle = at + segment["eventsPacked"]
            end = middle + segment["payloadsPacked"]
            if base64_hash(raw[at:end]) != segment["sha256"]:
                raise Unreadable(f"other bytes from {at} to {end} than its directory says")
            self.segment(segment, raw[at:middle], raw[middle:end], leaves)
            at = end
        if sorted(leaves) != list(range(bundle["first"], bundle["next"])):
            raise Unreadable("events are missing, or are there that it should not hold")
        self.report.events += len(leaves)
        if self.stack is None or self.size != bundle["first"]:
            return
        for index in range(bundle["first"], bundle["next"]):
            grow(self.stack, index, leaves[index])
        self.size = bundle["next"]
        if base64.b64encode(fold(self.stack)).decode() != bundle["root"]:
            self.find("CORRUPT", "the tree of these events is not the one that was signed", bundle["first"], bundle["next"] - 1)

    def segment(self, segment: Dict[str, Any], events: bytes, payloads: bytes, leaves: Dict[int, bytes]) -> None:
        key = segment.get("key")
        parts = [(events, segment["eventsBytes"])]
        if payloads and key is None:
            parts.append((payloads, segment["payloadsBytes"]))
        unpacked = self.zstd.unpack(parts)
        if None in unpacked:
            raise Unreadable("a frame cannot be unpacked")
        raw = unpacked[0] or b""
        values = (unpacked[1] or b"") if len(unpacked) > 1 else b""
        if key is not None:
            self.sealed.values.setdefault((self.log, segment["session"], key), segment["firstIndex"])
        at = value_at = 0
        while at + 4 <= len(raw):
            end = at + 4 + int.from_bytes(raw[at : at + 4], "big")
            if end > len(raw):
                raise Unreadable("an event is cut short")
            try:
                items, positions = read_event(raw, at + 4, end)
            except OtherVersion as error:
                self.find("UNSUPPORTED_VERSION", str(error.args[0]), segment["firstIndex"])
                raise Unreadable("an event of another version") from None
            session = None if items[3] is None else items[3].hex()
            if items[1].hex() != self.log or session != segment["session"] or items[2] in leaves:
                raise Unreadable(f"event {items[2]} is not in its place")
            leaves[items[2]] = leaf_hash(raw[at + 4 : end])
            if items[3] is not None:
                self.sessions.add(items[3])
            if items[5] in STATEMENTS:
                self.report.statements += 1
            if items[5] == KEYS_DESTROYED:
                self.destroyed(items)
            if key is None:
                value_at, wrong, gone = read_payloads(items, positions, values, value_at)
                for field in wrong:
                    self.find("CORRUPT", f"{field} is not what the event commits to", items[2])
                for field, _ in gone:
                    self.find("CORRUPT", f"{field} is gone, which no bundle may lack", items[2])
            at = end
        if at != len(raw) or value_at != len(values):
            raise Unreadable("a segment holds more than its events")

    def destroyed(self, items: List[Any]) -> None:
        log, session, keys = items[HEADER_ITEMS : HEADER_ITEMS + 3]
        for key in keys:
            whose = (log.hex(), None if session is None else session.hex(), key)
            self.sealed.destroyed[whose] = why_keys_destroyed(items)

    def extras(self) -> None:
        """What nobody signed for, but for what was put behind the last manifest."""
        folder = os.path.join(self.folder, "bundles")
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            key = f"{STORE}/{self.log}/bundles/{name}"
            parts = re.fullmatch(r"([0-9]{12})-[0-9a-f]{64}", name)
            if key not in self.known and (parts is None or int(parts.group(1)) < self.next):
                self.find("EXTRA", f"{key} is named by no manifest")


def verify_store(context: Context, folder: str) -> None:
    sealed = Sealed()
    for log in sorted(os.listdir(os.path.join(folder, STORE))):
        if re.fullmatch(r"[0-9a-f]{32}", log):
            Shipped(context, folder, log, sealed).verify()
        else:
            context.report.add("EXTRA", f"{STORE}/{log} is no log")
    context.progress.end()
    sealed.judge(context.report)
    context.report.remark("a copy says nothing of versions and locks, and ends of sessions were not looked for: auditorium verify s3://… does both")


# ── The command ────────────────────────────────────────────────────────────────────────────────────────────────────────


def archive_of(path: str) -> Tuple[str, List[str]]:
    """What is there to verify: volume, volumes, or bundle; and the volumes' paths."""
    try:
        if os.path.isdir(path):
            volumes = sorted(os.path.join(path, name) for name in os.listdir(path) if name.endswith(".audit"))
            if volumes:
                return "volumes", volumes
            if os.path.isfile(os.path.join(path, MANIFEST)):
                return "bundle", []
            if os.path.isdir(os.path.join(path, STORE)):
                return "store", []
            raise Stop(EXIT_ARCHIVE, f"{path} holds no volumes (.audit), is no bundle, and no copy of a remote store")
        with open(path, "rb") as file:
            start = file.read(4)
    except OSError as error:
        raise Stop(EXIT_ARCHIVE, f"{path}: {error.strerror}") from None
    return ("bundle", []) if path.endswith(".zip") or start == b"PK\3\4" else ("volume", [path])


def verify(path: str, keys: Keys, anchors: Anchors, demand_seals: bool, now: int) -> Report:
    kind, volumes = archive_of(path)
    context = Context(keys, anchors, kind == "volume", demand_seals, now)
    if kind == "bundle":
        verify_bundle(context, path)
    elif kind == "store":
        verify_store(context, path)
    else:
        if sqlite3.sqlite_version_info < (3, 37):
            raise Stop(EXIT_MACHINE, f"volumes need SQLite 3.37; this Python has {sqlite3.sqlite_version}")
        verify_volumes(context, volumes)
    return context.report


def print_json(report: Report) -> None:
    print(
        json.dumps(
            {
                "verdict": report.worst,
                "findings": [finding.as_json() for finding in report.findings],
                "logs": report.logs,
                "events": report.events,
                "sessions": report.sessions,
                "statements": report.statements,
                "redactions": report.redactions,
                "unlisted": report.unlisted,
                "remarks": report.remarks,
                **({"notOpened": {"bundles": report.sealed_bundles, "events": report.sealed_events}} if report.sealed_bundles else {}),
            },
            ensure_ascii=False,
        )
    )


def headline(report: Report) -> str:
    """The verdict in words: with less behind it where bundles could not be opened."""
    if not report.sealed_bundles or report.worst not in ("VERIFIED", "VERIFIED_WITH_REDACTIONS"):
        return f"{report.worst}: {MEANINGS[report.worst]}"
    sealed = f"{report.sealed_bundles} bundles of {report.sealed_events} events"
    return (
        f"{report.worst} as far as it can be read without the tenant's key: {sealed}, in order and whole as signed; "
        "their sessions and values were not looked into."
    )


def print_text(report: Report) -> None:
    print(headline(report))
    print(
        f"{'Of what could be opened: ' if report.sealed_bundles else ''}{report.events} events, {report.sessions} sessions, {report.statements} statements, "
        f"{report.redactions} values taken out, {len(report.logs)} logs"
    )
    for key in sorted(report.keys):
        print(f"signed with the key {key.hex()}")
    for log in report.logs:
        anchored = report.anchored.get(log["log"])
        upto = "up to none" if log["signed"] is None else f"up to {log['signed'] - 1}"
        beside = "no anchor was given" if anchored is None else f"it was seen elsewhere with {anchored}"
        print(f"log {log['log']}: events {log['first']} to {log['next'] - 1}, signed {upto}; {beside}")
    order = list(VERDICTS)
    for finding in sorted(report.findings, key=lambda found: order.index(found.verdict)):
        print(finding_line(finding))
    if report.unlisted:
        print(f"and {report.unlisted} more")
    for remark in report.remarks:
        print(f"Note: {remark}")
    print("Not checked here: lists and searches against the events (auditorium verify does).")
    print("What nobody can know: events after the last anchor rest on the key alone. Who holds it can rewrite them, and anybody can cut them off.")


def finding_line(finding: Finding) -> str:
    where = []
    if finding.volume is not None:
        where.append(plain(finding.volume))
    elif finding.log is not None:
        where.append(f"log {finding.log}")
    if finding.event is not None:
        where.append(f"event {finding.event}" if finding.last in (None, finding.event) else f"events {finding.event} to {finding.last}")
    return f"{finding.verdict}  {', '.join(where)}{': ' if where else ''}{plain(finding.message)}"


def main(arguments: Sequence[str]) -> int:
    description, _, rest = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="verify.py", description=description, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", metavar="ARCHIVE", help="a volume, a folder of volumes, a bundle, the folder of one, or a copy of a remote store")
    parser.add_argument("--key", metavar="FILE", action="append", default=[], help="public keys that are known: PEM, or name+id+base64")
    parser.add_argument("--anchor", metavar="FILE", action="append", default=[], help="checkpoints seen elsewhere: notes, or log lines")
    parser.add_argument("--seal", action="store_true", help="demand a seal of every sealed volume")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument("--now", metavar="US", type=int, help="judge as of this time, µs since 1970, not as of now")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        keys = Keys()
        for path in given.key:
            keys.read(path)
        now = time.time_ns() // 1000 if given.now is None else given.now
        report = verify(given.archive, keys, read_anchors(given.anchor), given.seal, now)
    except Stop as stop:
        print(f"verify.py: {stop}", file=sys.stderr)
        return stop.status
    try:
        (print_json if given.json else print_text)(report)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return VERDICTS[report.worst]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
