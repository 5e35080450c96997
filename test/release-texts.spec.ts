import { describe, expect, it } from 'vitest';
// @ts-expect-error -- a script without types
import { datedChangelog, nextVersion } from '../scripts/release-texts.mjs';

const changelog = datedChangelog as (text: string, version: string, date: string) => string;
const next = nextVersion as (current: string, wanted: string) => string;

describe('nextVersion', () => {
  it.each([
    ['1.2.3', 'patch', '1.2.4'],
    ['1.2.3', 'minor', '1.3.0'],
    ['1.2.3', 'major', '2.0.0'],
    ['1.2.3', '1.2.3', '1.2.3'],
    ['0.1.0', '1.0.0', '1.0.0'],
  ])('of %s, asked for %s, is %s', (current, wanted, expected) => {
    expect(next(current, wanted)).toBe(expected);
  });

  it.each([
    ['1.2.3', 'latest', /neither a version/],
    ['next', 'patch', /is no version/],
  ])('refuses %s with %s', (current, wanted, message) => {
    expect(() => next(current, wanted)).toThrow(message);
  });
});

describe('datedChangelog', () => {
  const text =
    '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A.\n\n## [1.0.0] - 2026-01-01\n\n- B.\n';

  it('dates what is not released yet and begins anew', () => {
    const [intro, dated, old] = changelog(text, '1.1.0', '2026-02-03').split('\n## [1.');
    expect(intro).toBe('# Changelog\n\n## [Unreleased]\n');
    expect(dated).toBe('1.0] - 2026-02-03\n\n### Added\n\n- A.\n');
    expect(old).toBe('0.0] - 2026-01-01\n\n- B.\n');
  });

  it.each([
    ['# Changelog\n', '1.1.0', /no section/],
    ['## [Unreleased]\n\n## [1.0.0]\n', '1.1.0', /says nothing/],
    ['## [Unreleased]\n\n- A.\n\n## [1.0.0]\n', '1.0.0', /has 1\.0\.0 already/],
  ])('refuses %j for %s', (bad, version, message) => {
    expect(() => changelog(bad, version, '2026-02-03')).toThrow(message);
  });
});
