import { DEMO_BUILD } from './chat.endpoint.js';
import { tokenize, VOCABULARY_SIZE } from './demo-tokenizer.js';
import { Exchange } from './exchange.js';
import { invalidRequest } from './api.error.js';
import { slotJson } from './slot-json.js';

/** GET `/health`. */
export async function healthEndpoint(exchange: Exchange): Promise<void> {
  exchange.json({ status: 'ok' });
}

/** GET `/`: a line for people who look. */
export async function welcomeEndpoint(exchange: Exchange): Promise<void> {
  const text = `${exchange.model}: a demo model server of Drover. No language model runs here.\n`;
  exchange.send(text, { type: 'text/plain; charset=utf-8' });
}

/** GET `/v1/models`, with llama-server's `meta`. */
export async function modelsEndpoint(exchange: Exchange): Promise<void> {
  const { options, startedSeconds, engine } = exchange.house;
  const meta = {
    n_ctx: engine.slotContext,
    n_ctx_train: options.ctxSize,
    n_vocab: VOCABULARY_SIZE,
    n_embd: options.embeddingSize,
    n_params: 0,
    size: options.memoryBytes,
  };
  const record = { id: options.name, object: 'model', created: startedSeconds };
  exchange.json({ object: 'list', data: [{ ...record, owned_by: 'drover-demo', meta }] });
}

/** GET `/slots`; with `fail_on_no_slot` 503 when none is free. */
export async function slotsEndpoint(exchange: Exchange): Promise<void> {
  const { pool } = exchange.house.engine;
  if (exchange.query.has('fail_on_no_slot') && pool.busy === pool.slots.length) {
    const error = { code: 503, message: 'no slot available', type: 'unavailable_error' };
    exchange.json({ error }, 503);
    return;
  }
  exchange.json(pool.slots.map(slotJson));
}

/** GET `/props`. */
export async function propsEndpoint(exchange: Exchange): Promise<void> {
  const { engine, options } = exchange.house;
  exchange.json({
    default_generation_settings: {
      params: { n_predict: -1, max_tokens: -1, stream: true, timings_per_token: false },
      n_ctx: engine.slotContext,
    },
    total_slots: options.slots,
    model_alias: options.name,
    model_path: 'demo',
    modalities: { vision: false, video: false, audio: false },
    endpoint_slots: true,
    endpoint_props: false,
    endpoint_metrics: true,
    chat_template: '{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}',
    bos_token: '',
    eos_token: '',
    build_info: DEMO_BUILD,
    is_sleeping: false,
  });
}

/** GET `/metrics`, in Prometheus' text format with llama-server's names. */
export async function metricsEndpoint(exchange: Exchange): Promise<void> {
  const { engine, startedSeconds } = exchange.house;
  const { busy: processing, deferred } = engine.pool;
  exchange.send(engine.metrics.page({ processing, deferred }), {
    type: 'text/plain; version=0.0.4',
    headers: { 'Process-Start-Time-Unix': String(startedSeconds) },
  });
}

/** POST `/tokenize`; `with_pieces` shows the pieces beside the ids. */
export async function tokenizeEndpoint(exchange: Exchange): Promise<void> {
  const { content, with_pieces: withPieces } = exchange.body;
  if (typeof content !== 'string') throw invalidRequest('"content" must be a text');
  const tokens = tokenize(content);
  exchange.json({ tokens: withPieces === true ? tokens : tokens.map(({ id }) => id) });
}
