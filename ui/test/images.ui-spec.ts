import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoModel, RealDrover } from './support/real-drover.js';
import { UiBrowser } from './support/ui-browser.js';

/** The pictures of the README; `npm run docs:images` writes them anew. */
const IMAGES = join(import.meta.dirname, '..', '..', 'docs', 'images');

const MODELS = [
  'models:',
  ...demoModel('demo-small', '--load-time 1s --slots 4 --memory 256MiB', [
    'name: "Demo, small"',
    'description: Loads in a second and answers fast.',
    'ttl: 600',
  ]),
  ...demoModel('demo-large', '--load-time 2s --slots 2 --memory 768MiB', [
    'name: "Demo, large"',
    'description: Loads in two seconds and answers slowly.',
    'ttl: 600',
  ]),
  ...demoModel('demo-embed', '--load-time 300ms --memory 128MiB', [
    'name: "Demo, embeddings"',
    'description: Stays loaded beside the others.',
  ]),
  'groups:',
  '  chat: {swap: true, members: [demo-small, demo-large]}',
  '  always: {swap: false, exclusive: false, persistent: true, members: [demo-embed]}',
];

let browser: UiBrowser;
let drover: RealDrover;

beforeAll(async () => {
  [browser, drover] = await Promise.all([UiBrowser.launch(), new RealDrover(MODELS).start()]);
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await drover?.[Symbol.asyncDispose]();
});

async function ask(model: string): Promise<void> {
  const response = await fetch(new URL('/v1/chat/completions', drover.url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      model,
      max_tokens: 60,
      messages: [{ role: 'user', content: 'Tell me something about sheep.' }],
    }),
  });
  expect(response.status).toBe(200);
  await response.arrayBuffer();
}

async function embed(): Promise<void> {
  const response = await fetch(new URL('/v1/embeddings', drover.url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'demo-embed', input: 'a flock of sheep' }),
  });
  expect(response.status).toBe(200);
  await response.arrayBuffer();
}

it('takes the pictures of the README', { timeout: 120_000 }, async () => {
  mkdirSync(IMAGES, { recursive: true });
  const begunMs = Date.now();
  await embed();
  await Promise.all([ask('demo-small'), ask('demo-small'), ask('demo-large'), ask('demo-small')]);
  await Promise.all([ask('demo-large'), ask('demo-large'), ask('demo-small')]);
  await Promise.all([ask('demo-large'), embed()]);
  const range = [begunMs - 1000, Date.now() + 500].map((ms) => new Date(ms).toISOString());
  const { page, go } = await browser.open(
    new URL(`/ui/#/timeline?from=${range[0]}&to=${range[1]}`, drover.url),
    { width: 1280, height: 660, colorScheme: 'dark' },
  );
  await page
    .getByRole('button', { name: /Why swap/ })
    .first()
    .click();
  await page.getByRole('region', { name: 'Why' }).getByText('demo-small').first().waitFor();
  await page.screenshot({ path: join(IMAGES, 'timeline.png') });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 800 });
  await go('#/');
  await page.getByText('Last 30 minutes').waitFor();
  const answers = [ask('demo-large'), ask('demo-small'), ask('demo-small'), ask('demo-small')];
  await page.getByRole('region', { name: 'Queue' }).getByText('3 requests').waitFor();
  await page.screenshot({ path: join(IMAGES, 'now.png') });
  await Promise.all(answers);
  await page.context().close();
});
