import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isSameMaterial, readTlsMaterial } from './tls-material.js';

const folder = join(import.meta.dirname, '../../test/fixtures/tls');
const file = (name: string) => join(folder, name);

describe('readTlsMaterial', () => {
  it('reads a certificate and its key', () => {
    const files = { certFile: file('cert.pem'), keyFile: file('key.pem'), clientCaFile: '' };
    expect(readTlsMaterial(files).clientCa).toBeNull();
    expect(readTlsMaterial(files).cert.toString()).toContain('BEGIN CERTIFICATE');
  });

  it.each([
    ['absent.pem', 'key.pem', /-tls-cert-file \S+absent\.pem: ENOENT/],
    ['cert.pem', 'absent.pem', /-tls-key-file \S+absent\.pem: ENOENT/],
    ['cert.pem', 'other-key.pem', /TLS certificate \S+cert\.pem with key \S+other-key\.pem: /],
    ['README.md', 'key.pem', /TLS certificate \S+README\.md with key/],
  ])('refuses %s with %s', (cert, key, message) => {
    const files = { certFile: file(cert), keyFile: file(key), clientCaFile: '' };
    expect(() => readTlsMaterial(files)).toThrow(message);
  });

  it.each([
    ['absent.pem', /tls\.clientCa \S+absent\.pem: ENOENT/],
    ['README.md', /tls\.clientCa \S+README\.md: there is no PEM certificate in it/],
    ['key.pem', /there is no PEM certificate in it/],
  ])('refuses %s as authorities of clients', (ca, message) => {
    const files = { certFile: file('cert.pem'), keyFile: file('key.pem') };
    expect(() => readTlsMaterial({ ...files, clientCaFile: file(ca) })).toThrow(message);
  });
});

describe('isSameMaterial', () => {
  const [a, b] = [Buffer.from('a'), Buffer.from('b')];
  const material = { cert: a, key: a, clientCa: null };

  it('compares what is in the files', () => {
    expect(isSameMaterial(material, { cert: Buffer.from('a'), key: a, clientCa: null })).toBe(true);
  });

  it.each([{ cert: b }, { key: b }, { clientCa: b }])('sees %j', (change) => {
    expect(isSameMaterial(material, { ...material, ...change })).toBe(false);
  });
});
