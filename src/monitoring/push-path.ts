/** Where clients of the monitoring push connect; every other handshake is for a model's server. */
export const PUSH_PATH = '/socket.io/';
