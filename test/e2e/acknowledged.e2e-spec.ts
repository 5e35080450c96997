import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { DroverFolder, until } from '../support/drover-folder.js';

const STORE = 'drover.db';
const CLIENTS = 6;
/** Answers that have come before anything is done to Drover. */
const FIRST = 60;
/** Rows that wait at most: 32 ended requests yet to be recorded, and 100 records yet to be written. */
const MOST_WAITING = 132;

/** Clients that number their requests and keep to themselves which of them were answered whole. */
class NumberedClients {
  readonly sent = new Set<string>();
  readonly acknowledged: string[] = [];
  private hasEnded = false;

  constructor(
    private readonly base: URL,
    private readonly round: string,
  ) {}

  /** Asks one after the other until told to end, or until nobody answers. */
  async run(): Promise<void> {
    while (!this.hasEnded) {
      const id = `${this.round}-${this.sent.size}`;
      this.sent.add(id);
      try {
        const answer = await fetch(new URL('/v1/chat/completions', this.base), {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-request-id': id },
          body: '{"model":"a","messages":[]}',
        });
        await answer.text();
        if (answer.status === 200) this.acknowledged.push(id);
      } catch {
        return;
      }
    }
  }

  end(): void {
    this.hasEnded = true;
  }
}

/** Request ids of the rows in the file, which is read beside Drover. */
function idsIn(folder: DroverFolder): string[] {
  const store = new DatabaseSync(join(folder.path, STORE), { readOnly: true });
  const rows = store
    .prepare(
      'SELECT d.detail_json AS detail FROM activity a LEFT JOIN drover_activity d USING (id)',
    )
    .all() as { detail: string }[];
  store.close();
  return rows.map(({ detail }) => (JSON.parse(detail) as { requestId: string }).requestId);
}

const folderOf = (): DroverFolder => {
  const folder = new DroverFolder();
  folder.configure(
    `store: {path: ${STORE}}`,
    'trustedProxies: [127.0.0.1/32]',
    'models:',
    folder.model('a'),
  );
  return folder;
};

describe('what a client was answered', () => {
  it('is in the activity log after SIGKILL, but for what ended a moment before', async () => {
    await using folder = folderOf();
    const known: string[] = [];
    for (const round of ['one', 'two', 'three']) {
      const drover = folder.start();
      const clients = new NumberedClients(await drover.listening(), round);
      const running = Array.from({ length: CLIENTS }, () => clients.run());
      await until(() => clients.acknowledged.length >= FIRST);
      const early = [...clients.acknowledged];
      // Nobody asks Drover for its log: rows get into the file by themselves.
      await until(() => early.every((id) => idsIn(folder).includes(id)));
      drover.signal('SIGKILL');
      await drover.end();
      await Promise.all(running);
      const found = idsIn(folder);
      expect(found).toHaveLength(new Set(found).size);
      expect(found).toEqual(expect.arrayContaining([...known, ...early]));
      const strange = found.filter((id) => !known.includes(id) && !clients.sent.has(id));
      expect(strange).toEqual([]);
      const lost = clients.acknowledged.filter((id) => !found.includes(id));
      expect(lost.length).toBeLessThanOrEqual(MOST_WAITING);
      known.splice(0, known.length, ...found);
    }
  });

  it('is in the activity log once and whole after SIGTERM', async () => {
    await using folder = folderOf();
    const drover = folder.start();
    const clients = new NumberedClients(await drover.listening(), 'last');
    const running = Array.from({ length: CLIENTS }, () => clients.run());
    await until(() => clients.acknowledged.length >= FIRST);
    drover.signal('SIGTERM');
    await drover.match(/SIGTERM: shutting down/);
    clients.end();
    await Promise.all(running);
    expect((await drover.end()).code).toBe(0);
    const found = idsIn(folder);
    expect(found).toHaveLength(new Set(found).size);
    expect(clients.acknowledged.filter((id) => !found.includes(id))).toEqual([]);
  });
});
