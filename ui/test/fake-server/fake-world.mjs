import { HARDWARE } from './fake-figures.mjs';

/** A model as the event stream shows it. */
const model = (id, more = {}) => ({
  id,
  name: '',
  description: '',
  state: 'stopped',
  unlisted: false,
  peerID: '',
  ...more,
});

const MODELS = [
  model('qwen3-8b', {
    name: 'Qwen3 8B',
    description: 'General chat. Fast, fits beside the embeddings.',
    aliases: ['small', 'gpt-4o-mini'],
    capabilities: { function_calling: true },
    context_length: 131072,
  }),
  model('gemma3-27b', {
    name: 'Gemma 3 27B',
    description: 'Long answers and pictures.',
    capabilities: { vision: true },
    context_length: 131072,
  }),
  model('vendor/coder 30b:q4', { description: 'An id with a slash, a blank and a colon.' }),
  model('nomic-embed', { name: 'Nomic Embed', description: 'Embeddings', context_length: 8192 }),
  model('hidden-lab', { unlisted: true }),
  model('far-away', { peerID: 'office', state: '', name: 'Far away' }),
];

/** How long a scripted load takes, milliseconds. */
const LOAD_MS = 700;

/**
 * The state of a Drover that is not there: models, requests, logs and records that a scenario
 * changes. Listeners get each message of the event stream as `{type, data}`.
 */
export class FakeWorld {
  models = MODELS.map((entry) => ({ ...entry }));
  inflight = [];
  activity = [];
  swaps = [];
  spans = [];
  states = [];
  profiles = [];
  activeProfile = null;
  monitoringEnabled = true;
  hardware = HARDWARE;
  loadMs = LOAD_MS;
  /** When idle models are unloaded, Unix milliseconds. */
  unloadsAtMs = Date.now() + 599_000;
  /** Samples of the machine, one every five seconds. */
  samplesKept = 60;
  /** Models whose load fails, with the message. */
  failing = new Map();
  logs = { proxy: '', upstream: '' };
  samples = new Map();
  /** What models were asked: `{path, body, headers}`. */
  asked = [];
  /** What a model answers to what was said. */
  answer = (said) => `You said: ${said}. **Bold** <script>alert(1)</script>`;
  /** Why the key in use may not make a call; empty when it may. */
  refuses = () => '';
  #listeners = new Set();
  #timers = new Set();
  #nextRequest = 1;

  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(type, data) {
    for (const listener of this.#listeners) listener({ type, data });
  }

  after(delayMs, action) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
    return timer;
  }

  every(periodMs, action) {
    const timer = setInterval(() => action(), periodMs);
    this.#timers.add(timer);
  }

