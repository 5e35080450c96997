import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of programs that a test has made up, to be put on PATH. */
export class FakeTools implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'drover-tools-'));

  /** Adds a program: a shell script; `$*` are its arguments. */
  add(name: string, script: string): this {
    const path = join(this.folder, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return this;
  }

  /** The environment in which these programs come before all others. */
  get env(): Record<string, string> {
    return { PATH: `${this.folder}:/usr/bin:/bin` };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
