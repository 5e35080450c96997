import { type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeServer, startFakeServer } from './fake-server/fake-server.mjs';
import { UiBrowser, type UiPage } from './support/ui-browser.js';

/**
 * CPU time of the page's thread that an interaction may take, milliseconds. Time on the clock is shown
 * too, and not judged: on a busy machine it tells of the machine.
 */
const LIMIT_MS = 400;
const TIMES = 5;
const GROWTH_LIMIT_BYTES = 20e6;

let browser: UiBrowser;
let server: FakeServer;
const figures: string[] = [];

beforeAll(async () => {
  browser = await UiBrowser.launch();
  server = await startFakeServer('day');
});

afterAll(async () => {
  console.log(['input to next paint, median of five:', ...figures].join('\n  '));
  await browser?.[Symbol.asyncDispose]();
  await server?.close();
});

async function open(route: string): Promise<UiPage> {
  const ui = await browser.open(new URL(`/ui/${route}`, server.url));
  await ui.page.getByTitle(/Event Stream: connected/).waitFor();
  return ui;
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
          port1.onmessage = () => resolve(performance.now() - begunMs);
          port2.postMessage(null);
        });
      }),
    input,
  );
}

/** CPU time that the page's thread has used so far, milliseconds. */
async function cpuMeter(page: Page): Promise<() => Promise<number>> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
  };
}

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function check(name: string, target: Locator, inputs: readonly (string | null)[] = [null]) {
  const clock: number[] = [];
  const cpu: number[] = [];
  await target.waitFor();
  const used = await cpuMeter(target.page());
  for (let turn = 0; turn < TIMES; turn += 1) {
    const before = await used();
    clock.push(await paintAfter(target, inputs[turn % inputs.length]!));
    cpu.push((await used()) - before);
  }
  const [shown, worked] = [medianOf(clock), medianOf(cpu)];
  figures.push(`${name}: ${shown.toFixed(0)} ms; CPU, with what follows, ${worked.toFixed(0)} ms`);
  expect.soft(worked, name).toBeLessThan(LIMIT_MS);
}

describe('with a day on record', () => {
  it('answers at once among 100,000 rows', async () => {
    const { page, problems } = await open('#/activity');
    await page.getByText('100,000 total').waitFor();
    await check('sort', page.getByRole('button', { name: 'ID', exact: true }));
    await check('next page', page.getByRole('button', { name: 'Next' }));
    await page.getByRole('button', { name: /filter/i }).click();
    await check('rows per page', page.getByRole('combobox', { name: 'Rows' }), ['500', '100']);
    await page.getByRole('button', { name: 'Columns' }).last().click();
    await check('column off and on with 500 rows', page.getByRole('checkbox', { name: 'Path' }));
    await check('fold the menu', page.getByRole('button', { name: 'Fold or unfold the menu' }));
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('draws 5,000 requests of 24 hours and walks through them', async () => {
    const { page, problems } = await open('#/timeline?window=86400');
    const chart = page.getByRole('application');
    await page.getByText(/\d{4} in this window/).waitFor();
    await check('select a request', chart, ['ArrowLeft', 'ArrowRight']);
    await check('change of theme', page.getByRole('button', { name: /^Theme/ }));
    const window = page.getByRole('combobox', { name: 'Window' });
    await check('another window', window, ['21600', '86400']);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('charts 17,280 samples', async () => {
    const { page, problems } = await open('#/performance');
    await page.getByText('CPU Utilization').waitFor();
    await check('another window', page.getByLabel('Window'), ['2', '0', '1']);
    await check('a day at once', page.getByLabel('Window'), ['4', '3']);
    await page.getByText('CPU Utilization').waitFor();
    await check('all interfaces', page.getByLabel('all interfaces'));
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('finds one of 200 models while typing', async () => {
    const many = await startFakeServer('many');
    const { page, problems } = await browser.open(new URL('/ui/#/models', many.url));
    const search = page.getByLabel('Search models');
    await check('search', search, ['a', 'al', 'alias-1', 'alias-137', '']);
    expect(problems).toEqual([]);
    await page.context().close();
    await many.close();
  });

  it('filters a log into which 5,000 lines a second are written', async () => {
    const flood = await startFakeServer('flood');
    const { page, problems } = await browser.open(new URL('/ui/#/logs', flood.url));
    await page
      .getByText(/line \d+ of many/)
      .first()
      .waitFor();
    await page
      .getByRole('button', { name: /filter/i })
      .last()
      .click();
    const filter = page.getByRole('textbox', { name: /filter/i });
    await check('filter', filter, ['7', '77', '7+ of', 'many', '']);
    expect(problems).toEqual([]);
    await page.context().close();
    await flood.close();
  });
});

describe('memory', () => {
  const ROUTES = ['#/', '#/activity', '#/timeline', '#/logs', '#/performance', '#/monitoring'];

  it('does not grow with what passes by', { timeout: 120_000 }, async () => {
    const { page, problems, go } = await open('#/');
    const cdp = await page.context().newCDPSession(page);
    const used = async (): Promise<number> => {
      await cdp.send('HeapProfiler.collectGarbage');
      return (await cdp.send('Runtime.getHeapUsage')).usedSize;
    };
    const round = async (): Promise<void> => {
      for (const route of ROUTES) {
        await go(route);
        for (let piece = 0; piece < 10; piece += 1) {
          server.world.log('upstream', 'a line of a log that goes on and on\n'.repeat(500));
          const ends = Array.from({ length: 50 }, () => server.world.request('qwen3-8b'));
          for (const end of ends) end();
          server.world.setState('gemma3-27b', piece % 2 ? 'stopped' : 'ready');
          await page.waitForTimeout(20);
        }
      }
      await go('#/');
      await page.getByText('Loaded now').waitFor();
    };
    await round();
    await round();
    const before = await used();
    for (let turn = 0; turn < 3; turn += 1) await round();
    const growth = (await used()) - before;
    figures.push(
      `heap: ${(before / 1e6).toFixed(1)} MB, after 9,000 requests, 3 MB of log and 18 changes of ` +
        `page ${(growth / 1e6).toFixed(1)} MB more`,
    );
    expect(growth).toBeLessThan(GROWTH_LIMIT_BYTES);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
