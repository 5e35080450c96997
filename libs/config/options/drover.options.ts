import { AuditOptions, AuthOptions, ClientKeyOptions } from './access.options.js';
import {
  LimitsOptions,
  ManagementOptions,
  REQUEST_ID_MODES,
  ShutdownOptions,
  ServerTlsOptions,
} from './gateway.options.js';
import { ModelOptions } from './model.options.js';
import { PeerOptions } from './peer.options.js';
import { PeeringOptions } from './peering.options.js';
import { ProfileOptions } from './profile.options.js';
import { GroupOptions, MatrixOptions, RoutingOptions } from './routing.options.js';
import {
  CapturesOptions,
  CorsOptions,
  HooksOptions,
  MonitoringOptions,
  PerformanceOptions,
  StoreOptions,
  UiOptions,
  UpstreamOptions,
} from './section.options.js';
import { SelectorOptions } from './selector.options.js';
import { Setting } from './setting.decorator.js';
import { MetricsOptions, TelemetryOptions } from './telemetry.options.js';

/** Where log lines may go on stdout. */
const LOG_TARGETS = ['proxy', 'upstream', 'both', 'none'] as const;

/** The whole configuration file. */
export class DroverOptions {
  @Setting({
    kind: 'integer',
    unit: 's',
    doc: 'How long a model may take from its start to its first healthy answer. Less than 15 counts as 15.',
  })
  healthCheckTimeout = 120;

  @Setting({
    kind: 'text',
    doc: 'Log threshold: `debug`, `info`, `warn` or `error`; anything else counts as `info`.',
  })
  logLevel = 'info';

  @Setting({
    kind: 'text',
    default: 'no time',
    doc: 'Time at the start of log lines: `ansic unixdate rubydate rfc822 rfc822z rfc850 rfc1123 rfc1123z rfc3339 rfc3339nano kitchen stamp stampmilli stampmicro stampnano`.',
  })
  logTimeFormat = '';

  @Setting({ kind: 'text', allowed: LOG_TARGETS, doc: 'Which log goes to stdout.' })
  logToStdout = 'proxy';

  @Setting({ kind: 'flag', doc: 'Has no effect.', obsolete: 'logLevel' })
  logRequests = false;

  @Setting({
    kind: 'integer',
    doc: 'Rows kept by the activity log in memory; 0 or less = 1000. No effect with `store.path`.',
  })
  metricsMaxInMemory = 1000;

  @Setting({
    kind: 'integer',
    unit: 'MiB',
    doc: 'Memory for captures of requests and answers; 0 or less = no captures.',
  })
  captureBuffer = 5;

  @Setting({ kind: 'block', type: () => CapturesOptions, doc: 'What captures hold.' })
  captures = new CapturesOptions();

  @Setting({ kind: 'block', type: () => StoreOptions, doc: 'Where the activity log is kept.' })
  store: StoreOptions | null = null;

  @Setting({ kind: 'block', type: () => UiOptions, doc: 'The web interface.' })
  ui = new UiOptions();

  @Setting({ kind: 'block', type: () => PerformanceOptions, doc: 'System statistics.' })
  performance = new PerformanceOptions();

  @Setting({
    kind: 'block',
    type: () => MonitoringOptions,
    doc: 'Live monitoring and control of the models.',
  })
  monitoring = new MonitoringOptions();

  @Setting({ kind: 'block', type: () => MetricsOptions, doc: 'The page for Prometheus.' })
  metrics = new MetricsOptions();

  @Setting({ kind: 'block', type: () => TelemetryOptions, doc: 'Export to OpenTelemetry.' })
  telemetry = new TelemetryOptions();

  @Setting({
    kind: 'integer',
    unit: 's',
    min: 0,
    doc: 'Idle time before a model is unloaded, unless the model says otherwise; 0 = never.',
  })
  globalTTL = 0;

  @Setting({
    kind: 'integer',
    unit: 's',
    min: 0,
    doc: 'Time a model gets to stop gracefully, unless the model says otherwise; 0 = 10.',
  })
  unloadTimeout = 10;

  @Setting({
    kind: 'integer',
    min: 1,
    doc: 'First port for `${PORT}`. Models get their ports in byte order of their ids.',
  })
  startPort = 5800;

  @Setting({
    kind: 'flag',
    doc: 'Streams the progress of loading as reasoning text, unless the model says otherwise.',
  })
  sendLoadingState = false;

  @Setting({ kind: 'flag', doc: 'Lists aliases as entries of their own in the model list.' })
  includeAliasesInList = false;

