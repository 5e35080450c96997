import { Inject, Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { type DroverEventEmitter, DroverEvents } from '#lib/foundation';
import { LiveEventListener, LiveEventSource } from './live-event.js';

/** Something that an operator should look at. */
export interface Alert {
  readonly kind: 'crash' | 'load_failed' | 'reload_rejected' | 'plugin_cut_off' | 'peer_down';
  /** Model, peer or plugin that it is about; null for the whole program. */
  readonly subject: string | null;
  readonly message: string;
  /** Unix milliseconds. */
  readonly atMs: number;
}

type Reader<Name extends keyof DroverEvents> = (event: DroverEvents[Name]) => Alert | null;

const READERS: { readonly [Name in keyof DroverEvents]?: Reader<Name> } = {
  'model.state': ({ model, from, to, exit, atMs }) => {
    if (from !== 'ready' || to !== 'stopped') return null;
    const code = exit?.code ?? null;
    const how = exit?.signal ?? (code === null ? 'unknown status' : `status ${code}`);
    const message = `the server of ${model} has ended by itself (${how})`;
    return { kind: 'crash', subject: model, message, atMs };
  },
  'swap.ended': ({ target, outcome, error, atMs }) => {
    if (outcome !== 'failed') return null;
    return { kind: 'load_failed', subject: target, message: error ?? 'not ready', atMs };
  },
  'config.reload': ({ outcome, problems, atMs }) => {
    if (outcome !== 'rejected') return null;
    const message = problems[0] ?? 'the configuration was refused';
    return { kind: 'reload_rejected', subject: null, message, atMs };
  },
  'plugin.cut-off': ({ name, reason, atMs }) => {
    return { kind: 'plugin_cut_off', subject: name, message: reason, atMs };
  },
  'peer.state': ({ peer, to, atMs }) => {
    if (to !== 'down') return null;
    return { kind: 'peer_down', subject: peer, message: `${peer} does not answer`, atMs };
  },
};

/** Crashes, failed loads, refused configurations, plugins and peers that are gone. */
@Injectable()
export class AlertEventSource implements LiveEventSource {
  constructor(@Inject(EventEmitter2) private readonly events: DroverEventEmitter) {}

  listen(listener: LiveEventListener): () => void {
    const names = Object.keys(READERS) as (keyof typeof READERS)[];
    const ends = names.map((name) => this.follow(name, listener));
    return () => ends.forEach((end) => end());
  }

  private follow(name: keyof typeof READERS, listener: LiveEventListener): () => void {
    const read = READERS[name] as (event: unknown) => Alert | null;
    const follow = (event: unknown): void => {
      const alert = read(event);
      if (alert) listener('alert', alert);
    };
    this.events.on(name, follow);
    return () => void this.events.off(name, follow);
  }
}
