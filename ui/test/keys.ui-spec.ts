import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoModel, RealDrover } from './support/real-drover.js';
import { UiBrowser } from './support/ui-browser.js';

let browser: UiBrowser;
let drover: RealDrover;

beforeAll(async () => {
  const lines = ['apiKeys: [a-long-enough-key]', 'models:', ...demoModel('small')];
  [browser, drover] = await Promise.all([UiBrowser.launch(), new RealDrover(lines).start()]);
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await drover?.[Symbol.asyncDispose]();
});

it('asks for a key before anything of the UI is shown', async () => {
  const answer = await fetch(new URL('/ui/', drover.url));
  expect(answer.status).toBe(401);
  expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Basic /);
});

it('works as usual once the browser’s prompt was answered with a key', async () => {
  const credentials = { username: 'anybody', password: 'a-long-enough-key' };
  const { page, problems } = await browser.open(new URL('/ui/#/models', drover.url), {
    credentials,
  });
  await page.getByRole('button', { name: 'Load small' }).click();
  await page.getByRole('button', { name: 'Unload small' }).waitFor();
  expect(problems).toEqual([]);
  await page.context().close();
});
