import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTlsMaterial } from './tls-material.js';

const folder = join(import.meta.dirname, '../../test/fixtures/tls');
const file = (name: string) => join(folder, name);

describe('readTlsMaterial', () => {
  it('reads a certificate and its key', () => {
    const files = { certFile: file('cert.pem'), keyFile: file('key.pem') };
    expect(readTlsMaterial(files).cert.toString()).toContain('BEGIN CERTIFICATE');
  });

  it.each([
    ['absent.pem', 'key.pem', /-tls-cert-file \S+absent\.pem: ENOENT/],
    ['cert.pem', 'absent.pem', /-tls-key-file \S+absent\.pem: ENOENT/],
    ['cert.pem', 'other-key.pem', /TLS certificate \S+cert\.pem with key \S+other-key\.pem: /],
    ['README.md', 'key.pem', /TLS certificate \S+README\.md with key/],
  ])('refuses %s with %s', (cert, key, message) => {
    const files = { certFile: file(cert), keyFile: file(key) };
    expect(() => readTlsMaterial(files)).toThrow(message);
  });
});
