/** Hands bytes to the browser as a download. */
export function saveFile(bytes: Uint8Array, name: string): void {
  saveBlob(new Blob([Uint8Array.from(bytes)], { type: 'application/octet-stream' }), name);
}

/** The same for bytes that the browser keeps already. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has the blob; the URL is of no more use.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
