import { Kernel32 } from './kernel32.interface.js';

/**
 * A Windows job object around Drover itself: children inherit it, and the system kills everything in
 * it when Drover's handle, the only one, is closed by Drover's end. It has to be made before the
 * first child is started, because libuv then makes a job of its own, which would be the outer one
 * and which grandchildren may leave.
 */
export class JobObject {
  /** Held for the life of Drover: closing the last handle kills. */
  private handle: unknown = null;

  constructor(private readonly load: () => Promise<Kernel32>) {}

  /** Puts Drover into a new job. Null when that worked, otherwise why not, for the log. */
  async protect(): Promise<string | null> {
    if (this.handle) return null;
    let kernel: Kernel32;
    try {
      kernel = await this.load();
    } catch (error) {
      return `koffi could not be loaded (${error instanceof Error ? error.message : String(error)})`;
    }
    const job = kernel.createJob();
    if (!job) return failure('CreateJobObjectW', kernel);
    if (!kernel.killOnClose(job)) return failure('SetInformationJobObject', kernel);
    if (!kernel.assignSelf(job)) return failure('AssignProcessToJobObject', kernel);
    this.handle = job;
    return null;
  }
}

function failure(call: string, kernel: Kernel32): string {
  return `${call} failed with Windows error ${kernel.lastError()}`;
}
