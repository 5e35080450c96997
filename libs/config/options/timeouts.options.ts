import { Setting } from './setting.decorator.js';

/** Limits of the connections to a model's server, in seconds. */
export class TimeoutsOptions {
  @Setting({ kind: 'integer', unit: 's', doc: 'Longest time to open a connection; 0 = no limit.' })
  connect = 30;

  @Setting({ kind: 'integer', unit: 's', doc: 'Interval of TCP keep-alive probes; 0 = none.' })
  keepalive = 30;

  @Setting({
    kind: 'integer',
    unit: 's',
    doc: 'Longest wait for the head of the answer; 0 = no limit.',
  })
  responseHeader = 0;

  @Setting({ kind: 'integer', unit: 's', doc: 'Longest TLS handshake; 0 = no limit.' })
  tlsHandshake = 10;

  @Setting({
    kind: 'integer',
    unit: 's',
    doc: 'Longest wait for `100 Continue`; 0 = send the body at once.',
  })
  expectContinue = 1;

  @Setting({
    kind: 'integer',
    unit: 's',
    doc: 'How long an idle connection is kept; 0 = no limit.',
  })
  idleConn = 90;
}

/** Limits of the connections to a peer, in seconds. */
export class PeerTimeoutsOptions extends TimeoutsOptions {
  @Setting({
    kind: 'integer',
    unit: 's',
    doc: 'Longest wait for the head of the answer; 0 = no limit.',
  })
  override responseHeader = 60;
}
