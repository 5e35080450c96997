import { type Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { type FakeUi, FakeUis } from './support/fake-ui.js';
import { seriousFindings } from './support/ui-browser.js';

const uis = new FakeUis();
afterAll(() => uis[Symbol.asyncDispose]());

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function tab(name: string): Promise<FakeUi> {
  const ui = await uis.show('idle', '#/playground');
  await ui.page.getByRole('tab', { name, exact: true }).click();
  await ui.page.getByRole('heading', { name: `Playground / ${name}` }).waitFor();
  return ui;
}

const panel = (page: Page, name: string) => page.getByRole('tabpanel', { name, exact: true });

async function choose(page: Page, name: string, model = 'qwen3-8b'): Promise<void> {
  await panel(page, name).getByRole('combobox', { name: 'Model' }).selectOption(model);
}

async function finish({ page, problems }: FakeUi): Promise<void> {
  expect(await seriousFindings(page)).toEqual([]);
  expect(problems).toEqual([]);
  await page.context().close();
}

describe('chat', () => {
  const message = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });

  async function say(page: Page, text: string): Promise<void> {
    await message(page).fill(text);
    await message(page).press('Enter');
    await page.getByText(`You said: ${text}.`).first().waitFor();
  }

  it.each(['v1/chat/completions', 'v1/messages', 'v1/responses'])(
    'asks /%s, with the system prompt and fields of one’s own',
    async (endpoint) => {
      const ui = await tab('Chat');
      const { page, server } = ui;
      await choose(page, 'Chat');
      await page.getByRole('button', { name: 'Settings', exact: true }).click();
      await page.getByRole('combobox', { name: /^Endpoint/ }).selectOption(endpoint);
      await page.getByLabel('System prompt').fill('Be brief.');
      await page.getByRole('textbox', { name: 'More fields of the request' }).fill('{"seed": 7}');
      await page.keyboard.press('Escape');
      await say(page, 'hello');
      const { path, body, headers } = server.world.asked.at(-1)!;
      expect(path).toBe(`/${endpoint}`);
      expect(body).toMatchObject({ model: 'qwen3-8b', stream: true, seed: 7 });
      expect(JSON.stringify(body)).toContain('Be brief.');
      expect(headers['x-session-id']).toMatch(/^lspg-[a-z0-9]{5}$/);
      if (endpoint === 'v1/messages') await page.getByText(/^\s*Reasoning/).waitFor();
      await finish(ui);
    },
  );

  it('shows hostile answers as what they are', async () => {
    const ui = await tab('Chat');
    const { page, server } = ui;
    server.world.answer = () =>
      '[ok](https://ok.example) <img src=x onerror=alert(1)> <iframe src="https://evil.example"></iframe> ' +
      '[link](javascript:alert(2)) <svg onload=alert(3)> ' +
      '<style>body{display:none}</style> <form action="/api/models/unload"><button>go</button></form>';
    let dialogs = 0;
    page.on('dialog', (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    await choose(page, 'Chat');
    await message(page).fill('x');
    await message(page).press('Enter');
    await page.getByRole('link', { name: 'ok', exact: true }).waitFor();
    const found = await page.locator('.markdown').evaluate((root) => ({
      hostile: root.querySelectorAll(
        'script, iframe, style, form, object, embed, [onerror], [onload]',
      ).length,
      links: [...root.querySelectorAll('a')].map((a) => [a.protocol, a.target, a.rel]),
    }));
    expect(found.hostile).toBe(0);
    await page.getByText('<svg onload=alert(3)>').first().waitFor();
    for (const [protocol, target, rel] of found.links) {
      expect(protocol).not.toBe('javascript:');
      if (protocol === 'https:') expect([target, rel]).toEqual(['_blank', 'noopener noreferrer']);
    }
    expect(dialogs).toBe(0);
    await finish(ui);
  });

  it('draws formulas and colours code, with programs that come only then', async () => {
    const ui = await tab('Chat');
    const { page, server } = ui;
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
    await choose(page, 'Chat');
    await say(page, 'plain');
    expect(fetched.filter((path) => /katex|code-colours|python/i.test(path))).toEqual([]);
    server.world.answer = () =>
      'Euler: $e^{i\\pi} + 1 = 0$, it costs $5 or $10.\n\n$$\n\\int_0^1 x\\,dx\n\n= \\frac{1}{2}\n$$\n\n' +
      '\\[ \\sum_{k=1}^n k \\] and \\(a^2\\)\n\n```python\ndef herd(n: int) -> str:\n    return "moo" * n\n```\n\n' +
      '```nosuch\n<b>plain</b>\n```\n\nBad: $\\href{javascript:alert(1)}{x}$ $\\frac{1$ end.';
    await message(page).fill('formulas');
    await message(page).press('Enter');
    const answer = page.getByRole('article', { name: 'Answer' }).last();
    await expect.poll(() => answer.locator('.katex').count()).toBeGreaterThanOrEqual(4);
    await answer.locator('.hljs-keyword', { hasText: 'def' }).waitFor();
    await answer.getByText('it costs $5 or $10.').waitFor();
    expect(await answer.locator('.katex-display').count()).toBe(2);
    await answer.getByText('<b>plain</b>').waitFor();
    await answer.locator('code.formula', { hasText: '\\frac{1' }).waitFor();
    expect(await answer.locator('[href^="javascript"]').count()).toBe(0);
    expect(fetched.some((path) => /python-[\w-]+\.js$/.test(path))).toBe(true);
    await finish(ui);
  });

  it('keeps the conversation over a reload, edits and asks again', async () => {
    const ui = await tab('Chat');
    const { page } = ui;
    await choose(page, 'Chat');
    await say(page, 'first');
    await say(page, 'second');
    // What is kept is written a moment later; a reload must not come before.
    await expect.poll(() => kept(page), { timeout: 10_000 }).toBe(4);
    await page.reload();
    await page.getByText('You said: second.').waitFor();
    await page.getByRole('button', { name: 'Edit message' }).first().click();
    const editor = page.getByRole('textbox', { name: 'Edit message' });
    await editor.press('Escape');
    await page.getByText('You said: second.').waitFor();
    await page.getByRole('button', { name: 'Edit message' }).first().click();
    await editor.fill('third');
    await editor.press('Enter');
    await page.getByText('You said: third.').waitFor();
    expect(await page.getByText('You said: second.').count()).toBe(0);
    await page.getByRole('button', { name: 'Toggle raw text' }).click();
    await page.getByText('**Bold**').waitFor();
    await page.getByRole('button', { name: 'New Chat' }).click();
    await page.getByText('Ask something.').waitFor();
    await finish(ui);
  });

  it('keeps several conversations, opens one again and forgets another', async () => {
    const ui = await tab('Chat');
    const { page } = ui;
    await choose(page, 'Chat');
    await say(page, 'of sheep');
    await page.getByRole('button', { name: 'New Chat' }).click();
    await page.getByText('Ask something.').waitFor();
    await say(page, 'of goats');
    expect(await page.getByText('You said: of sheep.').count()).toBe(0);
    const chats = page.getByRole('button', { name: 'Chats (2)' });
    await chats.click();
    const list = page.getByRole('list', { name: 'Conversations' });
    await list.getByRole('button', { name: /^of sheep/ }).click();
    await page.getByText('You said: of sheep.').waitFor();
    await page.reload();
    await page.getByText('You said: of sheep.').waitFor();
    page.on('dialog', (dialog) => void dialog.accept());
    await chats.click();
    await list.getByRole('button', { name: 'Forget of goats' }).click();
    await expect.poll(() => list.getByRole('listitem').count()).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => kept(page, 'conversations')).toBe(1);
    await page.reload();
    await page.getByRole('button', { name: 'Chats (1)' }).waitFor();
    await finish(ui);
  });

  it('attaches pictures, refuses what is none, and writes in a large editor', async () => {
    const ui = await tab('Chat');
    const { page, server } = ui;
    await choose(page, 'Chat');
    const chooser = page.locator('input[type=file][multiple]');
    await chooser.setInputFiles({
      name: 'a.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('x'),
    });
    await page.getByRole('alert').waitFor();
    await chooser.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: PNG });
    await page.getByAltText('Attachment').waitFor();
    await page.getByRole('button', { name: 'Open a large editor for: Message' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('what is it?');
    await page.getByRole('button', { name: 'Done' }).click();
    await message(page).press('Enter');
    await page.getByText('You said: what is it?.').waitFor();
    expect(JSON.stringify(server.world.asked.at(-1)!.body)).toContain('image_url');
    await page.getByRole('button', { name: 'Show attachment 1 in full size' }).click();
    await page.getByRole('dialog').getByAltText('Attachment').waitFor();
    await page.keyboard.press('Escape');
    await finish(ui);
  });
});

