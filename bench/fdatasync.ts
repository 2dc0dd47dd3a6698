import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './statistics.ts';

/** What a group commit costs here at least: the median of 200 times "append 512 bytes, fdatasync", µs. */
export function measureFdatasync(): number {
  const folder = mkdtempSync(join(tmpdir(), 'auditorium-fdatasync-'));
  const file = openSync(join(folder, 'file'), 'a');
  try {
    const block = Buffer.alloc(512, 1);
    const times = Array.from({ length: 200 }, () => {
      writeSync(file, block);
      const started = performance.now();
      fdatasyncSync(file);
      return (performance.now() - started) * 1000;
    });
    return median(times);
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}
