import { ProbeWorld } from '#lib/plugin-api';
import { DrmClient, parseFdinfo } from './fdinfo.js';

/** A client with the process that has it. */
export interface ClientOfProcess extends DrmClient {
  readonly pid: number;
}

/** A process that has just been started opens the device soon, or never … */
const YOUNG_ROUNDS = 6;
/** … so others are looked at in one of so many rounds. */
const SELDOM_ROUNDS = 12;

interface Known {
  readonly sinceRound: number;
  readonly files: readonly string[];
}

/**
 * Finds who uses a graphics device, through the open files of the processes: those of Drover's own user,
 * as root all of them. Looking through all open files of a machine is dear, so processes that have shown
 * none of the device are looked at seldom.
 */
export class DrmClients {
  private readonly processes = new Map<number, Known>();
  private round = 0;

  /** Every client, each once. */
  async read(world: ProbeWorld): Promise<readonly ClientOfProcess[]> {
    this.round += 1;
    const pids = (await world.listFolder('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    const gone = new Set(this.processes.keys());
    const clients = new Map<string, ClientOfProcess>();
    for (const pid of pids) {
      gone.delete(pid);
      for (const file of await this.filesOf(world, pid)) {
        const client = parseFdinfo((await world.readText(`/proc/${pid}/fdinfo/${file}`)) ?? '');
        if (!client) continue;
        const key = `${client.pciAddress} ${client.clientId}`;
        if (!clients.has(key)) clients.set(key, { ...client, pid });
      }
    }
    for (const pid of gone) this.processes.delete(pid);
    return [...clients.values()];
  }

  /** Open files of a process that are graphics devices. */
  private async filesOf(world: ProbeWorld, pid: number): Promise<readonly string[]> {
    const known = this.processes.get(pid);
    if (known && !this.isDue(pid, known)) return known.files;
    const all = await world.listFolder(`/proc/${pid}/fd`);
    const links = await Promise.all(all.map((name) => world.readLink(`/proc/${pid}/fd/${name}`)));
    const files = all.filter((_, at) => links[at]?.startsWith('/dev/dri/'));
    // What was there before the first round is not young.
    const sinceRound = known?.sinceRound ?? (this.round === 1 ? -YOUNG_ROUNDS : this.round);
    this.processes.set(pid, { sinceRound, files });
    return files;
  }

  private isDue(pid: number, { sinceRound, files }: Known): boolean {
    const isYoung = this.round - sinceRound < YOUNG_ROUNDS;
    return files.length > 0 || isYoung || (this.round + pid) % SELDOM_ROUNDS === 0;
  }
}
