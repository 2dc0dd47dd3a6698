/** README.txt of a bundle: how a stranger verifies it, and what that tells. */
import type { BesideFile } from '../finding/finding-files.ts';
import { isoTime } from '../../../gateway/archive/lines/words.ts';

export interface ReadmeFacts {
  readonly software: string;
  /** µs since 1970. */
  readonly made: number;
  readonly sessions: number;
  readonly events: number;
  readonly signed: boolean;
  /** SHA-256 of the public keys in evidence/key.pem, hex. */
  readonly keys: readonly string[];
  readonly beside: readonly Pick<BesideFile, 'name' | 'meaning'>[];
}

/** The text. */
export function readme({ software, made, sessions, events, signed, keys, beside }: ReadmeFacts): string {
  const others = beside.map(({ name, meaning }) => `${name.padEnd(22)}${meaning}\n`).join('');
  const fingerprints = keys.map((key) => `    ${key}`).join('\n');
  return `Evidence from Auditorium ${software}, made ${isoTime(made)}
${sessions} session(s), ${events} event(s)

HOW TO VERIFY

Any machine with Python 3.9 or newer will do; no network, and nothing to install:

    python3 verify.py .  --key PUBLIC-KEY.pem        (in the folder this was unpacked to)
    python3 verify.py BUNDLE.zip --key PUBLIC-KEY.pem

Take verify.py from a source that you trust rather than from this bundle if whoever sent it may have changed it; it is one file,
made to be read. With Auditorium itself: auditorium verify BUNDLE.zip --key PUBLIC-KEY.pem

THE KEY

PUBLIC-KEY.pem is the public key of the gateway that recorded this. Get it from the people who run that gateway, not from here:
evidence/key.pem only says which key this bundle claims. Once you have compared it with theirs you may use it:

    python3 verify.py . --key evidence/key.pem

SHA-256 of the 32 bytes of each key in it:
${fingerprints === '' ? '    (the log names none)' : fingerprints}

Without a key the verdict is UNKNOWN_KEY: the bundle is consistent at best, and anybody could have made it.

WHAT IT TELLS

VERIFIED (exit status 0): every event in evidence/events.bin was in the gateway's log when the checkpoint in evidence/proof.json was
signed, as it stands here and in the place where it stands; each session is here from its first event to its last.
VERIFIED_WITH_REDACTIONS (21): the same, but for values that were taken out; by whom and why is told.
INCOMPLETE (22): what is here is whole, but a session has no end. CORRUPT (25): something was changed. UNKNOWN_KEY (27): see above.
What no verifier can tell: what the gateway did not record, and events of the log that are not in this bundle.

WHAT IS IN IT

evidence/events.bin   the events, byte for byte as recorded: the evidence
evidence/proof.json   checkpoints and hashes that tie them to the log
report.html           a page for reading, with the replay; opens without a network
statements.csv, sessions.csv, statements.jsonl    the same as tables
${others}manifest.json         what is here, with the SHA-256 of every file

The report and the tables are made from the events, for people. They are not what is proven: the manifest tells only that they were not
changed since it was written${signed ? ', and manifest.note by whose key it was signed' : ', and it is not signed'}. Where a table and an event differ, the event is right.
`;
}
