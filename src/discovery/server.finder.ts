import { Inject, Injectable } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { ENGINE_HTTP, EngineAnswer, type EngineHttp, EngineKind, llamaProps } from '#lib/monitor';
import { RegisteredServers } from '../monitoring/registered.servers.js';
import { Candidate } from './candidate.interface.js';

const TIMEOUT_MS = 2000;

/** Host and port where a server may run. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** Finds inference servers that run at given addresses, by `/props` and `/v1/models`. */
@Injectable()
export class ServerFinder {
  constructor(
    @Inject(ENGINE_HTTP) private readonly http: EngineHttp,
    private readonly config: ConfigStore,
    private readonly registered: RegisteredServers,
  ) {}

  /** A candidate for each model that a server there offers; none where nothing answers. */
  async find(addresses: readonly ServerAddress[]): Promise<readonly Candidate[]> {
    const found = await Promise.all(addresses.map((address) => this.ask(address)));
    return found.flat();
  }

  private async ask({ host, port }: ServerAddress): Promise<readonly Candidate[]> {
    const base = new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}/`);
    const [props, models] = await Promise.all([
      this.get(new URL('props', base)),
      this.get(new URL('v1/models', base)),
    ]);
    const facts = props?.status === 200 ? llamaProps(parse(props.body)) : null;
    const offered = models?.status === 200 ? offeredModels(parse(models.body)) : [];
    if (facts === null && offered.length === 0) return [];
    const engine: EngineKind | null = facts ? 'llama.cpp' : engineOf(offered);
    const names = offered.length > 0 ? offered.map(({ id }) => id) : [`${host}:${port}`];
    return names.map((modelName) => ({
      modelName,
      path: null,
      sizeBytes: null,
      engine,
      host,
      port,
      known: this.isKnown(modelName, { host, port }),
    }));
  }

  private isKnown(name: string, address: ServerAddress): boolean {
    const { models } = this.config.current;
    if (models.has(name) || this.registered.has(name)) return true;
    return [...models.values()].some(({ proxy }) => isAt(proxy, address));
  }

  private async get(url: URL): Promise<EngineAnswer | null> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      return await this.http.get(url, { timeoutMs: TIMEOUT_MS, signal, apiKey: null });
    } catch {
      return null;
    }
  }
}

function isAt(proxy: string, { host, port }: ServerAddress): boolean {
  if (!URL.canParse(proxy)) return false;
  const url = new URL(proxy);
  const name = url.hostname.replace(/^\[|\]$/g, '');
  return Number(url.port) === port && (name === host || (isLoopback(name) && isLoopback(host)));
}

function isLoopback(host: string): boolean {
  return /^(localhost|127\.[\d.]+|::1)$/i.test(host);
}

interface OfferedModel {
  readonly id: string;
  readonly owner: string | null;
}

function offeredModels(value: unknown): readonly OfferedModel[] {
  const { data } = (value ?? {}) as { data?: unknown };
  const list = Array.isArray(data) ? (data as { id?: unknown; owned_by?: unknown }[]) : [];
  return list.flatMap((model) => {
    const { id, owned_by: owner } = model ?? {};
    if (typeof id !== 'string') return [];
    return [{ id, owner: typeof owner === 'string' ? owner : null }];
  });
}

/** Servers call themselves the owner of their models. */
function engineOf(models: readonly OfferedModel[]): EngineKind | null {
  const owner = models[0]?.owner;
  if (owner === 'vllm' || owner === 'sglang') return owner;
  return owner === 'llamacpp' ? 'llama.cpp' : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
