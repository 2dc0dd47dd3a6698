/*
 * SHA-256 (FIPS 180-4) of many short messages, four at a time, one in each lane of a vector of 128 bits: hashing an event
 * takes less than a call of node:crypto then. Built by build.sh into sha256-wasm.ts; sha256-batch.ts is what uses it, and its
 * test holds it to node:crypto.
 */
#include <stdint.h>
#include <wasm_simd128.h>

/* Blocks of 64 bytes that the longest message takes with its padding. */
#define MOST_BLOCKS 8
#define LANES 4

typedef v128_t V;

static const uint32_t K[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};
static const uint32_t START[8] = {
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

#define ADD wasm_i32x4_add
#define XOR wasm_v128_xor
#define AND wasm_v128_and
#define OR wasm_v128_or
#define SHIFT(x, n) wasm_u32x4_shr(x, n)
#define ROTATE(x, n) OR(wasm_u32x4_shr(x, n), wasm_i32x4_shl(x, 32 - (n)))

static inline V bigEndian(const uint8_t *p) {
  V x = wasm_v128_load(p);
  return wasm_i8x16_shuffle(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/* The next block of each of four messages. */
static void block(V state[8], const uint8_t *m0, const uint8_t *m1, const uint8_t *m2, const uint8_t *m3) {
  V w[16];
  for (int i = 0; i < 4; i++) {
    V a = bigEndian(m0 + 16 * i), b = bigEndian(m1 + 16 * i), c = bigEndian(m2 + 16 * i), d = bigEndian(m3 + 16 * i);
    V ab0 = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), ab1 = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7);
    V cd0 = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5), cd1 = wasm_i32x4_shuffle(c, d, 2, 6, 3, 7);
    w[4 * i] = wasm_i64x2_shuffle(ab0, cd0, 0, 2);
    w[4 * i + 1] = wasm_i64x2_shuffle(ab0, cd0, 1, 3);
    w[4 * i + 2] = wasm_i64x2_shuffle(ab1, cd1, 0, 2);
    w[4 * i + 3] = wasm_i64x2_shuffle(ab1, cd1, 1, 3);
  }
  V a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
#pragma clang loop unroll_count(16)
  for (int t = 0; t < 64; t++) {
    if (t >= 16) {
      V w15 = w[(t - 15) & 15], w2 = w[(t - 2) & 15];
      V s0 = XOR(XOR(ROTATE(w15, 7), ROTATE(w15, 18)), SHIFT(w15, 3));
      V s1 = XOR(XOR(ROTATE(w2, 17), ROTATE(w2, 19)), SHIFT(w2, 10));
      w[t & 15] = ADD(ADD(w[t & 15], s0), ADD(w[(t - 7) & 15], s1));
    }
    V sum1 = XOR(XOR(ROTATE(e, 6), ROTATE(e, 11)), ROTATE(e, 25));
    V choice = XOR(g, AND(e, XOR(f, g)));
    V t1 = ADD(ADD(ADD(h, sum1), ADD(choice, wasm_i32x4_splat(K[t]))), w[t & 15]);
    V sum0 = XOR(XOR(ROTATE(a, 2), ROTATE(a, 13)), ROTATE(a, 22));
    V majority = OR(AND(a, b), AND(c, OR(a, b)));
    h = g; g = f; f = e; e = ADD(d, t1);
    d = c; c = b; b = a; a = ADD(t1, ADD(sum0, majority));
  }
  state[0] = ADD(state[0], a); state[1] = ADD(state[1], b); state[2] = ADD(state[2], c); state[3] = ADD(state[3], d);
  state[4] = ADD(state[4], e); state[5] = ADD(state[5], f); state[6] = ADD(state[6], g); state[7] = ADD(state[7], h);
}

static void store(uint8_t *digest, uint32_t word, int at) {
  digest[4 * at] = word >> 24; digest[4 * at + 1] = word >> 16; digest[4 * at + 2] = word >> 8; digest[4 * at + 3] = word;
}

/* Messages that wait for others of as many blocks, with their padding; where their digests belong. */
static uint8_t staged[MOST_BLOCKS + 1][LANES][MOST_BLOCKS * 64];
static uint8_t *digestAt[MOST_BLOCKS + 1][LANES];
static int waiting[MOST_BLOCKS + 1];

static void run(int blocks) {
  V state[8];
  for (int i = 0; i < 8; i++) state[i] = wasm_i32x4_splat(START[i]);
  uint8_t(*m)[MOST_BLOCKS * 64] = staged[blocks];
  for (int i = 0; i < blocks; i++) block(state, m[0] + 64 * i, m[1] + 64 * i, m[2] + 64 * i, m[3] + 64 * i);
  for (int i = 0; i < 8; i++) {
    uint8_t **to = digestAt[blocks];
    int count = waiting[blocks];
    store(to[0], wasm_i32x4_extract_lane(state[i], 0), i);
    if (count > 1) store(to[1], wasm_i32x4_extract_lane(state[i], 1), i);
    if (count > 2) store(to[2], wasm_i32x4_extract_lane(state[i], 2), i);
    if (count > 3) store(to[3], wasm_i32x4_extract_lane(state[i], 3), i);
  }
  waiting[blocks] = 0;
}

