import { EventEmitter2 } from '@nestjs/event-emitter';
import { describe, expect, it } from 'vitest';
import { type DroverEventEmitter, VirtualClock } from '#lib/foundation';
import { RouterService } from '#lib/router';
import { AlertEventSource } from './alert-event.source.js';
import { QueueEventSource } from './queue-event.source.js';

function setup() {
  const events = new EventEmitter2() as unknown as DroverEventEmitter;
  const told: unknown[] = [];
  const end = new AlertEventSource(events).listen((type, data) => told.push([type, data]));
  return { events, told, end };
}

function ended(how: string): string {
  return `the server of m has ended by itself (${how})`;
}

describe('AlertEventSource', () => {
  const atMs = 5;
  const crash = { model: 'm', from: 'ready', to: 'stopped', atMs };
  const swap = { id: 1, target: 'm', evict: [], tookMs: 1, atMs };
  const reload = { trigger: 'api', problems: ['a.yaml:1:2 bad'], atMs };

  it('tells what an operator should look at', () => {
    const { events, told } = setup();
    events.emit('model.state', { ...crash, exit: { code: 3, signal: null } });
    events.emit('model.state', { ...crash, exit: { code: null, signal: 'SIGKILL' } });
    events.emit('model.state', crash);
    events.emit('swap.ended', { ...swap, outcome: 'failed', error: 'exit status 1' });
    events.emit('config.reload', { ...reload, outcome: 'rejected' });
    events.emit('plugin.cut-off', { kind: 'k', name: 'n', package: 'p', reason: 'hung', atMs });
    events.emit('peer.state', { peer: 'x', from: 'up', to: 'down', atMs });
    const alert = (kind: string, subject: string | null, message: string) => [
      'alert',
      { kind, subject, message, atMs },
    ];
    expect(told).toEqual([
      alert('crash', 'm', ended('status 3')),
      alert('crash', 'm', ended('SIGKILL')),
      alert('crash', 'm', ended('unknown status')),
      alert('load_failed', 'm', 'exit status 1'),
      alert('reload_rejected', null, 'a.yaml:1:2 bad'),
      alert('plugin_cut_off', 'n', 'hung'),
      alert('peer_down', 'x', 'x does not answer'),
    ]);
  });

  it('says nothing about what goes as it should, nor after its end', () => {
    const { events, told, end } = setup();
    events.emit('model.state', { ...crash, from: 'stopping' });
    events.emit('swap.ended', { ...swap, outcome: 'ready', error: null });
    events.emit('config.reload', { ...reload, outcome: 'applied' });
    events.emit('peer.state', { peer: 'x', from: 'down', to: 'up', atMs });
    end();
    events.emit('model.state', crash);
    expect(told).toEqual([]);
  });
});

describe('QueueEventSource', () => {
  it('tells who waits when that has changed', () => {
    const clock = new VirtualClock();
    let models = [{ model: 'a', waiting: 0 }];
    const router = { snapshot: () => ({ models }) } as unknown as RouterService;
    const told: unknown[] = [];
    const end = new QueueEventSource(router, clock).listen((type, data) => told.push([type, data]));
    clock.advance(3000);
    models = [
      { model: 'a', waiting: 2 },
      { model: 'b', waiting: 1 },
    ];
    clock.advance(3000);
    models = [];
    clock.advance(1000);
    end();
    models = [{ model: 'a', waiting: 9 }];
    clock.advance(3000);
    expect(told).toEqual([
      ['queue', { total: 3, waiting: { a: 2, b: 1 } }],
      ['queue', { total: 0, waiting: {} }],
    ]);
  });
});
