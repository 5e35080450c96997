/** What can go wrong on a connection to an upstream besides what the system reports. */
export type WireErrorCode =
  | 'WIRE_CLOSED'
  | 'WIRE_CONNECT_TIMEOUT'
  | 'WIRE_HEADERS_TIMEOUT'
  | 'WIRE_HEADERS_OVERFLOW'
  | 'WIRE_BAD_RESPONSE'
  | 'WIRE_BAD_REQUEST';

/** A failure of the exchange with an upstream; its message is for logs, not for clients. */
export class WireError extends Error {
  override readonly name = 'WireError';

  constructor(
    readonly code: WireErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** The failure of an upstream that does not speak proper HTTP. */
export function badResponse(what: string): WireError {
  return new WireError('WIRE_BAD_RESPONSE', `the answer is no valid HTTP: ${what}`);
}
