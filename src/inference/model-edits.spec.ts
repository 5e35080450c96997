import { describe, expect, it } from 'vitest';
import { fakeModel, fakePeer } from '../../test/support/fake-config.js';
import { ModelEdits } from './model-edits.js';

const filters = {
  stripParams: ['z', 'model', 'a', 'z'],
  setParams: { b: { y: 1, x: [null, { d: 1, c: 2 }] }, a: 'text', model: 'never' },
  setParamsByID: new Map([['alias', { a: 2, model: 'never' }]]),
};

describe('ModelEdits', () => {
  const edits = new ModelEdits();

  it('sorts parameters and values, and never touches the model by a parameter', () => {
    expect(edits.forModel(fakeModel('m', { filters }), 'm')).toEqual({
      modelName: null,
      strip: ['a', 'z'],
      set: [
        ['a', '"text"'],
        ['b', '{"x":[null,{"c":2,"d":1}],"y":1}'],
      ],
    });
  });

  it('puts the parameters of the requested name behind the general ones', () => {
    const { set } = edits.forModel(fakeModel('m', { filters }), 'alias');
    expect(set.map(([path]) => path)).toEqual(['a', 'b', 'a']);
    expect(set.at(-1)).toEqual(['a', '2']);
  });

  it('prepares each kind of request once', () => {
    const model = fakeModel('m', { filters });
    expect(edits.forModel(model, 'm')).toBe(edits.forModel(model, 'other'));
    expect(edits.forModel(model, 'alias')).not.toBe(edits.forModel(model, 'm'));
    const renamed = fakeModel('m', { useModelName: 'inner' });
    expect(edits.forModel(renamed, 'm').modelName).toBe('inner');
  });

  it("calls a peer's model by the peer's own name", () => {
    const peer = fakePeer('p', { models: ['x'] });
    expect(edits.forPeer(peer, 'p/x', 'x').modelName).toBe('x');
    expect(edits.forPeer(peer, 'p/y', 'y').modelName).toBe('y');
  });
});
