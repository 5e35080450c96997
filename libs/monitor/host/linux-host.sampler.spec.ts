import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compatibleHost } from './compatible-host.js';
import { hostView } from './host-view.js';
import { LinuxHostSampler } from './linux-host.sampler.js';
import { parseLoadavg, parseMeminfo, parseNetDev, parsePressure } from './proc-files.js';
import { busyShares, parseProcStat } from './proc-stat.js';

const folder = join(import.meta.dirname, '../../../test/fixtures/observability/perf');

function text(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

const FILES: Readonly<Record<string, string>> = {
  '/proc/stat': text('proc-stat-1.txt'),
  '/proc/meminfo': text('proc-meminfo.txt'),
  '/proc/loadavg': text('proc-loadavg.txt'),
  '/proc/net/dev': text('proc-net-dev.txt'),
};

function sampler(files: Record<string, string>): LinuxHostSampler {
  return new LinuxHostSampler(async (path) => {
    const content = files[path];
    if (content === undefined) throw new Error(`ENOENT ${path}`);
    return content;
  });
}

describe('LinuxHostSampler', () => {
  it('reads the machine in both forms', async () => {
    const { legacy, ours } = JSON.parse(text('proc.expect.json')) as Record<string, object>;
    const files = { ...FILES };
    const linux = sampler(files);
    await linux.read();
    files['/proc/stat'] = text('proc-stat-2.txt');
    const sample = { ...(await linux.read()), atMs: 0, disks: [] };
    expect(compatibleHost(sample)).toMatchObject(legacy!);
    expect(hostView(sample)).toMatchObject(ours!);
  });

  it.each(['/proc/stat', '/proc/meminfo'])('cannot do without %s', async (path) => {
    const { [path]: _, ...files } = FILES;
    await expect(sampler(files).read()).rejects.toThrow(path);
  });

  it('does without everything else', async () => {
    const { '/proc/stat': stat, '/proc/meminfo': meminfo } = FILES;
    const reading = await sampler({ '/proc/stat': stat!, '/proc/meminfo': meminfo! }).read();
    expect(reading).toMatchObject({ load: null, network: null, pressure: null });
    const shown = compatibleHost({ ...reading, atMs: 0, disks: [] });
    expect(shown).toMatchObject({ load_avg_1: 0, net_io: null });
  });

  it('refuses files without figures', async () => {
    await expect(sampler({ ...FILES, '/proc/stat': 'cpu 1' }).read()).rejects.toThrow('no CPU');
    await expect(sampler({ ...FILES, '/proc/meminfo': '' }).read()).rejects.toThrow('MemTotal');
  });
});

describe('busyShares', () => {
  it('counts a CPU that came later from zero, and no growth as idle', () => {
    const before = parseProcStat('cpu0 10 0 0 90 0 0 0 0 0 0');
    const now = parseProcStat('cpu0 10 0 0 90 0 0 0 0 0 0\ncpu1 30 0 0 70 0 0 0 0 0 0');
    expect(busyShares(before, now)).toEqual([0, 30]);
  });

  it('stays within its limits when the counters misbehave', () => {
    const before = [{ cpu: 0, busy: 10, total: 100 }];
    expect(busyShares(before, [{ cpu: 0, busy: 30, total: 110 }])).toEqual([100]);
    expect(busyShares(before, [{ cpu: 0, busy: 30, total: 90 }])).toEqual([100]);
    expect(busyShares(before, [{ cpu: 0, busy: 5, total: 200 }])).toEqual([0]);
  });

  it('compares each CPU with itself when one before it is switched off', () => {
    const before = parseProcStat('cpu0 10 0 0 90\ncpu1 0 0 0 100\ncpu2 50 0 0 50\n');
    const now = parseProcStat('cpu0 20 0 0 180\ncpu2 75 0 0 125\n');
    expect(busyShares(before, now)).toEqual([10, 25]);
  });
});

/** Counters of an interface from a number on. */
function sixteen(first: number): string {
  return Array.from({ length: 16 }, (_, at) => first + at).join(' ');
}

describe('the other files of /proc', () => {
  it.each([
    ['', 60],
    ['Cached: 10 kB\nSwapCached: 7 kB\nSReclaimable: 5 kB\n', 45],
    ['Cached: 10 kB\nMemAvailable: 41 kB\n', 59],
  ])('tells used from available memory with %j', (more, usedKib) => {
    expect(parseMeminfo(`MemTotal: 100 kB\nMemFree: 40 kB\n${more}`)).toMatchObject({
      usedBytes: usedKib * 1024,
      swapTotalBytes: null,
    });
  });

  it('reads interfaces whatever their names, and passes over what is damaged', () => {
    const table = [
      'Inter-|   Receive                            |  Transmit',
      ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets',
      `    lo: ${sixteen(1)}`,
      `eth0:${sixteen(4294967296)}`,
      `br-1:2: ${sixteen(5)}`,
      `lo0: ${sixteen(7)}`,
      'eth1: 12 x',
      'eth2:',
      '',
    ].join('\n');
    expect(parseNetDev(table)).toEqual([
      { name: 'eth0', receivedBytes: 4294967296, sentBytes: 4294967304 },
      { name: 'br-1:2', receivedBytes: 5, sentBytes: 13 },
      { name: 'lo0', receivedBytes: 7, sentBytes: 15 },
    ]);
  });

  it('refuses a damaged load', () => {
    expect(parseLoadavg('x y z')).toBeNull();
  });

  it('reads pressure, with and without the second line', () => {
    const some = 'some avg10=1.50 avg60=0.00 avg300=0.00 total=1';
    expect(parsePressure(`${some}\nfull avg10=0.25 avg60=0.00 avg300=0.00 total=1\n`)).toEqual({
      some: 1.5,
      full: 0.25,
    });
    expect(parsePressure(some)).toEqual({ some: 1.5, full: null });
    expect(parsePressure('')).toBeNull();
  });
});
