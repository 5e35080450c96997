import { Injectable, OnModuleDestroy } from '@nestjs/common';
import { BodyBudget, Capture, CaptureStore } from '#lib/activity';
import { ConfigStore, DroverConfig } from '#lib/config';
import { FinishedCalls } from '../calls/finished.calls.js';
import { FollowedCall } from '../calls/followed-call.interface.js';
import { CaptureRecording, CaptureRules } from './capture.recording.js';

const MIB = 1024 * 1024;

/**
 * Captures exchanges, up to the configured size, under the ids of their rows in the activity log. A
 * reload keeps what there is.
 */
@Injectable()
export class CaptureRecorder implements OnModuleDestroy {
  private readonly store: CaptureStore;
  private readonly budget: BodyBudget;
  private readonly unsubscribe: () => void;
  private rules: CaptureRules | null;

  constructor(
    config: ConfigStore,
    private readonly finished: FinishedCalls,
  ) {
    // What is being taken down holds no more than what finished captures may.
    this.budget = new BodyBudget(() => totalBytes(config.current));
    this.store = new CaptureStore(totalBytes(config.current));
    this.rules = this.rulesOf(config.current);
    this.unsubscribe = config.onChange(({ current }) => {
      this.rules = this.rulesOf(current);
      this.store.resize(totalBytes(current));
    });
  }

  onModuleDestroy(): void {
    this.unsubscribe();
  }

  /** Size of all captures, bytes. */
  get sizeBytes(): number {
    return this.store.sizeBytes;
  }

  /** Begins to take a call down; null when captures are off. */
  begin(call: FollowedCall): CaptureRecording | null {
    return this.rules && new CaptureRecording(call, this.rules);
  }

  /** Keeps a capture under the id of its row. */
  keep(row: number, capture: Capture): void {
    this.store.add(row, capture);
  }

  /** The capture of a row, if it is still there. */
  get(row: number): Capture | null {
    this.finished.settle();
    return this.store.get(row);
  }

  /** Whether the capture of a row is still there. */
  has(row: number): boolean {
    return this.store.has(row);
  }

  private rulesOf(config: DroverConfig): CaptureRules | null {
    const total = totalBytes(config);
    if (total === 0) return null;
    // Two bodies must fit in.
    const bodyBytes = Math.min(config.captureBodyBytes, Math.floor(total / 2) - MIB / 256);
    return { bodyBytes, budget: this.budget };
  }
}

function totalBytes({ captureBuffer }: DroverConfig): number {
  return Math.max(0, captureBuffer) * MIB;
}
