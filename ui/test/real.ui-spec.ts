import { type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoModel, RealDrover } from './support/real-drover.js';
import { UiBrowser } from './support/ui-browser.js';

const LINES = [
  'captureBuffer: 5',
  'models:',
  ...demoModel('small', '--load-time 300ms --tokens-per-second 0', [
    'name: Small one',
    'aliases: [tiny]',
    'ttl: 600',
  ]),
  ...demoModel('large', '--load-time 300ms --tokens-per-second 0'),
  ...demoModel('family/odd id:q4', '--load-time 100ms'),
  ...demoModel('broken', '--no-such-flag'),
  ...demoModel('slow', '--load-time 30s'),
  ...demoModel('hidden', '', ['unlisted: true']),
  'profiles:',
  '  work: {description: For work, pins: {default: small}}',
];

let browser: UiBrowser;
let drover: RealDrover;

beforeAll(async () => {
  [browser, drover] = await Promise.all([UiBrowser.launch(), new RealDrover(LINES).start()]);
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await drover?.[Symbol.asyncDispose]();
});

function open(route: string, width = 1280) {
  return browser.open(new URL(`/ui/${route}`, drover.url), { width, height: 900 });
}

const row = (page: Page, text: string) => page.getByRole('listitem').filter({ hasText: text });

function chat(model: string, content = 'Hello'): Promise<Response> {
  return fetch(new URL('/v1/chat/completions', drover.url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Session-ID': 'from-the-test' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content }] }),
  });
}

describe('the way to the UI', () => {
  it.each([
    ['/', '/ui/'],
    ['/ui', '/ui/'],
    ['/logs', '/ui/'],
    ['/ui/deep/link', '/ui/deep/link'],
  ])('%s leads to %s', async (from, to) => {
    const { page } = await browser.open(new URL(from, drover.url));
    expect(new URL(page.url()).pathname).toBe(to);
    await page.getByRole('heading', { name: 'Now', exact: true }).waitFor();
    await page.context().close();
  });

  it('leads /upstream to the models', async () => {
    const { page } = await browser.open(new URL('/upstream', drover.url));
    await page.getByRole('heading', { name: 'Local models' }).waitFor();
    await page.context().close();
  });

  it('leads an unknown route home', async () => {
    const { page } = await open('#/no/such/page');
    await page.getByRole('heading', { name: 'Now', exact: true }).waitFor();
    await page.context().close();
  });
});

