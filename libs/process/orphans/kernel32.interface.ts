/** The calls of `kernel32.dll` that make a job object; the names are those of the Windows API. */
export interface Kernel32 {
  /** `CreateJobObjectW`: a handle, or null. */
  createJob(): unknown;
  /** `SetInformationJobObject` with `JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE`. */
  killOnClose(job: unknown): boolean;
  /** `AssignProcessToJobObject` with `GetCurrentProcess`. */
  assignSelf(job: unknown): boolean;
  /** `GetLastError` of the call before. */
  lastError(): number;
}
