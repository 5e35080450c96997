import assert from 'node:assert/strict';
import {
  Failure,
  Rejection,
  ScheduledRequest,
  SchedulerConfig,
  SchedulerSnapshot,
} from '../scheduler.interface.js';

/** How a request of a scheduler test has ended, or where it is. */
export type ClientState = 'waiting' | 'served' | 'done' | 'failed' | 'rejected' | 'left';

interface Client {
  readonly request: ScheduledRequest;
  readonly serviceMs: number;
  state: ClientState;
  grantedMs: number | null;
}

/** The clients of a scheduler test: what was promised to them, and what they have seen of it. */
export class WorldClients {
  private readonly clients = new Map<number, Client>();
  private readonly grantOrder = new Map<string, number[]>();

  constructor(private config: SchedulerConfig) {}

  /** New limits hold from now on. */
  reconfigure(config: SchedulerConfig): void {
    this.config = config;
  }

  /** A request arrives. */
  add(request: ScheduledRequest, serviceMs: number): void {
    this.clients.set(request.id, { request, serviceMs, state: 'waiting', grantedMs: null });
  }

  /** The client goes away; false when it has its answer or is being served. */
  leave(requestId: number): boolean {
    const client = this.clients.get(requestId);
    if (client?.state !== 'waiting') return false;
    client.state = 'left';
    return true;
  }

  /** Time to serve the request, or null when the client has left. */
  grant(request: ScheduledRequest): number | null {
    const client = this.unresolved(request, 'granted');
    if (client.state === 'left') return null;
    const limit = this.config.models.get(request.model)?.concurrencyLimit ?? Infinity;
    assert.ok(this.inFlight(request.model) < limit, `${request.model} is granted over its limit`);
    client.state = 'served';
    this.grantOrder.set(request.model, [...this.granted(request.model), request.id]);
    return client.serviceMs;
  }

  reject(request: ScheduledRequest, rejection: Rejection): void {
    const client = this.unresolved(request, 'rejected');
    const isKnown = this.config.models.has(request.model);
    assert.equal(rejection === 'unknown-model', !isKnown, 'I7: 404 is for unknown models only');
    if (client.state === 'waiting') client.state = 'rejected';
  }

  fail(request: ScheduledRequest, _failure: Failure): void {
    const client = this.unresolved(request, 'failed');
    if (client.state === 'waiting') client.state = 'failed';
  }

  /** The service has ended, in whatever way; false when it had ended before. */
  finish(request: ScheduledRequest): boolean {
    const client = this.clients.get(request.id);
    if (client?.state !== 'served') return false;
    client.state = 'done';
    return true;
  }

  /** Requests being served by a model. */
  served(model: string): ScheduledRequest[] {
    return this.in('served').filter((request) => request.model === model);
  }

  inFlight(model: string): number {
    return this.served(model).length;
  }

  /** Requests without an answer whose clients are there. */
  waiting(): ScheduledRequest[] {
    return this.in('waiting');
  }

  /** Ids granted by a model in the order of the grants. */
  granted(model: string): readonly number[] {
    return this.grantOrder.get(model) ?? [];
  }

  /** Holds what the scheduler believes against what the clients know. */
  compare({ inFlight, reserved, queue, swaps }: SchedulerSnapshot): void {
    const waiters = swaps.flatMap((swap) => swap.waiters);
    const waiting = [...queue.map(({ id }) => id), ...waiters];
    assert.equal(new Set(waiting).size, waiting.length, 'I2: a request waits in one place only');
    for (const id of waiting) {
      const state = this.clients.get(id)?.state;
      assert.ok(
        state === 'waiting' || state === 'left',
        `I2: request ${id} waits, but is ${state}`,
      );
    }
    for (const [model, count] of inFlight) {
      assert.ok(count > 0, `I4: the in-flight count of ${model} is ${count}`);
      assert.ok(count >= this.inFlight(model), `I4: ${model} serves more than is counted`);
      assert.ok((reserved.get(model) ?? 0) >= count, `I5: ${model} reserves less than it serves`);
    }
    for (const request of this.in('served')) {
      assert.ok((inFlight.get(request.model) ?? 0) > 0, `I4: ${request.model} counts too little`);
    }
  }

  private in(state: ClientState): ScheduledRequest[] {
    return [...this.clients.values()]
      .filter((client) => client.state === state)
      .map(({ request }) => request);
  }

  private unresolved(request: ScheduledRequest, how: string): Client {
    const client = this.clients.get(request.id);
    assert.ok(client, `an unknown request is ${how}`);
    const isOpen = client.state === 'waiting' || client.state === 'left';
    assert.ok(isOpen, `I1: request ${request.id} is ${how}, but was ${client.state} already`);
    return client;
  }
}
