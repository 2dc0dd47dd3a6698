"""Holds build/verify.py to docs/vectors, and its parts to plain definitions: python3 test/evidence/vectors_test.py"""

import hashlib
import json
import os
import random
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "build"))
import verify  # noqa: E402


def vectors(name):
    with open(os.path.join(ROOT, "docs", "vectors", name), encoding="utf-8") as file:
        return json.load(file)


def leaves(size):
    return [verify.leaf_hash(str(index).encode()) for index in range(size)]


def half(count):
    """The largest power of two below count."""
    return 1 << (count - 1).bit_length() - 1


tops = {}


def top(start, end):
    """MTH of RFC 6962 section 2.1 over the leaves from start to end."""
    if (start, end) not in tops:
        if end - start == 1:
            tops[(start, end)] = verify.leaf_hash(str(start).encode())
        else:
            middle = start + half(end - start)
            tops[(start, end)] = verify.node_hash(top(start, middle), top(middle, end))
    return tops[(start, end)]


def audit_path(index, start, end):
    """PATH of RFC 6962 section 2.1.1."""
    if end - start == 1:
        return []
    middle = start + half(end - start)
    if index < middle:
        return [*audit_path(index, start, middle), top(middle, end)]
    return [*audit_path(index, middle, end), top(start, middle)]


def proof(first, start, end, whole):
    """SUBPROOF of RFC 6962 section 2.1.2."""
    if first == end:
        return [] if whole else [top(start, end)]
    middle = start + half(end - start)
    if first <= middle:
        return [*proof(first, start, middle, whole), top(middle, end)]
    return [*proof(first, middle, end, False), top(start, middle)]


class Tree(unittest.TestCase):
    said = vectors("tree.json")
    roots = [verify.from_base64(text) for text in said["roots"]]

    def test_roots_are_those_of_the_vectors_and_of_a_tree_that_grows(self):
        stack = []
        self.assertEqual(self.roots[0], verify.fold(stack))
        for index, leaf in enumerate(leaves(130)):
            verify.grow(stack, index, leaf)
            self.assertEqual((self.roots[index + 1],) * 2, (verify.fold(stack), top(0, index + 1)))

    def test_frontiers_go_on_to_the_same_roots(self):
        for one in self.said["frontiers"]:
            stack = verify.split_frontier(verify.from_base64(one["frontier"]), one["size"])
            self.assertEqual(self.roots[one["size"]], verify.fold(stack))
            for index in range(one["size"], 130):
                verify.grow(stack, index, verify.leaf_hash(str(index).encode()))
            self.assertEqual(self.roots[130], verify.fold(stack))

    def test_proofs_written_out_are_those_of_the_definition(self):
        for one in self.said["inclusion"]:
            path = [verify.from_base64(text) for text in one["path"]]
            self.assertEqual(path, audit_path(one["index"], 0, one["size"]))
        for one in self.said["consistency"]:
            path = [verify.from_base64(text) for text in one["proof"]]
            self.assertEqual(path, proof(one["first"], 0, one["size"], True))

    def test_every_proof_of_all_pairs_holds_and_none_holds_for_another_leaf(self):
        inclusion, consistency = hashlib.sha256(), hashlib.sha256()
        made = leaves(self.said["all"]["most"])
        for size in range(1, self.said["all"]["most"] + 1):
            for index in range(size):
                path = b"".join(audit_path(index, 0, size))
                inclusion.update(path)
                self.assertEqual(self.roots[size], verify.root_from_path(made[index], index, size, path))
                other = verify.root_from_path(verify.NO_LEAF, index, size, path)
                self.assertNotEqual(self.roots[size], other)
                self.assertIsNone(verify.root_from_path(made[index], index, size, path + bytes(32)))
            for first in range(1, size + 1):
                hashes = proof(first, 0, size, True)
                consistency.update(b"".join(hashes))
                same = verify.is_consistent(first, self.roots[first], size, self.roots[size], hashes)
                fork = verify.is_consistent(first, verify.NO_LEAF, size, self.roots[size], hashes)
                self.assertEqual((True, False), (same, fork))
        found = {"most": 130, "inclusion": inclusion.hexdigest(), "consistency": consistency.hexdigest()}
        self.assertEqual(self.said["all"], found)

    def test_selections_lead_to_the_root_with_exactly_their_hashes(self):
        for one in self.said["selections"]:
            beside = verify.from_base64(one["beside"])
            self.assertEqual(self.roots[one["size"]], self.root_of(one, beside))
            for wrong in (beside + bytes(32), beside[:-32] if beside else bytes(32)):
                with self.assertRaises(verify.Unreadable):
                    self.root_of(one, wrong)

    @staticmethod
    def root_of(one, beside):
        selection = verify.Selection(beside)
        for index in one["indexes"]:
            selection.leaf(index, verify.leaf_hash(str(index).encode()))
        return selection.root(one["size"])


