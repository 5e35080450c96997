import { describe, expect, it } from 'vitest';
import { failureHint, lastLines } from './failure-hint.js';

describe('failureHint', () => {
  it.each([
    ['CUDA error: out of memory', /fit into memory/],
    ['ggml_backend_cuda_buffer_type_alloc_buffer: cudaMalloc failed', /fit into memory/],
    ["couldn't bind HTTP server socket, hostname: 127.0.0.1, port: 5800", /port is taken/],
    ['listen EADDRINUSE: address already in use', /port is taken/],
    ['error: unknown argument: --no-such-flag', /flags/],
    ["Unknown option '--no-such-flag'", /flags/],
    ['spawn llama-serve ENOENT', /program in its command/],
    ['failed to start command: program not found: /opt/llama-server', /program in its command/],
    ["gguf_init_from_file: failed to open GGUF file '/m/x.gguf'", /file in its command/],
    ['model "a" was not ready within 15 s', /healthCheckTimeout/],
    ['open /models/a.gguf: permission denied', /owner and mode/],
  ])('knows what helps against %j', (text, hint) => {
    expect(failureHint(text)).toMatch(hint);
  });

  it('does not guess', () => {
    expect(failureHint('the process ended with exit code 1')).toBeNull();
  });
});

describe('lastLines', () => {
  it('keeps the end, in plain text', () => {
    expect(lastLines('one\n\u001b[31mtwo\u001b[0m\nthree\n\n', 2)).toBe('two\nthree');
  });
});
