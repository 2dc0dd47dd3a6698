/** How the app is built: host, command line and the entries of their child processes for Node; the window for Chromium. */
import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';
import { WINDOW } from './build/window.ts';

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      sourcemap: true,
      rolldownOptions: {
        input: {
          electron: resolve('main/hosts/electron.ts'),
          cli: resolve('main/cli.ts'),
          'shipper-worker': resolve('gateway/shipper-worker.ts'),
          'pack-worker': resolve('gateway/pack-worker.ts'),
          'bucket-worker': resolve('gateway/bucket-worker.ts'),
          'remote-worker': resolve('gateway/remote-worker.ts'),
          'stream-worker': resolve('gateway/stream-worker.ts'),
          'worker-process': resolve('gateway/worker-process.ts'),
          'parse-worker': resolve('gateway/postgres/facts/parse-worker.ts'),
          'reader-process': resolve('gateway/archive/sqlite/reader-process.ts'),
          'chdb-process': resolve('gateway/remote/index/chdb-process.ts'),
          'redaction-worker': resolve('gateway/redaction-worker.ts'),
          'verify-process': resolve('gateway/verify-process.ts'),
          'open-process': resolve('gateway/open-process.ts'),
          'direct-process': resolve('gateway/direct-process.ts'),
          'keyframe-process': resolve('main/replay/keyframe-process.ts'),
          'gateway-process': resolve('main/desktop/gateway-process.ts'),
          watchdog: resolve('main/demo/watchdog.ts'),
        },
        // Flat, because child entries are found beside the file that starts them (gateway/entry-module.ts).
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  renderer: {
    ...WINDOW,
    // electron-vite sets './', which a place such as /sessions/… would resolve in the wrong folder.
    plugins: [...WINDOW.plugins, { name: 'base', enforce: 'post', config: () => ({ base: WINDOW.base }) }],
  },
});
