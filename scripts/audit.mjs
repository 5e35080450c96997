/**
 * `npm run audit`: fails when a package that Drover is installed with has a known vulnerability. A
 * registry that offers no audit is no failure; the last line says that nothing was checked.
 */
import { spawnSync } from 'node:child_process';

const args = ['audit', '--omit=dev', '--json'];
const { stdout } = spawnSync('npm', args, {
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
const report = read(stdout);
const counts = report?.metadata?.vulnerabilities;

if (!counts) {
  console.log('the registry offers no audit; nothing was checked');
} else if (counts.total === 0) {
  console.log(`no known vulnerabilities in ${report.metadata.dependencies.prod} packages`);
} else {
  for (const { name, severity, range } of Object.values(report.vulnerabilities)) {
    console.log(`${severity}: ${name} ${range}`);
  }
  process.exitCode = 1;
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
