/** The shapes that stand for decisions on the time line: told apart without their colours. */

/** `barred` refused, `square` held, `check` approved, `ring` nothing came of it. */
export type DecisionShape = 'barred' | 'square' | 'check' | 'ring';

/** Half the size of a shape in px. */
const REACH = 4.5;

/** Draws a shape around a point. */
export function drawDecisionShape(
  context: CanvasRenderingContext2D,
  shape: DecisionShape,
  x: number,
  y: number,
  color: string,
): void {
  context.strokeStyle = color;
  context.lineWidth = 1.75;
  context.beginPath();
  if (shape === 'barred' || shape === 'ring') context.arc(x, y, REACH, 0, 2 * Math.PI);
  if (shape === 'barred') {
    context.moveTo(x - REACH * 0.7, y + REACH * 0.7);
    context.lineTo(x + REACH * 0.7, y - REACH * 0.7);
  }
  if (shape === 'square') context.rect(x - REACH + 0.5, y - REACH + 0.5, 2 * REACH - 1, 2 * REACH - 1);
  if (shape === 'check') {
    context.moveTo(x - REACH, y);
    context.lineTo(x - 1, y + REACH - 1);
    context.lineTo(x + REACH, y - REACH + 1);
  }
  context.stroke();
}
