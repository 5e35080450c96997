import type { Dispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import { DispatchSender } from './dispatch-sender.js';
import { RecordedAnswer } from './testing/recorded-answer.js';
import { UpstreamRequest } from './upstream-link.interface.js';

/** Connections that note what is asked of them. */
class FakePool {
  readonly calls: string[] = [];

  dispatch({ path, servername }: { path: string; servername?: string }): boolean {
    this.calls.push(`dispatch ${path} ${servername}`);
    return true;
  }

  close(): Promise<void> {
    this.calls.push('close');
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    this.calls.push('destroy');
    return Promise.resolve();
  }
}

function request(path: string): UpstreamRequest {
  return { method: 'GET', path, headers: [], body: null };
}

function setup(address = 'https://far.example/') {
  const pool = new FakePool();
  const opening = Promise.withResolvers<Dispatcher>();
  const sender = new DispatchSender(new URL(address), opening.promise);
  const open = async (): Promise<void> => {
    opening.resolve(pool as unknown as Dispatcher);
    await opening.promise;
  };
  return { pool, sender, opening, open };
}

describe('DispatchSender', () => {
  it('sends at once when connections are there, with the name of the server for TLS', async () => {
    const { pool, sender, open } = setup();
    await open();
    sender.send(request('/a'), new RecordedAnswer());
    expect(pool.calls).toEqual(['dispatch /a far.example']);
  });

  it('keeps the order of what comes before, and closes behind it', async () => {
    const { pool, sender, open } = setup('http://far.example/');
    sender.send(request('/a'), new RecordedAnswer());
    sender.send(request('/b'), new RecordedAnswer());
    sender.close();
    expect(pool.calls).toEqual([]);
    await open();
    expect(pool.calls).toEqual(['dispatch /a undefined', 'dispatch /b undefined', 'close']);
  });

  it('does not send what was given up while it waited', async () => {
    const { pool, sender, open } = setup();
    const answer = new RecordedAnswer();
    sender.send(request('/a'), answer);
    answer.link!.abort();
    await open();
    expect(pool.calls).toEqual([]);
    expect(answer.error).toBeNull();
  });

  it('reports to everybody who waits when there will be no connections', async () => {
    const { sender, opening } = setup();
    const answer = new RecordedAnswer();
    sender.send(request('/a'), answer);
    opening.reject(new Error('cannot be loaded'));
    await expect(sender.destroy()).resolves.toBeUndefined();
    expect(answer.error?.message).toBe('cannot be loaded');
  });

  it('ends its connections at once', async () => {
    const { pool, sender, open } = setup();
    await open();
    await sender.destroy();
    expect(pool.calls).toEqual(['destroy']);
  });
});
