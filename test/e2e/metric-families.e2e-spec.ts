import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DroverFolder } from '../support/drover-folder.js';
import {
  FAMILIES,
  LEGACY_FAMILIES,
  declaredFamilies,
  metricDocs,
  wantedFamilies,
} from '../support/metric-families.js';

let folder: DroverFolder;
let page: string;
let types: ReadonlyMap<string, string>;

beforeAll(async () => {
  folder = new DroverFolder();
  folder.configure('models:', folder.model('a'));
  const base = await folder.start().listening();
  page = await (await fetch(new URL('/metrics', base))).text();
  types = new Map(declaredFamilies(page).map(({ name, type }) => [name, type]));
});

afterAll(() => folder[Symbol.asyncDispose]());

describe('the page for Prometheus', () => {
  it.each([
    ...wantedFamilies('llamaswap_', LEGACY_FAMILIES),
    ...wantedFamilies('drover_', FAMILIES),
  ])('has %s, a %s', (name, type) => {
    expect(types.get(name)).toBe(type);
  });

  it('declares each family once, with a meaning', () => {
    const declared = declaredFamilies(page);
    expect(new Set(declared.map(({ name }) => name)).size).toBe(declared.length);
    expect(declared.filter(({ help }) => help === '')).toEqual([]);
  });

  it('is described in docs/metrics.md as it is', async () => {
    await expect(metricDocs(page)).toMatchFileSnapshot('../../docs/metrics.md');
  });
});

describe('its settings', () => {
  it('leave the compatible families out, and let a scraper in with its own token', async () => {
    await using other = new DroverFolder();
    other.configure(
      'apiKeys: [secret]',
      'metrics: {legacy: false, auth: token, token: scraper}',
      'models:',
      other.model('a'),
    );
    const base = await other.start().listening();
    const scrape = (token: string) =>
      fetch(new URL('/metrics', base), { headers: { authorization: `Bearer ${token}` } });
    expect((await scrape('secret')).status).toBe(401);
    const answer = await scrape('scraper');
    expect(answer.status).toBe(200);
    const names = declaredFamilies(await answer.text()).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('llamaswap_'))).toEqual([]);
    expect(names).toContain('drover_model_state');
    const elsewhere = await fetch(new URL('/api/v1/models', base), {
      headers: { authorization: 'Bearer scraper' },
    });
    expect(elsewhere.status).toBe(401);
  });
});