  @Setting({
    kind: 'textsOrBlocks',
    type: () => ClientKeyOptions,
    strictItems: true,
    doc: 'Keys that clients must present; none = no check. A text is a key that may do everything, a block one with a name, rights and limits. Empty items are refused.',
  })
  apiKeys: (string | ClientKeyOptions)[] = [];

  @Setting({ kind: 'block', type: () => AuthOptions, doc: 'Other credentials than keys.' })
  auth = new AuthOptions();

  @Setting({
    kind: 'block',
    type: () => AuditOptions,
    doc: 'The log of what operators do.',
  })
  audit = new AuditOptions();

  @Setting({
    kind: 'plain',
    doc: 'Names and values for `${NAME}`; see [Macros](#macros). Order matters.',
  })
  macros: unknown = null;

  @Setting({ kind: 'blocks', type: () => ModelOptions, doc: 'The models, by id.' })
  models = new Map<string, ModelOptions>();

  @Setting({
    kind: 'blocks',
    type: () => GroupOptions,
    doc: 'Groups of models; older place of `routing.router.settings.groups`.',
  })
  groups = new Map<string, GroupOptions>();

  @Setting({
    kind: 'block',
    type: () => MatrixOptions,
    doc: 'Sets of models; older place of `routing.router.settings.matrix`.',
  })
  matrix: MatrixOptions | null = null;

  @Setting({
    kind: 'block',
    type: () => RoutingOptions,
    doc: 'Which models must stop, and in which order requests are served.',
  })
  routing = new RoutingOptions();

  @Setting({ kind: 'block', type: () => HooksOptions, doc: 'What happens at certain moments.' })
  hooks = new HooksOptions();

  @Setting({
    kind: 'blocks',
    type: () => SelectorOptions,
    doc: 'Virtual models that choose among targets, by id.',
  })
  selectors = new Map<string, SelectorOptions>();

  @Setting({
    kind: 'blocks',
    type: () => ProfileOptions,
    doc: 'Switchable sets of renamings, by name.',
    listHint: 'the list is the removed legacy form of a profile, write pins: {name: target}',
  })
  profiles = new Map<string, ProfileOptions>();

  @Setting({ kind: 'blocks', type: () => PeerOptions, doc: 'Remote servers, by id.' })
  peers = new Map<string, PeerOptions>();

  @Setting({
    kind: 'block',
    type: () => PeeringOptions,
    doc: 'How the remote servers are watched and stand in for each other.',
  })
  peering = new PeeringOptions();

  @Setting({ kind: 'block', type: () => UpstreamOptions, doc: 'The passthrough endpoint.' })
  upstream = new UpstreamOptions();

  @Setting({
    kind: 'texts',
    doc: 'Packages to load as plugins, by bare package name. A plugin runs with full rights.',
  })
  plugins: string[] = [];

  @Setting({
    kind: 'texts',
    doc: 'Host names that are accepted besides localhost when Drover listens on a loopback address only.',
  })
  allowedHosts: string[] = [];

  @Setting({
    kind: 'texts',
    doc: 'Networks (CIDR) of the proxies in front whose `X-Forwarded-*` headers are believed.',
  })
  trustedProxies: string[] = [];

  @Setting({
    kind: 'block',
    type: () => CorsOptions,
    doc: 'Which web pages of other origins may use the API.',
  })
  cors = new CorsOptions();

  @Setting({ kind: 'block', type: () => LimitsOptions, doc: 'Limits of the HTTP server.' })
  limits = new LimitsOptions();

  @Setting({
    kind: 'text',
    doc: 'Path under which a gateway shows Drover, such as `/ai`; it is taken off each request, and links of the web interface have it. Requests without it are served too.',
  })
  basePath = '';

  @Setting({
    kind: 'text',
    allowed: REQUEST_ID_MODES,
    doc: 'Whether each request has an `X-Request-Id`, which goes to the model, into the answer, the log and the activity log: `always`, `never`, or `auto`: when there are `trustedProxies`. The id of a trusted proxy is kept.',
  })
  requestIds = 'auto';

  @Setting({
    kind: 'block',
    type: () => ManagementOptions,
    doc: 'Probes and metrics; see [Gateways](gateways.md).',
  })
  management = new ManagementOptions();

  @Setting({ kind: 'block', type: () => ShutdownOptions, doc: 'How Drover ends.' })
  shutdown = new ShutdownOptions();

  @Setting({ kind: 'block', type: () => ServerTlsOptions, doc: 'Certificates of clients.' })
  tls = new ServerTlsOptions();
}
