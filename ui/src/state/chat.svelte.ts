import { request, SESSION_ID } from '../api/client.js';
import {
  chatBody,
  type ChatEndpoint,
  type ChatImage,
  type ChatTurn,
  readChatEvent,
} from '../logic/chat-stream.js';
import type { AskedConversation } from '../logic/capture-request.js';
import { readExtra } from '../logic/chat-extra.js';
import { SseParser } from '../logic/sse-parser.js';
import { loadChat, saveChat } from './chat-store.js';
import { isNumber, isOneOf, isString, stored } from './stored.svelte.js';

/** One message as the conversation shows it. */
export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  text: string;
  reasoning: string;
  /** How long the reasoning took, milliseconds; null while it runs or when there was none. */
  reasoningMs: number | null;
  readonly images: readonly ChatImage[];
}

/** Pause between two times at which a conversation that goes on is kept. */
const SAVE_AFTER_MS = 2000;

const ENDPOINTS: readonly ChatEndpoint[] = ['v1/chat/completions', 'v1/messages', 'v1/responses'];

/** The conversation of the Playground; it lives on while other pages are shown. */
class Chat {
  messages = $state<ChatMessage[]>([]);
  running = $state(false);

  readonly model = stored<string>('playground-selected-model', '', isString);
  readonly endpoint = stored<ChatEndpoint>(
    'playground-endpoint',
    'v1/chat/completions',
    isOneOf(...ENDPOINTS),
  );
  readonly system = stored<string>('playground-system-prompt', '', isString);
  readonly temperature = stored<number>('playground-temperature', 0.7, isNumber);
  readonly maxTokens = stored<number>('playground-max-tokens', 4096, isNumber);

  /** JSON of fields that are merged into each request. */
  readonly extra = stored<string>('playground-extra-body', '', isString);

  /** What was taken from a capture is not replaced by what was kept. */
  private isTaken = false;
  private abort: AbortController | null = null;
  private saving: ReturnType<typeof setTimeout> | undefined;

  /** Brings the last conversation back, and keeps what is said from now on. */
  async open(): Promise<void> {
    const kept = await loadChat();
    if (!this.isTaken && this.messages.length === 0)
      this.messages = kept.map((message) => ({ ...message }));
    $effect.root(() => {
      $effect(() => {
        const last = this.messages.at(-1);
        void [last?.text, last?.reasoning];
        const delayMs = this.messages.length === 0 ? 0 : SAVE_AFTER_MS;
        this.saving ??= setTimeout(() => this.save(), delayMs);
      });
    });
  }

  private save(): void {
    this.saving = undefined;
    void saveChat($state.snapshot(this.messages));
  }

  async send(text: string, images: readonly ChatImage[] = []): Promise<void> {
    if (this.running || !this.model.value) return;
    this.messages.push({ role: 'user', text, reasoning: '', reasoningMs: null, images });
    await this.answer();
  }

  /** Replaces a user's message, drops what came after it and asks again. */
  async edit(index: number, text: string): Promise<void> {
    if (this.running) return;
    this.messages = this.messages.slice(0, index + 1);
    this.messages[index]!.text = text;
    await this.answer();
  }

  /** Asks the last question again. */
  async regenerate(): Promise<void> {
    if (this.running) return;
    if (this.messages.at(-1)?.role === 'assistant') this.messages.pop();
    await this.answer();
  }

  /** Puts a conversation in the place of the present one, to be gone on with. */
  take({ model, messages }: AskedConversation, endpoint: ChatEndpoint): void {
    this.clear();
    this.model.value = model;
    this.endpoint.value = endpoint;
    const system = messages.filter(({ role }) => role === 'system' || role === 'developer');
    this.system.value = system.map(({ text }) => text).join('\n\n');
    this.isTaken = true;
    this.messages = messages.flatMap(({ role, text }) =>
      role === 'user' || role === 'assistant'
        ? [{ role, text, reasoning: '', reasoningMs: null, images: [] }]
        : [],
    );
  }

  cancel(): void {
    this.abort?.abort();
  }

  clear(): void {
    this.cancel();
    this.messages = [];
  }

  private async answer(): Promise<void> {
    const turns = this.messages.map(({ role, text, images }): ChatTurn => ({ role, text, images }));
    const empty = { role: 'assistant' as const, text: '', reasoning: '', images: [] };
    this.messages.push({ ...empty, reasoningMs: null });
    const target = this.messages.at(-1)!;
    this.abort = new AbortController();
    this.running = true;
    try {
      await this.stream(turns, target, this.abort.signal);
    } catch (error) {
      if (!this.abort.signal.aborted) this.fail(target, error);
    }
    this.running = false;
    this.abort = null;
  }

  private async stream(turns: readonly ChatTurn[], target: ChatMessage, signal: AbortSignal) {
    const endpoint = this.endpoint.value;
    const body = chatBody(endpoint, turns, {
      model: this.model.value,
      system: this.system.value,
      temperature: this.temperature.value,
      maxTokens: this.maxTokens.value || null,
    });
    const headers = { 'Content-Type': 'application/json', 'X-Session-ID': SESSION_ID };
    const extra = readExtra(this.extra.value);
    const whole = typeof extra === 'string' ? body : { ...body, ...extra };
    const init = { method: 'POST', headers, body: JSON.stringify(whole), signal };
    const response = await request(`/${endpoint}`, init);
    const parser = new SseParser();
    const decoder = new TextDecoder();
    const startedMs = performance.now();
    const reader = response.body!.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const event of parser.push(decoder.decode(value, { stream: true }))) {
        this.apply(target, readChatEvent(endpoint, event.data), startedMs);
      }
    }
  }

  private apply(
    target: ChatMessage,
    delta: ReturnType<typeof readChatEvent>,
    startedMs: number,
  ): void {
    if (!delta) return;
    if (delta.reasoning) target.reasoning += delta.reasoning;
    if (delta.text) {
      if (target.reasoning && target.reasoningMs === null) {
        target.reasoningMs = performance.now() - startedMs;
      }
      target.text += delta.text;
    }
    if (delta.error) this.fail(target, delta.error);
  }

  private fail(target: ChatMessage, error: unknown): void {
    const words = error instanceof Error ? error.message : String(error);
    target.text += `${target.text ? '\n\n' : ''}**Error:** ${words}`;
  }
}

export const chat = new Chat();
void chat.open();
