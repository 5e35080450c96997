import { describe, expect, it } from 'vitest';
import { fakeConfig, fakeModel } from '../../test/support/fake-config.js';
import { diskSpaces, modelFolders } from './model-disks.js';

describe('modelFolders', () => {
  it('finds the folders that commands name, once each', () => {
    const commands = [
      'llama-server -m /models/a.gguf --port 1',
      'llama-server --model=/models/b.gguf',
      'vllm serve x --download-dir /cache/hub',
      'llama-server -m relative.gguf',
      'sh -c "unclosed',
    ];
    const models = commands.map((cmd, index) => fakeModel(`m${index}`, { cmd }));
    expect(modelFolders(fakeConfig(models), 'linux')).toEqual(['/models', '/cache']);
  });
});

describe('diskSpaces', () => {
  it('leaves out what cannot be asked', async () => {
    const spaces = await diskSpaces([import.meta.dirname, '/no/such/folder']);
    expect(spaces).toHaveLength(1);
    expect(spaces[0]!.freeBytes).toBeLessThanOrEqual(spaces[0]!.totalBytes);
  });
});
