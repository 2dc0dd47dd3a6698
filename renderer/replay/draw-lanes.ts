/** Draws the lanes of the time line on a canvas, in the colours of the theme. */
import type { Decided } from '../../shared/policy/recorded-decision.ts';
import type { Colors } from '../theme.ts';
import { formatDuration } from '../ui/format.ts';
import { drawDecisionShape, type DecisionShape } from './decision-shape.ts';
import { laneHeight, type Lanes } from './lanes.ts';
import type { Flag } from './flags.ts';
import { ticksOf } from './ruler.ts';
import { gapsInView, xOf, type TimeScale } from './time-scale.ts';

/** Heights of ruler and lanes in px, from the top; see lane-names in time-line.css. */
const RULER = { top: 0, height: 16 } as const;
const STATEMENTS = { top: 20, height: 14 } as const;
const ROWS = { top: 38, height: 18 } as const;
const ERRORS = { top: 60, height: 12 } as const;

/** Only of sessions under a policy. */
const DECISIONS = { top: 76, height: 12 } as const;
const MASKED = { top: 92, height: 10 } as const;

/** Height of all lanes in px; `governed`: those of a policy are among them. */
function lanesHeight(governed: boolean): number {
  return governed ? 106 : 76;
}

/** Of a cross, in px: from its middle to a tip, and how thick it is drawn. */
const REACH = 3;
const STROKE = 1.5;

/** Room that the length of a gap needs, in px. */
const LENGTH_ROOM = 44;

/** On what, in which colours and with which lanes they are drawn. */
interface LanesLook {
  readonly scale: TimeScale;
  readonly colors: Colors;
  /** With the lanes of a policy. */
  readonly governed: boolean;
  /** Notes and evidence. */
  readonly flags: readonly Flag[];
  /** Times of statements that touch the table that is followed, µs. */
  readonly touches: readonly number[];
}

/** Draws all lanes; the canvas takes the size of the scale at the screen's own resolution. */
export function drawLanes(canvas: HTMLCanvasElement, lanes: Lanes, look: LanesLook): void {
  const { scale, colors, governed } = look;
  const context = sizedContext(canvas, scale.width, lanesHeight(governed));
  if (context === null) return;
  drawGaps(context, look);
  drawRuler(context, look);
  drawGround(context, look);
  const mostStatements = lanes.statements.reduce((most, count) => Math.max(most, count), 0);
  for (let x = 0; x < lanes.statements.length; x++) {
    const begun = lanes.statements[x] ?? 0;
    // One statement is a mark of half the lane, more of them grow it: density shows where single marks merge.
    if (begun > 0) {
      const tall = STATEMENTS.height / 2 + laneHeight(begun, mostStatements, STATEMENTS.height / 2);
      bar(context, x, STATEMENTS.top, STATEMENTS.height, tall, colors['text-2']);
    }
    bar(
      context,
      x,
      ROWS.top,
      ROWS.height,
      laneHeight(lanes.rows[x] ?? 0, lanes.mostRows, ROWS.height),
      colors.read,
    );
    if ((lanes.errors[x] ?? 0) > 0) cross(context, crossAt(x, scale.width), colors.error);
    if ((lanes.masked[x] ?? 0) > 0) hatched(context, crossAt(x, scale.width), colors.masked);
  }
  drawDecisions(context, lanes.decisions, look);
  drawTouches(context, look);
  drawEvidence(context, look);
}

/** How dense all of a session is, on a strip as wide as the line. */
export function drawDensity(canvas: HTMLCanvasElement, { steps, errors }: Lanes, look: DensityLook): void {
  const context = sizedContext(canvas, look.width, DENSITY_HEIGHT);
  if (context === null) return;
  const most = steps.reduce((so, count) => Math.max(so, count), 0);
  for (let x = 0; x < steps.length; x++) {
    const failed = (errors[x] ?? 0) > 0;
    const tall = laneHeight(steps[x] ?? 0, most, DENSITY_HEIGHT - 2);
    bar(context, x, 1, DENSITY_HEIGHT - 2, tall, failed ? look.colors.error : look.colors['text-3']);
  }
}

interface DensityLook {
  readonly width: number;
  readonly colors: Colors;
}

/** Of the strip, in px. */
const DENSITY_HEIGHT = 16;

/** Gives the canvas its size at the screen's own resolution. */
function sizedContext(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  context?.scale(ratio, ratio);
  return context;
}

function drawRuler(context: CanvasRenderingContext2D, { scale, colors, governed }: LanesLook): void {
  context.font = "10px 'Inter', sans-serif";
  context.textAlign = 'left';
  for (const { x, label } of ticksOf(scale)) {
    context.fillStyle = colors.border;
    context.fillRect(Math.round(x), RULER.top + 4, 1, lanesHeight(governed));
    context.fillStyle = colors['text-3'];
    context.fillText(label, Math.round(x) + 4, RULER.top + 11);
  }
}

