import { get as httpGet, IncomingMessage, RequestOptions } from 'node:http';
import { get as httpsGet } from 'node:https';
import { Injectable } from '@nestjs/common';
import { ReadinessProbe } from './readiness-probe.interface.js';

/**
 * Ready means status 200 exactly: redirects are not followed and other 2xx do not count. Each
 * probe opens its own connection, so that nothing of a dead instance can answer for a new one.
 */
@Injectable()
export class HttpReadinessProbe implements ReadinessProbe {
  async probe(url: URL, signal: AbortSignal): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const options: RequestOptions = { agent: false, signal };
    const answered = (response: IncomingMessage): void => {
      resolve(response.statusCode === 200);
      response.destroy();
    };
    const request =
      url.protocol === 'https:'
        ? httpsGet(url, options, answered)
        : httpGet(url, options, answered);
    request.once('error', reject);
    return promise;
  }
}
