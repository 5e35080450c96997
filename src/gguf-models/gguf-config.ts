import { stringify } from 'yaml';
import { GgufModel } from './gguf-model.interface.js';

/** Seconds for reading a model from a slow disk. */
const HEALTH_CHECK_TIMEOUT_SECONDS = 600;

/**
 * Writes a Drover configuration that serves the models with llama-server, one at a time.
 * @param command path of llama-server
 */
export function ggufConfigText(models: readonly GgufModel[], command: string): string {
  const entries = models.map((model) => [model.id, entryOf(model, command)] as const);
  return stringify({
    healthCheckTimeout: HEALTH_CHECK_TIMEOUT_SECONDS,
    models: Object.fromEntries(entries),
  });
}

/** What a model that is registered by itself may differ in. */
export interface GgufModelOptions {
  /** More arguments of llama-server. */
  readonly args: readonly string[];
  /** Port of its server; null for one that Drover chooses. */
  readonly port: number | null;
}

/** Writes the part of a configuration that serves one model with llama-server. */
export function ggufModelText(
  model: GgufModel,
  command: string,
  { args, port }: GgufModelOptions,
): string {
  const entry = entryOf(model, command);
  const cmd = [entry.cmd, ...args.map(quote)].join(' ');
  const fixed = port !== null && {
    cmd: cmd.replace('${PORT}', String(port)),
    proxy: `http://127.0.0.1:${port}`,
  };
  return stringify({ models: { [model.id]: { ...entry, cmd, ...fixed } } });
}

function entryOf(model: GgufModel, command: string) {
  const { file, header } = model;
  return {
    name: literal(header.name ?? file.stem),
    description: describe(model),
    cmd: commandLine(model, command),
    capabilities: {
      in: model.projector === null ? ['text'] : ['text', 'image'],
      out: header.purpose === 'generate' ? ['text'] : [],
      tools: header.hasTools,
      reranker: header.purpose === 'rerank',
      context: header.contextLength ?? 0,
    },
    metadata: {
      file: literal(file.path),
      fileBytes: file.bytes,
      ...(header.architecture === null ? {} : { architecture: literal(header.architecture) }),
      ...(header.parameters === null ? {} : { parameters: header.parameters }),
      ...(header.quantization === null ? {} : { quantization: header.quantization }),
      ...(header.contextLength === null ? {} : { contextLength: header.contextLength }),
    },
  };
}

/** With `--ctx-size 0` llama-server takes the window from the header, as far as memory allows. */
function commandLine({ file, header, projector }: GgufModel, command: string): string {
  const purposes = { generate: [], embed: ['--embeddings'], rerank: ['--reranking'], project: [] };
  return [
    quote(command),
    '--host 127.0.0.1 --port ${PORT} --metrics --ctx-size 0',
    `--model ${quote(file.path)}`,
    ...(projector === null ? [] : [`--mmproj ${quote(projector)}`]),
    ...purposes[header.purpose],
  ].join(' ');
}

function describe({ file, header }: GgufModel): string {
  const parts = [
    header.parameters === null
      ? null
      : `${short(header.parameters, ['', 'K', 'M', 'B', 'T'])} parameters`,
    header.quantization,
    short(file.bytes, [' B', ' KB', ' MB', ' GB', ' TB']),
    header.contextLength === null ? null : `context ${header.contextLength}`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** A number with at most one decimal, in the unit for its thousands. */
function short(value: number, units: readonly string[]): string {
  const thousands = Math.floor(Math.log10(Math.max(1, value)) / 3);
  const unit = Math.min(units.length - 1, thousands);
  return `${Number((value / 1000 ** unit).toFixed(1))}${units[unit]}`;
}

/** Quotes a word for Drover's command splitting, POSIX and Windows alike. */
function quote(word: string): string {
  const text = literal(word);
  if (!/[\s"'\\$`#]/.test(text)) return text;
  if (process.platform === 'win32') return `"${text}"`;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Keeps a `${` in a file name from being read as a macro. */
function literal(text: string): string {
  return text.replaceAll('${', () => '$${');
}
