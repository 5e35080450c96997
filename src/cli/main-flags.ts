import { FlagSet } from './flag-set.js';

/** What the command line says about running the server. */
export interface MainFlags {
  readonly config: string;
  readonly configDir: string;
  /** As written, empty when not given. */
  readonly listen: string;
  readonly tlsCertFile: string;
  readonly tlsKeyFile: string;
  readonly watchConfig: boolean;
  readonly version: boolean;
  /** Check the configuration and end. */
  readonly validate: boolean;
  /** Folder of GGUF files to serve without a configuration, empty when not given. */
  readonly models: string;
  readonly logFormat: 'text' | 'json';
}

/** The flags of the server, and a way to read them once they are parsed. */
export function mainFlagSet(): { readonly flags: FlagSet; readonly read: () => MainFlags } {
  const flags = new FlagSet('Usage of drover:');
  const path = (name: string, help: string) => flags.text(name, '', { help, placeholder: 'path' });
  const config = path('config', 'One YAML configuration file.');
  const configDir = path(
    'config-dir',
    'Directory whose *.yml and *.yaml files are merged after the -config file.',
  );
  const listen = flags.text('listen', '', {
    placeholder: 'host:port',
    help:
      'Listen address; an empty host means every interface. Also DROVER_LISTEN. ' +
      '(default :8080, or :8443 with TLS)',
  });
  const cert = path('tls-cert-file', 'PEM certificate chain; needs -tls-key-file.');
  const key = path('tls-key-file', 'PEM private key; needs -tls-cert-file.');
  const watch = flags.boolean('watch-config', {
    help: 'Reload when the configuration changes. Write -watch-config=false to switch it off.',
  });
  const version = flags.boolean('version', { help: 'Print the version and exit.' });
  const validate = flags.boolean('validate', {
    help: 'Check the configuration, print every problem and exit: 0 good, 1 bad.',
  });
  const models = path('models', 'Serve the GGUF files of this folder with llama-server.');
  const logFormat = flags.choice('log-format', ['text', 'json'], {
    help: 'Form of the lines on stdout.',
  });
  const read = (): MainFlags => ({
    config: config.value,
    configDir: configDir.value,
    listen: listen.value,
    tlsCertFile: cert.value,
    tlsKeyFile: key.value,
    watchConfig: watch.value,
    version: version.value,
    validate: validate.value,
    models: models.value,
    logFormat: logFormat.value,
  });
  return { flags, read };
}
