import { describe, expect, it } from 'vitest';
import { ConfigStore } from '#lib/config';
import { DroverError, ErrorCode } from '#lib/foundation';
import { ForwardOutcome } from '#lib/proxy';
import { fakeConfig, fakePeer } from '../../test/support/fake-config.js';
import { PeerAttempt, PeerAttempts, PeerRequest } from './peer.attempts.js';
import { PeerHealth } from './peer.health.js';

const unanswered: ForwardOutcome = { result: 'upstreamBroken', status: null, bodyBytes: 0 };
const completed: ForwardOutcome = { result: 'completed', status: 200, bodyBytes: 2 };

const refused = (id: string): DroverError => new DroverError('PEER_DOWN', `${id} is down`);

function rig(down: readonly string[] = []) {
  const peers = new Map(['a', 'b', 'c'].map((id) => [id, fakePeer(id, { models: ['m'] })]));
  const seen: string[] = [];
  const health = {
    order: (ids: readonly string[]) => [...ids],
    refusal: (id: string) => (down.includes(id) ? refused(id) : null),
    answered: (id: string) => seen.push(`${id} answered`),
    failed: (id: string) => seen.push(`${id} failed`),
    handedOn: (id: string) => seen.push(`${id} handed on`),
  };
  const config = { current: fakeConfig([], { peers }) };
  const attempts = new PeerAttempts(
    config as unknown as ConfigStore,
    health as unknown as PeerHealth,
  );
  const observed: string[] = [];
  const request = (more: Partial<PeerRequest> = {}): PeerRequest => ({
    resolved: { kind: 'peer', peer: 'a', model: 'm', peers: ['a', 'b', 'c'] },
    observer: {
      onStart: (status) => observed.push(`start ${status}`),
      onChunk: ({ length }) => observed.push(`chunk ${length}`),
      onEnd: ({ result }) => observed.push(`end ${result}`),
    },
    canRepeat: () => true,
    ...more,
  });
  return { attempts, seen, observed, request };
}

/** Fails with the codes in turn, then answers. */
function failing(...codes: ErrorCode[]) {
  const rest = [...codes];
  return async ({ observer }: PeerAttempt): Promise<void> => {
    const code = rest.shift();
    if (code) {
      observer.onEnd?.(unanswered);
      throw new DroverError(code, 'no');
    }
    observer.onStart?.(200, []);
    observer.onChunk?.(Buffer.from('ok'));
    observer.onEnd?.(completed);
  };
}

describe('PeerAttempts', () => {
  it('asks one peer when that takes the request', async () => {
    const { attempts, seen, observed, request } = rig();
    await attempts.run(request(), failing());
    expect(seen).toEqual(['a answered']);
    expect(observed).toEqual(['start 200', 'chunk 2', 'end completed']);
  });

  it('asks the next one, of which the observer sees one answer alone', async () => {
    const { attempts, seen, observed, request } = rig();
    const handedOn: string[] = [];
    const asked = request({ onHandedOn: (peer) => handedOn.push(peer) });
    await attempts.run(asked, failing('UPSTREAM_UNREACHABLE', 'UPSTREAM_TIMEOUT'));
    expect(seen).toEqual(['a failed', 'a handed on', 'b failed', 'b handed on', 'c answered']);
    expect(handedOn).toEqual(['a', 'b']);
    expect(observed).toEqual(['start 200', 'chunk 2', 'end completed']);
  });

  it('fails with the last failure and a time to try again when there is no other', async () => {
    const { attempts, observed, request } = rig();
    const code = 'UPSTREAM_UNREACHABLE';
    await expect(attempts.run(request(), failing(code, code, code))).rejects.toMatchObject({
      code,
      retryAfterSeconds: 1,
    });
    expect(observed).toEqual(['end upstreamBroken']);
  });

  it('asks nobody else when the request cannot be sent again', async () => {
    const { attempts, seen, observed, request } = rig();
    const asked = request({ canRepeat: () => false });
    const run = attempts.run(asked, failing('UPSTREAM_UNREACHABLE'));
    await expect(run).rejects.toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
    expect(seen).toEqual(['a failed']);
    expect(observed).toEqual(['end upstreamBroken']);
  });

  it.each(['CANCELLED', 'BAD_REQUEST', 'BODY_UNREADABLE'] as const)(
    'does not blame the peer for %s',
    async (code) => {
      const { attempts, seen, request } = rig();
      await expect(attempts.run(request(), failing(code))).rejects.toMatchObject({ code });
      expect(seen).toEqual([]);
    },
  );

  it('refuses answers that another peer may better while there is one', async () => {
    const { attempts, request } = rig();
    const declined: (boolean | undefined)[][] = [];
    const run = attempts.run(request(), async ({ declines }) => {
      declined.push([200, 400, 429, 500, 502, 503, 504].map((status) => declines?.(status)));
      throw new DroverError('UPSTREAM_UNREACHABLE', 'no');
    });
    await expect(run).rejects.toThrow('no');
    const some = [false, false, true, false, true, true, true];
    expect(declined).toEqual([some, some, Array.from({ length: 7 }, () => undefined)]);
  });

  it('does not take the answer of a gateway for one of the peer', async () => {
    const { attempts, seen, request } = rig();
    await attempts.run(request(), async ({ observer }) => observer.onStart?.(503, []));
    expect(seen).toEqual([]);
  });

  it('passes over peers that are down', async () => {
    const { attempts, request } = rig(['a', 'b']);
    const asked: string[] = [];
    await attempts.run(request(), async ({ peer }) => asked.push(peer.id));
    expect(asked).toEqual(['c']);
  });

  it('asks nobody when all are down', async () => {
    const { attempts, request } = rig(['a', 'b', 'c']);
    const run = attempts.run(request(), async () => expect.unreachable());
    await expect(run).rejects.toMatchObject({ code: 'PEER_DOWN', message: 'a is down' });
  });

  it('says that there is no such peer any more', async () => {
    const { attempts, request } = rig();
    const resolved = { kind: 'peer', peer: 'gone', model: 'm' } as const;
    const run = attempts.run(request({ resolved }), async () => expect.unreachable());
    await expect(run).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });
});
