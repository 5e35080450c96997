import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoModel, RealDrover } from './support/real-drover.js';
import { UiBrowser } from './support/ui-browser.js';

let browser: UiBrowser;
let drover: RealDrover;

beforeAll(async () => {
  const model = demoModel('small', '--load-time 100ms --tokens-per-second 0');
  const real = new RealDrover(['basePath: /team/ai', 'models:', ...model]);
  [browser, drover] = await Promise.all([UiBrowser.launch(), real.start()]);
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await drover?.[Symbol.asyncDispose]();
});

it('works under the path at which a gateway shows it, and asks for nothing outside it', async () => {
  const { page, problems } = await browser.open(new URL('/team/ai/', drover.url));
  const outside: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.startsWith('/team/ai/')) outside.push(pathname);
  });
  expect(new URL(page.url()).pathname).toBe('/team/ai/ui/');
  await page.goto(new URL('/team/ai/ui/#/models', drover.url).href);
  await page.reload();
  await page.getByRole('button', { name: 'Load small' }).click();
  await page.getByRole('button', { name: 'Unload small' }).waitFor();
  expect(outside).toEqual([]);
  expect(problems).toEqual([]);
  await page.context().close();
});
