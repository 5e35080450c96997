import { Server } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { APP_OPTIONS, type AppOptions } from '../app-options.interface.js';

/** What a probe is about: `live` the program, `ready` its readiness for traffic, `startup` its start. */
export type ProbeName = 'live' | 'ready' | 'startup';

/** One thing that a probe looks at. */
export interface HealthCheck {
  /** `degraded` is told and does not fail the probe. */
  readonly status: 'ok' | 'degraded' | 'failed';
  /** What is wrong, without paths and names that are nobody's business; absent when nothing is. */
  readonly reason?: string;
  /** What else is to be known of it, shown with `?verbose`. */
  readonly detail?: string;
}

/** Tells of a part that Drover can do without for a while; `reason` is null when all is well. */
export type PartLook = () => { readonly reason: string | null; readonly detail?: string };

/** The answer to a probe. */
export interface ProbeView {
  readonly status: 'ok' | 'degraded' | 'failed';
  readonly checks: Readonly<Record<string, HealthCheck>>;
}

const OK: HealthCheck = { status: 'ok' };

/**
 * What the probes are answered from. No model is part of it: a gateway that takes a Drover out because
 * some model does not load makes things worse for all the others.
 */
@Injectable()
export class HealthBoard {
  private isListening = false;
  private preload: 'waiting' | 'over' = 'waiting';
  private readonly parts = new Map<string, PartLook>();

  constructor(@Inject(APP_OPTIONS) private readonly options: AppOptions) {}

  /** Takes note of when the server begins and ends to listen. */
  watch(server: Server): void {
    server.on('listening', () => (this.isListening = true));
    server.on('close', () => (this.isListening = false));
  }

  /** Every model of the preload list has had its turn; `null` when nobody has to wait for that. */
  preloadOver(): void {
    this.preload = 'over';
  }

  /** Notes what is wrong with a part that Drover can do without for a while; null when all is well. */
  report(part: string, problem: string | null): void {
    this.ask(part, () => ({ reason: problem }));
  }

  /** Asks at every look how such a part is. */
  ask(part: string, look: PartLook): void {
    this.parts.set(part, look);
  }

  /** The answer to a probe at this moment. */
  look(probe: ProbeName): ProbeView {
    const checks = this.checks(probe);
    const all = Object.values(checks).map(({ status }) => status);
    const status = all.includes('failed') ? 'failed' : all.includes('degraded') ? 'degraded' : 'ok';
    return { status, checks };
  }

  private checks(probe: ProbeName): Record<string, HealthCheck> {
    if (probe === 'live') return { eventLoop: OK };
    const listener = this.isListening ? OK : failed('does not listen yet, or not any more');
    if (probe === 'startup') {
      const preload = this.preload === 'over' ? OK : failed('models are being preloaded');
      return { configuration: OK, listener, preload };
    }
    const traffic = this.options.draining.aborted ? failed('is shutting down') : OK;
    const parts = [...this.parts].map(([part, lookAt]): [string, HealthCheck] => {
      const { reason, ...more } = lookAt();
      return [part, reason === null ? { ...OK, ...more } : { status: 'degraded', reason, ...more }];
    });
    return { configuration: OK, ...Object.fromEntries(parts), listener, traffic };
  }
}

function failed(reason: string): HealthCheck {
  return { status: 'failed', reason };
}
