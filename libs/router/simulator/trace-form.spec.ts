import { describe, expect, it } from 'vitest';
import { readTraces } from './trace-reader.js';

const REQUEST = { at: 0, do: 'request', id: 'r', model: 'a', serviceMs: 5 };
const TRACE = {
  format: 'routing-trace/1',
  id: 't',
  config: { router: 'group', models: { a: { ttlMs: 1000 } } },
  world: { a: { loadMs: 10, stopMs: 5, starts: ['ok', 'exit:3'] } },
  inputs: [
    REQUEST,
    { ...REQUEST, id: 's', model: 'unknown', cancelAt: 9 },
    { at: 1, do: 'unload' },
    { at: 2, do: 'crash', model: 'a' },
    { at: 3, do: 'shutdown' },
  ],
};

function complaintsAbout(changes: object): string {
  try {
    readTraces(JSON.stringify({ ...TRACE, ...changes }), 'f');
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

const withInput = (input: unknown): object => ({ inputs: [input] });
const withWorld = (changes: object): object => ({
  world: { a: { loadMs: 1, stopMs: 1, ...changes } },
});

describe('readTraces', () => {
  it('takes a trace in which everything is as it should be', () => {
    expect(readTraces(JSON.stringify(TRACE), 'f')).toEqual([TRACE]);
  });

  it('takes the groups for granted where no planner is named', () => {
    const [trace] = readTraces(JSON.stringify({ ...TRACE, config: { models: {} } }), 'f');
    expect(trace!.config).toEqual({ router: 'group', models: {} });
  });

  it.each([
    [{ config: {} }, 'f: config.models is missing'],
    [{ config: { router: 1, models: {} } }, 'f: config.router must be the name of a planner'],
    [{ config: { router: 'group', models: { a: 1 } } }, 'config.models.a must be an object'],
    [{ config: { router: 'group', models: { a: { ttlMs: '5' } } } }, 'a.ttlMs must be a number'],
    [{ world: [] }, 'world is missing'],
    [{ world: { a: 5 } }, 'world.a must be an object'],
    [withWorld({ loadMs: 'x' }), 'world.a.loadMs must be a number from 0 on, is "x"'],
    [withWorld({ stopMs: -1 }), 'world.a.stopMs must be a number from 0 on, is -1'],
    [withWorld({ starts: ['explode'] }), 'world.a.starts must be a list of "ok" and "exit:N"'],
    [{ inputs: {} }, 'inputs is missing'],
    [withInput(null), 'inputs[0] must be an object'],
    [withInput({ t: 0, kind: 'request' }), 'inputs[0].at must be a number from 0 on, is missing'],
    [withInput({ at: 0, do: 'dance' }), 'inputs[0].do must be one of: request, unload, crash'],
    [withInput({ at: 0, do: 'crash' }), 'inputs[0].model must be a text'],
    [withInput({ ...REQUEST, id: 5 }), 'inputs[0].id must be a text'],
    [withInput({ ...REQUEST, serviceMs: null }), 'inputs[0].serviceMs must be a number'],
    [withInput({ ...REQUEST, cancelAt: 'soon' }), 'inputs[0].cancelAt must be a number'],
    [{ inputs: [REQUEST, REQUEST] }, 'inputs[1].id "r" is there already'],
  ])('refuses %j', (changes, complaint) => {
    expect(complaintsAbout(changes)).toContain(complaint);
  });

  it('tells everything at once', () => {
    const all = complaintsAbout({ world: { a: {} }, inputs: [{ do: 'dance' }] });
    expect(all.split('\n')).toHaveLength(4);
  });
});
