import { describe, expect, it } from 'vitest';
import { JobObject } from './job-object.js';
import { Kernel32 } from './kernel32.interface.js';

function kernel(changes: Partial<Kernel32> = {}): {
  load: () => Promise<Kernel32>;
  calls: string[];
} {
  const calls: string[] = [];
  const job = { handle: 1 };
  const log = (name: string, handle: unknown = job): boolean =>
    calls.push(handle === job ? name : `${name} of a stranger`) > 0;
  const fake: Kernel32 = {
    createJob: () => log('create') && job,
    killOnClose: (handle) => log('limit', handle),
    assignSelf: (handle) => log('assign', handle),
    lastError: () => 5,
    ...changes,
  };
  return { load: () => Promise.resolve(fake), calls };
}

describe('JobObject', () => {
  it('limits a new job before it puts Drover into it, once', async () => {
    const { load, calls } = kernel();
    const job = new JobObject(load);
    expect(await job.protect()).toBeNull();
    expect(await job.protect()).toBeNull();
    expect(calls).toEqual(['create', 'limit', 'assign']);
  });

  it.each([
    ['CreateJobObjectW', { createJob: () => null }, []],
    ['SetInformationJobObject', { killOnClose: () => false }, ['create']],
    ['AssignProcessToJobObject', { assignSelf: () => false }, ['create', 'limit']],
  ])('says that %s failed, and with what error', async (call, changes, done) => {
    const { load, calls } = kernel(changes);
    expect(await new JobObject(load).protect()).toBe(`${call} failed with Windows error 5`);
    expect(calls).toEqual(done);
  });

  it('says that koffi is missing', async () => {
    const job = new JobObject(() => Promise.reject(new Error('Cannot find package')));
    expect(await job.protect()).toBe('koffi could not be loaded (Cannot find package)');
  });
});