class Events(unittest.TestCase):
    said = vectors("events.json")

    def test_events_of_every_kind_say_what_the_vectors_say_and_fit_their_payloads(self):
        self.assertEqual({name for name, _ in verify.KINDS.values()}, {one["kind"] for one in self.said["events"]})
        for one in self.said["events"]:
            event, payloads = bytes.fromhex(one["event"]), bytes.fromhex(one["payloads"])
            items, positions = verify.read_event(event, 0, len(event))
            self.assertEqual(one["items"], [self.told(item) for item in items])
            self.assertEqual((len(payloads), [], []), verify.read_payloads(items, positions, payloads, 0))

    def test_events_that_lose_a_byte_anywhere_are_none(self):
        for one in self.said["events"][:20]:
            event = bytes.fromhex(one["event"])
            for at in range(len(event)):
                with self.assertRaises((verify.Unreadable, verify.OtherVersion)):
                    verify.read_event(event[:at], 0, at)

    def test_payloads_that_change_anywhere_do_not_fit(self):
        for one in self.said["events"]:
            event, payloads = bytes.fromhex(one["event"]), bytes.fromhex(one["payloads"])
            items, positions = verify.read_event(event, 0, len(event))
            for at in range(len(payloads)):
                changed = payloads[:at] + bytes([payloads[at] ^ 1]) + payloads[at + 1 :]
                self.assertEqual(1, len(verify.read_payloads(items, positions, changed, 0)[1]))

    def test_malformed_events_are_refused(self):
        for one in self.said["malformed"]:
            event = bytes.fromhex(one["event"])
            expected = verify.OtherVersion if "layout" in one["why"] else verify.Unreadable
            with self.assertRaises(expected, msg=one["why"]):
                verify.read_event(event, 0, len(event))

    def test_noise_raises_nothing_else(self):
        noise = random.Random(5)
        for one in self.said["events"] * 40:
            event = bytearray.fromhex(one["event"])
            for _ in range(noise.randrange(1, 4)):
                event[noise.randrange(len(event))] = noise.randrange(256)
            try:
                verify.read_event(bytes(event), 0, len(event))
            except (verify.Unreadable, verify.OtherVersion):
                pass

    def told(self, item):
        if isinstance(item, bytes):
            return {"hex": item.hex()}
        if isinstance(item, verify.Ref):
            return {"length": item[0], "commitment": item[1].hex()}
        return list(item) if isinstance(item, tuple) else item


class Payloads(unittest.TestCase):
    def test_commitments_are_those_of_the_vectors(self):
        for one in vectors("payloads.json")["payloads"]:
            value, salt = bytes.fromhex(one["value"]) * one["times"], bytes.fromhex(one["salt"])
            ref = verify.Ref((len(value), bytes.fromhex(one["commitment"])))
            items = [None] * verify.HEADER_ITEMS + [ref]
            items[5] = verify.CODE["terminalOutput"]
            stored = len(value).to_bytes(4, "big") + salt + value
            self.assertEqual((len(stored), [], []), verify.read_payloads(items, [verify.HEADER_ITEMS], stored, 0))
            gone = verify.read_payloads(items, [verify.HEADER_ITEMS], b"\xff" * 4, 0)
            self.assertEqual((4, [], [("data", len(value))]), gone)


