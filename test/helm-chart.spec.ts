import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ChartText, Values } from './support/chart-text.js';

const CHART = resolve(import.meta.dirname, '../deploy/helm/drover');
const read = (path: string): string => readFileSync(join(CHART, path), 'utf8');
const values = parse(read('values.yaml')) as Values;
const validate = new Ajv().compile(JSON.parse(read('values.schema.json')) as object);
const templates = readdirSync(join(CHART, 'templates')).map((name) => `templates/${name}`);

/** Paths of all values that are no groups of values. */
function pathsOf(tree: Values, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const isGroup = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
    return isGroup ? pathsOf(value as Values, `${prefix}${key}.`) : [prefix + key];
  });
}

describe('values of the Helm chart', () => {
  it('satisfy the schema that Helm checks them by', () => {
    expect(validate(values) || validate.errors).toBe(true);
  });

  it.each<[string, Values]>([
    ['a key that does not exist', { imag: {} }],
    ['a port that is none', { service: { type: 'ClusterIP', port: 99_999 } }],
    ['a service of an unknown kind', { service: { type: 'Cluster', port: 80 } }],
    ['a grace that is no number', { terminationGracePeriodSeconds: '90s' }],
    ['a configuration without the listener of the probes', { config: 'models: {}' }],
    ['shared memory without a size', { sharedMemory: 'much' }],
    ['an interval without unit', { serviceMonitor: { enabled: true, interval: '15' } }],
  ])('are refused with %s', (_what, more) => {
    expect(validate({ ...values, ...more })).toBe(false);
  });

  it('are all used by some template, and none is used that there is not', () => {
    const used = templates.flatMap((name) =>
      [...read(name).matchAll(/\.Values\.([\w.]+)/g)].map(([, path]) => path!),
    );
    expect([...new Set(used)].toSorted()).toEqual(pathsOf(values).toSorted());
  });

  it('are explained, each with a line of its own before it', () => {
    const lines = read('values.yaml').split('\n');
    const bare = Object.keys(values).filter((key) => {
      const at = lines.findIndex((line) => line.startsWith(`${key}:`));
      return !lines[at - 1]?.startsWith('#') && !/^(?:service|nodeSelector|tolerations)$/.test(key);
    });
    expect(bare).toEqual([]);
  });
});

describe('objects of the Helm chart', () => {
  const everything: Values = {
    secretName: 'keys',
    runtimeClassName: 'nvidia',
    sharedMemory: '8Gi',
    modelsClaim: 'models',
    stateClaim: 'state',
    resources: { limits: { 'nvidia.com/gpu': 1 } },
    nodeSelector: { pool: 'gpu' },
    tolerations: [{ key: 'gpu', operator: 'Exists' }],
    serviceMonitor: { enabled: true, interval: '30s' },
  };

  it.each([
    ['the values that it comes with', {}],
    ['every value set', everything],
  ])('have what Kubernetes asks of them, with %s', (_what, more) => {
    for (const object of new ChartText(CHART, more).objects()) {
      expect(object).toMatchObject({
        apiVersion: expect.stringMatching(/^(?:v1|apps\/v1|monitoring\.coreos\.com\/v1)$/),
        kind: expect.stringMatching(/^[A-Z]\w+$/),
        metadata: { name: expect.stringMatching(/^[a-z][a-z\d-]{0,62}$/) },
      });
    }
  });

  it('carry what was asked for', () => {
    const text = JSON.stringify(new ChartText(CHART, everything).objects());
    for (const wanted of [
      '"secretRef":{"name":"keys"}',
      '"claimName":"state"',
      '"interval":"30s"',
      '"runtimeClassName":"nvidia"',
      '{"name":"shm","emptyDir":{"medium":"Memory","sizeLimit":"8Gi"}}',
      '{"name":"shm","mountPath":"/dev/shm"}',
    ]) {
      expect(text).toContain(wanted);
    }
    expect(text).toContain('"limits":{"nvidia.com/gpu":1}');
    expect(text).toContain('"nodeSelector":{"pool":"gpu"}');
    expect(text).toContain('"tolerations":[{"key":"gpu","operator":"Exists"}]');
  });

  it('select the pods that they make', () => {
    const objects = new ChartText(CHART, everything).objects() as Record<string, never>[];
    const labels = { 'app.kubernetes.io/name': 'drover', 'app.kubernetes.io/instance': 'r' };
    const deployment = objects.find(({ kind }) => kind === 'Deployment');
    expect(deployment).toMatchObject({
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
    });
    expect(objects.find(({ kind }) => kind === 'Service')).toMatchObject({
      metadata: { labels },
      spec: { selector: labels },
    });
    expect(objects.find(({ kind }) => kind === 'ServiceMonitor')).toMatchObject({
      spec: { selector: { matchLabels: labels } },
    });
  });
});
