import { DroverError } from '#lib/foundation';

const MAX_ARGUMENTS = 64;
const MAX_CHARACTERS = 500;

/**
 * Arguments of llama-server that Drover itself decides on, and those that make it write files, fetch
 * models, run tools or reach other machines.
 */
const REFUSED = new Set(
  [
    '-m --model -mu --model-url -dr --docker-repo -hf -hfr --hf-repo -hfd -hfrd --hf-repo-draft',
    '-hff --hf-file -hfv -hfrv --hf-repo-v -hffv --hf-file-v -hft --hf-token -md --model-draft',
    '-mm --mmproj -mmu --mmproj-url -mv --model-vocoder --models-dir --models-preset',
    '--host --port --reuse-port --api-key --api-key-file --ssl-key-file --ssl-cert-file --path',
    '--api-prefix --log-file --slot-save-path --rpc --tools --webui-mcp-proxy --ui-mcp-proxy',
    '--media-path -lcs --lookup-cache-static -lcd --lookup-cache-dynamic',
  ].flatMap((line) => line.split(' ')),
);

/**
 * Checks the arguments that a registered model gives to llama-server: switches, numbers and words, no
 * paths.
 *
 * @throws DroverError BAD_REQUEST that names the argument.
 */
export function serverArguments(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > MAX_ARGUMENTS) {
    throw bad(`args must be a list of at most ${MAX_ARGUMENTS} texts`);
  }
  return value.map(argument);
}

function argument(value: unknown): string {
  if (typeof value !== 'string' || value.length > MAX_CHARACTERS) {
    throw bad(`args must be texts of at most ${MAX_CHARACTERS} characters`);
  }
  const [name] = value.split('=', 1) as [string];
  if (REFUSED.has(name)) throw bad(`args may not hold ${name}`);
  // Control characters and paths have no place in what is left.
  if (/[\p{Cc}/\\]|^~|^\.\.?$/u.test(value)) throw bad(`args may hold no paths: ${name}`);
  return value;
}

function bad(message: string): DroverError {
  return new DroverError('BAD_REQUEST', message);
}
