import { readFile } from 'node:fs/promises';
import { type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeServer, startFakeServer } from './fake-server/fake-server.mjs';
import { seriousFindings, type PageOptions, UiBrowser } from './support/ui-browser.js';

let browser: UiBrowser;
const servers: FakeServer[] = [];

beforeAll(async () => {
  browser = await UiBrowser.launch();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function show(scenario: string, route: string, options: PageOptions = {}) {
  const server = await startFakeServer(scenario);
  servers.push(server);
  const ui = await browser.open(new URL(`/ui/${route}`, server.url), options);
  await ui.page
    .getByTitle(/Event Stream: connected/)
    .first()
    .waitFor({ state: 'attached' });
  return { ...ui, server };
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

describe('loads', () => {
  it('shows why a load has failed, what helps and the end of the log', async () => {
    const { page, problems } = await show('failing', '#/models/gemma3-27b');
    await button(page, 'Load gemma3-27b').click();
    const card = page.getByRole('alert').filter({ hasText: 'The last load failed' });
    await card.getByText('exit code 1').first().waitFor();
    await card.getByText('It does not fit into memory').waitFor();
    await card.getByText('Last lines of its log').click();
    await card.getByText('loading weights').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('shows a failure that no click has caused on the first page', async () => {
    const { page, server } = await show('failing', '#/');
    await server.world.load('gemma3-27b');
    const failure = page.getByRole('region', { name: 'Failed load of gemma3-27b' });
    await failure.getByRole('heading', { name: 'Gemma 3 27B' }).waitFor();
    await page.context().close();
  });

  it('tells the phase and, after a first load, an estimate', async () => {
    const { page, server } = await show('idle', '#/models/gemma3-27b');
    server.world.loadMs = 1500;
    await server.world.load('gemma3-27b');
    server.world.setState('gemma3-27b', 'stopped');
    await button(page, 'Load gemma3-27b').click();
    await page.getByText(/^\s*(Starting and )?loading weights/i).waitFor();
    await page.getByText('estimate from 1 load').waitFor();
    await page.context().close();
  });
});

describe('settings', () => {
  it('go to a file and come back, and leave what other pages of this origin keep', async () => {
    const { page, problems } = await show('idle', '#/settings');
    await page.evaluate(() => localStorage.setItem('conversations', 'of another page'));
    await page.getByLabel('Show capability tags').check();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      button(page, 'Export').click(),
    ]);
    const text = await readFile(await file.path(), 'utf8');
    expect(text).toContain('"models-dash-show-capability-tags": "true"');
    page.on('dialog', (dialog) => void dialog.accept());
    await button(page, 'Reset all settings').click();
    await expect.poll(() => page.getByLabel('Show capability tags').isChecked()).toBe(false);
    const picker = page.locator('input[type=file]');
    const wrong = { name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{}') };
    await picker.setInputFiles(wrong);
    await page.getByText('x.json is no file of settings').waitFor();
    await picker.setInputFiles({ ...wrong, buffer: Buffer.from(text) });
    await expect.poll(() => page.getByLabel('Show capability tags').isChecked()).toBe(true);
    const kept = await page.evaluate(() => localStorage.getItem('conversations'));
    expect(kept).toBe('of another page');
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

describe('memory', () => {
  it('draws each device with what models hold of it, and what a stopped one would need', async () => {
    const { page, problems } = await show('idle', '#/');
    const memory = page.getByRole('region', { name: 'Memory' });
    await memory
      .getByRole('img', { name: /GPU 0.*qwen3-8b: 8.98 GiB.*something else: 900 MiB/ })
      .waitFor();
    const stopped = page.getByRole('region', { name: 'Models that are not loaded' });
    await stopped.getByRole('link', { name: 'vendor/coder 30b:q4' }).focus();
    await memory.getByText('vendor/coder 30b:q4 needs 20.5 GiB: fits').waitFor();
    await stopped.getByText('fits').first().waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('draws what each model held before, on the scale of the device', async () => {
    const { page, problems } = await show('idle', '#/');
    const memory = page.getByRole('region', { name: 'Memory' });
    await memory.getByText('History').click();
    const chart = memory.getByRole('img', { name: /^GPU 0 .*newest: .*qwen3-8b 9\.0 GiB/ });
    // Charts are drawn when they come into view.
    await chart.scrollIntoViewIfNeeded();
    await expect.poll(() => chart.locator('canvas').count()).toBe(1);
    await chart.getByText('something else').waitFor();
    await memory.getByLabel('Window').selectOption({ label: '24 hr' });
    await expect.poll(() => chart.locator('canvas').count()).toBe(1);
    expect(await seriousFindings(page)).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('says in the dry run whether the memory suffices', async () => {
    const { page, problems } = await show('idle', '#/plan');
    await page.getByRole('checkbox', { name: 'vendor/coder 30b:q4' }).check();
    await page.getByRole('checkbox', { name: 'nomic-embed' }).check();
    await button(page, 'Ask for qwen3-8b').click();
    const steps = page.getByRole('region', { name: 'Steps' });
    await steps.getByText('needs 8.98 GiB, leaves').waitFor();
    await button(page, 'Ask for hidden-lab').click();
    await steps.getByText('its need is not known before its first load').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('shows in a grid what can run beside what, and plays a pair through', async () => {
    const { page, problems } = await show('idle', '#/plan');
    const grid = page.getByRole('region', { name: 'What can run beside what' });
    await grid
      .getByRole('button', { name: /nomic-embed runs, qwen3-8b .*: runs beside/ })
      .waitFor();
    await grid.getByRole('button', { name: /qwen3-8b runs, gemma3-27b .*: stops it/ }).click();
    await page.getByRole('heading', { name: '1. Ask for gemma3-27b' }).waitFor();
    const isSupposed = () => page.getByRole('checkbox', { name: 'qwen3-8b' }).isChecked();
    await expect.poll(isSupposed).toBe(true);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

describe('time and progress', () => {
  it('counts down to the moment at which an idle model is unloaded', async () => {
    const { page } = await show('idle', '#/');
    const left = page.getByText(/unloads in \d m \d\d s/);
    const before = await left.textContent();
    await expect.poll(() => left.textContent()).not.toBe(before);
    await page.getByText('stays loaded').waitFor();
    await page.context().close();
  });

  it('shows how far a load is as its server tells, with the end of its log', async () => {
    const { page, server } = await show('idle', '#/models/gemma3-27b');
    server.world.loadMs = 9000;
    await button(page, 'Load gemma3-27b').click();
    await page.getByText(/Loading weights \d+ %/).waitFor();
    const bar = page.getByRole('progressbar', { name: 'Load of gemma3-27b' });
    await expect
      .poll(async () => Number(await bar.getAttribute('aria-valuenow')))
      .toBeGreaterThan(5);
    await page.getByLabel('Last lines of its log').getByText('loading weights').waitFor();
    await page.context().close();
  });
});

describe('queue', () => {
  it('shows who waits for what, in the order of service, and cancels all of a model', async () => {
    const { page, server } = await show('idle', '#/');
    const wait_reason = { kind: 'busy', models: ['qwen3-8b'] };
    server.world.request('vendor/coder 30b:q4', {
      stage: 'queued',
      queue_position: 3,
      wait_reason,
    });
    for (const queue_position of [1, 2]) {
      const timestamp = new Date(Date.now() + queue_position * 1000).toISOString();
      const more = { stage: 'queued', queue_position, wait_reason, timestamp };
      server.world.request('gemma3-27b', more);
    }
    const queue = page.getByRole('region', { name: 'Queue' });
    await expect
      .poll(() => queue.getByRole('link').allTextContents())
      .toEqual(['gemma3-27b', 'vendor/coder 30b:q4']);
    await queue.getByText('qwen3-8b must go and still has work').first().waitFor();
    await queue.getByText('which is not the order of arrival').waitFor();
    await button(page, 'Serve vendor/coder 30b:q4 next').click();
    await expect
      .poll(() => queue.getByRole('link').allTextContents())
      .toEqual(['vendor/coder 30b:q4', 'gemma3-27b']);
    await button(page, 'Serve gemma3-27b next').click();
    await expect
      .poll(() => queue.getByRole('link').allTextContents())
      .toEqual(['gemma3-27b', 'vendor/coder 30b:q4']);
    await queue.getByText('Who waits').first().click();
    await queue.getByRole('button', { name: 'Cancel waiting request 2' }).click();
    await queue.getByText('1 request,').first().waitFor();
    await button(page, 'Cancel all waiting requests for gemma3-27b').click();
    await expect.poll(() => queue.getByText('Who waits').count()).toBe(1);
    await page.context().close();
  });
});

describe('connection', () => {
  it('keeps what it knew while the server is away, and the open page', async () => {
    const { page, server } = await show('idle', '#/models');
    await page.getByRole('main').getByRole('link', { name: 'Qwen3 8B' }).waitFor();
    const port = Number(server.url.port);
    await server.close();
    servers.length = 0;
    await page.getByText('Drover does not answer.').waitFor();
    expect(await page.getByRole('main').getByRole('link', { name: 'Qwen3 8B' }).count()).toBe(1);
    servers.push(await startFakeServer('profiles', port));
    await page.getByTitle(/Event Stream: connected/).waitFor();
    await page.getByText('Small models, quick answers').waitFor();
    await page.context().close();
  });

  it('shows a page that could not be fetched as soon as the server is back', async () => {
    const { page, server, go } = await show('idle', '#/models');
    const port = Number(server.url.port);
    await server.close();
    servers.length = 0;
    await go('#/hardware');
    await page.getByText('This page could not be fetched').waitFor();
    servers.push(await startFakeServer('idle', port));
    await page.getByText('Ryzen').first().waitFor();
    await page.context().close();
  });

  it('loses no change of state under 5,000 log lines a second', async () => {
    const { page, server, problems } = await show('flood', '#/logs');
    await page
      .getByText(/line \d+ of many/)
      .first()
      .waitFor();
    for (let turn = 0; turn < 20; turn += 1) {
      server.world.setState('gemma3-27b', turn % 2 === 0 ? 'ready' : 'stopped');
      await page.waitForTimeout(50);
    }
    server.world.setState('gemma3-27b', 'starting');
    await page.evaluate(() => (location.hash = '#/models/gemma3-27b'));
    await button(page, 'Abort the start of gemma3-27b').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('shows all of 200 models and finds one', async () => {
    const { page, problems } = await show('many', '#/models');
    await expect
      .poll(() => page.getByRole('button', { name: /^(Load|Unload) f/ }).count())
      .toBe(200);
    await page.getByLabel('Search models').fill('alias-137');
    await expect.poll(() => page.getByRole('button', { name: /^(Load|Unload) f/ }).count()).toBe(1);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('says that there are no models', async () => {
    const { page } = await show('empty', '#/models');
    await page.getByText('No local models available.').waitFor();
    await page.context().close();
  });

  it('says that monitoring is switched off', async () => {
    const { page } = await show('monitoringOff', '#/performance');
    await page.getByText('Monitoring is switched off').waitFor();
    await page.getByRole('link', { name: 'Performance' }).waitFor({ state: 'detached' });
    await page.context().close();
  });
});

describe('a key with fewer rights', () => {
  it('shows the refusal of what it may not do', async () => {
    const { page, problems } = await show('readOnly', '#/models');
    await button(page, 'Load gemma3-27b').click();
    await page.getByText('the key "guest" may read, not operate').first().waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Qwen3 8B' }).waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('leaves the profile as it was when the switch is refused', async () => {
    const { page } = await show('readOnlyProfiles', '#/models');
    const profile = page.getByLabel('Active profile');
    await expect.poll(() => profile.inputValue()).toBe('work');
    await profile.selectOption('night');
    await page.getByText(/Switching the profile failed: .*may read, not operate/).waitFor();
    await expect.poll(() => profile.inputValue()).toBe('work');
    await page.context().close();
  });

  it('says why there are no logs', async () => {
    const { page } = await show('readOnlyProfiles', '#/logs');
    await page.getByText('the key "guest" may read no logs').first().waitFor();
    await page.context().close();
  });

  it('says that it may not look, and still lets models be used', async () => {
    const server = await startFakeServer('inferenceOnly');
    servers.push(server);
    const { page } = await browser.open(new URL('/ui/#/', server.url));
    await page.getByText('the key "app" may use models only').first().waitFor();
    // Nothing is known, so no figure stands there as if something were.
    expect(await page.getByText('Being served').isVisible()).toBe(false);
    await page.getByRole('link', { name: 'To the Playground' }).click();
    await page.getByRole('main').getByRole('combobox').first().selectOption('qwen3-8b');
    await page.getByRole('textbox', { name: 'Message' }).fill('hello');
    await page.keyboard.press('Enter');
    await page.locator('strong', { hasText: 'Bold' }).waitFor();
    await page.context().close();
  });
});

describe('shell', () => {
  it('keeps title, folded menu and colour mode over a reload', async () => {
    const { page } = await show('idle', '#/settings');
    await page.getByLabel('Dark').check();
    await page.keyboard.press('Control+b');
    await page.reload();
    await page.locator('html.dark').waitFor();
    expect(await page.evaluate(() => localStorage.getItem('theme-mode'))).toBe('"dark"');
    expect(await page.evaluate(() => localStorage.getItem('sidebar-folded'))).toBe('true');
    await page.context().close();
  });

  it('opens the menu as a sheet on a phone and closes it with Escape', async () => {
    const { page } = await show('idle', '#/', { width: 360, height: 700 });
    await button(page, 'Fold or unfold the menu').click();
    await page.getByRole('link', { name: 'Timeline' }).first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Close menu' }).waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('moves to the content by the skip link', async () => {
    const { page } = await show('idle', '#/');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('page');
    await page.context().close();
  });
});

it('takes over settings that the reference has stored, and ignores broken ones', async () => {
  const { page, problems } = await show('idle', '#/settings');
  await page.evaluate(() => {
    const kept = {
      'theme-name': '"solarized"',
      'theme-mode': '"dark"',
      'app-title': '"My herd"',
      'activity-page-size': '10',
      'activity-columns': '{"req_path":true,"gone":true}',
      'activity-column-order': '["req_path","no-such-column","id"]',
      'model-detail-activity-page-size': '"broken',
      'logviewer-view-mode': '"upstream"',
      'perf-window': '99',
      'playground-temperature': '"warm"',
      'models-dash-show-capability-tags': 'true',
    };
    for (const [name, value] of Object.entries(kept)) localStorage.setItem(name, value);
  });
  await page.reload();
  await page.locator('html.dark').waitFor();
  await page.getByTitle('Click to rename').getByText('My herd').waitFor();
  expect(await page.getByRole('combobox', { name: /^Theme/ }).inputValue()).toBe('solarized');
  await page.evaluate(() => (location.hash = '#/activity'));
  await page.getByText('Page 1 of 6').waitFor();
  const headings = page.locator('table').last().locator('th');
  await expect.poll(async () => (await headings.first().innerText()).trim()).toBe('Path');
  await page.evaluate(() => (location.hash = '#/logs'));
  await page.getByRole('region', { name: 'Upstream' }).waitFor();
  await expect.poll(() => page.getByRole('region', { name: 'Proxy' }).count()).toBe(0);
  await page.evaluate(() => (location.hash = '#/performance'));
  await expect.poll(() => page.getByLabel('Window').inputValue()).toBe('0');
  expect(problems).toEqual([]);
  await page.context().close();
});

/** Scrolls a box and waits until the page has been told of it. */
async function scrollDown(box: Locator): Promise<void> {
  await box.evaluate(
    (element) =>
      new Promise<void>((resolve) => {
        element.addEventListener('scroll', () => requestAnimationFrame(() => resolve()), {
          once: true,
        });
        element.scrollTo(0, 120);
      }),
  );
}

describe('the newest rows', () => {
  it('wait while rows are being read, counted, and come when they are asked for', async () => {
    const { page, server, problems } = await show('idle', '#/activity');
    const rows = page.getByRole('region', { name: 'Rows' });
    const first = rows.locator('tbody tr td').first();
    await expect.poll(() => first.textContent()).toBe('60');
    await scrollDown(rows);
    for (let count = 0; count < 3; count += 1) server.world.record();
    await button(page, '3 new').waitFor();
    expect(await first.textContent()).toBe('60');
    server.world.record();
    await button(page, '4 new').click();
    await expect.poll(() => first.textContent()).toBe('64');
    expect(await rows.evaluate((box) => box.scrollTop)).toBe(0);
    await button(page, '4 new').waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('are counted on a later page, of one model too', async () => {
    const { page, server } = await show('idle', '#/models/qwen3-8b');
    for (let count = 0; count < 30; count += 1) server.world.record();
    await page.getByText('50 total').waitFor();
    await button(page, 'Next').click();
    await page.getByText('Page 2 of 2').waitFor();
    server.world.record({ model: 'gemma3-27b' });
    server.world.record();
    await button(page, '1 new').click();
    await page.getByText('Page 1 of 3').waitFor();
    await page.context().close();
  });

  it('of a log are counted while an earlier part is read', async () => {
    const { page, server } = await show('idle', '#/logs');
    server.world.log('upstream', 'an earlier line\n'.repeat(200));
    const log = page.getByRole('log', { name: 'Upstream text' });
    await log.getByText('an earlier line').first().waitFor();
    await log.evaluate((box) => box.scrollTo(0, 0));
    await page.getByRole('button', { name: 'Jump to end' }).waitFor();
    server.world.log('upstream', 'a new line\nand another\n');
    await button(page, 'Jump to end · 2 new').click();
    await log.getByText('and another').waitFor();
    await page.context().close();
  });
});

describe('live figures', () => {
  it('of a model stand on its page, and its card shows them in place', async () => {
    const { page, problems, go } = await show('idle', '#/');
    const card = page.getByRole('article').filter({ hasText: 'Qwen3 8B' });
    await card.locator('summary').click();
    await card.getByText('Evaluation Time').waitFor();
    await card.getByRole('link', { name: 'Charts' }).click();
    await page.getByRole('tab', { name: 'Live', selected: true }).waitFor();
    await page.getByRole('img', { name: /^Parallel Slots, newest: Busy \d/ }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await go('#/models/gemma3-27b/live');
    await page.getByText('It is not running').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

describe('activity', () => {
  it('sorts, pages, filters and exports', async () => {
    const { page, problems } = await show('idle', '#/activity');
    const first = () => page.locator('table').last().locator('tbody tr td').first().textContent();
    await expect.poll(first).toBe('60');
    await page.getByRole('button', { name: /^ID/ }).click();
    await expect.poll(first).toBe('1');
    await page.getByRole('button', { name: /export/i }).click();
    const text = await page.getByRole('dialog').getByRole('textbox').inputValue();
    expect(text).toContain('| Range');
    await page.getByText('CSV and NDJSON hold every row on record, up to 100,000.').waitFor();
    for (const kind of ['CSV', 'NDJSON']) {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('dialog').getByRole('button', { name: kind, exact: true }).click(),
      ]);
      expect(file.suggestedFilename()).toBe(`activity.${kind.toLowerCase()}`);
    }
    await page.keyboard.press('Escape');
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('shows a capture as a conversation, copies it for curl and goes on with it', async () => {
    const { page, problems } = await show('idle', '#/activity');
    await page.getByRole('button', { name: 'View' }).first().click();
    const dialog = page.getByRole('dialog');
    await button(page, 'Chat').first().click();
    await dialog.getByText('user', { exact: true }).waitFor();
    await dialog.getByText('Hi', { exact: true }).waitFor();
    await dialog.getByText('Calls look_up').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      button(page, 'Download').click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^capture-\d+\.json$/);
    await button(page, 'Copy as curl').click();
    await page.getByText('Copied.').waitFor();
    await button(page, 'Open in Playground').click();
    await page.getByRole('heading', { name: 'Playground / Chat' }).waitFor();
    await page.getByRole('article', { name: 'Your message' }).getByText('Hi').waitFor();
    const model = page.getByRole('combobox', { name: 'Model' }).first();
    expect(await model.inputValue()).toBe('qwen3-8b');
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('tells a capture that is gone from one that is there', async () => {
    const { page } = await show('idle', '#/activity');
    await page.getByRole('button', { name: /^ID/ }).click();
    await expect
      .poll(() => page.locator('table').last().locator('tbody td').first().textContent())
      .toBe('1');
    await page.getByRole('button', { name: /View/ }).first().click();
    await page
      .getByRole('dialog')
      .getByText(/expired|missing|not found/i)
      .first()
      .waitFor();
    await page.context().close();
  });
});

it('shows a model’s answer without running what is in it', async () => {
  const { page, problems } = await show('idle', '#/playground');
  let alerts = 0;
  page.on('dialog', (dialog) => {
    alerts += 1;
    void dialog.dismiss();
  });
  await page.getByRole('main').getByRole('combobox').first().selectOption('qwen3-8b');
  await page.getByRole('textbox', { name: 'Message' }).fill('hello');
  await page.keyboard.press('Enter');
  await page.locator('strong', { hasText: 'Bold' }).waitFor();
  expect(await page.locator('.markdown script').count()).toBe(0);
  expect(alerts).toBe(0);
  expect(problems).toEqual([]);
  await page.context().close();
});
