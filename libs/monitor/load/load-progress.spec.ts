import { describe, expect, it } from 'vitest';
import { LoadProgressReader } from './load-progress.reader.js';
import { loadStepOf } from './load-step.js';

const LINES: readonly (readonly [line: string, stage: string, percent: number | null])[] = [
  [
    'Loading safetensors checkpoint shards:  25% Completed | 1/4 [00:01<00:03,  1.02s/it]',
    'weights',
    25,
  ],
  [
    '(EngineCore_0 pid=164) Loading pt checkpoint shards: 100% Completed | 1/1 [00:19<00:00]',
    'weights',
    100,
  ],
  ['Capturing CUDA graph shapes:  37%|███▋      | 13/35 [00:08<00:13,  1.62it/s]', 'graphs', 37],
  ['Capturing CUDA graphs (mixed prefill-decode, PIECEWISE):  30%|███ | 2/7', 'graphs', 30],
  ['Capturing batches (bs=120 avail_mem=3.2 GB):  40%|████ | 4/10', 'graphs', 40],
  ['4.32.012.275 I loaded  51% model tensors into buffer', 'weights', 51],
  ['level=DEBUG source=server.go:628 msg="model load progress 0.65"', 'weights', 65],
  ['Loading pipeline components...:  60%|██████    | 3/5 [00:02<00:01]', 'weights', 60],
  ['  |==========>                     | 120/480 - 3.10it/s', 'weights', 25],
  ['{"status":"loading","progress":{"stage":"text_model","value":0.42}}', 'weights', 42],
  ['Downloading model.gguf: 12.5%', 'download', 12],
  ['Fetching 5 files:  40%|████      | 2/5 [00:10<00:15]', 'download', 40],
  ['common_init_from_params: warming up the model with an empty run - please wait', 'warmup', null],
];

const SILENT = [
  '',
  'load_tensors: offloading 48 repeating layers to GPU',
  'GPU KV cache usage: 12.1%',
  'Avg generation throughput: 20%',
  'Loading safetensors checkpoint shards: 250% Completed',
  '| a | b | 3/4',
  '... and more',
  '|===| 3/0',
];

describe('loadStepOf', () => {
  it.each(LINES)('reads %s', (line, stage, percent) => {
    expect(loadStepOf(line, false)).toEqual({ stage, percent });
  });

  it.each(SILENT)('finds no progress in %j', (line) => {
    expect(loadStepOf(line, true)).toBeNull();
  });

  it('takes dots for progress only from a server that paints them', () => {
    expect(loadStepOf('.....', true)).toEqual({ stage: 'weights', percent: 5 });
    expect(loadStepOf('.....', false)).toBeNull();
    expect(loadStepOf('.'.repeat(101), true)).toBeNull();
  });
});

const bar = (percent: number): string => `Loading x checkpoint shards: ${percent}% Completed\n`;

function reader(...pieces: readonly string[]): LoadProgressReader {
  const progress = new LoadProgressReader();
  for (const piece of pieces) progress.push(Buffer.from(piece));
  return progress;
}

describe('LoadProgressReader', () => {
  it('follows the dots of llama.cpp while their line grows', () => {
    const progress = reader('load_tensors: CPU model buffer size = 1 MiB\n', '....');
    expect(progress.current).toEqual({ stage: 'weights', percent: 4 });
    progress.push(Buffer.from('.'.repeat(56)));
    expect(progress.current?.percent).toBe(60);
    progress.push(Buffer.from(`${'.'.repeat(40)}\nllama_context: constructing\n`));
    expect(progress.current?.percent).toBe(100);
    progress.push(Buffer.from('main: warming up the model with an empty run\n'));
    expect(progress.current).toEqual({ stage: 'warmup', percent: null });
  });

  it('follows bars that go back to the start of their line, cut anywhere', () => {
    const text = [0, 50, 100].map((n) => `Loading x checkpoint shards: ${n}% Completed`).join('\r');
    const seen = new Set<number | null | undefined>();
    const progress = new LoadProgressReader();
    for (const byte of Buffer.from(`${text}\n`)) {
      progress.push(Uint8Array.of(byte));
      seen.add(progress.current?.percent);
    }
    expect([...seen]).toEqual([undefined, 0, 50, 100]);
  });

  it('does not go back within a stage when several processes paint', () => {
    expect(reader(bar(50), bar(25)).current?.percent).toBe(50);
    expect(reader(bar(50), 'Capturing CUDA graphs: 10%|█|\n').current).toEqual({
      stage: 'graphs',
      percent: 10,
    });
  });

  it('keeps little of a line without end', () => {
    const progress = reader('x'.repeat(100_000), '\nmodel load progress 0.5\n');
    expect(progress.current?.percent).toBe(50);
  });
});
