import { DrmClient, EngineUse } from './fdinfo.js';

const NANOSECONDS_PER_MS = 1_000_000;

interface Mark {
  readonly atMs: number;
  readonly clients: ReadonlyMap<string, DrmClient>;
}

/** Busy share of a card's engines between two rounds. */
export class EngineLoad {
  private before: Mark | null = null;

  /**
   * Share of the busiest kind of engine in percent, for the clients that were there in the last round
   * too; null in the first.
   */
  next(clients: readonly DrmClient[], atMs: number): number | null {
    const { before } = this;
    const byId = new Map(clients.map((client) => [client.clientId, client]));
    this.before = { atMs, clients: byId };
    if (!before || atMs <= before.atMs) return null;
    const passedMs = atMs - before.atMs;
    const shares = new Map<string, number>();
    for (const [id, { engines }] of byId) {
      for (const [name, use] of engines) {
        const earlier = before.clients.get(id)?.engines.get(name);
        const share = earlier ? busyShare(earlier, use, passedMs) : 0;
        shares.set(name, (shares.get(name) ?? 0) + share);
      }
    }
    return Math.min(100, Math.max(0, ...shares.values()) * 100);
  }
}

function busyShare(before: EngineUse, now: EngineUse, passedMs: number): number {
  const passed =
    now.total === null ? passedMs * NANOSECONDS_PER_MS : now.total - (before.total ?? now.total);
  if (passed <= 0 || now.busy < before.busy) return 0;
  return (now.busy - before.busy) / passed / now.capacity;
}