/** Triangles below the statements that touch the table: shape and place tell them from the rest. */
function drawTouches(context: CanvasRenderingContext2D, { scale, colors, touches }: LanesLook): void {
  context.fillStyle = colors.accent;
  const y = STATEMENTS.top + STATEMENTS.height + 3;
  for (const time of touches) {
    const x = xOf(scale, time);
    if (x < 0 || x > scale.width) continue;
    context.beginPath();
    context.moveTo(x, y - 4);
    context.lineTo(x + 3, y);
    context.lineTo(x - 3, y);
    context.fill();
  }
}

/** Frames that findings rest on: a triangle in the ruler, whose pole goes down; a range has a bar to its end. */
function drawEvidence(context: CanvasRenderingContext2D, look: LanesLook): void {
  const { scale, colors, flags, governed } = look;
  context.fillStyle = colors['text-1'];
  for (const { time, until, colour } of flags) {
    // Notes stand above the canvas: they can be clicked.
    if (colour !== null) continue;
    const x = Math.round(xOf(scale, time));
    const end = until === null ? x : Math.round(xOf(scale, until));
    if (end < 0 || x > scale.width) continue;
    context.fillRect(x, RULER.top + 2, 1, lanesHeight(governed) - 4);
    if (end > x) context.fillRect(x, RULER.top + 12, end - x, 2);
    context.beginPath();
    context.moveTo(x, RULER.top + 1);
    context.lineTo(x + 8, RULER.top + 4.5);
    context.lineTo(x, RULER.top + 8);
    context.fill();
  }
}

/** Shapes tell what was decided, not only colours. */
function drawDecisions(
  context: CanvasRenderingContext2D,
  decisions: Lanes['decisions'],
  { scale, colors }: LanesLook,
): void {
  for (const [x, decision] of decisions.entries()) {
    if (decision === null) continue;
    const shape = SHAPES[decision];
    drawDecisionShape(
      context,
      shape,
      crossAt(x, scale.width),
      DECISIONS.top + DECISIONS.height / 2,
      colors[COLOR_OF_SHAPE[shape]],
    );
  }
}

const COLOR_OF_SHAPE = { barred: 'denied', square: 'held', check: 'approved', ring: 'text-3' } as const;

const SHAPES: Readonly<Record<Decided, DecisionShape>> = {
  allowed: 'check',
  denied: 'barred',
  held: 'square',
  approved: 'check',
  rejected: 'barred',
  timeout: 'barred',
  changed: 'barred',
  abandoned: 'ring',
  'observed-deny': 'ring',
  'observed-hold': 'ring',
};

/** Masked answers: strokes as in a hatch. */
function hatched(context: CanvasRenderingContext2D, x: number, color: string): void {
  const { top, height } = MASKED;
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  for (const offset of [-3, 0, 3]) {
    context.moveTo(x + offset - 2, top + height);
    context.lineTo(x + offset + 2, top);
  }
  context.stroke();
}

function bar(
  context: CanvasRenderingContext2D,
  x: number,
  top: number,
  room: number,
  height: number,
  color: string,
): void {
  if (height <= 0) return;
  context.fillStyle = color;
  context.fillRect(x, top + room - height, 1.5, height);
}

/** Where the middle of a cross stands: at its moment, but whole at either end of the line. */
export function crossAt(x: number, width: number): number {
  const room = REACH + STROKE / 2;
  return Math.max(room, Math.min(x, width - room));
}

/** Errors are crosses, not only red. */
function cross(context: CanvasRenderingContext2D, x: number, color: string): void {
  const y = ERRORS.top + ERRORS.height / 2;
  context.strokeStyle = color;
  context.lineWidth = STROKE;
  context.beginPath();
  context.moveTo(x - REACH, y - REACH);
  context.lineTo(x + REACH, y + REACH);
  context.moveTo(x + REACH, y - REACH);
  context.lineTo(x - REACH, y + REACH);
  context.stroke();
}

function drawGround(context: CanvasRenderingContext2D, { scale, colors, governed }: LanesLook): void {
  context.fillStyle = colors.border;
  const lanes = [STATEMENTS, ROWS, ERRORS, ...(governed ? [DECISIONS, MASKED] : [])];
  for (const { top, height } of lanes) context.fillRect(0, top + height + 1, scale.width, 1);
}

/** Idle time is a band, with its length where there is room. */
function drawGaps(context: CanvasRenderingContext2D, { scale, colors, governed }: LanesLook): void {
  const all = lanesHeight(governed);
  context.font = "10px 'Inter', sans-serif";
  context.textAlign = 'center';
  const [first, end] = gapsInView(scale);
  for (let at = first; at < end; at++) {
    const from = scale.gaps.from[at] ?? 0;
    const to = scale.gaps.to[at] ?? 0;
    const x = xOf(scale, from);
    const width = xOf(scale, to) - x;
    context.fillStyle = colors['surface-3'];
    context.fillRect(x + 1, RULER.height, Math.max(1, width - 1), all - RULER.height - 3);
    context.fillStyle = colors['text-3'];
    const middle = (RULER.height + all) / 2 + 3;
    if (width >= LENGTH_ROOM) context.fillText(formatDuration(to - from), x + width / 2, middle);
    else if (width >= 12) context.fillText('⋯', x + width / 2, middle);
  }
}
