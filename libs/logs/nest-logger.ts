import { LoggerService } from '@nestjs/common';
import { LogLevel } from './log-level.js';
import { LogService } from './log.service.js';

/** Parts of the framework whose good news interests nobody but developers. */
const FRAMEWORK = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'NestMicroservice',
  'RouterExplorer',
  'RoutesResolver',
  'WebSocketsController',
]);

/**
 * Sends what Nest's `Logger` is told to the proxy log, so that every part of Drover can write
 * `new Logger('router')`. The context becomes the prefix. `log` of the framework itself counts as
 * debug, `verbose` too, `fatal` as error.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly logs: LogService) {}

  log(message: unknown, ...optional: unknown[]): void {
    const context = optional.at(-1);
    const isFramework = typeof context === 'string' && FRAMEWORK.has(context);
    this.put(isFramework ? 'debug' : 'info', message, optional);
  }

  error(message: unknown, ...optional: unknown[]): void {
    this.put('error', message, optional);
  }

  warn(message: unknown, ...optional: unknown[]): void {
    this.put('warn', message, optional);
  }

  debug(message: unknown, ...optional: unknown[]): void {
    this.put('debug', message, optional);
  }

  verbose(message: unknown, ...optional: unknown[]): void {
    this.put('debug', message, optional);
  }

  fatal(message: unknown, ...optional: unknown[]): void {
    this.put('error', message, optional);
  }

  private put(level: LogLevel, message: unknown, optional: unknown[]): void {
    if (!this.logs.isEnabled(level)) return;
    // Nest appends the context as the last argument, after an optional stack trace.
    const last = optional.at(-1);
    const prefix = typeof last === 'string' && !last.includes('\n') ? last : '';
    const rest = prefix === '' ? optional : optional.slice(0, -1);
    const text = [message, ...rest].filter((part) => part !== undefined).map(describe);
    this.logs.write(level, text.join(' '), { prefix });
  }
}

function describe(part: unknown): string {
  if (part instanceof Error) return part.stack ?? part.message;
  return typeof part === 'string' ? part : JSON.stringify(part);
}
