/** Charts that wait for their turn, each with what draws it. */
const waiting = new Map<object, () => void>();
let running = false;

/**
 * Draws later, one chart per task, so that the page answers between two of them. What is asked for
 * again before its turn is drawn once.
 *
 * @param owner of the drawing; a later call for it replaces an earlier one
 */
export function drawSoon(owner: object, draw: () => void): void {
  waiting.set(owner, draw);
  if (running) return;
  running = true;
  setTimeout(next);
}

/** Takes back what has not been drawn yet. */
export function drawNever(owner: object): void {
  waiting.delete(owner);
}

function next(): void {
  const first = waiting.entries().next();
  if (first.done) {
    running = false;
    return;
  }
  const [owner, draw] = first.value;
  waiting.delete(owner);
  setTimeout(next);
  draw();
}
