import type { CDPSession, Locator, Page } from 'playwright-core';

const TIMES = 5;

/** How long what follows an input is watched, and the page before it, milliseconds. */
const FOLLOW_MS = 120;

/** What one kind of input cost, milliseconds, each a median. */
export interface InteractionFigure {
  readonly name: string;
  /** From the input to the end of the frame that shows its effect. */
  readonly paintMs: number;
  /**
   * CPU time of the page's thread with all that follows: answers of the server, later drawing; without
   * what the page did just before for as long.
   */
  readonly cpuMs: number;
}

/** Measures inputs on pages and keeps the figures. */
export class InteractionMeter {
  readonly figures: InteractionFigure[] = [];
  private readonly sessions = new WeakMap<Page, Promise<CDPSession>>();

  /**
   * Gives an input several times and adds its figure.
   *
   * @param inputs given in turn: null is a click, else a value of a field, or a key for anything else
   * @param before what leads back to where the input is given, not measured
   */
  async measure(
    name: string,
    target: Locator,
    {
      inputs = [null],
      before,
    }: { inputs?: readonly (string | null)[]; before?: () => Promise<unknown> } = {},
  ): Promise<InteractionFigure> {
    const clock: number[] = [];
    const cpu: number[] = [];
    const page = target.page();
    await target.waitFor();
    for (let turn = 0; turn < TIMES; turn += 1) {
      await before?.();
      const idle = await this.cpuMs(page);
      await page.waitForTimeout(FOLLOW_MS);
      const used = await this.cpuMs(page);
      clock.push(await paintAfter(target, inputs[turn % inputs.length]!));
      await page.waitForTimeout(FOLLOW_MS);
      cpu.push(Math.max(0, (await this.cpuMs(page)) - used - (used - idle)));
    }
    const figure = { name, paintMs: medianOf(clock), cpuMs: medianOf(cpu) };
    this.figures.push(figure);
    return figure;
  }

  /**
   * Everything measured so far, one line each, judged by its CPU time, and a line that sums up.
   *
   * @param limitMs what an interaction may take, milliseconds
   */
  table(limitMs: number): string {
    const line = (name: string, ...cells: string[]): string =>
      `${name.padEnd(44)}${cells.map((cell) => cell.padStart(16)).join('')}`;
    const verdict = (cpuMs: number): string => (cpuMs < limitMs ? 'pass' : 'MISS');
    const passed = this.figures.filter(({ cpuMs }) => cpuMs < limitMs).length;
    const slowest = Math.max(...this.figures.map(({ cpuMs }) => cpuMs));
    return [
      line('interaction (median of five)', 'input to paint', 'CPU in all', `< ${limitMs} ms`),
      ...this.figures.map(({ name, paintMs, cpuMs }) =>
        line(name, `${paintMs.toFixed(0)} ms`, `${cpuMs.toFixed(0)} ms`, verdict(cpuMs)),
      ),
      `${passed} of ${this.figures.length} pass; the slowest takes ${slowest.toFixed(0)} ms`,
    ].join('\n');
  }

  /** CPU time that the page's thread has used so far, milliseconds. */
  private async cpuMs(page: Page): Promise<number> {
    const session = await this.sessionOf(page);
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
  }

  private sessionOf(page: Page): Promise<CDPSession> {
    const known = this.sessions.get(page);
    if (known) return known;
    const session = page
      .context()
      .newCDPSession(page)
      .then(async (cdp) => {
        await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
        return cdp;
      });
    this.sessions.set(page, session);
    return session;
  }
}

/** Time from an input to the end of the frame that shows its effect, milliseconds. */
function paintAfter(target: Locator, input: string | null): Promise<number> {
  return target.evaluate(
    (element: HTMLElement, value) =>
      new Promise<number>((resolve) => {
        const begunMs = performance.now();
        if (value === null) element.click();
        else if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement) {
          element.value = value;
          element.dispatchEvent(new Event('input', { bubbles: true }));
          element.dispatchEvent(new Event('change', { bubbles: true }));
        } else {
          element.dispatchEvent(new KeyboardEvent('keydown', { key: value, bubbles: true }));
        }
        requestAnimationFrame(() => {
          // A message that is sent within a frame arrives once it is painted.
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener('message', () => resolve(performance.now() - begunMs));
          port1.start();
          port2.postMessage(null);
        });
      }),
    input,
  );
}

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
