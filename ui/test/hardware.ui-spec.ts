import { type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeUis } from './support/fake-ui.js';

let uis: FakeUis;

beforeAll(() => {
  uis = new FakeUis();
});

afterAll(async () => {
  await uis[Symbol.asyncDispose]();
});

const probes = (page: Page) => page.getByRole('region', { name: 'GPU probes' });

it('says of every probe how it does and why', async () => {
  const { page, problems } = await uis.show('idle', '#/hardware');
  const items = probes(page).getByRole('listitem');
  await items.first().waitFor();
  const texts = (await items.allInnerTexts()).map((text) => text.split(/\s*\n\s*/));
  expect(texts).toEqual([
    ['nvidia-smi', 'Delivers'],
    ['lact', 'Does not work', 'the daemon of LACT has closed the connection'],
    ['intel', 'Nothing to read', 'no card made by Intel under /sys/class/drm'],
  ]);
  expect(problems).toEqual([]);
  await page.context().close();
});

it('answers why no GPU is seen, also in the text', async () => {
  const { page, problems } = await uis.show('noGpu', '#/hardware');
  await page.getByText('No accelerators were detected').waitFor();
  await probes(page).getByText('nvidia-smi is not on PATH').waitFor();
  await page.getByRole('tab', { name: 'Text' }).click();
  const text = await page.getByRole('textbox').inputValue();
  expect(text).toContain('nvidia-smi: Nothing to read – nvidia-smi is not on PATH');
  expect(problems).toEqual([]);
  await page.context().close();
});

it('shows what limits a GPU on both pages and leaves out what is unknown', async () => {
  const { page, problems } = await uis.show('idle', '#/hardware');
  await page.getByText('power limit, heat (hardware)').waitFor();
  expect(await page.getByText('Performance state').count()).toBe(1);
  await page.getByText('1g.5gb (MIG-7)').waitFor();
  expect(await page.getByText('MIG instances').count()).toBe(1);
  await page.evaluate(() => (location.hash = '#/performance'));
  const cards = page.getByRole('list', { name: 'GPUs now' }).getByRole('listitem');
  await cards.getByText('37 %').waitFor();
  expect(await cards.count()).toBe(1);
  expect(problems).toEqual([]);
  await page.context().close();
});
