import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeConfig, fakeModel, fakePeer } from '../support/fake-config.js';
import { EventReader } from '../support/event-reader.js';
import { HttpHarness, startHttp } from '../support/http-harness.js';

let drover: HttpHarness;

beforeEach(async () => {
  const capabilities = { in: ['image'], out: [], tools: true, reranker: false, context: 4096 };
  const models = [
    fakeModel('b', { name: 'Bee', unlisted: true }),
    fakeModel('a', { aliases: ['alias'], capabilities }),
  ];
  const profiles = new Map([['coding', { description: 'Coding', pins: new Map([['llm', 'a']]) }]]);
  const peers = new Map([['far', fakePeer('far', { models: ['x'] })]]);
  const config = { profiles, peers, sessionIdHeaders: ['X-Session-ID'] };
  drover = await startHttp(fakeConfig(models, config));
});

afterEach(() => drover.app.close());

async function activate(name: string | null): Promise<Response> {
  const body = JSON.stringify({ name });
  return fetch(`${drover.url}/api/profiles/active`, { method: 'PUT', body });
}

describe('the event stream', () => {
  it('begins with logs, models, settings, profile and requests, in this order', async () => {
    drover.logs.write('info', 'hello');
    drover.router.states.set('a', 'shutdown').set('b', 'ready');
    await using events = await EventReader.open(drover.url);
    await events.find(({ type }) => type === 'inflight');
    expect(Object.fromEntries(events.response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      connection: 'keep-alive',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
    });
    expect(events.seen.slice(0, 6)).toEqual([
      { type: 'logData', data: { source: 'proxy', data: expect.stringContaining('hello\n') } },
      { type: 'logData', data: { source: 'upstream', data: '' } },
      {
        type: 'modelStatus',
        data: [
          {
            id: 'a',
            name: '',
            description: '',
            state: 'stopped',
            unlisted: false,
            peerID: '',
            aliases: ['alias'],
            capabilities: { vision: true, function_calling: true },
            context_length: 4096,
          },
          { id: 'b', name: 'Bee', description: '', state: 'ready', unlisted: true, peerID: '' },
          { id: 'far/x', name: '', description: '', state: '', unlisted: false, peerID: 'far' },
        ],
      },
      { type: 'uiConfig', data: { activity: { session_id: ['X-Session-ID'] } } },
      { type: 'profileChanged', data: { active: null } },
      { type: 'inflight', data: { operation: 'snapshot' } },
    ]);
  });

  it('tells state changes, finished requests and log lines', async () => {
    await using events = await EventReader.open(drover.url);
    await events.find(({ type }) => type === 'inflight');
    drover.router.states.set('a', 'starting');
    drover.events.emit('model.state', { model: 'a', from: 'stopped', to: 'starting', atMs: 0 });
    await events.find(
      ({ type, data }) => type === 'modelStatus' && JSON.stringify(data).includes('starting'),
    );
    drover.events.emit('activity.recorded', { id: 42, requestId: '1' });
    expect((await events.find(({ type }) => type === 'activity')).data).toEqual({ id: 42 });
    drover.logs.writeModel('a', Buffer.from('from the model\n'));
    await events.find(({ data }) => JSON.stringify(data).includes('from the model'));
  });

  it('tells a new profile, then the models, and nothing for a profile that is active already', async () => {
    await using events = await EventReader.open(drover.url, '?topics=profileChanged,modelStatus');
    expect(await (await activate('coding')).json()).toEqual({ active: 'coding' });
    await activate('coding');
    expect(await (await activate(null)).json()).toEqual({ active: null });
    await events.find(({ type }) => type === 'profileChanged' && events.seen.length >= 6);
    expect(events.seen.map(({ type, data }) => (Array.isArray(data) ? type : data))).toEqual([
      'modelStatus',
      { active: null },
      { active: 'coding' },
      'modelStatus',
      { active: null },
      'modelStatus',
    ]);
  });

  it('sends the topics asked for only, and refuses unknown ones', async () => {
    await using events = await EventReader.open(drover.url, '?topics=uiConfig');
    await events.find(({ type }) => type === 'uiConfig');
    drover.closing.abort();
    await events.end();
    expect(events.seen).toHaveLength(1);
    const refused = await fetch(`${drover.url}/api/events?topics=logs`);
    expect(refused.status).toBe(400);
  });

  it('ends at shutdown', async () => {
    await using events = await EventReader.open(drover.url);
    await events.find(({ type }) => type === 'inflight');
    drover.closing.abort();
    await events.end();
    expect(events.ended).toBe(true);
  });

  it('answers HEAD with the headers alone', async () => {
    const answer = await fetch(`${drover.url}/api/events`, { method: 'HEAD' });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(await answer.text()).toBe('');
  });
});

describe('profiles', () => {
  it('lists what there is', async () => {
    const answer = await fetch(`${drover.url}/api/profiles`);
    expect(await answer.json()).toEqual({
      active: null,
      profiles: [{ id: 'coding', description: 'Coding', pins: { llm: 'a' } }],
    });
  });

  it('refuses an unknown one', async () => {
    const answer = await activate('x');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { message: 'profile "x" not found' } });
  });

  it('lists the pins of the active profile as models', async () => {
    await activate('coding');
    const answer = await fetch(`${drover.url}/v1/models`);
    const { data } = (await answer.json()) as { data: { id: string; meta: object }[] };
    expect(data.find(({ id }) => id === 'llm')).toMatchObject({
      meta: { llamaswap: { type: 'profile' } },
      status: { value: 'unloaded' },
    });
  });
});
