import { describe, expect, it } from 'vitest';
import { engineKey } from './engine-key.js';

describe('engineKey', () => {
  it.each<[string[], string[], string | null]>([
    [['llama-server', '--api-key', 'a'], [], 'a'],
    [['llama-server', '--api-key=a,b'], ['LLAMA_API_KEY=c'], 'a'],
    [['llama-server', '--api-key', 'a', '--api-key', 'b'], [], 'b'],
    [['llama-server'], ['LLAMA_API_KEY=c', 'LLAMA_API_KEY=d'], 'd'],
    [['vllm', 'serve'], ['VLLM_API_KEY=v'], 'v'],
    [['llama-server', '--api-key'], [], null],
    [['llama-server', '--api-key', ''], ['LLAMA_API_KEY='], null],
    [['llama-server', '--api-key-file', 'keys'], ['MY_LLAMA_API_KEY=x'], null],
  ])('of %j with %j is %j', (argv, env, key) => {
    expect(engineKey(argv, env)).toBe(key);
  });
});
