/** Draws a terminal on the graphics card where there is one; xterm's own renderer, through the document, is always there. */
import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

/** After the card let go of it, in ms: a machine that slept, or a browser that had too many drawings, has room again. */
const AGAIN_MS = 2_000;

/** Losses after which it stays with the document. */
const MOST_LOSSES = 3;

/** Gives back how to end it; the terminal ends what is drawn. */
export function drawOnCard(terminal: Terminal): () => void {
  let losses = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const load = (): void => {
    if (!hasCard()) return;
    const webgl = new WebglAddon();
    webgl.onContextLoss(() => {
      webgl.dispose();
      if (++losses <= MOST_LOSSES) timer = setTimeout(load, AGAIN_MS * losses);
    });
    try {
      terminal.loadAddon(webgl);
    } catch {
      webgl.dispose();
    }
  };
  load();
  return () => clearTimeout(timer);
}

function hasCard(): boolean {
  const probe = document.createElement('canvas').getContext('webgl2');
  probe?.getExtension('WEBGL_lose_context')?.loseContext();
  return probe !== null;
}
