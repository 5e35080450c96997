import { type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeServer } from './fake-server/fake-server.mjs';
import { demoModel, RealDrover } from './support/real-drover.js';
import { seriousFindings, UiBrowser } from './support/ui-browser.js';

const KEY = 'a-long-enough-key';
const linesWith = (key: string): string[] => [
  `apiKeys: [${key}]`,
  'models:',
  ...demoModel('small', '--load-time 100ms --tokens-per-second 0'),
];

let browser: UiBrowser;
let drover: RealDrover;

beforeAll(async () => {
  const keyed = new RealDrover(linesWith(KEY));
  [browser, drover] = await Promise.all([UiBrowser.launch(), keyed.start()]);
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
  const credentials = { username: 'anybody', password: KEY };
  const { page, problems } = await browser.open(new URL('/ui/#/models', drover.url), {
    credentials,
  });
  await page.getByRole('button', { name: 'Load small' }).click();
  await page.getByRole('button', { name: 'Unload small' }).waitFor();
  expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
  expect(problems).toEqual([]);
  await page.context().close();
});

describe('the login page', () => {
  const open = (route = '') => browser.open(new URL(`/ui/login${route}`, drover.url));

  async function signIn(page: Page, key: string): Promise<void> {
    await page.getByLabel('API key', { exact: true }).fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Answers every prompt for credentials as the button Cancel does. */
  async function turnPromptDown(page: Page): Promise<void> {
    const cdp = await page.context().newCDPSession(page);
    const authChallengeResponse = { response: 'CancelAuth' } as const;
    // A request that has ended meanwhile needs no answer any more.
    const ended = (): void => undefined;
    cdp.on('Fetch.authRequired', ({ requestId }) => {
      cdp.send('Fetch.continueWithAuth', { requestId, authChallengeResponse }).catch(ended);
    });
    cdp.on('Fetch.requestPaused', ({ requestId }) => {
      cdp.send('Fetch.continueRequest', { requestId }).catch(ended);
    });
    await cdp.send('Fetch.enable', { handleAuthRequests: true });
  }

  it('is where somebody gets to who turns the browser’s prompt down', async () => {
    const { page } = await browser.open('about:blank');
    await turnPromptDown(page);
    await page.goto(new URL('/ui/', drover.url).href);
    await page.getByRole('heading', { name: 'Sign in to Drover' }).waitFor();
    await page.context().close();
  });

  it('says that a key is wrong, takes the right one and works with it', async () => {
    const { page, problems } = await open('#/models');
    expect(await seriousFindings(page)).toEqual([]);
    await signIn(page, 'wrong');
    await page.getByRole('alert').getByText('This key is not valid here.').waitFor();
    await signIn(page, 'falsch-mit-ü');
    await page
      .getByRole('alert')
      .getByText(/letters, digits and signs/)
      .waitFor();
    await signIn(page, KEY);
    await page.getByTitle(/Event Stream: connected/).waitFor();
    await page.getByRole('button', { name: /^(Load|Unload) small/ }).waitFor();
    await page.reload();
    await page.getByTitle(/Event Stream: connected/).waitFor();
    expect(await page.evaluate(() => JSON.stringify(Object.entries(localStorage)))).not.toContain(
      KEY,
    );
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('streams logs and chats with the key', async () => {
    const { page, problems, go } = await open('#/logs');
    await signIn(page, KEY);
    await page.getByRole('button', { name: 'Filter lines' }).first().click();
    await page.getByRole('textbox', { name: /Filter/ }).fill('listening');
    await page
      .getByText(/listening on/)
      .first()
      .waitFor();
    await go('#/playground');
    await page.getByRole('main').getByRole('combobox').first().selectOption('small');
    await page.getByRole('textbox', { name: /message/i }).fill('Hello');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /Regenerate/i }).waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('forgets the key when signed out', async () => {
    const { page } = await open();
    await signIn(page, KEY);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Drover' }).waitFor();
    await expect.poll(() => page.evaluate(() => sessionStorage.length)).toBe(0);
    await page.context().close();
  });

  it('comes back when the key is no longer valid, and what was begun is still there', async () => {
    const { page, go } = await open('#/playground');
    await signIn(page, KEY);
    await page.getByRole('textbox', { name: /message/i }).fill('Not yet sent');
    await drover.reload(linesWith('another-long-enough-key'), KEY);
    await go('#/activity');
    await page.getByText('Your key is no longer accepted.').waitFor();
    await signIn(page, 'another-long-enough-key');
    await page.getByTitle(/Event Stream: connected/).waitFor();
    await go('#/playground');
    const message = page.getByRole('textbox', { name: /message/i });
    await expect.poll(() => message.inputValue()).toBe('Not yet sent');
    await drover.reload(linesWith(KEY), 'another-long-enough-key');
    await page.context().close();
  });
});

it('goes on to the UI where no key is needed', async () => {
  const server = await startFakeServer('idle');
  const { page } = await browser.open(new URL('/ui/login#/models', server.url));
  await page.getByRole('heading', { name: 'Models', exact: true }).first().waitFor();
  expect(new URL(page.url()).pathname).toBe('/ui/');
  await page.context().close();
  await server.close();
});
