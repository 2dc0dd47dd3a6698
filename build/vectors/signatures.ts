/** Vectors of Ed25519: those of RFC 8032 §7.1, and signatures that verifiers are known to disagree on. */
import { hash } from 'node:crypto';
import { hex, seedFrom, signerFrom } from './seeded.ts';

/** Seed and message of RFC 8032 §7.1, TEST 1, 2, 3 and SHA(abc); key and signature follow. */
const RFC_8032 = [
  ['9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', ''],
  ['4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', '72'],
  ['c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7', 'af82'],
  ['833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42', hash('sha512', 'abc')],
] as const;

/** Signatures of these as the RFC prints them: that node:crypto makes the same ones is what makes it a source for the others. */
const RFC_SIGNATURES = [
  'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
];

/** The order of the group. */
const L = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;

/** Keys that are no canonical encoding of a point of more than small order: with R the identity and S = 0, nobody's signature. */
const ODD_KEYS = {
  'a key of order 1': `01${'00'.repeat(31)}`,
  'a key of order 2': `ec${'ff'.repeat(30)}7f`,
  'a key of order 4': '00'.repeat(32),
  'a key of order 4, x negative': `${'00'.repeat(31)}80`,
  'a key of order 8': '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'another key of order 8': 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'a key with x = 0 and a sign': `01${'00'.repeat(30)}80`,
  'a key with y = p': `ed${'ff'.repeat(30)}7f`,
  'a key with y = p + 1': `ee${'ff'.repeat(30)}7f`,
  'a key with y = p + 1 and a sign': `ee${'ff'.repeat(30)}ff`,
  'a key that is no point': `02${'00'.repeat(31)}`,
} as const;

/** Made with the arithmetic of the curve, which node:crypto does not give: verifiers disagree on these. */
const CRAFTED = [
  {
    what: 'a key of order 1, the equation holds',
    key: '0100000000000000000000000000000000000000000000000000000000000000',
    message: '30',
    signature:
      '17ffad8068dc0de9935d36636f3ad1b5de6de3413b12388e453b05f2a4c1d3db15cd5b0700000000000000000000000000000000000000000000000000000000',
    good: false,
  },
  {
    what: 'R of order 1, the equation holds',
    key: 'edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df',
    message: '30',
    signature:
      '0100000000000000000000000000000000000000000000000000000000000000d91bbcac4afddfc14071ff44e9358f8ff3c4ea35d5034eef7f6467347ab6b60f',
    good: false,
  },
  {
    what: 'R of order 8, a key of mixed order, the equation holds',
    key: '131604d01865fbedf9f662d25311c68a197cf286f2683724873a147fed6ada35',
    message: '31',
    signature:
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05dbc866e9c24a5b414f5f4cf9c1cf885a0c5235882ec707039e99a4a2afc9a006',
    good: false,
  },
  {
    what: 'a key of mixed order, the equation holds',
    key: '131604d01865fbedf9f662d25311c68a197cf286f2683724873a147fed6ada35',
    message: '3136',
    signature:
      'aa6df914f7a0f04e7f852adf459873f17dba5b1671ea62e82cc10ed6aecc489c083edf686a710f3e973a241d9f6b7cd41f859fece9fc845a144300d6f26fcc05',
    good: true,
  },
  {
    what: 'a key of mixed order, the equation holds with the cofactor alone',
    key: '131604d01865fbedf9f662d25311c68a197cf286f2683724873a147fed6ada35',
    message: '30',
    signature:
      'aa6df914f7a0f04e7f852adf459873f17dba5b1671ea62e82cc10ed6aecc489cdb217828af96dfbce6faaed61de0dc1f80835b0a3e7d714bc94b228f513a3708',
    good: false,
  },
] as const;

interface SignatureVector {
  readonly what: string;
  readonly key: string;
  readonly message: string;
  readonly signature: string;
  readonly good: boolean;
}

/** All vectors of signatures. */
export function signatureVectors() {
  const own = signerFrom(seedFrom(0));
  const message = Buffer.from('auditorium');
  const good = Buffer.from(own.sign(message));
  const key = hex(own.publicKey);
  const of = (what: string, signature: Uint8Array, expected: boolean, said = message) =>
    vector(what, key, hex(said), hex(signature), expected);
  const changed = (at: number) => Buffer.from(good.map((byte, i) => (i === at ? byte ^ 1 : byte)));
  return {
    about:
      'good: S < L, A and R canonical encodings of points of more than small order, and S·B − k·A is R (without the cofactor): ' +
      'what node:crypto takes with OpenSSL 3.5.',
    signatures: [
      ...RFC_8032.map(([seed, text], i) => {
        const signer = signerFrom(Buffer.from(seed, 'hex'));
        return vector(`RFC 8032, ${i + 1}`, hex(signer.publicKey), text, RFC_SIGNATURES[i] as string, true);
      }),
      of('a good one', good, true),
      of('another message', good, false, Buffer.from('Auditorium')),
      of('a bit of R', changed(0), false),
      of('a bit of S', changed(32), false),
      of('S + L', Buffer.concat([good.subarray(0, 32), littleEndian(scalar(good) + L)]), false),
      of('S = 0', Buffer.concat([good.subarray(0, 32), Buffer.alloc(32)]), false),
      ...CRAFTED,
      ...Object.entries(ODD_KEYS).map(([what, odd]) =>
        vector(what, odd, '30', `01${'00'.repeat(63)}`, false),
      ),
    ],
  };
}

function vector(
  what: string,
  key: string,
  message: string,
  signature: string,
  good: boolean,
): SignatureVector {
  return { what, key, message, signature, good };
}

function scalar(signature: Buffer): bigint {
  return BigInt(`0x${hex(signature.subarray(32).toReversed())}`);
}

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toReversed());
}
