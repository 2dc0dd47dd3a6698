/** Character types (manual §8.3). A length that a column declares is not enforced on the wire. */
import { MASK } from '../../../shared/recording/mask.ts';
import { partOf } from '../part.ts';
import { partOfAddress, writePartOfAddress } from '../plain-address.ts';
import { pseudonym } from '../pseudonym.ts';
import { type Scalar, same } from './scalar.ts';

/** Bytes that hold more characters than partial looks at. */
const BEGINNING = 4096;

/** text, varchar, bpchar, name, cstring: the binary form is the text. */
export const TEXT: Scalar = {
  redacted: same(MASK),
  partial: (value) => {
    const part = partOfAddress(value);
    return part === null ? same(partOf(value.toString('utf8', 0, BEGINNING))) : { text: part, binary: part };
  },
  writePartial: writePartOfAddress,
  hash: (value, _, key) => same(pseudonym(key, value)),
};

/** "char": one byte. It holds too little for anything but a constant. */
export const ONE_BYTE: Scalar = { redacted: same('*') };

/** xml: an element is well-formed as a document and as content. */
export const XML: Scalar = {
  redacted: same('<masked/>'),
  hash: (value, _, key) => same(`<masked of="${pseudonym(key, value)}"/>`),
};
