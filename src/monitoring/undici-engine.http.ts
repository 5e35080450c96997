import { Injectable, OnModuleDestroy } from '@nestjs/common';
import type { Agent, request } from 'undici';
import { EngineAnswer, EngineGetOptions, EngineHttp } from '#lib/monitor';

const MAX_BODY_BYTES = 4 * 1024 * 1024;

interface Connections {
  readonly agent: Agent;
  readonly ask: typeof request;
}

/** Undici is loaded for the first engine that is asked: it takes 5 MiB. */
async function openConnections(): Promise<Connections> {
  const undici = await import('undici');
  const agent = new undici.Agent({ connections: 1, keepAliveTimeout: 10_000 });
  return { agent, ask: undici.request };
}

/** Asks engines over connections of its own, past the pools that requests are forwarded through. */
@Injectable()
export class UndiciEngineHttp implements EngineHttp, OnModuleDestroy {
  private opened: Promise<Connections> | null = null;

  async onModuleDestroy(): Promise<void> {
    const connections = await this.opened?.catch(() => null);
    await connections?.agent.destroy();
  }

  async get(url: URL, { timeoutMs, signal, apiKey }: EngineGetOptions): Promise<EngineAnswer> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const headers = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
    try {
      const { agent, ask } = await (this.opened ??= openConnections());
      const answer = await ask(url, { dispatcher: agent, signal: limit, headers });
      return {
        status: answer.statusCode,
        headers: single(answer.headers),
        body: await bounded(answer.body),
      };
    } catch (error) {
      throw new Error(reasonOf(error), { cause: error });
    }
  }
}

async function bounded(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > MAX_BODY_BYTES) throw new Error('the answer is too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function single(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | undefined> {
  const entries = Object.entries(headers).map(([name, value]) => {
    return [name, Array.isArray(value) ? value[0] : value] as const;
  });
  return Object.fromEntries(entries);
}

/** One short reason: `timeout`, a system code, or the message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'timeout';
  const code = (error as NodeJS.ErrnoException).code;
  return code ?? error.message;
}
