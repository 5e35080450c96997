/** A folder of models cannot be served; the message says why and what to do. */
export class GgufFolderError extends Error {
  override readonly name = 'GgufFolderError';
}
