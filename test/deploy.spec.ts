import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadedConfig } from '../libs/config/testing/load-text.js';
import { mainFlagSet } from '../src/cli/main-flags.js';
import { ChartText, Values } from './support/chart-text.js';

const ROOT = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Whether the server understands this command line. */
function isUnderstood(args: readonly string[]): boolean {
  return mainFlagSet().flags.parse(args).kind === 'parsed';
}

describe('Dockerfile', () => {
  const lines = read('Dockerfile').replaceAll('\\\n', ' ').split('\n');
  const stages = lines.filter((line) => line.startsWith('FROM '));
  const last = lines.slice(lines.lastIndexOf(stages.at(-1)!));
  const of = (word: string): string[] =>
    last.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

  it('builds in stages on the Node.js that Drover needs', () => {
    expect(stages.length).toBeGreaterThan(2);
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    expect(engines.node).toContain('^24');
    for (const stage of stages) expect(stage).toMatch(/^FROM node:24-/);
  });

  it('ends in an image that runs as nobody special, with a health check', () => {
    expect(of('USER')).toEqual(['10001:10001']);
    expect(of('HEALTHCHECK')[0]).toContain('DROVER_HEALTH_URL');
    expect(of('ENTRYPOINT')).toEqual(['["tini", "--", "drover"]']);
    expect(isUnderstood(JSON.parse(of('CMD')[0]!) as string[])).toBe(true);
  });

  it('says its commands as lists, so that signals reach the program and no shell is needed', () => {
    for (const word of ['ENTRYPOINT', 'CMD']) {
      expect(JSON.parse(of(word)[0]!)).toEqual(expect.arrayContaining([expect.any(String)]));
    }
    const [check] = of('HEALTHCHECK');
    expect(JSON.parse(check!.slice(check!.indexOf('[')))).toEqual([
      'node',
      '-e',
      expect.any(String),
    ]);
    expect(check).not.toMatch(/curl|wget/);
    expect(of('STOPSIGNAL')).toEqual(['SIGTERM']);
  });

  // Rules that linters of Dockerfiles have.
  it.each([
    ['folders are absolute', () => lines.filter((line) => /^WORKDIR (?!\/)/.test(line))],
    ['base images have a version', () => stages.filter((line) => !/:\d/.test(line))],
    ['nothing is fetched by ADD', () => lines.filter((line) => /^(?:ADD|MAINTAINER) /.test(line))],
    [
      'no secret is built in',
      () => lines.filter((line) => /^(?:ARG|ENV) .*(?:KEY|TOKEN|SECRET)/.test(line)),
    ],
    [
      'packages come from the lock file, without scripts',
      () => lines.filter((line) => /npm (?:i|install)\b|npm ci(?!.*--ignore-scripts)/.test(line)),
    ],
    [
      'apt leaves nothing behind',
      () =>
        lines.filter(
          (line) =>
            /apt-get install/.test(line) &&
            !(/--no-install-recommends/.test(line) && /rm -rf \/var\/lib\/apt\/lists/.test(line)),
        ),
    ],
    [
      'nobody is root in the end',
      () =>
        last
          .slice(last.findIndex((line) => line.startsWith('USER ')))
          .filter((line) => /^(?:RUN|COPY) /.test(line)),
    ],
  ])('keeps to the rule that %s', (_rule, broken) => {
    expect(broken()).toEqual([]);
  });

  it('copies from stages that there are', () => {
    const names = stages.map((line) => / AS (\w+)$/.exec(line)?.[1]);
    const from = lines.flatMap((line) => /--from=(\w+)/.exec(line)?.[1] ?? []);
    expect(from.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('copies what there is', () => {
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('leaves what the build needs in its context', () => {
    const ignored = read('.dockerignore').split('\n');
    for (const needed of ['src', 'libs', 'plugins', 'ui', 'scripts', 'config', 'tsconfig.json']) {
      expect(ignored).not.toContain(needed);
    }
  });
});

describe('compose.yaml', () => {
  const { services, volumes } = parse(read('compose.yaml')) as {
    services: Record<string, Values & { volumes: string[] }>;
    volumes: Values;
  };

  // Keys of https://github.com/compose-spec/compose-spec, as far as they are used here.
  const SERVICE_KEYS = (
    'build image ports volumes environment depends_on restart read_only tmpfs cap_drop ' +
    'security_opt stop_grace_period'
  ).split(' ');

  it('has only keys of the specification, images with versions and services that there are', () => {
    expect(Object.keys(parse(read('compose.yaml')) as Values)).toEqual(['services', 'volumes']);
    for (const [name, service] of Object.entries(services)) {
      const unknown = Object.keys(service).filter((key) => !SERVICE_KEYS.includes(key));
      expect([name, unknown]).toEqual([name, []]);
      const hasVersion = /:v?\d+\.\d+\.\d+$/.test(String(service['image']));
      expect([name, hasVersion || 'build' in service]).toEqual([name, true]);
      const needed = (service['depends_on'] ?? []) as string[];
      expect(needed.filter((other) => !(other in services))).toEqual([]);
    }
    const mounted = Object.values(services).flatMap((service) => service.volumes);
    const named = mounted
      .map((volume) => volume.split(':')[0]!)
      .filter((name) => !/^[./]/.test(name));
    expect(named.toSorted()).toEqual(Object.keys(volumes).toSorted());
  });

  it('gives Drover longer to end than it takes by the configuration that it mounts', () => {
    const { preStopDelayMs, drainTimeoutMs } = loadedConfig(read('config/quickstart.yaml'), {
      env: { DROVER_NODE: 'node', DROVER_MAIN: 'main.js' },
    }).shutdown;
    const seconds = Number(/^(\d+)s$/.exec(String(services['drover']!['stop_grace_period']))![1]);
    expect(seconds).toBeGreaterThan((preStopDelayMs + (drainTimeoutMs ?? 30_000)) / 1000 + 10);
  });

  it('mounts what there is', () => {
    const sources = Object.values(services).flatMap((service) =>
      service.volumes.map((volume) => volume.split(':')[0]!),
    );
    for (const source of sources) {
      const isThere = source.startsWith('.') ? existsSync(join(ROOT, source)) : source in volumes;
      expect([source, isThere]).toEqual([source, true]);
    }
  });

  it('gives Drover no rights and only this machine the ports', () => {
    expect(services['drover']).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    for (const { ports } of Object.values(services)) {
      for (const port of ports as string[]) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it('has Prometheus scrape Drover by the rules that come with it', () => {
    const prometheus = parse(read('deploy/compose/prometheus.yml')) as Values;
    const original = parse(read('grafana/prometheus.yml')) as Values;
    const scrape = [{ job_name: 'drover', static_configs: [{ targets: ['drover:8080'] }] }];
    expect(prometheus).toEqual({ ...original, scrape_configs: scrape });
  });
});

describe('systemd unit', () => {
  const lines = read('deploy/systemd/drover.service').split('\n');
  const value = (key: string): string | undefined =>
    lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1);

  it('starts the server with a command line that it understands', () => {
    const [program, ...args] = value('ExecStart')!.split(' ');
    expect(program).toMatch(/\/drover$/);
    expect(isUnderstood(args)).toBe(true);
  });

  it('ends everything that Drover has started, and waits long enough', () => {
    expect(value('KillMode')).toBe('control-group');
    const { preStopDelayMs, drainTimeoutMs } = loadedConfig('{}').shutdown;
    expect(drainTimeoutMs).toBeNull();
    expect(Number(value('TimeoutStopSec'))).toBeGreaterThan(preStopDelayMs / 1000 + 35);
  });

  it('has the folders made that its variables name', () => {
    const variables = value('Environment')!.split(' ');
    expect(variables).toContain(`XDG_RUNTIME_DIR=/run/${value('RuntimeDirectory')}`);
    expect(variables).toContain(`XDG_CACHE_HOME=/var/cache/${value('CacheDirectory')}`);
  });

  it.each(['NoNewPrivileges=yes', 'ProtectSystem=strict', 'CapabilityBoundingSet='])(
    'has %s',
    (line) => {
      expect(lines).toContain(line);
    },
  );
});

describe('Helm chart', () => {
  const folder = join(ROOT, 'deploy/helm/drover');
  const objects = (more?: Values): Values[] => new ChartText(folder, more).objects();
  const of = (kind: string, more?: Values): Values =>
    objects(more).find((object) => object['kind'] === kind)!;

  it('has the version of the package', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    const chart = parse(read('deploy/helm/drover/Chart.yaml')) as Values;
    expect([chart['version'], chart['appVersion']]).toEqual([version, version]);
  });

  it('makes the objects that it should', () => {
    const kinds = objects().map(({ kind }) => kind);
    expect(kinds).toEqual(['ConfigMap', 'Deployment', 'Service']);
    const monitored = of('ServiceMonitor', { serviceMonitor: { enabled: true, interval: '15s' } });
    expect(monitored).toMatchObject({ spec: { endpoints: [{ port: 'management' }] } });
  });

  it('ships a configuration that Drover reads, with the listener that the probes ask', () => {
    const { data } = of('ConfigMap') as { data: Record<string, string> };
    const { management, shutdown } = loadedConfig(data['config.yaml']!);
    const { spec } = podOf(of('Deployment'));
    const [container] = spec.containers;
    const port = container!.ports.find(({ name }) => name === 'management');
    expect(management.listen).toBe(`:${port!.containerPort}`);
    const needed = (shutdown.preStopDelayMs + shutdown.drainTimeoutMs!) / 1000 + 10;
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(needed);
    expect(isUnderstood(container!.args)).toBe(true);
  });

  it('runs without rights on a file system that it cannot write', () => {
    const { spec } = podOf(of('Deployment'));
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001 });
    expect(spec.containers[0]!.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('mounts only volumes that there are, whatever is chosen', () => {
    for (const more of [{}, { modelsClaim: 'm', stateClaim: 's', secretName: 'k' }]) {
      const { spec } = podOf(of('Deployment', more));
      const mounted = spec.containers[0]!.volumeMounts.map(({ name }) => name);
      const defined = spec.volumes.map(({ name }) => name);
      expect(mounted.toSorted()).toEqual(defined.toSorted());
    }
  });
});

interface PodTemplate {
  readonly spec: {
    readonly terminationGracePeriodSeconds: number;
    readonly securityContext: Values;
    readonly volumes: readonly { readonly name: string }[];
    readonly containers: readonly {
      readonly args: string[];
      readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
      readonly securityContext: Values;
      readonly volumeMounts: readonly { readonly name: string }[];
    }[];
  };
}

function podOf(deployment: Values): PodTemplate {
  return (deployment['spec'] as { template: PodTemplate }).template;
}
