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
  async probe(url: URL, signal: AbortSignal): Promise<string | null> {
    const { promise, resolve, reject } = Promise.withResolvers<string | null>();
    const options: RequestOptions = { agent: false, signal };
    const answered = (response: IncomingMessage): void => {
      const { statusCode } = response;
      resolve(statusCode === 200 ? null : `answers with status ${statusCode} instead of 200`);
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
