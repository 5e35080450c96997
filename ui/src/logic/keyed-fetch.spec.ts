import { describe, expect, it } from 'vitest';
import { KEY_NAME, KeyedFetch } from './keyed-fetch.js';

function rig(options: { stored?: string; mayPrompt?: boolean; accepted?: string } = {}) {
  const kept = new Map(options.stored ? [[KEY_NAME, options.stored]] : []);
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
  const sent: { url: string; authorization: string | null; credentials: string | undefined }[] = [];
  const status = { next: 0 };
  const gate = Promise.withResolvers<void>();
  let held = '';
  const answers = { hold: (url: string) => (held = url), release: () => gate.resolve() };
  const send = async (input: string, init?: RequestInit) => {
    const authorization = new Headers(init?.headers).get('Authorization');
    sent.push({ url: input, authorization, credentials: init?.credentials });
    const isKnown = authorization === `Bearer ${options.accepted ?? 'good'}`;
    if (input === held) await gate.promise;
    return new Response('', { status: status.next || (isKnown ? 200 : 401) });
  };
  const keyed = new KeyedFetch(storage, send, options.mayPrompt ?? false);
  let refusals = 0;
  keyed.refused = () => (refusals += 1);
  return { keyed, kept, sent, status, answers, refusals: () => refusals };
}

describe('KeyedFetch', () => {
  it('leaves the browser’s own credentials alone while there is no key', async () => {
    const { keyed, sent } = rig({ mayPrompt: true });
    await keyed.fetch('/api/version');
    expect(sent).toEqual([{ url: '/api/version', authorization: null, credentials: undefined }]);
  });

  it('raises no prompt where the page has a form of its own', async () => {
    const { keyed, sent } = rig();
    await keyed.fetch('/api/version');
    expect(sent[0]).toMatchObject({ authorization: null, credentials: 'omit' });
  });

  it('asks by itself once the browser’s credentials were refused', async () => {
    const { keyed, sent, refusals } = rig({ mayPrompt: true });
    await keyed.fetch('/api/version');
    await keyed.fetch('/api/version');
    expect(sent.map(({ credentials }) => credentials)).toEqual([undefined, 'omit']);
    expect(refusals()).toBe(2);
  });

  it('sends the key of the tab as a bearer token and nothing of the browser’s', async () => {
    const { keyed, sent, refusals } = rig({ stored: 'good', mayPrompt: true });
    await keyed.fetch('/api/version', { headers: { Accept: 'text/plain' } });
    expect(sent[0]).toMatchObject({ authorization: 'Bearer good', credentials: 'omit' });
    expect(refusals()).toBe(0);
  });

  it('tells when the key is refused', async () => {
    const { keyed, refusals } = rig({ stored: 'old' });
    await keyed.fetch('/api/version');
    expect(refusals()).toBe(1);
  });

  it('ignores the late refusal of a key that was replaced meanwhile', async () => {
    const { keyed, refusals, answers } = rig({ stored: 'old' });
    answers.hold('/slow');
    const late = keyed.fetch('/slow');
    await keyed.tryKey('good', '/api/version');
    answers.release();
    await late;
    expect([keyed.key, refusals()]).toEqual(['good', 0]);
  });

  it.each([
    ['accepted', 0, 'good', 'good'],
    ['valid without the right to the probe', 403, 'good', 'good'],
    ['refused', 0, 'bad', null],
    ['not judged', 429, 'good', null],
  ])('keeps a key that is %s only if it is valid', async (_, next, key, kept) => {
    const { keyed, kept: storage, status } = rig();
    status.next = next;
    await keyed.tryKey(key, '/api/version');
    expect(keyed.key).toBe(kept);
    expect(storage.get(KEY_NAME) ?? null).toBe(kept);
  });

  it('forgets the key', () => {
    const { keyed, kept } = rig({ stored: 'good' });
    keyed.forget();
    expect([keyed.key, kept.size]).toEqual([null, 0]);
  });

  it('works where storage is forbidden', async () => {
    const forbidden = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    const storage = { getItem: forbidden, setItem: forbidden, removeItem: forbidden };
    const send: typeof fetch = () => Promise.resolve(new Response(''));
    const keyed = new KeyedFetch(storage, send, false);
    await keyed.tryKey('good', '/api/version');
    expect(keyed.key).toBe('good');
    keyed.forget();
    expect(keyed.key).toBeNull();
  });
});
