import { afterAll, describe, expect, it } from 'vitest';
import { FakeUis } from './support/fake-ui.js';
import { PLAIN_HOST, seriousFindings } from './support/ui-browser.js';

const uis = new FakeUis();
afterAll(() => uis[Symbol.asyncDispose]());

describe('without a mouse', () => {
  it('renames the installation, with a way back and a limit', async () => {
    const { page } = await uis.show('idle', '#/settings');
    const name = page.getByTitle('Click to rename');
    const field = page.getByLabel('Title of this installation');
    const rename = async (text: string, key: 'Enter' | 'Escape'): Promise<void> => {
      await name.focus();
      await page.keyboard.press('Enter');
      await field.fill(text);
      await page.keyboard.press(key);
    };
    await rename('Barn', 'Enter');
    await expect.poll(() => name.textContent()).toBe('Barn');
    await expect.poll(() => page.title()).toBe('🟢 Barn');
    await rename('Stable', 'Escape');
    await expect.poll(() => name.textContent()).toBe('Barn');
    await rename('   ', 'Enter');
    await expect.poll(() => name.textContent()).toBe('Drover');
    await rename('', 'Enter');
    await expect.poll(() => name.textContent()).toBe('(set title)');
    await name.focus();
    await page.keyboard.press('Enter');
    expect(await field.getAttribute('maxlength')).toBe('64');
    await page.context().close();
  });

  it('moves the divider of the logs, and keeps its place', async () => {
    const { page } = await uis.show('idle', '#/logs');
    const divider = page.getByRole('separator');
    await divider.focus();
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowRight');
    await expect.poll(() => divider.getAttribute('aria-valuenow')).toBe('56');
    for (let press = 0; press < 40; press += 1) await page.keyboard.press('ArrowLeft');
    await expect.poll(() => divider.getAttribute('aria-valuenow')).toBe('5');
    await page.reload();
    await divider.waitFor();
    await expect.poll(() => divider.getAttribute('aria-valuenow')).toBe('5');
    await page.context().close();
  });

  it('drags the divider with the mouse', async () => {
    const { page } = await uis.show('idle', '#/logs');
    const divider = page.getByRole('separator');
    const box = (await divider.boundingBox())!;
    await page.mouse.move(box.x + 6, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x + 206, box.y + 200, { steps: 4 });
    await page.mouse.up();
    const shareNow = async () => Number(await divider.getAttribute('aria-valuenow'));
    await expect.poll(shareNow).toBeGreaterThan(60);
    const share = await shareNow();
    await page.mouse.move(box.x - 100, box.y + 200);
    expect(await shareNow()).toBe(share);
    await page.context().close();
  });

  it('chooses and orders columns, and takes them back', async () => {
    const { page } = await uis.show('idle', '#/activity');
    const headings = () =>
      page
        .locator('table')
        .last()
        .locator('th')
        .allInnerTexts()
        .then((all) => all.map((one) => one.trim()));
    await expect.poll(headings).toContain('ID');
    const before = await headings();
    await page.getByRole('button', { name: 'Columns' }).last().focus();
    await page.keyboard.press('Enter');
    const path = page.getByRole('checkbox', { name: 'Path' });
    await path.focus();
    await page.keyboard.press('Space');
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(async () => (await headings())[0]).toBe('Path');
    await page.reload();
    await expect.poll(async () => (await headings())[0]).toBe('Path');
    await page.getByRole('button', { name: 'Columns' }).last().click();
    await page.getByRole('button', { name: 'Reset columns' }).click();
    await expect.poll(headings).toEqual(before);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Reset columns' }).waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('walks through tabs with the arrow keys', async () => {
    const { page } = await uis.show('idle', '#/models/qwen3-8b');
    await page.getByRole('tab', { name: 'Activity' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.url()).toMatch(/\/logs$/);
    await page.keyboard.press('End');
    await page.getByText('Evaluation Time').waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Live');
    await page.context().close();
  });

  it('keeps the focus within a dialog and gives it back', async () => {
    const { page } = await uis.show('idle', '#/activity');
    const view = page.getByRole('button', { name: /View/ }).first();
    await view.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Request Body').waitFor();
    for (let press = 0; press < 12; press += 1) {
      await page.keyboard.press('Tab');
      const isInside = await page.evaluate(
        () =>
          document.activeElement === document.body || !!document.activeElement?.closest('dialog'),
      );
      expect(isInside).toBe(true);
    }
    await page.keyboard.press('Escape');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent))
      .toMatch(/View/);
    await page.context().close();
  });

  it('walks through the requests of the timeline and says why each one waited', async () => {
    const { page, server } = await uis.show('idle', '#/timeline');
    const end = server.world.request('qwen3-8b');
    end();
    const chart = page.getByRole('application');
    await chart.focus();
    await expect
      .poll(async () => {
        await page.keyboard.press('ArrowRight');
        return page.getByRole('region', { name: 'Why' }).count();
      })
      .toBe(1);
    await page.getByText(/Request \d+ for/).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'Why' }).waitFor({ state: 'detached' });
    await page.context().close();
  });
});

it('copies and works where browsers call the page insecure', async () => {
  const first = await uis.show('idle', '#/');
  await first.page.context().close();
  const plain = new URL('/ui/#/hardware', first.server.url);
  plain.hostname = PLAIN_HOST;
  const { page, problems } = await uis.open(plain);
  await page.getByText('Logical threads').waitFor();
  await page.getByText('Performance state').waitFor();
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  await page.getByRole('tab', { name: 'Text' }).click();
  const shown = await page.getByRole('textbox').inputValue();
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.evaluate(() => (location.hash = '#/playground'));
  const message = page.getByRole('textbox', { name: 'Message', exact: true });
  await message.focus();
  await page.keyboard.press('Control+v');
  await expect.poll(async () => (await message.inputValue()).trim()).toBe(shown.trim());
  expect(problems).toEqual([]);
  await page.context().close();
});

it.each(['light', 'dark'] as const)(
  'has no serious findings in %s on the login page',
  async (mode) => {
    const { page } = await uis.show('idle', '#/', { colorScheme: mode });
    await page.route('**/api/**', (route) => route.fulfill({ status: 401, body: 'unauthorized' }));
    await page.reload();
    await page.getByRole('heading', { name: /^Sign in to/ }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.context().close();
  },
);
