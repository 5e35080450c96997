import { FiltersOptions } from './filters.options.js';
import { Setting } from './setting.decorator.js';
import { PeerTimeoutsOptions } from './timeouts.options.js';
import { TlsOptions } from './tls.options.js';

/** One entry of `peers`. */
export class PeerOptions {
  @Setting({ kind: 'text', default: 'required', doc: 'Base URL of the remote server.' })
  proxy = '';

  @Setting({ kind: 'text', doc: 'Sent to the peer as bearer token and `x-api-key`.' })
  apiKey = '';

  @Setting({
    kind: 'texts',
    default: 'required',
    doc: 'Models of the peer, reachable as `peer/model`, and by their own name where no other peer has it.',
  })
  models: string[] = [];

  @Setting({ kind: 'block', type: () => FiltersOptions, doc: 'Edits of the requests.' })
  filters = new FiltersOptions();

  @Setting({
    kind: 'block',
    type: () => PeerTimeoutsOptions,
    doc: 'Limits of the connections to the peer.',
  })
  timeouts = new PeerTimeoutsOptions();

  @Setting({
    kind: 'text',
    doc: 'Path, after that of `proxy`, that a probe asks for. Any answer but 502, 503 and 504 means that the peer is well.',
  })
  healthPath = '/health';

  @Setting({ kind: 'block', type: () => TlsOptions, doc: 'How its certificate is checked.' })
  tls = new TlsOptions();
}
