import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#lib/foundation';
import { RouterService } from '#lib/router';
import { LiveEventListener, LiveEventSource } from './live-event.js';

/** How often it is looked whether others wait now, milliseconds. */
const LOOK_EVERY_MS = 1000;

/** How many requests wait for which model, whenever that has changed. */
@Injectable()
export class QueueEventSource implements LiveEventSource {
  constructor(
    private readonly router: RouterService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  listen(listener: LiveEventListener): () => void {
    let told = '{}';
    return this.clock.every(LOOK_EVERY_MS, () => {
      const waiting = this.waiting();
      const text = JSON.stringify(waiting);
      if (text === told) return;
      told = text;
      const total = Object.values(waiting).reduce((sum, one) => sum + one, 0);
      listener('queue', { total, waiting });
    });
  }

  private waiting(): Readonly<Record<string, number>> {
    const { models } = this.router.snapshot();
    const queued = models.filter(({ waiting }) => waiting > 0);
    return Object.fromEntries(queued.map(({ model, waiting }) => [model, waiting]));
  }
}
