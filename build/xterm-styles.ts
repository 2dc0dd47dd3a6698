/**
 * xterm's renderer through the document, which draws where there is no graphics card, writes colours of its own as `style`
 * attributes: true colours and those that were mended for contrast. Our Content-Security-Policy refuses attributes and lets
 * scripts set styles, so it does that. Its `documentOverride` does not reach the place.
 */
import type { Plugin } from 'vite';

const XTERM = /[\\/]@xterm[\\/]xterm[\\/]lib[\\/]xterm\.mjs$/;

/** `element.setAttribute('style', …)` of xterm 6.0.0, as it is minified; its names are caught. */
const ATTRIBUTE = /(\w+)\.setAttribute\("style",`\$\{\1\.getAttribute\("style"\)\|\|""\}\$\{(\w+)\};`\)/g;

/** Fails the build where xterm has other words for it. */
export function xtermStyles(): Plugin {
  return {
    name: 'xterm-styles',
    transform: {
      filter: { id: XTERM },
      handler(code) {
        const mended = withStyles(code);
        if (mended === null)
          throw new Error('xterm writes styles otherwise than build/xterm-styles.ts knows: look there');
        return { code: mended, map: null };
      },
    },
  };
}

/** null where there is no such attribute, or another one as well. */
export function withStyles(code: string): string | null {
  const mended = code.replaceAll(
    ATTRIBUTE,
    (_, element: string, style: string) => `${element}.style.cssText+=\`\${${style}};\``,
  );
  return mended === code || mended.includes('setAttribute("style"') ? null : mended;
}
