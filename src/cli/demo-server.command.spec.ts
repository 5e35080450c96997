import { describe, expect, it } from 'vitest';
import { runDemoServer } from './demo-server.command.js';
import { textIo } from './testing/text-io.js';

describe('drover demo-server', () => {
  it('prints help', async () => {
    const io = textIo();
    expect(await runDemoServer(['--help'], io)).toBe(0);
    expect(io.out()).toContain('--tokens-per-second N');
  });

  it('exits 2 and names a wrong flag', async () => {
    const io = textIo();
    expect(await runDemoServer(['--slots', 'many'], io)).toBe(2);
    expect(io.err()).toContain('--slots takes a whole number from 1 on, not "many"');
  });

  it('exits 1 and says why when it cannot listen', async () => {
    const io = textIo();
    expect(await runDemoServer(['--port', '0', '--host', '203.0.113.1'], io)).toBe(1);
    expect(io.err()).toContain('cannot listen: listen EADDRNOTAVAIL');
  });

  it('fails on purpose with status 1', async () => {
    const io = textIo();
    expect(await runDemoServer(['--port', '0', '--fail-after', '0'], io)).toBe(1);
    expect(io.err()).toContain('failing on purpose');
  });

  it('leaves no signal listener behind', async () => {
    const before = process.listenerCount('SIGTERM');
    await runDemoServer(['--port', '0', '--fail-after', '0'], textIo());
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
