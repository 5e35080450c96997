import 'reflect-metadata';
import { pathToFileURL } from 'node:url';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { PluginDesk } from './plugin-desk.js';
import { FromPlugin, ToPlugin, WireAnswer, WireStart } from './plugin-wire.interface.js';

// The begin of a plugin's own thread. It answers calls one after the other; within a call it may
// ask Drover back and waits for the answer, as it would for a function that returns.

const FROM_PLUGIN = 0;
const TO_PLUGIN = 1;
const MICROS_PER_MS = 1000;

const { port, flags, file, className } = workerData as WireStart;

function send(message: FromPlugin): void {
  port.postMessage(message);
  Atomics.add(flags, FROM_PLUGIN, 1);
  Atomics.notify(flags, FROM_PLUGIN);
}

function ask(method: string, args: readonly unknown[]): unknown {
  send({ kind: 'ask', method, args });
  for (;;) {
    const seen = Atomics.load(flags, TO_PLUGIN);
    const received: { message: WireAnswer } | undefined = receiveMessageOnPort(port);
    if (received) {
      const { value, error } = received.message;
      if (error !== undefined) throw new Error(error);
      return value;
    }
    Atomics.wait(flags, TO_PLUGIN, seen);
  }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / MICROS_PER_MS;
}

const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
const Plugin = Object.values(exported).find(
  (value): value is new () => object => typeof value === 'function' && value.name === className,
);
if (!Plugin) throw new Error(`${file} exports no class ${className}`);
const desk = new PluginDesk(new Plugin(), { ask, send, cpuMs });
port.on('message', (message: ToPlugin) => {
  if (message.kind !== 'answer') desk.handle(message);
});
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
parentPort?.postMessage('ready');
