import { IncomingMessage } from 'node:http';
import { Inject, Injectable, Logger, OnModuleDestroy } from '@nestjs/common';
import { AuditConfig, ConfigStore } from '#lib/config';
import { CLOCK, type Clock, DroverError, formatRfc3339 } from '#lib/foundation';
import { printable } from '#lib/proxy';
import { RefillingBudget } from '../access/refilling-budget.js';
import { addressOf } from '../http/access-log.js';
import { requestIdOf } from '../http/request-ids.js';
import { AuditEntry } from './audit-entry.interface.js';
import { AuditFile } from './audit.file.js';

/** Entries that are kept in memory. */
const KEPT = 1000;

/** Refusals that are written in a minute at most; a flood shall not push everything else out. */
const DENIALS_PER_MINUTE = 120;

/** What is told of an action. */
export type AuditedAction = Pick<AuditEntry, 'who' | 'what' | 'target' | 'result'> &
  Partial<AuditEntry>;

/** Writes down what operators do and what was refused. */
@Injectable()
export class AuditLog implements OnModuleDestroy {
  private readonly logger = new Logger('audit');
  private readonly denials: RefillingBudget;
  private entries: AuditEntry[] = [];
  private file: AuditFile | null = null;
  private fileOf: AuditConfig;

  constructor(
    private readonly config: ConfigStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.denials = new RefillingBudget(DENIALS_PER_MINUTE, clock.nowMs());
    this.fileOf = config.current.audit;
    this.file = this.open();
    this.entries = (this.file?.tail() ?? []).flatMap(parse).slice(-KEPT);
  }

  async onModuleDestroy(): Promise<void> {
    await this.file?.written();
  }

  /** The latest entries, newest first. */
  latest(limit: number): AuditEntry[] {
    return this.entries.slice(-limit).toReversed();
  }

  /** Resolves when everything so far is in the file, where there is one. */
  async written(): Promise<void> {
    await this.file?.written();
  }

  /** Writes an action down. */
  add(action: AuditedAction, request: IncomingMessage | null = null): void {
    const entry: AuditEntry = {
      at: formatRfc3339(this.clock.wallMs()),
      who: action.who,
      what: action.what,
      target: action.target === null ? null : printable(action.target),
      result: action.result,
      status: action.status ?? null,
      code: action.code ?? null,
      requestId: request && requestIdOf(request),
      address: request && addressOf(request),
    };
    this.entries.push(entry);
    if (this.entries.length >= 2 * KEPT) this.entries = this.entries.slice(-KEPT);
    this.currentFile()?.append(JSON.stringify(entry));
  }

  /**
   * Writes a refusal down. Whoever brings no credentials at all is not worth a line: browsers do
   * that before they ask their user.
   */
  denied(request: IncomingMessage, who: string, error: DroverError): void {
    const { status, clientCode } = error.entry;
    const { authorization, 'x-api-key': key } = request.headers;
    if (status === 401 && authorization === undefined && key === undefined) return;
    if (this.denials.look(DENIALS_PER_MINUTE, this.clock.nowMs()) < 1) return;
    this.denials.take(1);
    const target = `${request.method} ${(request.url ?? '').replace(/\?.*/s, '')}`;
    const action = { who, what: 'access', target, result: 'denied', status } as const;
    this.add({ ...action, code: clientCode }, request);
  }

  private currentFile(): AuditFile | null {
    const { audit } = this.config.current;
    const { path, maxBytes, files } = this.fileOf;
    if (audit.path !== path || audit.maxBytes !== maxBytes || audit.files !== files) {
      this.fileOf = audit;
      this.file = this.open();
    }
    return this.file;
  }

  private open(): AuditFile | null {
    const { path } = this.fileOf;
    if (path === null) return null;
    return new AuditFile({ ...this.fileOf, path }, (error) => {
      this.logger.error(`the audit log cannot be written: ${String(error)}`);
    });
  }
}

function parse(line: string): AuditEntry[] {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'what' in value
      ? [value as AuditEntry]
      : [];
  } catch {
    return [];
  }
}