describe('models', () => {
  it('loads one, swaps it for another and unloads all', async () => {
    const { page, problems } = await open('#/models');
    await page.getByRole('button', { name: 'Load small' }).click();
    await page.getByRole('button', { name: 'Unload small' }).waitFor();
    await page.getByRole('button', { name: 'Load large' }).click();
    await page.getByRole('button', { name: 'Unload large' }).waitFor();
    await page.getByRole('button', { name: 'Load small' }).waitFor();
    await page.getByRole('button', { name: 'Unload All' }).click();
    await page.getByRole('button', { name: 'Load large' }).waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('cancels a load that takes long', async () => {
    const { page } = await open('#/models');
    await page.getByRole('button', { name: 'Load slow' }).click();
    await page.getByRole('button', { name: 'Cancel loading slow' }).click();
    await page.getByRole('button', { name: 'Load slow' }).waitFor();
    await page.context().close();
  });

  it('says why a load has failed, with the server’s own words, until the next attempt', async () => {
    const { page } = await open('#/models/broken');
    await page.getByRole('button', { name: 'Load broken' }).click();
    await page.getByText('The last load failed').waitFor();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    await page.context().close();
  });

  it('shows unlisted models on demand and finds models by alias', async () => {
    const { page } = await open('#/models');
    await row(page, 'small').first().waitFor();
    expect(await page.getByRole('main').getByText('hidden', { exact: true }).count()).toBe(0);
    await page.getByLabel('Show unlisted models').check();
    await page.getByRole('main').getByText('hidden').first().waitFor();
    await page.getByLabel('Search models').fill('tiny');
    await expect.poll(() => page.getByRole('button', { name: /^Load / }).count()).toBe(1);
    await page.context().close();
  });

  it('opens a model by an id with slash, blank and colon, and by an alias', async () => {
    const { page, go } = await open(`#/models/${encodeURIComponent('family/odd id:q4')}`);
    await page.getByRole('heading', { name: 'family/odd id:q4', level: 2 }).waitFor();
    await page.getByRole('button', { name: 'Load family/odd id:q4' }).click();
    await page.getByRole('button', { name: 'Unload family/odd id:q4' }).waitFor();
    await go('#/models/tiny');
    await page.getByRole('heading', { name: 'Small one' }).waitFor();
    await go('#/models/nobody');
    await page.getByText('There is no model called').waitFor();
    await page.context().close();
  });

  it('tells on the details what would be evicted', async () => {
    const { page } = await open('#/models/small/details');
    await page.getByText('If requested now').waitFor();
    await page.getByText(/loads (after|beside)/).waitFor();
    await page.context().close();
  });
});

describe('requests', () => {
  it('records a request with its capture, rebuilt as an answer', async () => {
    await (await chat('small', 'Count some sheep')).text();
    const { page } = await open('#/activity');
    await page.getByRole('link', { name: 'small' }).first().waitFor();
    await page.getByRole('button', { name: /View/ }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Request Body').waitFor();
    await dialog.getByText('Count some sheep').first().waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await page.context().close();
  });

  it('shows a request that waits for its model, and cancels it', async () => {
    const { page } = await open('#/activity');
    await page.getByText('There are no in-flight requests.').waitFor();
    const answer = chat('slow');
    const rows = page.getByRole('region', { name: 'In-flight requests' }).getByRole('row');
    await rows.getByTitle('from-the-test').waitFor();
    await page.getByRole('button', { name: /Cancel request/ }).click();
    await page.getByText('There are no in-flight requests.').waitFor();
    await (await answer).text();
    await page.context().close();
  });

  it('chats in the Playground and keeps the chat while other pages are shown', async () => {
    const { page, problems, go } = await open('#/playground');
    await page.evaluate(() => localStorage.setItem('playground-max-tokens', '40'));
    await page.reload();
    await page.getByRole('main').getByRole('combobox').first().selectOption('small');
    await page.getByRole('textbox', { name: /message/i }).fill('Tell me of sheep');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /Regenerate/i }).waitFor();
    await go('#/models');
    await page.getByRole('button', { name: 'Unload small' }).waitFor();
    await go('#/playground');
    await page.getByText('Tell me of sheep').first().waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

describe('timeline and dry run', () => {
  it('shows the swap of a scripted pair and why it happened', async () => {
    await (await chat('small')).text();
    await (await chat('large')).text();
    const { page, problems } = await open('#/timeline');
    await page.getByRole('cell', { name: 'large' }).first().waitFor();
    await page
      .getByRole('button', { name: /Why swap/ })
      .first()
      .click();
    const why = page.getByRole('region', { name: 'Why' });
    await why.getByText('Evicted').waitFor();
    await why.getByText('small').first().waitFor();
    await why.getByText('Stopping small').waitFor();
    await why.getByText('Loading large').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('plays a sequence of requests without starting anything', async () => {
    const { page } = await open('#/plan');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('checkbox', { name: 'small' }).check();
    await page.getByRole('button', { name: 'Ask for large' }).click();
    await page.getByText('loads after this model has stopped').waitFor();
    await page.getByRole('button', { name: 'Ask for small' }).click();
    await page.getByRole('heading', { name: '2. Ask for small' }).waitFor();
    await page.context().close();
  });

  it('shows live figures of a running model', async () => {
    await (await chat('small')).text();
    const { page, problems } = await open('#/monitoring');
    await page.getByText('Tokens Generated').waitFor();
    await page.getByText(/Connected · last sample/).waitFor();
    await page.getByText('Parallel Slots').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

describe('profiles', () => {
  it('switches the profile and shows it on the Models page', async () => {
    const { page } = await open('#/models');
    await page.getByLabel('Active profile').selectOption('work');
    await page.getByText('1 mappings').waitFor();
    await page.getByLabel('Active profile').selectOption('None');
    await page.getByText('No profile is active.').waitFor();
    await page.context().close();
  });
});

describe('machine', () => {
  it('charts the host and lists the hardware', async () => {
    const { page, problems, go } = await open('#/performance');
    await page.getByText('CPU Utilization').waitFor();
    await go('#/hardware');
    await page.getByText('Logical threads').waitFor();
    await page
      .getByRole('tab', { name: 'Text' })
      .or(page.getByRole('button', { name: 'Text' }))
      .click();
    await page.getByRole('textbox').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('streams the log of Drover and of one model', async () => {
    await (await chat('small')).text();
    const { page, go } = await open('#/logs');
    await page.getByRole('button', { name: 'Filter lines' }).first().click();
    await page.getByRole('textbox', { name: /Filter/ }).fill('listening');
    await page
      .getByText(/listening on/)
      .first()
      .waitFor();
    await go('#/models/small/logs');
    await page.getByText(/demo/i).first().waitFor();
    await page.context().close();
  });
});

it('reconnects after a restart and shows what is there then', async () => {
  const { page } = await open('#/models');
  await page.getByTitle(/Event Stream: connected/).waitFor();
  await expect.poll(() => page.title()).toContain('🟢');
  await drover.stop();
  await page.getByText('Drover does not answer.').waitFor();
  await expect.poll(() => page.title()).not.toContain('🟢');
  await drover.start();
  await page.getByTitle(/Event Stream: connected/).waitFor();
  await page.getByText('Drover does not answer.').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Load small' }).click();
  await page.getByRole('button', { name: 'Unload small' }).waitFor();
  await page.context().close();
});

it('takes over a changed configuration without being loaded anew', async () => {
  const { page } = await open('#/models');
  await row(page, 'small').first().waitFor();
  const at = LINES.indexOf('profiles:');
  await drover.reload([...LINES.slice(0, at), ...demoModel('newcomer'), ...LINES.slice(at)]);
  await page.getByRole('button', { name: 'Load newcomer' }).waitFor();
  await page.context().close();
});
