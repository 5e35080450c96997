import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MetricsPage, parseExposition } from './exposition.js';
import { llamaMetrics } from './llama-metrics.js';
import { isSupported, llamaHealth, llamaProps } from './llama-props.js';
import { llamaSlots } from './llama-slots.js';
import { kvUnifiedOf, layoutOfLogLine, numberFlag } from './llama-start.js';
import { sglangMetrics, vllmMetrics } from './vllm-metrics.js';

const fixtures = join(import.meta.dirname, '../../../test/fixtures/observability');

interface Expectation {
  readonly input: string;
  readonly status?: number;
  readonly mapped: Record<string, unknown>;
  readonly series?: Record<string, number>;
  readonly series_labelled?: Record<string, Record<string, number>>;
  readonly kvUnified?: boolean;
}

function text(folder: string, name: string): string {
  return readFileSync(join(fixtures, folder, name), 'utf8');
}

function cases(folder: string, pattern: RegExp): readonly Expectation[] {
  return readdirSync(join(fixtures, folder))
    .filter((name) => name.endsWith('.expect.json') && pattern.test(name))
    .map((name) => JSON.parse(text(folder, name)) as Expectation);
}

function page(folder: string, name: string): MetricsPage {
  return new MetricsPage(parseExposition(text(folder, name)));
}

function json(name: string): unknown {
  return JSON.parse(text('llama-server', name));
}

describe('llama-server /metrics', () => {
  const pages = cases('llama-server', /^metrics-(?!router)/);

  it.each(pages.filter(({ series }) => series))('reads the series of $input', (test) => {
    const { samples } = page('llama-server', test.input);
    const plain = samples.filter(({ labels, value }) => labels.size === 0 && value !== null);
    expect(Object.fromEntries(plain.map(({ name, value }) => [name, value]))).toEqual(test.series);
  });

  it('reads labelled series', () => {
    const name = 'llamacpp:spec_decode_num_accepted_tokens_per_pos_total';
    const { series_labelled: wanted } = pages.find(({ input }) => input === 'metrics-busy.txt')!;
    expect(page('llama-server', 'metrics-busy.txt').byLabel(name, 'position')).toEqual(
      wanted![name],
    );
  });

  it.each(pages.filter(({ mapped }) => mapped))('maps $input', (test) => {
    expect(llamaMetrics(page('llama-server', test.input))).toMatchObject(test.mapped);
  });

  it('does not know from a refusal without a model whether there is a page', () => {
    const [test] = cases('llama-server', /^metrics-router/);
    expect(isSupported(test!.status!)).toBe(test!.mapped['metricsSupported']);
    expect([200, 501, 404, 400].map(isSupported)).toEqual([true, false, false, null]);
  });
});

describe('parseExposition', () => {
  it('undoes escapes in label values and reads past braces in them', () => {
    const [sample] = parseExposition('x{a="x\\"y\\\\z\\n",b="1,2}"} 7 1772600767123');
    expect(sample).toMatchObject({ name: 'x', value: 7 });
    expect([...sample!.labels.values()]).toEqual(['x"y\\z\n', '1,2}']);
  });

  it.each(['NaN', '+Inf', '-Inf', 'Inf', 'Infinity', '1e999'])('has no number for %s', (word) => {
    expect(parseExposition(`x ${word}`)).toMatchObject([{ value: null }]);
  });

  it.each([
    ['a byte order mark', '\uFEFFa_total{x="1"} 5\n'],
    ['blanks in front', '  a_total {x="1"}\t5  \r\n'],
    ['a time stamp', 'a_total{x="1"} 5 1700000000123\n'],
    ['a time stamp of OpenMetrics and its end', 'a_total{x="1"} 5.0 1700000000.123\n# EOF\n'],
    ['an example of OpenMetrics', 'a_total{x="1"} 5 # {trace_id="}"} 0.67 1.5\n'],
    ['a comma behind the last label', 'a_total{x="1",} 5e0\n'],
    ['a wrapping in JSON, between blanks', '\n "a_total{x=\\"1\\"} 5\\n" \n'],
    ['rubbish around', 'a_total\na_total{x="1" 7\na_total{x="1"} 5\na_total 5 6 7\n= 4\n'],
  ])('reads a page with %s', (_what, written) => {
    const labels = new Map([['x', '1']]);
    expect(parseExposition(written)).toEqual([{ name: 'a_total', labels, value: 5 }]);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.constantFrom('a', '{', '}', '"', '=', ' ', '\n', '1', '\\', '#'))
          .map((all) => all.join('')),
        (anything) => {
          expect(Array.isArray(parseExposition(anything))).toBe(true);
        },
      ),
    );
  });
});