class Notes(unittest.TestCase):
    said = vectors("notes.json")

    def test_keys_are_read_as_pem_and_as_verifier_keys(self):
        for one in self.said["keys"]:
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "key")
                with open(path, "w", encoding="utf-8") as file:
                    file.write(one["pem"] + one["verifierKey"] + "\n")
                keys = verify.Keys()
                keys.read(path)
            key = bytes.fromhex(one["key"])
            named = [(one["name"], key)]
            expected = ([key], named, []) if one["type"] == verify.LOG_TYPE else ([key], [], named)
            self.assertEqual(expected, (keys.anywhere, keys.named, keys.witnesses))

    def test_signatures_are_what_the_vectors_say(self):
        log, _, witness = self.said["keys"]
        for one in self.said["notes"]:
            note = verify.Note(one["note"].encode())
            signature = note.check(log["name"], [bytes.fromhex(log["key"])])[0]
            cosignature = note.cosigned(witness["name"], bytes.fromhex(witness["key"]))
            self.assertEqual((one["signature"], one["cosignature"]), (signature, cosignature), one["what"])

    def test_malformed_notes_are_refused(self):
        for note in self.said["malformed"]:
            with self.assertRaises(verify.Unreadable, msg=note):
                verify.Note(note.encode())

    def test_checkpoints_say_what_the_vectors_say(self):
        for one in self.said["checkpoints"]:
            said = verify.read_checkpoint(one["text"])
            self.assertEqual((one["size"], one["root"]), (said and said[1], said and said[2].hex()))


class Signatures(unittest.TestCase):
    said = [
        (one["what"], tuple(bytes.fromhex(one[part]) for part in ("key", "message", "signature")), one["good"])
        for one in vectors("ed25519.json")["signatures"]
    ]

    def test_single_signatures(self):
        for what, signed, good in self.said:
            self.assertEqual(good, verify.ed25519_verify(*signed), what)

    def test_many_at_once(self):
        found = verify.ed25519_verify_many([signed for _, signed, _ in self.said])
        self.assertEqual([good for _, _, good in self.said], found)
        good = [signed for _, signed, good in self.said if good]
        self.assertEqual([True] * 40, verify.ed25519_verify_many((good * 40)[:40]))
        for at in (0, 17, 39):
            key, message, signature = good[at % len(good)]
            many = (good * 40)[:40]
            many[at] = (key, message + b"!", signature)
            self.assertEqual([other != at for other in range(40)], verify.ed25519_verify_many(many))

    def test_those_of_node(self):
        """Given by whoever runs this: lines of key, message, signature in hex on standard input, each good."""
        if not os.environ.get("SIGNATURES_ON_STDIN"):
            self.skipTest("no signatures were given on standard input")
        given = [tuple(bytes.fromhex(part) for part in line.split(" ")) for line in sys.stdin.read().splitlines()]
        self.assertEqual([True] * len(given), [verify.ed25519_verify(*signed) for signed in given])
        self.assertEqual([True] * len(given), verify.ed25519_verify_many(given))
        broken = [(key, message, signature[:at % 64] + bytes([signature[at % 64] ^ 4]) + signature[at % 64 + 1 :])
                  for at, (key, message, signature) in enumerate(given)]
        self.assertEqual([False] * len(given), verify.ed25519_verify_many(broken))


class Frames(unittest.TestCase):
    """zstd frames made by hand (RFC 8878): a raw block, an RLE block, and what must not pass for one frame."""

    raw = bytes.fromhex("28b52ffd2003190000") + b"abc"
    rle = bytes.fromhex("28b52ffd20") + b"\x05" + (1 | 1 << 1 | 5 << 3).to_bytes(3, "little") + b"x"

    def test_one_frame_that_states_its_size(self):
        cases = [(self.raw, 3), (self.rle, 5)]
        self.assertEqual([True, True], [verify.is_frame(*case) for case in cases])
        self.assertEqual([b"abc", b"xxxxx"], verify.Zstd().unpack(cases))

    def test_anything_else_is_refused(self):
        bomb = bytes.fromhex("28b52ffd20") + b"\x05" + (1 | 1 << 1 | 0x1FFFF << 3).to_bytes(3, "little") + b"x"
        cases = [(self.raw, 4), (self.raw + self.raw, 3), (self.raw[:-1], 3), (self.raw + b"\0", 3), (b"", 0), (bomb, 5)]
        self.assertEqual([None] * len(cases), verify.Zstd().unpack(cases))


if __name__ == "__main__":
    unittest.main()
