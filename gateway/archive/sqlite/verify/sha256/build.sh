#!/bin/sh
# Builds sha256-wasm.ts from sha256-batch.c; needs clang and wasm-ld (Debian: clang-14, lld-14).
set -eu
cd "$(dirname "$0")"
wasm=$(mktemp)
trap 'rm -f "$wasm"' EXIT
"${CLANG:-clang-14}" --target=wasm32 -O3 -msimd128 -mbulk-memory -nostdlib -Wl,--no-entry -Wl,--strip-all -o "$wasm" sha256-batch.c
{
  echo '/** Built by build.sh from sha256-batch.c: WebAssembly, base64. */'
  echo "export const SHA256_WASM ="
  base64 -w 100 "$wasm" | sed "s/.*/  '&' +/; \$ s/ +\$/;/"
} > sha256-wasm.ts
npx prettier --log-level warn --write sha256-wasm.ts
