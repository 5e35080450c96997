import { describe, expect, it } from 'vitest';
import { ConfigStore, SelectorConfig } from '#lib/config';
import { fakeConfig, fakeModel, fakePeer } from '../../test/support/fake-config.js';
import { FakeRouter } from '../../test/support/fake-router.js';
import { CallWatchers } from '../calls/call.watchers.js';
import { ProfileRegistry } from '../profiles/profile.registry.js';
import { TargetChooser } from '../selectors/target.chooser.js';
import { TargetLoads } from '../selectors/target.loads.js';
import { Passage } from './passage.interface.js';
import { WayFinder } from './way-finder.js';

const texts = { name: '', description: '', metadata: {}, unlisted: false, spillover: 1 };
const pin = (target: string): SelectorConfig => ({ strategy: 'pin', targets: [target], ...texts });

function rig() {
  const models = ['a', 'a/b', 'pool/x', 'comfyui_auto'].map((id) =>
    fakeModel(id, { aliases: [`${id}-alias`] }),
  );
  const pins = new Map([
    ['gpt', 'a/b'],
    ['gpt/4', 'pool'],
    ['off', ''],
  ]);
  const config = fakeConfig(models, {
    ignorePaths: ['\\.css$'],
    peers: new Map([['p', fakePeer('p', { models: ['far', 'x/y'] })]]),
    selectors: new Map([
      ['pool', pin('a-alias')],
      ['wide', pin('p/far')],
    ]),
    profiles: new Map([['day', { description: '', pins }]]),
  });
  const store = { current: config, onChange: () => () => undefined } as unknown as ConfigStore;
  const router = new FakeRouter(config);
  const loads = new TargetLoads(store, router, new CallWatchers());
  const profiles = new ProfileRegistry(store);
  const targets = new TargetChooser(store, router, router, loads);
  return { finder: new WayFinder(store, router, profiles, targets), profiles };
}

const line = (path: string, method = 'GET', query = '') => ({ method, path, query });

describe('WayFinder', () => {
  it.each([
    ['/upstream/a/x', 'a', '/x', null],
    ['/upstream/a/b/x', 'a/b', '/x', null],
    ['/upstream/a/bc/x', 'a', '/bc/x', null],
    ['/upstream/a%2Fb/x%2Fy', 'a/b', '/x%2Fy', null],
    ['/upstream/a-alias/x', 'a-alias', '/x', null],
    ['/upstream/p/far/v1', 'p/far', '/v1', null],
    ['/upstream/x/y/v1', 'x/y', '/v1', null],
    ['/upstream/pool/v1', 'a-alias', '/v1', 'pool'],
    ['/upstream/pool/x/v1', 'pool/x', '/v1', null],
    ['/upstream/wide/v1', 'p/far', '/v1', 'wide'],
    ['/comfyui/', 'comfyui_auto', '/', null],
    ['/comfyui/a%20b', 'comfyui_auto', '/a%20b', null],
  ])('sends %s to %s', (path, requestedName, rest, selector) => {
    expect(rig().finder.find(line(path))).toMatchObject({ requestedName, path: rest, selector });
  });

  it.each([
    ['/upstream/gpt/v1', 'a/b', null],
    ['/upstream/gpt/4/v1', 'a-alias', 'pool'],
    ['/upstream/a/v1', 'a', null],
  ])('under a profile sends %s to %s', (path, requestedName, selector) => {
    const { finder, profiles } = rig();
    profiles.activate('day');
    expect(finder.find(line(path))).toMatchObject({ requestedName, path: '/v1', selector });
  });

  it('finds nothing where the profile disables the name', () => {
    const { finder, profiles } = rig();
    profiles.activate('day');
    expect(() => finder.find(line('/upstream/off/x'))).toThrow('model not found');
  });

  it.each(['/upstream/', '/upstream//', '/upstream/nobody/x', '/upstream/A/x'])(
    'finds nothing at %s',
    (path) => expect(() => rig().finder.find(line(path))).toThrow('model not found'),
  );

  it.each([
    ['GET', '/upstream', '', 302, '/ui/#/models'],
    ['PUT', '/upstream', '', 307, '/upstream/'],
    ['GET', '/upstream/a', '', 301, '/upstream/a/'],
    ['POST', '/upstream/pool', 'q=1', 308, '/upstream/pool/?q=1'],
    ['HEAD', '/comfyui', '', 301, '/comfyui/'],
  ])('sends %s %s?%s elsewhere: %i %s', (method, path, query, status, location) => {
    expect(rig().finder.find(line(path, method, query))).toEqual({ status, location });
  });

  it.each([
    ['/upstream/a/x', 'GET', null, false],
    ['/upstream/a/x.css', 'GET', 'path matches upstream.ignorePaths', false],
    ['/upstream/a/x%2Ecss', 'POST', 'path matches upstream.ignorePaths', false],
    ['/upstream/pool/x.css', 'GET', 'path matches upstream.ignorePaths', false],
    ['/upstream/a/props', 'GET', 'only looks at a loaded model', true],
    ['/upstream/a/props', 'POST', 'only looks at a loaded model', false],
    ['/upstream/a/slots/', 'HEAD', 'only looks at a loaded model', true],
    ['/upstream/a/metrics', 'GET', 'only looks at a loaded model', true],
    ['/upstream/a/v1/metrics', 'GET', null, false],
    ['/comfyui/', 'GET', null, false],
    ['/comfyui/api', 'POST', 'only /comfyui/ can start it', false],
  ])('may %s (%s) load its model? %s', (path, method, refusal, isGlance) => {
    const way = rig().finder.find(line(path, method)) as Passage;
    expect(String(way.coldRefusal)).toContain(String(refusal));
    expect(way.isGlance).toBe(isGlance);
  });
});
