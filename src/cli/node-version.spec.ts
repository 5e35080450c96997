import { describe, expect, it } from 'vitest';
import { unsupportedNode } from './node-version.js';

describe('unsupportedNode', () => {
  it.each(['18.19.1', '20.20.2', '22.11.0', '23.0.0'])('refuses %s, naming it', (version) => {
    expect(unsupportedNode(version)).toContain(`this is ${version}.`);
  });

  it.each(['24.15.0', '26.1.0', '30.0.0', process.versions.node])('takes %s', (version) => {
    expect(unsupportedNode(version)).toBeNull();
  });
});
