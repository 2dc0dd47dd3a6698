/** Draws the lanes of the time line on a canvas, in the colours of the theme. */
import type { Colors } from '../theme.ts';
import { formatDuration } from '../ui/format.ts';
import { laneHeight, type Lanes } from './lanes.ts';
import type { TimeScale } from './time-scale.ts';

/** Heights of the lanes in px, from the top: statements, rows, errors; see lane-names in replay.css. */
const STATEMENTS = { top: 2, height: 16 } as const;
const ROWS = { top: 22, height: 22 } as const;
const ERRORS = { top: 48, height: 12 } as const;

export const LANES_HEIGHT = 64;

/** Of a cross, in px: from its middle to a tip, and how thick it is drawn. */
const REACH = 3;
const STROKE = 1.5;

/** Room that the length of a gap needs, in px. */
const LENGTH_ROOM = 44;

/** Draws all lanes; the canvas takes the size of the scale at the screen's own resolution. */
export function drawLanes(canvas: HTMLCanvasElement, lanes: Lanes, scale: TimeScale, colors: Colors): void {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(scale.width * ratio);
  canvas.height = Math.round(LANES_HEIGHT * ratio);
  canvas.style.width = `${scale.width}px`;
  canvas.style.height = `${LANES_HEIGHT}px`;
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(ratio, ratio);
  drawGaps(context, scale, colors);
  drawGround(context, scale.width, colors.border);
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
  }
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

function drawGround(context: CanvasRenderingContext2D, width: number, color: string): void {
  context.fillStyle = color;
  for (const { top, height } of [STATEMENTS, ROWS, ERRORS]) context.fillRect(0, top + height, width, 1);
}

/** Idle time is a band, with its length where there is room. */
function drawGaps(context: CanvasRenderingContext2D, scale: TimeScale, colors: Colors): void {
  context.font = "10px 'Inter', sans-serif";
  context.textAlign = 'center';
  for (const { idle, x, width, from, to } of scale.stretches) {
    if (!idle) continue;
    context.fillStyle = colors['surface-3'];
    context.fillRect(x + 1, 0, Math.max(1, width - 1), LANES_HEIGHT - 3);
    context.fillStyle = colors['text-3'];
    if (width >= LENGTH_ROOM)
      context.fillText(formatDuration(to - from), x + width / 2, LANES_HEIGHT / 2 + 3);
    else if (width >= 12) context.fillText('⋯', x + width / 2, LANES_HEIGHT / 2 + 3);
  }
}
