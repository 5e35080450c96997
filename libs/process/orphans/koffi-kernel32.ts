import { Kernel32 } from './kernel32.interface.js';

/** `JobObjectExtendedLimitInformation` of `JOBOBJECTINFOCLASS`. */
const EXTENDED_LIMIT = 9;
/** `JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE`. */
const KILL_ON_JOB_CLOSE = 0x2000;

const IO_COUNTERS = Object.fromEntries(
  ['ReadOps', 'WriteOps', 'OtherOps', 'ReadBytes', 'WriteBytes', 'OtherBytes'].map((name) => [
    name,
    'uint64_t',
  ]),
);

/**
 * Opens `kernel32.dll` through koffi, an optional dependency that is loaded on Windows only.
 * Structure layouts: winnt.h, `JOBOBJECT_EXTENDED_LIMIT_INFORMATION`.
 *
 * @throws when koffi or the library cannot be loaded
 */
export async function loadKernel32(): Promise<Kernel32> {
  const { default: koffi } = await import('koffi');
  const library = koffi.load('kernel32.dll');
  const basic = koffi.struct({
    PerProcessUserTimeLimit: 'int64_t',
    PerJobUserTimeLimit: 'int64_t',
    LimitFlags: 'uint32_t',
    MinimumWorkingSetSize: 'size_t',
    MaximumWorkingSetSize: 'size_t',
    ActiveProcessLimit: 'uint32_t',
    Affinity: 'size_t',
    PriorityClass: 'uint32_t',
    SchedulingClass: 'uint32_t',
  });
  const extended = koffi.struct({
    Basic: basic,
    Io: koffi.struct(IO_COUNTERS),
    ProcessMemoryLimit: 'size_t',
    JobMemoryLimit: 'size_t',
    PeakProcessMemoryUsed: 'size_t',
    PeakJobMemoryUsed: 'size_t',
  });
  const create = library.func('__stdcall', 'CreateJobObjectW', 'void *', ['void *', 'void *']);
  const limit = library.func('__stdcall', 'SetInformationJobObject', 'int', [
    'void *',
    'int',
    koffi.pointer(extended),
    'uint32_t',
  ]);
  const assign = library.func('__stdcall', 'AssignProcessToJobObject', 'int', ['void *', 'void *']);
  const self = library.func('__stdcall', 'GetCurrentProcess', 'void *', []);
  const lastError = library.func('__stdcall', 'GetLastError', 'uint32_t', []);
  const limits = { Basic: { LimitFlags: KILL_ON_JOB_CLOSE } };
  return {
    createJob: () => create(null, null) as unknown,
    killOnClose: (job) => limit(job, EXTENDED_LIMIT, limits, koffi.sizeof(extended)) !== 0,
    assignSelf: (job) => assign(job, self()) !== 0,
    lastError: () => Number(lastError()),
  };
}
