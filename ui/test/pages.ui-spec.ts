import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeServer, startFakeServer } from './fake-server/fake-server.mjs';
import { fitsSideways, seriousFindings, UiBrowser } from './support/ui-browser.js';

/** Every page with the text that shows it is there. */
const PAGES: readonly (readonly [name: string, route: string, sign: string])[] = [
  ['now', '#/', 'Loaded now'],
  ['activity', '#/activity', 'Requests'],
  ['playground', '#/playground', 'New Chat'],
  ['models', '#/models', 'Local models'],
  ['model', '#/models/qwen3-8b', 'Qwen3 8B'],
  ['model-live', '#/models/qwen3-8b/live', 'Evaluation Time'],
  ['model-logs', '#/models/qwen3-8b/logs', 'ready'],
  ['model-details', '#/models/qwen3-8b/details', 'Capabilities'],
  ['timeline', '#/timeline', 'spent swapping'],
  ['monitoring', '#/monitoring', 'Tokens Generated'],
  ['dry-run', '#/plan', 'Suppose these are running'],
  ['logs', '#/logs', 'drover listening'],
  ['performance', '#/performance', 'GPU Utilization'],
  ['hardware', '#/hardware', 'Ryzen'],
  ['settings', '#/settings', 'Build Information'],
];

/** With a folder here, every page is also photographed at every width and in both modes. */
const ALBUM = process.env['UI_ALBUM'];
const MODES = ['light', 'dark'] as const;
const WIDTHS = [360, 1280, 1920, 3840] as const;

let browser: UiBrowser;
let server: FakeServer;

beforeAll(async () => {
  browser = await UiBrowser.launch();
  server = await startFakeServer('idle');
  server.world.request('qwen3-8b', { resp_bytes: 48_210 });
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await server?.close();
});

it.each(PAGES)(
  'shows %s without errors, serious findings of axe or anything cut off',
  async (name, route, sign) => {
    const { page, problems } = await browser.open(new URL(`/ui/${route}`, server.url));
    await page.getByText(sign).first().waitFor();
    await page.getByTitle(/Event Stream: connected/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    for (const colorScheme of MODES) {
      await page.emulateMedia({ colorScheme });
      if (colorScheme === 'dark') {
        await page.locator('html.dark').waitFor();
        expect(await seriousFindings(page, ['color-contrast'])).toEqual([]);
      }
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: width === 360 ? 780 : 900 });
        await expect.poll(() => fitsSideways(page), { message: `${width} px wide` }).toBe(true);
        await photograph(page, `${name}-${colorScheme}-${width}`);
      }
    }
    expect(problems).toEqual([]);
    await page.context().close();
  },
);

it('fits a phone with models whose ids are long and have no place to break', async () => {
  const long = await startFakeServer('idle');
  const suffix = '-instruct-2507-UD-Q4_K_XL-00001-of-00002.gguf';
  long.world.models = long.world.models.map((model) => {
    return { ...model, id: `${model.id}${suffix}`, name: '' };
  });
  const { page } = await browser.open(new URL('/ui/', long.url), { width: 360, height: 780 });
  const routes = PAGES.map(([, route]) => route.replace('qwen3-8b', `qwen3-8b${suffix}`));
  for (const route of routes) {
    await page.evaluate((to) => (location.hash = to), route);
    await page.locator('#page :is(.card, textarea):visible').first().waitFor();
    await expect.poll(() => fitsSideways(page), { message: route }).toBe(true);
  }
  await page.context().close();
  await long.close();
});

async function photograph(page: Page, name: string): Promise<void> {
  if (!ALBUM) return;
  mkdirSync(ALBUM, { recursive: true });
  // Charts follow their box a frame later.
  await page.waitForTimeout(250);
  await page.screenshot({ path: join(ALBUM, `${name}.png`) });
}
