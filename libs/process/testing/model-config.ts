import { ModelConfig, parseConfigText } from '#lib/config';

const TEXT = 'models: {m: {cmd: serve --port 5800, proxy: "http://127.0.0.1:5800"}}';
const DEFAULTS = parseConfigText(TEXT, { env: {}, cwd: '/', platform: 'linux' }).config!;

/** A model's configuration with everything at its default but what `changes` says. */
export function modelConfig(changes: Partial<ModelConfig> = {}): ModelConfig {
  return { ...DEFAULTS.models.get('m')!, ...changes };
}
