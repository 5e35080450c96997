import { loadConfig } from '#lib/config';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Loads a configuration of many models again and again and prints how long it takes, in wall-clock
 * time and in CPU time of the process. Run it on the built files: `npm run build` comes first.
 */
const MODELS = Number(process.argv[2] ?? 500);
const ROUNDS = Number(process.argv[3] ?? 10);

function plainModel(index: number): string {
  return [
    `  model-${index}:`,
    `    cmd: llama-server --port \${PORT} -m /srv/models/model-${index}.gguf -ngl 99`,
    `    name: Model ${index}`,
    '    ttl: 300',
  ].join('\n');
}

/** Everything that costs: macros, merge keys, variants, comments in commands, free metadata. */
function richModel(index: number): string {
  return [
    `  model-${index}:`,
    '    <<: *template',
    `    macros: {quant: q${index % 8}, file: "\${root}/\${MODEL_ID}-\${quant}.gguf"}`,
    '    cmd: |',
    '      # started by hand before',
    '      llama-server --host 127.0.0.1 --port ${PORT} \\',
    '        -m ${file} ${flags} --ctx-size ${ctx}',
    `    aliases: [alias-${index}, "alias ${index} long"]`,
    `    metadata: {number: ${index}, port: "\${PORT}", tags: [a, b, {c: "\${quant}"}]}`,
    '    filters:',
    '      stripParams: "top_p, top_k"',
    '      setParams: {temperature: 0.7}',
    `      setParamsByID: {"\${MODEL_ID}:high": {effort: high}, "\${MODEL_ID}:low": {effort: low}}`,
  ].join('\n');
}

function configText(model: (index: number) => string): string {
  const head = [
    'x-template: &template {ttl: 300, timeouts: {connect: 5}, capabilities: {in: [text]}}',
    'macros: {root: "${env.ROOT}/models", ctx: 8192, flags: "-ngl 99 --mlock"}',
    'models:',
  ];
  const members = Array.from({ length: MODELS }, (_, index) => `model-${index}`);
  const groups = [`groups: {all: {swap: false, members: [${members.join(', ')}]}}`];
  return [...head, ...members.map((_, index) => model(index)), ...groups, ''].join('\n');
}

function measure(kind: string, text: string): void {
  writeFileSync(join(folder, 'config.yaml'), text);
  const wallMs: number[] = [];
  const cpuMs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begin = performance.now();
    const cpuBefore = process.cpuUsage();
    const env = { ROOT: '/srv' };
    const result = loadConfig({ configPath: 'config.yaml', cwd: folder, env, platform: 'linux' });
    const cpu = process.cpuUsage(cpuBefore);
    wallMs.push(performance.now() - begin);
    cpuMs.push((cpu.user + cpu.system) / 1000);
    if (!result.config?.models.get(`model-${MODELS - 1}`)?.port) throw new Error('not loaded');
  }
  console.log(`${kind.padEnd(6)} wall clock ${figures(wallMs)}`);
  console.log(`${kind.padEnd(6)} CPU time   ${figures(cpuMs)}`);
}

function figures(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const shown = [values[0]!, sorted[sorted.length >> 1]!, sorted.at(-1)!];
  return shown.map((value) => value.toFixed(0).padStart(7)).join(' ');
}

const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'));
try {
  console.log(`${MODELS} models, ms       first  median   worst`);
  measure('plain', configText(plainModel));
  measure('rich', configText(richModel));
} finally {
  rmSync(folder, { recursive: true });
}
