import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { chat, DroverFolder } from '../support/drover-folder.js';
import { DROVER_MAIN } from '../support/drover-process.js';
import { GRAFANA, panelQueries, withVariables } from '../support/dashboards.js';
import { FakeTools } from '../support/fake-tools.js';
import { freePort } from '../support/free-port.js';

const run = promisify(execFile);
const gpus = join(import.meta.dirname, '../fixtures/observability/gpu/nvidia-smi-8gpu.csv');
const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;

/** Lines of a model that runs the demo model server. */
function demoModel(id: string): string {
  const command = `${process.execPath} ${DROVER_MAIN} demo-server --port \${PORT} --name ${id}`;
  return `  ${id}:\n    cmd: ${command} --load-time 100ms --tokens-per-second 200`;
}

/** A Prometheus that scrapes one Drover every second. */
async function prometheus(folder: string, target: URL) {
  const port = await freePort();
  const data = join(folder, 'prometheus');
  mkdirSync(data);
  const config = [
    'global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}',
    `rule_files: ['${join(GRAFANA, 'alerts.yml')}']`,
    'scrape_configs:',
    `  - {job_name: drover, static_configs: [{targets: ['${target.host}']}]}`,
  ];
  writeFileSync(join(data, 'prometheus.yml'), config.join('\n'));
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(data, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(data, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const ask = async (path: string): Promise<unknown[]> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
    const body = (await answer?.json()) as { data?: { result?: unknown[]; groups?: unknown[] } };
    return body?.data?.result ?? body?.data?.groups ?? [];
  };
  return {
    query: (expr: string) => ask(`/api/v1/query?query=${encodeURIComponent(expr)}`),
    rules: () => ask('/api/v1/rules'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function stream(base: URL, model: string): Promise<void> {
  const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'hi' }] });
  const url = new URL('/v1/chat/completions', base);
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  await answer.text();
}

describe.runIf(hasPrometheus)('Prometheus (Debian package prometheus)', () => {
  it('scrapes Drover, loads the rules, and has data for every panel', async () => {
    using tools = new FakeTools();
    const loop = `case "$*" in *--loop*) while sleep 1; do cat ${gpus}; done;; esac`;
    tools.add(
      'nvidia-smi',
      `case "$*" in *compute-apps*) exec sleep 100;; esac\ncat ${gpus}\n${loop}`,
    );
    await using folder = new DroverFolder();
    folder.configure('models:', demoModel('one'), demoModel('two'));
    const env = { ...process.env, PATH: `${tools.folder}:${process.env['PATH']}` };
    const base = await folder.start([], { env }).listening();
    await using server = await prometheus(folder.path, base);

    for (const model of ['one', 'two', 'nobody', 'one']) {
      await stream(base, model);
      await (await chat(base, model)).text();
    }
    const page = await (await fetch(new URL('/metrics', base))).text();
    const check = run('promtool', ['check', 'metrics']);
    check.child.stdin?.end(page);
    expect(await check).toMatchObject({ stderr: '' });

    const ready = 'count_over_time(drover_engine_up[1m]) >= 3 and on () drover_gpu_info';
    while ((await server.query(ready)).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const empty: string[] = [];
    for (const { dashboard, panel, expr } of panelQueries()) {
      const result = await server.query(withVariables(expr));
      if (result.length === 0) empty.push(`${dashboard} / ${panel}: ${expr}`);
    }
    expect(empty).toEqual([]);
    expect(await server.rules()).toHaveLength(1);
  });
});
