import { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { DroverError } from '#lib/foundation';
import { printable } from '#lib/proxy';
import { AuditLog } from '../audit/audit.log.js';
import { Client } from './client.interface.js';
import { KeyUsage } from './key-usage.js';
import { NeededScope, whyNot } from './scope-check.js';

const NOTHING_TO_END = (): void => undefined;

/** Decides whether a client may do something now, and writes down when not. */
@Injectable()
export class ClientGate {
  constructor(
    private readonly usage: KeyUsage,
    private readonly audit: AuditLog,
  ) {}

  /** @throws DroverError SCOPE_MISSING */
  need(client: Client, scope: NeededScope, response: ServerResponse): void {
    const missing = whyNot(client, scope);
    if (missing) throw this.denied(client, missing, response);
  }

  /**
   * Lets a request for a model pass; the result is to be called at its end.
   *
   * @param names what the client called the model, and its real name
   * @throws DroverError MODEL_FORBIDDEN, RATE_LIMITED, KEY_CONCURRENCY
   */
  enter(client: Client, names: readonly string[], response: ServerResponse): () => void {
    const { models, limits, name } = client;
    if (models && !names.some((model) => models.allows(model))) {
      const message = `the key "${name}" may not use the model "${printable(names[0] ?? '')}"`;
      throw this.denied(client, new DroverError('MODEL_FORBIDDEN', message), response);
    }
    return limits ? this.usage.enter(client, limits, response) : NOTHING_TO_END;
  }

  private denied({ name }: Client, error: DroverError, { req }: ServerResponse): DroverError {
    this.audit.denied(req, name, error);
    return error;
  }
}
