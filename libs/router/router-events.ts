import { Clock, DroverEventEmitter } from '#lib/foundation';
import { RouterObserver } from './router-observer.interface.js';

/** An observer that announces swaps as events. */
export function swapEvents(
  events: DroverEventEmitter,
  clock: Clock,
): Pick<RouterObserver, 'swapStarted' | 'swapEnded'> {
  return {
    swapStarted: ({ order: { id, target, evict }, plan }) => {
      const choice = plan.choice ?? null;
      events.emit('swap.started', { id, target, evict, choice, atMs: clock.wallMs() });
    },
    swapEnded: ({ order: { id, target, evict }, tookMs, error }) => {
      const end = { id, target, evict, tookMs, atMs: clock.wallMs() };
      if (error === null) events.emit('swap.ended', { ...end, outcome: 'ready', error });
      else if (error === 'cancelled') {
        events.emit('swap.ended', { ...end, outcome: 'cancelled', error: null });
      } else events.emit('swap.ended', { ...end, outcome: 'failed', error: error.message });
    },
  };
}