static inline void copy(uint8_t *to, const uint8_t *from, uint32_t length) { __builtin_memcpy(to, from, length); }

/* Pads a staged message of `length` bytes; hashes it with three others once they are there. */
static inline void push(int blocks, uint32_t length, uint8_t *digest) {
  int lane = waiting[blocks]++;
  uint8_t *m = staged[blocks][lane];
  uint32_t end = blocks * 64;
  m[length] = 0x80;
  __builtin_memset(m + length + 1, 0, end - length - 5);
  uint32_t bits = length * 8;
  m[end - 4] = bits >> 24; m[end - 3] = bits >> 16; m[end - 2] = bits >> 8; m[end - 1] = bits;
  digestAt[blocks][lane] = digest;
  if (waiting[blocks] == LANES) run(blocks);
}

static inline int blocksOf(uint32_t length) { return (length + 9 + 63) / 64; }

/* Hashes what waits. */
__attribute__((export_name("flush"))) void flush(void) {
  for (int blocks = 1; blocks <= MOST_BLOCKS; blocks++) if (waiting[blocks] > 0) run(blocks);
}

/* Leaf hashes: of 0x00 and the event, for `count` events at `at` of `bytes`, of `length` bytes each. */
__attribute__((export_name("leaves"))) void leaves(const uint8_t *bytes, const uint32_t *at, const uint32_t *length, uint32_t count, uint8_t *digests) {
  for (uint32_t i = 0; i < count; i++) {
    int blocks = blocksOf(1 + length[i]);
    if (blocks > MOST_BLOCKS) continue;
    uint8_t *m = staged[blocks][waiting[blocks]];
    m[0] = 0;
    copy(m + 1, bytes + at[i], length[i]);
    push(blocks, 1 + length[i], digests + 32 * i);
  }
  flush();
}

static const uint8_t DOMAIN[22] = "auditorium/payload/v1";

/* Commitments to `count` payloads, each stored at `at` of `bytes` as u32 length, salt (16), value of `length` bytes. */
__attribute__((export_name("commitments"))) void commitments(const uint8_t *bytes, const uint32_t *at, const uint32_t *length, uint32_t count, uint8_t *digests) {
  for (uint32_t i = 0; i < count; i++) {
    uint32_t value = length[i], whole = 22 + 16 + 8 + value;
    int blocks = blocksOf(whole);
    if (blocks > MOST_BLOCKS) continue;
    const uint8_t *payload = bytes + at[i];
    uint8_t *m = staged[blocks][waiting[blocks]];
    copy(m, DOMAIN, 22);
    copy(m + 22, payload + 4, 16);
    __builtin_memset(m + 38, 0, 4);
    m[42] = value >> 24; m[43] = value >> 16; m[44] = value >> 8; m[45] = value;
    copy(m + 46, payload + 20, value);
    push(blocks, whole, digests + 32 * i);
  }
  flush();
}

/* Which of `count` digests are not those that lie at `at` of `bytes`: writes their numbers, returns how many they are. */
__attribute__((export_name("differing"))) uint32_t differing(const uint8_t *bytes, const uint32_t *at, uint32_t count, const uint8_t *digests, uint32_t *numbers) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < count; i++) {
    V a0 = wasm_v128_load(digests + 32 * i), a1 = wasm_v128_load(digests + 32 * i + 16);
    V b0 = wasm_v128_load(bytes + at[i]), b1 = wasm_v128_load(bytes + at[i] + 16);
    if (wasm_v128_any_true(OR(XOR(a0, b0), XOR(a1, b1)))) numbers[found++] = i;
  }
  return found;
}

/* The root of a perfect tree of `count` leaf hashes at `hashes`, a power of two; `room` has space for half as many, and has it then. */
__attribute__((export_name("perfect"))) void perfect(const uint8_t *hashes, uint32_t count, uint8_t *room) {
  if (count == 1) return copy(room, hashes, 32);
  for (const uint8_t *from = hashes; count > 1; from = room) {
    count /= 2;
    for (uint32_t i = 0; i < count; i++) {
      uint8_t *m = staged[2][waiting[2]];
      m[0] = 1;
      copy(m + 1, from + 64 * i, 64);
      push(2, 65, room + 32 * i);
    }
    flush();
  }
}

extern uint8_t __heap_base;

/* Where memory begins that is the caller's. */
__attribute__((export_name("heap"))) uint8_t *heap(void) { return &__heap_base; }
