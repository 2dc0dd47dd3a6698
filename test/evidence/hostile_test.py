"""Gives build/verify.py volumes and zips that mean harm: python3 test/evidence/hostile_test.py VOLUME.audit BUNDLE.zip

Each must end with CORRUPT, or another verdict that is not VERIFIED, soon, and without anything written beside them.
"""

import os
import random
import shutil
import sqlite3
import struct
import sys
import tempfile
import time
import unittest
import zlib

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "build"))
import verify  # noqa: E402

SLOWEST = 10  # s


class Hostile(unittest.TestCase):
    source = ""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.path = os.path.join(self.folder, os.path.basename(self.source))
        shutil.copy(self.source, self.path)

    def verdict(self, path=None):
        """The verdict of what lies in the folder; it must come soon, and leave the folder as it was."""
        before = sorted(os.listdir(self.folder))
        start = time.monotonic()
        report = verify.verify(path or self.path, verify.Keys(), {}, False, 0)
        self.assertLess(time.monotonic() - start, SLOWEST)
        self.assertEqual(before, sorted(os.listdir(self.folder)))
        return report.worst


class Volumes(Hostile):
    source = sys.argv[1] if len(sys.argv) > 2 else ""

    def change(self, *statements):
        db = sqlite3.connect(self.path)
        for statement in statements:
            db.execute(statement) if isinstance(statement, str) else db.execute(*statement)
        db.commit()
        db.close()

    def test_as_it_is_only_its_key_is_unknown(self):
        self.assertEqual("UNKNOWN_KEY", self.verdict())

    def test_a_view_in_the_place_of_a_table(self):
        self.change("ALTER TABLE segment RENAME TO hidden", "CREATE VIEW segment AS SELECT * FROM hidden")
        self.assertEqual("CORRUPT", self.verdict())

    def test_a_view_that_never_ends_is_not_asked(self):
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS idx, i AS field, i AS note FROM n"
        self.change("DROP TABLE redaction", f"CREATE VIEW redaction AS {endless}")
        self.assertEqual("CORRUPT", self.verdict())

    def test_a_virtual_table_in_the_place_of_a_table(self):
        self.change("DROP TABLE carried", "CREATE VIRTUAL TABLE carried USING fts5(idx, event, payloads, path)")
        self.assertEqual("CORRUPT", self.verdict())

    def test_a_generated_column_in_the_place_of_a_column(self):
        self.change("DROP TABLE redaction", "CREATE TABLE redaction (idx INTEGER, field TEXT, note TEXT AS (field))")
        self.assertEqual("CORRUPT", self.verdict())

    def test_triggers_and_tables_that_nobody_asked_for_change_nothing(self):
        self.change("CREATE TRIGGER t AFTER INSERT ON segment BEGIN DELETE FROM segment; END", "CREATE TABLE more (x)")
        self.assertEqual("UNKNOWN_KEY", self.verdict())

    def test_numbers_of_events_that_no_machine_holds(self):
        for following in (2**40, 2**53 - 1, 2**60, -1):
            self.change(("UPDATE volume SET next = ?", (following,)))
            self.assertEqual("CORRUPT", self.verdict())

    def test_values_of_other_types(self):
        self.change("PRAGMA writable_schema = ON", "UPDATE sqlite_master SET sql = replace(sql, 'STRICT', '')")
        for table, column in (("segment", "events"), ("tile", "hashes"), ("checkpoint", "note"), ("volume", "frontier")):
            self.change(f"UPDATE {table} SET {column} = 1.5")
            self.assertEqual("CORRUPT", self.verdict())

    def test_frames_that_swell(self):
        block = (0 | 1 << 1 | 0x1FFFF << 3).to_bytes(3, "little") + b"x"
        bomb = b"\x28\xb5\x2f\xfd\xa0" + (1 << 27).to_bytes(4, "little") + block * 4000
        self.change(("UPDATE segment SET events = ?, events_bytes = ?", (bomb, 1 << 27)))
        self.assertEqual("CORRUPT", self.verdict())

    def test_pages_that_are_mixed_up(self):
        mixed = random.Random(7)
        with open(self.source, "rb") as file:
            good = file.read()
        pages = len(good) // 4096
        for _ in range(100):
            broken = bytearray(good)
            for _ in range(mixed.randrange(1, 4)):
                a, b = 4096 * mixed.randrange(1, pages), 4096 * mixed.randrange(pages)
                broken[a : a + 4096] = good[b : b + 4096]
            with open(self.path, "wb") as file:
                file.write(broken)
            self.assertNotEqual("VERIFIED", self.verdict())

    def test_what_is_no_database(self):
        for content in (b"", b"SQLite format 3\0", b"PK" * 4096, os.urandom(8192)):
            with open(self.path, "wb") as file:
                file.write(content)
            self.assertEqual("CORRUPT", self.verdict())

    def test_links_are_not_followed(self):
        os.remove(self.path)
        os.symlink(self.source, self.path)
        self.assertEqual("CORRUPT", self.verdict(self.folder))

    def test_a_seal_that_is_a_link(self):
        os.symlink("/dev/zero", self.path + ".seal")
        self.assertEqual("CORRUPT", self.verdict(self.folder))


