import { ReadinessProbe } from '../readiness-probe.interface.js';

/** A readiness probe that answers what the test has set; by default it never answers. */
export class FakeProbe implements ReadinessProbe {
  /** What was asked, in order. */
  readonly asked: string[] = [];
  answer: boolean | 'never' | Error = 'never';

  probe(url: URL, signal: AbortSignal): Promise<string | null> {
    this.asked.push(url.href);
    if (this.answer === 'never') return new Promise(() => signal);
    return this.answer instanceof Error
      ? Promise.reject(this.answer)
      : Promise.resolve(this.answer ? null : 'answers with status 503');
  }
}
