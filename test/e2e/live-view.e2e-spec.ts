import { describe, expect, it } from 'vitest';
import { DroverFolder } from '../support/drover-folder.js';
import { DROVER_MAIN } from '../support/drover-process.js';
import { EventReader } from '../support/event-reader.js';

const COMMAND = `${process.execPath} ${DROVER_MAIN} demo-server --port \${PORT} --name m`;

/** A configuration with a model that takes a second to load, a profile, and `more` lines. */
function configuration(...more: readonly string[]): string[] {
  return [
    'sendLoadingState: true',
    'models:',
    '  m:',
    `    cmd: ${COMMAND} --load-time 1s --tokens-per-second 500`,
    'profiles:',
    '  work:',
    '    pins: { llm: m }',
    ...more,
  ];
}

const text = (base64: string): string => Buffer.from(base64, 'base64').toString();

describe('the live view of a running Drover', () => {
  it('tells load, request and row, and keeps the exchange over a reload', async () => {
    await using folder = new DroverFolder();
    folder.configure(...configuration());
    const base = (await folder.start().listening()).origin;
    await using events = await EventReader.open(base);
    const active = { method: 'PUT', body: '{"name":"work"}' };
    await fetch(`${base}/api/profiles/active`, active);

    const sent = { model: 'llm', messages: [{ role: 'user', content: 'hi' }], stream: true };
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(sent);
    const url = `${base}/v1/chat/completions`;
    const answer = await (await fetch(url, { method: 'POST', headers, body })).text();
    expect(answer).toContain('llama-swap loading model: m');
    expect(answer).toContain('Done! (');
    expect(answer.trimEnd().endsWith('data: [DONE]')).toBe(true);

    const row = await events.find(({ type }) => type === 'activity');
    const states = events.seen
      .filter(({ type }) => type === 'modelStatus')
      .map(({ data }) => (data as { state: string }[])[0]!.state);
    expect(states).toEqual(expect.arrayContaining(['stopped', 'starting', 'ready']));
    const { id } = row.data as { id: number };
    const capture = async () => {
      const response = await fetch(`${base}/api/captures/${id}`);
      return (await response.json()) as { req_body: string; resp_body: string };
    };
    expect(JSON.parse(text((await capture()).req_body))).toEqual({ ...sent, model: 'm' });
    expect(text((await capture()).resp_body)).toContain('chat.completion.chunk');

    folder.configure(...configuration('globalTTL: 900'));
    const reloaded = await fetch(`${base}/api/config/reload`, { method: 'POST' });
    expect(await reloaded.json()).toMatchObject({ outcome: 'applied' });
    const profiles = await fetch(`${base}/api/profiles`);
    expect(await profiles.json()).toMatchObject({ active: 'work' });
    expect((await capture()).req_body).not.toBe('');

    // The stream of events goes on over the reload.
    const before = events.seen.length;
    await fetch(`${base}/api/profiles/active`, { method: 'PUT', body: '{"name":null}' });
    await events.find(({ type }) => type === 'profileChanged' && events.seen.length > before);
    expect(events.ended).toBe(false);
  });
});
