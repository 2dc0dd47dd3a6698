/**
 * xterm's renderer through the document measures each character of a type by laying it out, the whole window with it: some sixty
 * times for a screen whose type has another size. A canvas tells the same widths and lays out nothing; xterm itself measures its cells
 * there.
 */
import type { Plugin } from 'vite';

const XTERM = /[\\/]@xterm[\\/]xterm[\\/]lib[\\/]xterm\.mjs$/;

/** `WidthCache._measure` of xterm 6.0.0, as it is minified; its names are caught. */
const MEASURE =
  /_measure\((\w+),(\w+)\)\{let (\w+)=this\._measureElements\[\2\];return \3\.textContent=\1\.repeat\(32\),\3\.offsetWidth\/32\}/;

/** Fails the build where xterm has other words for it. */
export function xtermWidths(): Plugin {
  return {
    name: 'xterm-widths',
    transform: {
      filter: { id: XTERM },
      handler(code) {
        const mended = withCanvasWidths(code);
        if (mended === null)
          throw new Error('xterm measures otherwise than build/xterm-widths.ts knows: look there');
        return { code: mended, map: null };
      },
    },
  };
}

/** null where there is no such method. */
export function withCanvasWidths(code: string): string | null {
  const mended = code.replace(
    MEASURE,
    (_, chars: string, variant: string, element: string) =>
      `_measure(${chars},${variant}){let ${element}=this._measureElements[${variant}].style,c=this._canvas??=new OffscreenCanvas(1,1).getContext("2d");` +
      `return c.font=\`\${${element}.fontStyle} \${${element}.fontWeight} \${this._fontSize}px \${this._font}\`,` +
      `c.fontKerning="none",c.measureText(${chars}).width}`,
  );
  return mended === code ? null : mended;
}
