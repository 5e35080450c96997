import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where Debian, Fedora and Arch put Chromium; `CHROMIUM` names another one. */
const CANDIDATES = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** How a page is looked at. */
export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** User name and password for a Basic prompt. */
  readonly credentials?: { readonly username: string; readonly password: string };
}

/** A page of the UI with everything that has gone wrong on it. */
export interface UiPage {
  readonly page: Page;
  /** Uncaught errors, console errors and violations of the content policy. */
  readonly problems: readonly string[];
  /** Goes to a route such as `#/models` without loading the page anew. */
  readonly go: (route: string) => Promise<void>;
}

/** A name for this machine that browsers do not trust: without TLS its pages are not secure. */
export const PLAIN_HOST = 'plain.test';

/** Failures of single requests are part of some tests; the page itself must not fail by them. */
const EXPECTED = /Failed to load resource/;

/** Chromium for the tests of one file. */
export class UiBrowser implements AsyncDisposable {
  private constructor(private readonly browser: Browser) {}

  static async launch(): Promise<UiBrowser> {
    const executablePath = CANDIDATES.find((path) => path && existsSync(path));
    if (!executablePath) throw new Error('no Chromium: install it, or name it in CHROMIUM');
    const plain = `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`;
    const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', plain];
    return new UiBrowser(await chromium.launch({ executablePath, args }));
  }

  /** Opens an address in a context of its own: nothing is stored from another test. */
  async open(url: URL | string, options: PageOptions = {}): Promise<UiPage> {
    const context = await this.browser.newContext({
      viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
      colorScheme: options.colorScheme ?? 'light',
      reducedMotion: 'reduce',
      ...(options.credentials && { httpCredentials: options.credentials }),
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !EXPECTED.test(message.text())) {
        problems.push(`console: ${message.text()}`);
      }
    });
    await page.exposeFunction('reportViolation', (text: string) =>
      problems.push(`policy: ${text}`),
    );
    await page.addInitScript(() => {
      const report = (window as unknown as { reportViolation: (text: string) => void })
        .reportViolation;
      document.addEventListener('securitypolicyviolation', (event) => {
        report(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
      });
    });
    await page.goto(String(url));
    const go = async (route: string): Promise<void> => {
      await page.evaluate((hash) => (location.hash = hash), route);
    };
    return { page, problems, go };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
  }
}

/** Serious findings of axe on the page as it is, one line each; of some rules only if named. */
export async function seriousFindings(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
}

/** True when nothing sticks out of the page to the side. */
export function fitsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const main = document.getElementById('page')!;
    const root = document.documentElement;
    return main.scrollWidth <= main.clientWidth + 1 && root.scrollWidth <= root.clientWidth + 1;
  });
}
