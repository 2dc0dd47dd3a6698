/**
 * Fonts of a report on paper. DejaVu has Latin, Greek, Cyrillic, Hebrew, Arabic and most signs, GNU Unifont the rest of the basic plane;
 * what neither has is written out as ⟨U+1F600⟩, so that nothing recorded is left blank.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { visible } from '../../../shared/replay/visible.ts';

/** By the name that the document knows it by. */
const FILES = {
  text: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  bold: 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
  mono: 'dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf',
  rest: '@fontsource/unifont/files/unifont-latin-400-normal.woff',
} as const;
export type FontName = keyof typeof FILES;
export type Face = Exclude<FontName, 'rest'>;

/** Where pdfkit's document keeps the font that it sets in, and what it knows of it; its types do not tell. */
const CURRENT = '_font';
interface FontOfDocument {
  readonly font: { hasGlyphForCodePoint(code: number): boolean };
}
interface FontHolder {
  font(name: string): unknown;
  readonly [CURRENT]: FontOfDocument;
}

/** Text in one font. */
export interface Run {
  readonly font: FontName;
  readonly text: string;
}

export class Fonts {
  readonly #fonts: ReadonlyMap<FontName, FontOfDocument>;

  /** Registers the fonts with the document. */
  constructor(document: PDFKit.PDFDocument) {
    const { resolve } = createRequire(import.meta.url);
    this.#fonts = new Map(
      (Object.keys(FILES) as FontName[]).map((name) => {
        document.registerFont(name, readFileSync(resolve(FILES[name])));
        const holder = document as unknown as FontHolder;
        holder.font(name);
        return [name, holder[CURRENT]] as const;
      }),
    );
  }

  /** `text`, which has no line ends in it, as pieces of one font each; hidden characters are written out. */
  runs(text: string, face: Face): Run[] {
    const runs: { font: FontName; text: string }[] = [];
    for (const character of visible(text)) {
      const { font, shown } = this.#fontFor(character, face);
      const last = runs.at(-1);
      if (last?.font === font) last.text += shown;
      else runs.push({ font, text: shown });
    }
    return runs;
  }

  #fontFor(character: string, face: Face): { readonly font: FontName; readonly shown: string } {
    const code = character.codePointAt(0) ?? 0;
    if (this.#has(face, code)) return { font: face, shown: character };
    if (this.#has('rest', code)) return { font: 'rest', shown: character };
    return { font: face, shown: `⟨U+${code.toString(16).toUpperCase()}⟩` };
  }

  #has(name: FontName, code: number): boolean {
    return this.#fonts.get(name)?.font.hasGlyphForCodePoint(code) ?? false;
  }
}
