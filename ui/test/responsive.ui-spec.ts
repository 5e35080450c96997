import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeServer, startFakeServer } from './fake-server/fake-server.mjs';
import { InteractionMeter } from './support/interaction-meter.js';
import { UiBrowser, type UiPage } from './support/ui-browser.js';

/**
 * CPU time of the page's thread that an interaction may take with all that follows it, milliseconds.
 * Time on the clock is shown too, and not judged: on a busy machine it tells of the machine.
 */
const LIMIT_MS = 100;
const GROWTH_LIMIT_BYTES = 20e6;

let browser: UiBrowser;
let server: FakeServer;
const meter = new InteractionMeter();
let heap = '';

beforeAll(async () => {
  browser = await UiBrowser.launch();
  server = await startFakeServer('day');
});

afterAll(async () => {
  console.log(`\n${meter.table(LIMIT_MS)}\n${heap}\n`);
  await browser?.[Symbol.asyncDispose]();
  await server?.close();
});

async function open(route: string): Promise<UiPage> {
  const ui = await browser.open(new URL(`/ui/${route}`, server.url));
  await ui.page.getByTitle(/Event Stream: connected/).waitFor();
  return ui;
}

async function check(...input: Parameters<InteractionMeter['measure']>): Promise<void> {
  const { name, cpuMs } = await meter.measure(...input);
  expect.soft(cpuMs, name).toBeLessThan(LIMIT_MS);
}

/** Scrolls and waits until what comes into view has been drawn. */
function scrollTo(box: Locator, top: number): Promise<void> {
  return box.evaluate(
    (element, y) =>
      new Promise<void>((resolve) => {
        element.scrollTop = y;
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      }),
    top,
  );
}

describe('with a day on record', () => {
  it('answers at once among 100,000 rows', async () => {
    const { page, problems } = await open('#/activity');
    await page.getByText('100,000 total').waitFor();
    await check('activity: sort', page.getByRole('button', { name: 'ID', exact: true }));
    await check('activity: next page', page.getByRole('button', { name: 'Next' }));
    await page.getByRole('button', { name: /filter/i }).click();
    await check('activity: filter', page.getByLabel('ID from'), { inputs: ['400', '90000', ''] });
    const rows = page.getByRole('combobox', { name: 'Rows' });
    await check('activity: rows per page', rows, { inputs: ['100', '500'] });
    await rows.selectOption('500');
    await check('activity: sort 500 rows', page.getByRole('button', { name: 'Time', exact: true }));
    await page.getByRole('button', { name: 'Columns' }).last().click();
    const path = page.getByRole('checkbox', { name: 'Path' });
    await check('activity: column off and on, 500 rows', path);
    await page.keyboard.press('Escape');
    await check('activity: scroll 500 rows', page.getByRole('region', { name: 'Rows' }), {
      inputs: ['End'],
    });
    const menu = page.getByRole('button', { name: 'Fold or unfold the menu' });
    await check('activity: fold the menu, 500 rows', menu);
    await check('activity: theme, 500 rows', page.getByRole('button', { name: /^Theme/ }));
    await check('activity: open a capture', page.getByRole('button', { name: 'View' }).first(), {
      before: () => page.keyboard.press('Escape'),
    });
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('keeps of 500 rows on the page only those near the view, and shows each of them', async () => {
    const { page, problems } = await open('#/activity');
    await page.getByText('100,000 total').waitFor();
    await page.getByRole('button', { name: /filter/i }).click();
    await page.getByRole('combobox', { name: 'Rows' }).selectOption('500');
    const box = page.getByRole('region', { name: 'Rows' });
    const rows = box.locator('tbody tr[aria-rowindex]');
    await box.getByRole('table').and(page.locator('[aria-rowcount="501"]')).waitFor();
    const seen = new Set<string>();
    const widths = new Set<number>();
    const height = await box.evaluate(({ scrollHeight }) => scrollHeight);
    for (let top = 0; top <= height; top += 300) {
      await scrollTo(box, top);
      expect(await rows.count()).toBeLessThan(80);
      for (const text of await rows.locator('td:first-child').allInnerTexts()) seen.add(text);
      widths.add(await box.getByRole('table').evaluate(({ clientWidth }) => clientWidth));
    }
    expect(seen.size).toBe(500);
    expect(widths.size).toBe(1);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('draws 5,000 requests of 24 hours and walks through them', async () => {
    const { page, problems } = await open('#/timeline?window=86400');
    const chart = page.getByRole('application');
    await page.getByText(/\d{4} in this window/).waitFor();
    await check('timeline: select a request', chart, { inputs: ['ArrowLeft', 'ArrowRight'] });
    await check('timeline: theme', page.getByRole('button', { name: /^Theme/ }));
    const window = page.getByRole('combobox', { name: 'Window' });
    await check('timeline: 6 h and 24 h', window, { inputs: ['21600', '86400'] });
    await check('timeline: list of requests', page.getByText(/\d{4} in this window/));
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('charts 17,280 samples', async () => {
    const { page, problems } = await open('#/performance');
    await page.getByText('CPU Utilization').waitFor();
    await check('performance: 5 min, 15 min, 1 h', page.getByLabel('Window'), {
      inputs: ['2', '0', '1'],
    });
    await check('performance: 6 h and 24 h', page.getByLabel('Window'), { inputs: ['4', '3'] });
    await check('performance: all interfaces', page.getByLabel('all interfaces'));
    await check('performance: theme', page.getByRole('button', { name: /^Theme/ }));
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('changes pages', async () => {
    const { page, problems } = await open('#/');
    const menu = page.getByRole('navigation', { name: 'Main' });
    const home = menu.getByRole('link', { name: 'Now' });
    const back = async (): Promise<void> => {
      await home.click();
      await page.getByText('Loaded now').waitFor();
    };
    for (const name of ['Activity', 'Models', 'Timeline', 'Logs', 'Performance', 'Hardware']) {
      const link = menu.getByRole('link', { name, exact: true });
      await check(`to the page ${name}`, link, { before: back });
    }
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('finds one of 200 models while typing', async () => {
    const many = await startFakeServer('many');
    const { page, problems } = await browser.open(new URL('/ui/#/models', many.url));
    const search = page.getByLabel('Search models');
    await check('models: search among 200', search, {
      inputs: ['a', 'al', 'alias-1', 'alias-137', ''],
    });
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
    await check('logs: filter at 5,000 lines a second', filter, {
      inputs: ['7', '77', '7+ of', 'many', ''],
    });
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
    heap =
      `heap: ${(before / 1e6).toFixed(1)} MB, after 9,000 requests, 3 MB of log and 18 changes of ` +
      `page ${(growth / 1e6).toFixed(1)} MB more`;
    expect(growth).toBeLessThan(GROWTH_LIMIT_BYTES);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
