/** Draws the lanes of the time line on a canvas, in the colours of the theme. */
import type { Decided } from '../../shared/policy/recorded-decision.ts';
import type { Colors } from '../theme.ts';
import { formatDuration } from '../ui/format.ts';
import { drawDecisionShape, type DecisionShape } from './decision-shape.ts';
import { laneHeight, type Lanes } from './lanes.ts';
import type { TimeScale } from './time-scale.ts';

/** Heights of the lanes in px, from the top: statements, rows, errors; see lane-names in time-line.css. */
const STATEMENTS = { top: 2, height: 16 } as const;
const ROWS = { top: 22, height: 22 } as const;
const ERRORS = { top: 48, height: 12 } as const;

/** Only of sessions under a policy. */
const DECISIONS = { top: 66, height: 12 } as const;
const MASKED = { top: 84, height: 10 } as const;

/** Height of all lanes in px; `governed`: those of a policy are among them. */
export function lanesHeight(governed: boolean): number {
  return governed ? 98 : 64;
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
}

/** Draws all lanes; the canvas takes the size of the scale at the screen's own resolution. */
export function drawLanes(canvas: HTMLCanvasElement, lanes: Lanes, look: LanesLook): void {
  const { scale, colors, governed } = look;
  const all = lanesHeight(governed);
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(scale.width * ratio);
  canvas.height = Math.round(all * ratio);
  canvas.style.width = `${scale.width}px`;
  canvas.style.height = `${all}px`;
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(ratio, ratio);
  drawGaps(context, look);
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
  for (const { idle, x, width, from, to } of scale.stretches) {
    if (!idle) continue;
    context.fillStyle = colors['surface-3'];
    context.fillRect(x + 1, 0, Math.max(1, width - 1), all - 3);
    context.fillStyle = colors['text-3'];
    if (width >= LENGTH_ROOM) context.fillText(formatDuration(to - from), x + width / 2, all / 2 + 3);
    else if (width >= 12) context.fillText('⋯', x + width / 2, all / 2 + 3);
  }
}
