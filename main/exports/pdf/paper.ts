/** Sheets of A4 that text is set on, line by line; what stands at the head and the foot of each is set when all are known. */
import Pdf from 'pdfkit';
import type { Tone } from '../told-session.ts';
import { type Face, Fonts } from './fonts.ts';

const MARGIN = 48;
const FOOT = 30;
const GREY = '#5b646f';

const COLOURS: Readonly<Record<Tone, string>> = {
  plain: '#15181c',
  good: '#176b2d',
  warning: '#855400',
  bad: '#b3261e',
  code: '#15181c',
  dim: GREY,
  mask: '#0a6868',
};

export interface Setting {
  readonly face: Face;
  readonly size: number;
  readonly tone?: Tone;
  /** From the left margin, in points. */
  readonly indent?: number;
}

export class Paper {
  readonly #document: PDFKit.PDFDocument;
  readonly #fonts: Fonts;

  constructor(title: string, made: Date) {
    this.#document = new Pdf({
      size: 'A4',
      margins: { top: MARGIN, bottom: MARGIN, left: MARGIN, right: MARGIN },
      bufferPages: true,
      info: { Title: title, Creator: 'Auditorium', Producer: 'Auditorium', CreationDate: made },
      lang: 'en',
      displayTitle: true,
    });
    this.#fonts = new Fonts(this.#document);
  }

  /** Sets a paragraph; its own line ends are kept. */
  set(text: string, setting: Setting): void {
    for (const line of text.split(/\r\n|[\r\n]/)) this.#line(line.replaceAll('\t', '    '), setting);
  }

  /** Leaves room, in points. */
  gap(points: number): void {
    this.#document.y += points;
  }

  /** Goes to a new page where less than this is left of one. */
  keep(points: number): void {
    const { page, y } = this.#document;
    if (y + points > page.height - page.margins.bottom) this.#document.addPage();
  }

  /** A rule across the page. */
  rule(): void {
    const { page, y } = this.#document;
    this.#document
      .moveTo(MARGIN, y)
      .lineTo(page.width - MARGIN, y)
      .lineWidth(0.5)
      .strokeColor('#a9b1bb')
      .stroke();
  }

  /** Sets head and foot of every page, and gives the document's bytes. */
  async *finish(head: string, foot: string): AsyncGenerator<Uint8Array, void, undefined> {
    const document = this.#document;
    const { count } = document.bufferedPageRange();
    for (let page = 0; page < count; page++) {
      document.switchToPage(page);
      // What stands in the margins would otherwise begin a page of its own.
      document.page.margins = { top: 0, bottom: 0, left: MARGIN, right: MARGIN };
      this.#margin(head, FOOT);
      this.#margin(`${foot} · page ${page + 1} of ${count}`, document.page.height - FOOT);
    }
    document.end();
    for await (const chunk of document as unknown as AsyncIterable<Uint8Array>) yield chunk;
  }

  #margin(text: string, y: number): void {
    this.#document.y = y;
    this.#document.x = MARGIN;
    this.#line(text, { face: 'text', size: 6.5, tone: 'dim' });
  }

  #line(text: string, { face, size, tone = 'plain', indent = 0 }: Setting): void {
    const document = this.#document;
    document.fontSize(size).fillColor(COLOURS[tone]);
    document.x = MARGIN + indent;
    const width = document.page.width - 2 * MARGIN - indent;
    const runs = this.#fonts.runs(text === '' ? ' ' : text, face);
    for (const [i, run] of runs.entries()) {
      const continued = i < runs.length - 1;
      document.font(run.font).text(run.text, { width, continued, lineGap: 1 });
    }
    document.x = MARGIN;
  }
}