  close() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#listeners.clear();
  }

  model(id) {
    return this.models.find((entry) => entry.id === id || entry.aliases?.includes(id));
  }

  setState(id, state) {
    const found = this.model(id);
    if (!found) return;
    this.states.push({ model: found.id, from: found.state, to: state, at: new Date() });
    found.state = state;
    this.tell('modelStatus', this.models);
  }

  log(source, text) {
    this.logs[source] = (this.logs[source] + text).slice(-102_400);
    this.tell('logData', { source, data: text });
  }

  /** Loads a model, stopping others first; resolves to null or to why it has failed. */
  async load(id, evict = []) {
    const target = this.model(id);
    if (!target) return `model "${id}" not found`;
    if (target.state === 'ready') return null;
    const swap = this.#decide(target.id, evict);
    for (const victim of evict) this.setState(victim, 'stopping');
    if (evict.length > 0) await this.#pause(this.loadMs / 3);
    for (const victim of evict) this.setState(victim, 'stopped');
    this.setState(target.id, 'starting');
    this.log('upstream', `[${target.id}] loading weights…\n`);
    await this.#pause(this.loadMs);
    return this.#end(swap, target);
  }

  async unload(id) {
    const target = this.model(id);
    if (!target || target.state === 'stopped') return;
    this.setState(target.id, 'stopping');
    await this.#pause(60);
    this.setState(target.id, 'stopped');
  }

  /** Begins a request; the returned function ends it and records it. */
  request(modelId, more = {}) {
    const id = String(this.#nextRequest++);
    const entry = {
      id,
      timestamp: new Date().toISOString(),
      model: modelId,
      req_path: '/v1/chat/completions',
      method: 'POST',
      req_headers: { 'User-Agent': 'openai-python/2.1', 'X-Session-ID': `session-${id}` },
      remote_ip: '192.168.1.23',
      resp_headers: {},
      resp_bytes: 0,
      elapsed_ms: 0,
      stage: 'running',
      ...more,
    };
    this.inflight.push(entry);
    this.#span(entry);
    this.tell('inflight', { operation: 'upsert', request: entry });
    return (status = 200, error = '') => this.#finish(entry, status, error);
  }

  /** Changes what is known of a request in flight. */
  change(id, more) {
    const entry = this.inflight.find((one) => one.id === id);
    if (!entry) return;
    Object.assign(entry, more);
    const span = this.spans.find((one) => one.id === id);
    if (entry.stage === 'running') span.grantedAt ??= new Date().toISOString();
    this.tell('inflight', { operation: 'upsert', request: entry });
  }

  /** Puts what waits for a model before everything else that waits. */
  prefer(modelId) {
    const queued = this.inflight.filter(({ stage }) => stage === 'queued');
    const place = (entry) => (entry.model === modelId ? 0 : 1000) + entry.queue_position;
    queued
      .toSorted((a, b) => place(a) - place(b))
      .forEach(({ id }, index) => this.change(id, { queue_position: index + 1 }));
  }

  /** Adds a finished request to the record. */
  record({ agoMs, ...more } = {}) {
    const id = this.activity.length + 1;
    const row = {
      id,
      timestamp: new Date(Date.now() - (agoMs ?? 0)).toISOString(),
      model: 'qwen3-8b',
      req_path: '/v1/chat/completions',
      resp_content_type: 'text/event-stream',
      resp_status_code: 200,
      tokens: {
        cache_tokens: 12,
        draft_tokens: 10,
        draft_acc_tokens: 7,
        input_tokens: 128 + (id % 50),
        output_tokens: 256 - (id % 40),
        prompt_per_second: 820 + ((id * 37) % 300),
        tokens_per_second: 41 + ((id * 13) % 23),
      },
      duration_ms: 5200 + ((id * 91) % 4000),
      has_capture: true,
      ...more,
    };
    this.activity.push(row);
    this.tell('activity', { id });
    return row;
  }

  #finish(entry, status, error) {
    this.inflight = this.inflight.filter((one) => one !== entry);
    this.tell('inflight', { operation: 'remove', id: entry.id });
    const outcome = status < 400 ? 'done' : 'failed';
    const span = this.spans.find((one) => one.id === entry.id);
    Object.assign(span, { outcome, status, endedAt: new Date().toISOString() });
    this.record({ model: entry.model, resp_status_code: status, error_msg: error || undefined });
  }

  #span({ id, model: name, req_path, timestamp, stage }) {
    const grantedAt = stage === 'running' ? timestamp : null;
    const times = { at: timestamp, grantedAt, endedAt: null };
    this.spans.push({
      id,
      model: name,
      path: req_path,
      ...times,
      outcome: 'running',
      status: null,
    });
  }

  #decide(target, evicted) {
    const swap = {
      id: this.swaps.length + 1,
      at: new Date().toISOString(),
      target,
      waiting: this.inflight.filter((entry) => entry.model === target).length,
      running: evicted.map((name) => {
        return { model: name, state: 'ready', inFlight: 0, waiting: 0, idleMs: 4200 };
      }),
      evicted,
      choice: 'group chat',
      cost: evicted.length,
      candidates: [{ evict: evicted, cost: evicted.length, choice: 'group chat' }],
      waitReason: evicted.length > 0 ? { kind: 'busy', models: evicted } : null,
      outcome: 'running',
      tookMs: null,
      error: null,
    };
    this.swaps.unshift(swap);
    return swap;
  }

  #end(swap, target) {
    const error = this.failing.get(target.id) ?? null;
    const tookMs = Date.now() - Date.parse(swap.at);
    Object.assign(swap, { outcome: error ? 'failed' : 'ready', tookMs, error });
    if (error) this.log('upstream', `[${target.id}] ${error}\n`);
    this.setState(target.id, error ? 'stopped' : 'ready');
    return error;
  }

  #pause(ms) {
    return new Promise((resolve) => this.after(ms, resolve));
  }
}