/** How much the browser's database keeps under a name: the messages of the first conversation. */
function kept(page: Page, name = 'current'): Promise<number> {
  return page.evaluate(
    (key) =>
      new Promise<number>((resolve) => {
        const opening = indexedDB.open('drover', 1);
        opening.onsuccess = () => {
          const database = opening.result;
          const request = database.transaction('chat').objectStore('chat').get(key);
          request.onsuccess = () => {
            database.close();
            resolve(((request.result ?? []) as unknown[]).length);
          };
        };
      }),
    name,
  );
}

it('paints with both APIs, with LoRAs and in full size', async () => {
  const ui = await tab('Images');
  const { page, server } = ui;
  const images = panel(page, 'Images');
  await choose(page, 'Images');
  await images.getByRole('textbox', { name: 'Prompt' }).fill('a sheep');
  await images.getByRole('button', { name: 'Generate' }).click();
  await images.getByAltText('Generated: a sheep').waitFor();
  expect(server.world.asked.at(-1)!.body).toMatchObject({ prompt: 'a sheep', size: '1024x1024' });
  await images.getByLabel('API').selectOption('sdapi');
  await images.getByLabel('Batch size').fill('2');
  await images.getByRole('button', { name: 'Load LoRAs' }).click();
  await images.getByLabel('Add LoRA').selectOption('ink.safetensors');
  await images.getByLabel('Strength of Ink').fill('0.5');
  await images.getByLabel('Strength of Ink').blur();
  await images.getByRole('button', { name: 'Generate' }).click();
  await expect.poll(() => images.getByAltText('Generated: a sheep').count()).toBe(2);
  expect(JSON.stringify(server.world.asked.at(-1)!.body)).toContain('ink.safetensors');
  await images.getByRole('button', { name: 'Show picture 2 in full size' }).click();
  await page.getByRole('dialog').getByAltText('Generated').waitFor();
  await page.keyboard.press('Escape');
  await finish(ui);
});