describe('llama-server /slots', () => {
  it.each(cases('llama-server', /^slots-(?!none-free)/))('maps $input', (test) => {
    expect(llamaSlots(json(test.input), test.kvUnified ?? null)).toMatchObject(test.mapped);
  });

  it('takes a refusal for want of a free slot as a sign that the page exists', () => {
    const [test] = cases('llama-server', /^slots-none-free/);
    expect(isSupported(test!.status!)).toBe(test!.mapped['slotsSupported']);
  });

  it('does not add up windows of which it does not know whether they are shared', () => {
    expect(llamaSlots(json('slots-split.json'), null)).toMatchObject({
      contextTotal: null,
      contextUsed: 18_213,
    });
    expect(llamaSlots([{ id: 0, n_ctx: 8 }], null)).toMatchObject({ contextTotal: 8 });
  });

  it('takes figures below zero for unknown', () => {
    const slot = { id: 0, is_processing: true, n_ctx: -1, n_prompt_tokens: -1, id_task: 4 };
    expect(llamaSlots([{ ...slot, next_token: [{ n_decoded: -1 }] }], false)).toMatchObject({
      slotsBusy: 1,
      contextUsed: null,
      contextTotal: null,
      decodedByTask: {},
    });
  });

  it('is null for anything but a list', () => {
    expect(llamaSlots({ error: {} }, false)).toBeNull();
  });
});

describe('llama-server /props, /health and start', () => {
  it.each(cases('llama-server', /^props/))('maps $input', (test) => {
    expect(llamaProps(json(test.input))).toMatchObject(test.mapped);
  });

  it('does not take other servers for a llama-server', () => {
    expect(llamaProps({ detail: 'Not Found' })).toBeNull();
  });

  it.each(cases('llama-server', /^health/))('reads $input', (test) => {
    const {
      ready,
      loading,
      slotsBusy = null,
      slotsTotal = null,
    } = test as never as {
      ready: boolean;
      loading: boolean;
      slotsBusy?: number;
      slotsTotal?: number;
    };
    expect(llamaHealth(test.status!, json(test.input))).toEqual({
      ready,
      loading,
      slotsBusy,
      slotsTotal,
    });
  });

  it('reads the layout from the output', () => {
    const [test] = cases('llama-server', /^log-slots/);
    const layouts = text('llama-server', test!.input).split('\n').map(layoutOfLogLine);
    expect(layouts.filter((layout) => layout !== null)).toEqual([test!.mapped]);
  });

  it.each<[string, boolean | null]>([
    ['llama-server -m x.gguf', true],
    ['llama-server -m x.gguf -np 4', false],
    ['llama-server --parallel=2', false],
    ['llama-server -np 4 --kv-unified', true],
    ['/opt/bin/llama-server --no-kv-unified', false],
    ['vllm serve x', null],
  ])('reads from "%s" whether the cache is unified: %s', (command, wanted) => {
    expect(kvUnifiedOf(command.split(' '))).toBe(wanted);
  });

  it('reads numeric flags', () => {
    const argv = 'vllm serve x --max-num-seqs 8 --max-num-seqs=16 --port'.split(' ');
    expect(numberFlag(argv, ['--max-num-seqs'])).toBe(16);
    expect(numberFlag(argv, ['--port'])).toBeNull();
  });
});

describe('vLLM /metrics', () => {
  it.each(cases('vllm', /./))('maps $input', (test) => {
    expect(vllmMetrics(page('vllm', test.input))).toMatchObject(test.mapped);
  });
});

describe('SGLang /metrics', () => {
  it('maps the documented names', () => {
    const lines = [
      'sglang:num_running_reqs{model_name="m"} 3',
      'sglang:num_queue_reqs{model_name="m"} 1',
      'sglang:token_usage{model_name="m"} 0.25',
      'sglang:max_total_num_tokens{model_name="m"} 1000',
      'sglang:generation_tokens_total{model_name="m"} 77',
    ].join('\n');
    expect(sglangMetrics(new MetricsPage(parseExposition(lines)))).toEqual({
      busy: 3,
      queued: 1,
      kvUsageRatio: 0.25,
      contextTotal: 1000,
      contextUsed: 250,
      tokensGenerated: 77,
      promptTokens: null,
    });
  });
});
