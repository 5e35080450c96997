import { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { DroverError } from '#lib/foundation';
import { printable } from '#lib/proxy';
import { Client } from './client.interface.js';
import { KeyUsage } from './key-usage.js';

const NOTHING_TO_END = (): void => undefined;

/** Decides whether a client may use a model now. */
@Injectable()
export class ModelGate {
  constructor(private readonly usage: KeyUsage) {}

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
      throw new DroverError('MODEL_FORBIDDEN', message);
    }
    return limits ? this.usage.enter(client, limits, response) : NOTHING_TO_END;
  }
}
