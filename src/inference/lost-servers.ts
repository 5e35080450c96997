import { Inject, Injectable } from '@nestjs/common';
import { type Clock, CLOCK } from '#lib/foundation';
import { LeaveSignal } from '#lib/router';
import { MODEL_STATES, type ModelStates } from '../composition/model-states.interface.js';

/** A server that refuses connections for longer is not about to end, milliseconds. */
const LONGEST_MS = 1000;

/** Knows when it has been noticed that a server, which refuses connections, has ended. */
@Injectable()
export class LostServers {
  constructor(
    @Inject(MODEL_STATES) private readonly states: ModelStates,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Resolves as soon as the model is not taken for ready any more, or the client has left; at the
   * latest after a second.
   */
  async noticed(model: string, signal: LeaveSignal): Promise<void> {
    if (signal.aborted || this.states.stateOf(model) !== 'ready') return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = this.states.onState((changed) => {
      if (changed === model) resolve();
    });
    const cancel = this.clock.after(LONGEST_MS, resolve);
    signal.addEventListener('abort', resolve, { once: true });
    await promise;
    signal.removeEventListener('abort', resolve);
    cancel();
    stop();
  }
}
