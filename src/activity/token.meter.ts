import { Injectable } from '@nestjs/common';
import { ActivityEntry } from '#lib/activity';
import { KeyUsage } from '../access/key-usage.js';
import { ActivityService, TrafficListener } from './activity.service.js';

/** Counts the tokens of finished answers against the keys that asked. */
@Injectable()
export class TokenMeter implements TrafficListener {
  constructor(
    private readonly usage: KeyUsage,
    activity: ActivityService,
  ) {
    activity.listen(this);
  }

  /** Tokens are counted when an answer has ended. */
  began(): void {}

  ended(): void {}

  recorded({ detail: { keyName, facts } }: ActivityEntry): void {
    if (keyName === null || !facts) return;
    this.usage.spend(keyName, (facts.inputTokensTotal ?? 0) + (facts.outputTokens ?? 0));
  }
}
