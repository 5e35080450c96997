import { describe, expect, it } from 'vitest';
import { redactCommand } from './redact-command.js';

describe('redactCommand', () => {
  it.each([
    ['serve --api-key abc --port 1', 'serve --api-key [REDACTED] --port 1'],
    ['serve --api-key=abc -m x', 'serve --api-key=[REDACTED] -m x'],
    ['serve --hf-token "a b" x', 'serve --hf-token [REDACTED] x'],
    ["serve --password 'a b' x", 'serve --password [REDACTED] x'],
    ['serve --password="a \\" b" x', 'serve --password=[REDACTED] x'],
    ['env HF_TOKEN=abc DEBUG=1 serve', 'env HF_TOKEN=[REDACTED] DEBUG=1 serve'],
    ['serve -e OPENAI_API_KEY=abc', 'serve -e OPENAI_API_KEY=[REDACTED]'],
    ['serve --apiKey abc', 'serve --apiKey [REDACTED]'],
    ['serve -hft abc', 'serve -hft [REDACTED]'],
    ['serve \\\n  --api-key abc \\\n  -c 1', 'serve \\\n  --api-key [REDACTED] \\\n  -c 1'],
    ['serve --url http://u:p@host/x', 'serve --url http://[REDACTED]@host/x'],
  ])('hides what is secret in %s', (command, shown) => {
    expect(redactCommand(command)).toBe(shown);
  });

  it.each([
    'llama-server --port 5800 -m coder.gguf',
    'serve --ssl-key-file /etc/key.pem --api-key-file keys',
    'serve --max-tokens 100 --tokenizer path --n-predict 5',
    'serve --api-key --port 1',
    'serve --api-key',
    'echo the key is here',
    'serve --cache-type-k q8_0 --mask',
    'serve http://host/a@b',
    '',
  ])('leaves %s as it is', (command) => {
    expect(redactCommand(command)).toBe(command);
  });
});
