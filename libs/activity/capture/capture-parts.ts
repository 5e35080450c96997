/** Which bodies of an exchange are worth keeping. */
export interface CaptureParts {
  readonly request: boolean;
  readonly response: boolean;
}

const ALL: CaptureParts = { request: true, response: true };
const REQUEST: CaptureParts = { request: true, response: false };
const RESPONSE: CaptureParts = { request: false, response: true };
const HEADERS: CaptureParts = { request: false, response: false };

const BY_PATH: ReadonlyMap<string, CaptureParts> = new Map([
  ['/v1/audio/speech', REQUEST],
  ['/v1/audio/voices', RESPONSE],
  ['/v1/audio/transcriptions', RESPONSE],
  ['/v1/images/generations', REQUEST],
  ['/v1/images/edits', HEADERS],
  ['/sdapi/v1/txt2img', REQUEST],
  ['/sdapi/v1/img2img', HEADERS],
]);

/** The parts of exchanges on a path; sounds and pictures are left out. */
export function capturePartsOf(path: string): CaptureParts {
  return BY_PATH.get(path) ?? ALL;
}

/** Whether an answer of this Content-Type is a sound or a picture, whatever its path. */
export function isMedia(contentType: string): boolean {
  return /^\s*(?:audio|image|video)\//i.test(contentType);
}
