/**
 * How the window is built, for the browser host and the desktop app alike. Paths start from the working folder, the
 * root: both builders bundle their configuration first, after which a module no longer knows where it lies.
 */
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import type { UserConfig } from 'vite';
import { leanZod } from './lean-zod.ts';
import { xtermStyles } from './xterm-styles.ts';
import { xtermWidths } from './xterm-widths.ts';

export const WINDOW = {
  root: resolve('renderer'),
  // Places within the window have paths of any depth, so its files are named from the root.
  base: '/',
  plugins: [react(), leanZod(), xtermStyles(), xtermWidths()],
  build: {
    outDir: resolve('out/renderer'),
    emptyOutDir: true,
    // data: URLs are allowed for images only, so nothing is inlined.
    assetsInlineLimit: 0,
    // Electron 45's Chromium is newer; this is for the browsers people have.
    target: 'es2023',
    reportCompressedSize: false,
    // It is read from this machine, not over a network: one file is no worse than ten.
    chunkSizeWarningLimit: 4_096,
    rolldownOptions: { input: resolve('renderer/index.html') },
  },
} as const satisfies UserConfig;
