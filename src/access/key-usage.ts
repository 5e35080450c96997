import { ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { CLOCK, type Clock, DroverError } from '#lib/foundation';
import { formatGoDuration } from '#lib/logs';
import { Client, ClientLimits } from './client.interface.js';
import { RefillingBudget } from './refilling-budget.js';

interface Usage {
  readonly requests: RefillingBudget;
  readonly tokens: RefillingBudget;
  running: number;
}

/**
 * What the keys with limits have used. A key is known by its name, so that a reload forgets nothing
 * about a key that stays.
 */
@Injectable()
export class KeyUsage {
  private readonly byName = new Map<string, Usage>();

  constructor(
    config: ConfigStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    config.onChange(({ current }) => {
      const names = new Set(current.namedKeys.map(({ name }) => name));
      for (const name of this.byName.keys()) if (!names.has(name)) this.byName.delete(name);
    });
  }

  /**
   * Counts a request for a model and says in the answer what is left; the result ends the request.
   *
   * @throws DroverError RATE_LIMITED, KEY_CONCURRENCY
   */
  enter({ name }: Client, limits: ClientLimits, response: ServerResponse): () => void {
    const usage = this.usageOf(name, limits);
    const nowMs = this.clock.nowMs();
    const { requestsPerMinute, tokensPerMinute, concurrency } = limits;
    const requests = usage.requests.look(requestsPerMinute, nowMs);
    const tokens = usage.tokens.look(tokensPerMinute, nowMs);
    const isFull = concurrency > 0 && usage.running >= concurrency;
    const waitMs = Math.max(
      requestsPerMinute > 0 && requests < 1 ? usage.requests.untilMs(1) : 0,
      tokensPerMinute > 0 && tokens <= 0 ? usage.tokens.untilMs(1) : 0,
    );
    if (!isFull && waitMs === 0 && requestsPerMinute > 0) usage.requests.take(1);
    tell(response, 'requests', requestsPerMinute, usage.requests);
    tell(response, 'tokens', tokensPerMinute, usage.tokens);
    if (waitMs > 0) throw limited(name, waitMs);
    if (isFull) throw busy(name, concurrency);
    usage.running += 1;
    return () => {
      usage.running -= 1;
    };
  }

  /** Counts the tokens of an answer that has ended. */
  spend(name: string, tokens: number): void {
    this.byName.get(name)?.tokens.take(tokens);
  }

  private usageOf(name: string, limits: ClientLimits): Usage {
    const known = this.byName.get(name);
    if (known) return known;
    const nowMs = this.clock.nowMs();
    const usage = {
      requests: new RefillingBudget(limits.requestsPerMinute, nowMs),
      tokens: new RefillingBudget(limits.tokensPerMinute, nowMs),
      running: 0,
    };
    this.byName.set(name, usage);
    return usage;
  }
}

/** The headers that OpenAI's clients know. */
function tell(
  response: ServerResponse,
  what: string,
  ...[limit, budget]: [limit: number, budget: RefillingBudget]
): void {
  if (limit === 0) return;
  response.setHeader(`x-ratelimit-limit-${what}`, String(limit));
  response.setHeader(`x-ratelimit-remaining-${what}`, String(Math.max(0, Math.floor(budget.left))));
  const resetNanos = Math.ceil(budget.untilFullMs) * 1e6;
  response.setHeader(`x-ratelimit-reset-${what}`, formatGoDuration(resetNanos));
}

function limited(name: string, waitMs: number): DroverError {
  const message = `the key "${name}" has used up what it may use in a minute`;
  return new DroverError('RATE_LIMITED', message, { retryAfterSeconds: waitMs / 1000 });
}

function busy(name: string, concurrency: number): DroverError {
  const message = `the key "${name}" may have ${concurrency} requests at the same time`;
  return new DroverError('KEY_CONCURRENCY', message, { retryAfterSeconds: 1 });
}