it('speaks with a voice that the model names', async () => {
  const ui = await tab('Speech');
  const { page, server } = ui;
  const speech = panel(page, 'Speech');
  await choose(page, 'Speech');
  const voice = speech.getByRole('combobox', { name: 'Voice' });
  await expect.poll(() => voice.inputValue()).toBe('coral');
  await speech.getByRole('button', { name: "Fetch the model's voices" }).click();
  await expect.poll(() => voice.inputValue()).toBe('ada');
  await speech.getByRole('textbox', { name: 'Text to speak' }).fill('Baa');
  await speech.getByRole('button', { name: 'Generate' }).click();
  const link = speech.getByRole('link', { name: 'Download' });
  await expect.poll(() => link.getAttribute('download')).toMatch(/^ada-.*\.wav$/);
  expect(server.world.asked.at(-1)!.body).toMatchObject({ input: 'Baa', voice: 'ada' });
  await finish(ui);
});

it('transcribes a file', async () => {
  const ui = await tab('Transcription');
  const { page } = ui;
  const audio = panel(page, 'Transcription');
  await choose(page, 'Transcription');
  const file = { name: 'sheep.wav', mimeType: 'audio/wav', buffer: Buffer.from('RIFF') };
  await audio.locator('input[type=file]').setInputFiles(file);
  await audio.getByText('sheep.wav').waitFor();
  await audio.getByRole('button', { name: 'Transcribe' }).click();
  await audio.getByText('Baa, said the sheep.').waitFor();
  await finish(ui);
});

it('reranks in the table and from JSON', async () => {
  const ui = await tab('Rerank');
  const { page, server } = ui;
  const rerank = panel(page, 'Rerank');
  await choose(page, 'Rerank');
  await rerank.getByRole('button', { name: 'JSON' }).click();
  const editor = rerank.getByRole('textbox', { name: 'Query and documents as JSON' });
  await editor.fill('{"query": "wool"');
  await rerank.getByRole('button', { name: 'Rerank', exact: true }).click();
  await rerank.getByRole('alert').first().waitFor();
  await editor.fill('{"query": "wool", "documents": ["a car", "a sheep"]}');
  await rerank.getByRole('button', { name: 'Rerank', exact: true }).click();
  await rerank.getByText('0.900').waitFor();
  await rerank.getByText('123 tokens in total').waitFor();
  const first = () =>
    rerank
      .getByRole('textbox', { name: /^Document/ })
      .first()
      .inputValue();
  await expect.poll(first).toBe('a sheep');
  await rerank.getByRole('button', { name: /^Score/ }).click();
  await expect.poll(first).toBe('a car');
  expect(server.world.asked.at(-1)!.body).toMatchObject({ query: 'wool' });
  await finish(ui);
});

it('fires several requests at once and shows what each one did', async () => {
  const ui = await tab('Load Test');
  const { page } = ui;
  const test = panel(page, 'Load Test');
  const queue = test.getByTitle('Queue one request for qwen3-8b');
  await queue.click();
  await queue.click();
  await test.getByTitle('Queue one request for gemma3-27b').click();
  await test.getByRole('button', { name: 'Go', exact: true }).click();
  await expect.poll(() => test.getByText('done', { exact: true }).count()).toBe(3);
  await test
    .getByText(/You said/)
    .first()
    .waitFor();
  const cards = async (): Promise<string[]> =>
    (await test.getByRole('article').getByText(/^#\d/).allInnerTexts()).map((text) =>
      text.slice(0, 2),
    );
  await expect.poll(cards).toEqual(['#1', '#2', '#3']);
  const grip = test.getByRole('button', { name: 'Move request 3', exact: true });
  await grip.press('Alt+ArrowUp');
  await expect.poll(cards).toEqual(['#1', '#3', '#2']);
  await grip.press('Alt+ArrowLeft');
  await grip.press('Alt+ArrowLeft');
  await expect.poll(cards).toEqual(['#3', '#1', '#2']);
  await grip.press('Alt+ArrowRight');
  await test
    .getByRole('article')
    .filter({ hasText: '#2' })
    .locator('header')
    .dragTo(test.getByRole('article').filter({ hasText: '#1' }), {
      targetPosition: { x: 5, y: 5 },
    });
  await expect.poll(cards).toEqual(['#2', '#1', '#3']);
  await page.reload();
  await test.getByText('#1 qwen3-8b').waitFor();
  await expect.poll(cards).toEqual(['#2', '#1', '#3']);
  await test.getByRole('button', { name: 'Clear (3)' }).click();
  await test.getByText('Click models on the left').waitFor();
  await finish(ui);
});
