import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { chat, DroverFolder } from '../support/drover-folder.js';
import { DROVER_MAIN } from '../support/drover-process.js';

/** Lines of a model that runs the demo model server. */
function demoModel(id: string, ...more: readonly string[]): string {
  const command = `${process.execPath} ${DROVER_MAIN} demo-server --port \${PORT} --name ${id}`;
  const cmd = `    cmd: ${command} --load-time 200ms --tokens-per-second 200`;
  return [`  ${id}:`, cmd, ...more.map((line) => `    ${line}`)].join('\n');
}

const messages = [{ role: 'user' as const, content: 'Where is the herd?' }];

describe('the openai client', () => {
  it('chats, streams, embeds and lists through two swaps', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', demoModel('one', 'aliases: [first]'), demoModel('two'));
    const base = await folder.start().listening();
    const client = new OpenAI({ baseURL: new URL('/v1', base).href, apiKey: 'x', maxRetries: 0 });

    const listed = await client.models.list();
    expect(listed.data.map(({ id }) => id)).toEqual(['one', 'two']);

    const plain = await client.chat.completions.create({ model: 'first', messages });
    expect(plain.choices[0]!.message.content).toContain('This is one');
    expect(plain.usage!.completion_tokens).toBeGreaterThan(0);

    let said = '';
    const stream = await client.chat.completions.create({ model: 'two', messages, stream: true });
    for await (const { choices } of stream) said += choices[0]?.delta.content ?? '';
    expect(said).toContain('This is two');

    const vectors = await client.embeddings.create({ model: 'one', input: ['a', 'b'] });
    expect(vectors.data).toHaveLength(2);

    const failed = client.chat.completions.create({ model: 'three', messages });
    await expect(failed).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });

  it('aborts a streamed answer, and the model is free for the next request', async () => {
    await using folder = new DroverFolder();
    folder.configure('models:', demoModel('one'), demoModel('two'));
    const base = await folder.start().listening();
    const client = new OpenAI({ baseURL: new URL('/v1', base).href, apiKey: 'x', maxRetries: 0 });
    const options = { model: 'one', messages, stream: true as const, max_tokens: 100_000 };
    const stream = await client.chat.completions.create(options);
    for await (const _ of stream) break;
    stream.controller.abort();
    const other = await client.chat.completions.create({ model: 'two', messages });
    expect(other.choices[0]!.message.content).toContain('This is two');
  });
});

describe('a burst of requests for three models in turns', () => {
  it('is served with three loads', async () => {
    await using folder = new DroverFolder();
    const starts = join(folder.path, 'starts');
    // A shell notes each start and becomes the server.
    const counted = (id: string): string =>
      folder
        .model(id, '--load-ms 100')
        .replace(/cmd: (.*)$/m, `cmd: sh -c 'echo ${id} >> ${starts}; exec $1'`);
    folder.configure('models:', ...['a', 'b', 'c'].map(counted));
    const base = await folder.start().listening();
    const answers = await Promise.all(
      ['a', 'b', 'c', 'a', 'b', 'c'].map(async (id) => {
        const answer = await chat(base, id, '?wait=50');
        return [answer.status, ((await answer.json()) as { server: string }).server];
      }),
    );
    expect(answers).toEqual(['a', 'b', 'c', 'a', 'b', 'c'].map((id) => [200, id]));
    expect(readFileSync(starts, 'utf8').trim().split('\n').toSorted()).toEqual(['a', 'b', 'c']);
  });
});
