/** The envelope of an error that breaks a stream, as `data` of an event. */
const MESSAGE = {
  src: 'llama-swap',
  type: 'error',
  error: {
    message: 'upstream connection lost: the answer is incomplete',
    type: 'server_error',
    param: null,
    code: 'upstream_broken',
  },
};

/**
 * The last event of a stream whose upstream has died: it closes an event that was cut in the middle
 * and is read as an error by OpenAI and Anthropic clients.
 *
 * @param tail the last bytes that were sent, at least four where there were as many
 */
export function brokenStreamEvent(tail: string): string {
  const atBoundary = tail === '' || /(?:\n\n|\r\n\r\n|\r\r)$/.test(tail);
  return `${atBoundary ? '' : '\n\n'}event: error\ndata: ${JSON.stringify(MESSAGE)}\n\n`;
}
