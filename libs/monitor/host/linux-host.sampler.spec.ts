import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compatibleHost } from './compatible-host.js';
import { hostView } from './host-view.js';
import { LinuxHostSampler } from './linux-host.sampler.js';
import { parseLoadavg, parseMeminfo, parsePressure } from './proc-files.js';
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
    const before = [{ busy: 10, total: 100 }];
    expect(busyShares(before, [{ busy: 30, total: 110 }])).toEqual([100]);
    expect(busyShares(before, [{ busy: 30, total: 90 }])).toEqual([100]);
    expect(busyShares(before, [{ busy: 5, total: 200 }])).toEqual([0]);
  });
});

describe('the other files of /proc', () => {
  it('takes free memory for available where the kernel does not tell', () => {
    expect(parseMeminfo('MemTotal: 100 kB\nMemFree: 40 kB\n')).toMatchObject({
      usedBytes: 60 * 1024,
      swapTotalBytes: null,
    });
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