class Bundles(Hostile):
    source = sys.argv[2] if len(sys.argv) > 2 else ""

    def read(self):
        with open(self.source, "rb") as file:
            return file.read()

    def write(self, content):
        with open(self.path, "wb") as file:
            file.write(content)

    def test_as_it_is_only_its_key_is_unknown(self):
        self.assertEqual("UNKNOWN_KEY", self.verdict())

    def test_every_byte_that_is_sampled(self):
        good = self.read()
        places = sorted({*range(0, 300, 11), *range(len(good) - 300, len(good), 7), *range(0, len(good), len(good) // 60)})
        for place in places:
            self.write(good[:place] + bytes([good[place] ^ 1 << place % 8]) + good[place + 1 :])
            self.assertEqual("CORRUPT", self.verdict(), place)

    def test_cut_short(self):
        good = self.read()
        for length in (0, 1, 4, 100, len(good) // 2, len(good) - 83, len(good) - 1):
            self.write(good[:length])
            self.assertEqual("CORRUPT", self.verdict())

    def test_an_archive_that_swells(self):
        self.write(zipped([(b"manifest.json", b" " * (1 << 28))]))
        self.assertEqual("CORRUPT", self.verdict())

    def test_json_that_nests_without_end(self):
        self.write(zipped([(b"manifest.json", b"[" * 1_000_000)]))
        self.assertEqual("CORRUPT", self.verdict())

    def test_names_that_lead_outside(self):
        for name in (b"../x", b"/etc/x", b"a\\b", b"a//b", b"evidence/", b"caf\xe9", b"."):
            self.write(zipped([(name, b"x")]))
            self.assertEqual("CORRUPT", self.verdict())

    def test_the_same_name_twice(self):
        self.write(zipped([(b"a", b"x"), (b"a", b"y")]))
        self.assertEqual("CORRUPT", self.verdict())

    def test_the_folder_of_one(self):
        names = extract(self.read(), self.folder)
        os.remove(self.path)
        self.assertEqual("UNKNOWN_KEY", self.verdict(self.folder))
        for name in names:
            path = os.path.join(self.folder, name)
            with open(path, "r+b") as file:
                byte = file.read(1)
                file.seek(0)
                file.write(bytes([byte[0] ^ 1]))
            self.assertEqual("CORRUPT", self.verdict(self.folder), name)
            with open(path, "r+b") as file:
                file.write(byte)
        with open(os.path.join(self.folder, "more.txt"), "w", encoding="utf-8") as file:
            file.write("more")
        self.assertEqual("UNKNOWN_KEY", self.verdict(self.folder))


def zipped(entries):
    """A zip as section 10 lays it out, whatever its entries are."""
    body, directory = b"", b""
    for name, content in entries:
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = deflate.compress(content) + deflate.flush()
        sizes = (zlib.crc32(content), len(packed), len(content), len(name))
        directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 0x0314, 20, 0, 8, 0, 33, *sizes, 0, 0, 0, 0, 0o100644 << 16, len(body)) + name
        body += struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 33, *sizes, 0) + name + packed
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, len(entries), len(entries), len(directory), len(body), 82)
    whole = body + directory + end
    return whole + b"auditorium bundle " + verify.hashlib.sha256(whole).hexdigest().encode()


def extract(content, folder):
    """Takes a bundle apart by Python's own reader of zips."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        bundle.extractall(folder)
        return bundle.namelist()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
