import { type FakeServer, startFakeServer } from '../fake-server/fake-server.mjs';
import { type PageOptions, UiBrowser, type UiPage } from './ui-browser.js';

/** A page of the UI above a fake server. */
export interface FakeUi extends UiPage {
  readonly server: FakeServer;
}

/** Chromium and the fake servers of one file's tests. */
export class FakeUis implements AsyncDisposable {
  private readonly servers: FakeServer[] = [];
  private readonly browser = UiBrowser.launch();

  /** Starts a scenario and opens a page above it, connected. */
  async show(scenario: string, route: string, options: PageOptions = {}): Promise<FakeUi> {
    const server = await startFakeServer(scenario);
    this.servers.push(server);
    const ui = await (await this.browser).open(new URL(`/ui/${route}`, server.url), options);
    await ui.page
      .getByTitle(/Event Stream: connected/)
      .first()
      .waitFor({ state: 'attached' });
    return { ...ui, server };
  }

  /** Opens an address as it is. */
  async open(url: URL, options: PageOptions = {}): Promise<UiPage> {
    return (await this.browser).open(url, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.browser)[Symbol.asyncDispose]();
    for (const server of this.servers) await server.close();
  }
}
