import { Setting } from './setting.decorator.js';

/** Shortest interval of the system statistics. */
export const PERFORMANCE_EVERY_MIN_MS = 5000;
/** Paths under the passthrough endpoint that load no model unless configured otherwise. */
export const DEFAULT_IGNORE_PATHS = ['.*\\.(js|json|css|png|gif|jpg|jpeg|ico|txt)$'];
/** Request headers that label a session unless configured otherwise. */
const DEFAULT_SESSION_HEADERS = ['X-Session-ID', 'X-Litellm-Session-Id'];

/** The block `store`. */
export class StoreOptions {
  @Setting({
    kind: 'text',
    default: 'required in this block; without the block the log is kept in memory',
    doc: 'SQLite file of the activity log, relative to the working directory.',
  })
  path = '';

  @Setting({ kind: 'integer', doc: 'Newest rows that the file keeps; 0 = all.' })
  maxRows = 0;

  @Setting({
    kind: 'duration',
    default: '`0s`',
    doc: 'Age at which rows are dropped from the file, such as `720h`; 0 = never.',
  })
  maxAge = 0;

  @Setting({
    kind: 'bytes',
    default: '`0`',
    doc: 'What the rows in the file may take; beyond it the oldest go. 0 = no limit.',
  })
  maxBytes = 0;
}

/** The block `captures`. */
export class CapturesOptions {
  @Setting({
    kind: 'bytes',
    default: '`1MiB`',
    doc: 'Longest body that a capture holds whole, such as `256KiB`; longer ones are cut and marked.',
  })
  bodyBytes = 1024 * 1024;

  @Setting({
    kind: 'texts',
    doc: 'Headers whose values are blanked besides `Authorization`, cookies and the usual API keys.',
  })
  redactHeaders: string[] = [];
}

/** The block `ui.activity`. */
export class ActivityOptions {
  @Setting({
    kind: 'texts',
    doc: 'Request headers that label a session in the activity view, tried in order; `[]` switches this off.',
  })
  session_id: string[] = DEFAULT_SESSION_HEADERS;
}

/** The block `ui`. */
export class UiOptions {
  @Setting({ kind: 'block', type: () => ActivityOptions, doc: 'The activity view.' })
  activity = new ActivityOptions();
}

/** The block `performance`. */
export class PerformanceOptions {
  @Setting({ kind: 'flag', doc: 'Switches the system statistics off.' })
  disabled = false;

  @Setting({
    kind: 'duration',
    default: '`5s`',
    doc: 'Interval of the system statistics, such as `15s`; at least 5s, `0s` = 5s.',
  })
  every = 0;
}

/** The block `monitoring`. */
export class MonitoringOptions {
  @Setting({
    kind: 'integer',
    min: 0,
    doc: 'Most models that may run after an explicit start through `/api/v1/llama`; 0 = no limit. Requests swap as usual and are not limited by it.',
  })
  maxParallelModels = 4;

  @Setting({
    kind: 'texts',
    doc: "Folders in which `POST /api/v1/llama/discover` looks for GGUF files, and from which models may be registered, besides the folders that the models' commands name.",
  })
  modelDirectories: string[] = [];

  @Setting({
    kind: 'flag',
    doc: 'Switches the metrics page of every llama-server on that Drover starts, through its environment.',
  })
  enableEngineMetrics = true;
}

/** The block `hooks.on_startup`. */
export class StartupOptions {
  @Setting({ kind: 'texts', doc: 'Models to start at once, one after the other.' })
  preload: string[] = [];
}

/** The block `hooks`. */
export class HooksOptions {
  @Setting({ kind: 'block', type: () => StartupOptions, doc: 'What happens after the start.' })
  on_startup = new StartupOptions();
}

/** The block `upstream`. */
export class UpstreamOptions {
  @Setting({
    kind: 'texts',
    doc: 'RE2 expressions, searched anywhere in the path: paths under `/upstream/<model>/` that never load the model. An empty list means the default.',
  })
  ignorePaths: string[] = DEFAULT_IGNORE_PATHS;
}

/** The block `cors`. */
export class CorsOptions {
  @Setting({
    kind: 'texts',
    doc: 'Origins of web pages that may call the API and read its answers, such as `https://app.example`; `*` is every origin, an empty list only the own one. With a list, browsers may ask models for no other page, Drover replaces what upstreams say about it, and pages of these origins may also change what runs.',
  })
  origins: string[] = ['*'];
}
