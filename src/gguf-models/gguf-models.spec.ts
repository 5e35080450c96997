import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { ggufConfigText } from './gguf-config.js';
import { headerFrom } from './gguf-header.js';
import { GgufHeader, GgufModel } from './gguf-model.interface.js';
import { modelsFrom, ReadFile } from './gguf-models.js';

const HEADER: GgufHeader = {
  name: null,
  architecture: 'llama',
  contextLength: 4096,
  parameters: 8_030_261_248,
  quantization: 'Q4_K_M',
  purpose: 'generate',
  hasTools: true,
};

function file(path: string, header: Partial<GgufHeader> = {}): ReadFile {
  const stem = path.split('/').at(-1)!.replace('.gguf', '');
  return { file: { path, stem, bytes: 4_920_000_000 }, header: { ...HEADER, ...header } };
}

const projector = (path: string): ReadFile => file(path, { purpose: 'project' });

/** The configuration's entry for one model, made with a plain path to llama-server. */
function entryOf(read: ReadFile, changed: Partial<GgufModel> = {}) {
  const model = { ...modelsFrom([read])[0]!, ...changed };
  const { models } = parse(ggufConfigText([model], '/opt/llama-server')) as {
    models: Record<string, { name: string; cmd: string; description: string }>;
  };
  return models[model.id]!;
}

describe('headerFrom', () => {
  it('reads what llama.cpp writes', () => {
    const header = headerFrom(
      {
        'general.architecture': 'qwen3',
        'general.name': ' Qwen3 8B ',
        'general.file_type': 15,
        'qwen3.context_length': 40_960,
        'tokenizer.chat_template': '{% if tools %}x{% endif %}',
      },
      8e9,
    );
    expect(header).toEqual({
      name: 'Qwen3 8B',
      architecture: 'qwen3',
      contextLength: 40_960,
      parameters: 8e9,
      quantization: 'Q4_K_M',
      purpose: 'generate',
      hasTools: true,
    });
  });

  it('says null where the file says nothing', () => {
    expect(headerFrom({}, 0)).toEqual({
      name: null,
      architecture: null,
      contextLength: null,
      parameters: null,
      quantization: null,
      purpose: 'generate',
      hasTools: false,
    });
  });

  it.each([
    [{ 'general.architecture': 'clip' }, 'project'],
    [{ 'general.type': 'mmproj' }, 'project'],
    [{ 'general.architecture': 'bert', 'bert.pooling_type': 2 }, 'embed'],
    [{ 'general.architecture': 'bert', 'bert.pooling_type': 4 }, 'rerank'],
    [{ 'general.architecture': 'llama', 'llama.pooling_type': 0 }, 'generate'],
  ])('takes %j for %s', (metadata, purpose) => {
    expect(headerFrom(metadata, 1).purpose).toBe(purpose);
  });
});

describe('modelsFrom', () => {
  it.each([
    ['the name in the header', [file('/m/a.gguf', { name: 'Qwen3 8B' })], ['qwen3-8b']],
    ['the file name', [file('/m/My Model v2.gguf')], ['my-model-v2']],
    [
      'the number format, when a name comes twice',
      [
        file('/m/a.gguf', { name: 'Qwen3' }),
        file('/m/b.gguf', { name: 'Qwen3', quantization: 'Q8_0' }),
        file('/m/c.gguf'),
      ],
      ['qwen3-q4_k_m', 'qwen3-q8_0', 'c'],
    ],
    [
      'the file name, when format and name come twice',
      [file('/m/a.gguf', { name: 'Qwen3' }), file('/m/b.gguf', { name: 'Qwen3' })],
      ['a', 'b'],
    ],
    ['the path at last', [file('/m/1/a.gguf'), file('/m/2/a.gguf')], ['m-1-a', 'm-2-a']],
  ])('names models by %s', (_, files, ids) => {
    expect(modelsFrom(files).map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    ['by name', ['/m/gemma-3-4b-Q4_K_M.gguf', '/m/x.gguf'], '/m/mmproj-gemma-3-4b-f16.gguf'],
    ['as the only one without a name', ['/m/a.gguf', '/m/x.gguf'], '/m/mmproj-model-f16.gguf'],
    ['to the only model beside it', ['/m/a.gguf'], '/m/mmproj-something.gguf'],
  ])('gives a projector to a model %s', (_, paths, path) => {
    const models = modelsFrom([projector(path), ...paths.map((model) => file(model))]);
    expect(models[0]!.projector).toBe(path);
    expect(models).toHaveLength(paths.length);
  });

  it('keeps a projector from models of other folders and other names', () => {
    const others = [file('/m/qwen.gguf'), file('/m/llama.gguf'), file('/n/gemma.gguf')];
    const models = modelsFrom([projector('/m/mmproj-gemma.gguf'), ...others]);
    expect(models.map((model) => model.projector)).toEqual([null, null, null]);
  });
});

describe('ggufConfigText', () => {
  it('starts llama-server with the file and describes the model', () => {
    expect(entryOf(file('/m/a.gguf', { name: 'Llama 8B' }))).toEqual({
      name: 'Llama 8B',
      description: '8B parameters, Q4_K_M, 4.9 GB, context 4096',
      cmd:
        '/opt/llama-server --host 127.0.0.1 --port ${PORT} --metrics --ctx-size 0 ' +
        '--model /m/a.gguf',
      capabilities: { in: ['text'], out: ['text'], tools: true, reranker: false, context: 4096 },
      metadata: {
        file: '/m/a.gguf',
        fileBytes: 4_920_000_000,
        architecture: 'llama',
        parameters: 8_030_261_248,
        quantization: 'Q4_K_M',
        contextLength: 4096,
      },
    });
  });

  it('leaves out what is not known', () => {
    const unknown = { contextLength: null, parameters: null, quantization: null };
    expect(entryOf(file('/m/a.gguf', { ...unknown, architecture: null }))).toMatchObject({
      description: '4.9 GB',
      metadata: { file: '/m/a.gguf', fileBytes: 4_920_000_000 },
    });
  });

  it.each([
    ['embed', '--embeddings'],
    ['rerank', '--reranking'],
  ] as const)('tells llama-server to %s', (purpose, flag) => {
    expect(entryOf(file('/m/a.gguf', { purpose })).cmd).toContain(` ${flag}`);
  });

  it('adds the projector and says that images are understood', () => {
    const entry = entryOf(file('/m/a.gguf'), { projector: '/m/mmproj.gguf' });
    expect(entry.cmd).toContain('--mmproj /m/mmproj.gguf');
    expect(entry).toMatchObject({ capabilities: { in: ['text', 'image'] } });
  });

  it.runIf(process.platform !== 'win32').each([
    ['/my models/a.gguf', "'/my models/a.gguf'"],
    ["/it's/a.gguf", String.raw`'/it'\''s/a.gguf'`],
    ['/${x}/a.gguf', "'/$${x}/a.gguf'"],
  ])('quotes %s', (path, quoted) => {
    expect(entryOf(file(path)).cmd).toContain(`--model ${quoted}`);
  });
});
