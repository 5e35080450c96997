import { DroverConfig } from '#lib/config';
import { LogSettings, parseLogLevel } from '#lib/logs';

/** What a configuration says about the logs. */
export function logSettings(config: DroverConfig): LogSettings {
  return {
    level: parseLogLevel(config.logLevel),
    timeFormat: config.logTimeFormat,
    toStdout: config.logToStdout,
  };
}
