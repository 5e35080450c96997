import { UpstreamLink } from '../upstream-link.interface.js';

/** An upstream's side that remembers what was asked of it. */
export class FakeLink implements UpstreamLink {
  readonly seen: string[] = [];
  readonly isOpen = true;
  answers = 0;

  pause(): void {
    this.seen.push('pause');
  }

  resume(): void {
    this.seen.push('resume');
  }

  abort(): void {
    this.seen.push('abort');
  }
}
