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
import { type Conversation, titleOf, withConversation } from '../logic/conversations.js';
import {
  FIRST_CONVERSATION,
  forgetConversation,
  keepConversation,
  keptConversations,
  keptMessages,
} from './chat-store.js';
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

/** The conversations of the Playground; the open one lives on while other pages are shown. */
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

  /** The conversations that are kept, newest first. */
  conversations = $state.raw<readonly Conversation[]>([]);
  /** Name of the one that is open; it is kept from its first message on. */
  readonly current = stored<string>('playground-conversation', FIRST_CONVERSATION, isString);

  /** What was only opened to be read keeps its place in the list. */
  private isChanged = false;
  private abort: AbortController | null = null;
  private saving: ReturnType<typeof setTimeout> | undefined;

  /** Brings the last conversation back, and keeps what is said from now on. */
  async open(): Promise<void> {
    this.conversations = await keptConversations();
    // What was begun meanwhile must not take the place of what was kept.
    if (this.messages.length > 0) this.current.value = newName();
    else await this.show(this.current.value);
    $effect.root(() => {
      $effect(() => {
        const last = this.messages.at(-1);
        void [last?.text, last?.reasoning];
        this.saving ??= setTimeout(() => this.save(), SAVE_AFTER_MS);
      });
    });
  }

  /** Opens a conversation that is kept. */
  async show(id: string): Promise<void> {
    this.leave(id);
    const kept = await keptMessages(id);
    if (this.current.value !== id || this.messages.length > 0) return;
    this.messages = kept.map((message) => ({ ...message }));
  }

  /** Forgets a conversation; the open one makes room for a new one. */
  forget(id: string): void {
    if (this.current.value === id) {
      this.isChanged = false;
      this.begin();
    }
    this.conversations = this.conversations.filter((one) => one.id !== id);
    void forgetConversation(id);
  }

  /** Begins a conversation; the one before stays in the list. */
  begin(): void {
    this.leave(newName());
  }

  private leave(id: string): void {
    this.cancel();
    this.save();
    this.isChanged = false;
    this.current.value = id;
    this.messages = [];
  }

  private save(): void {
    clearTimeout(this.saving);
    this.saving = undefined;
    if (!this.isChanged || this.messages.length === 0) return;
    this.isChanged = this.running;
    const messages = $state.snapshot(this.messages);
    const one = { id: this.current.value, title: titleOf(messages), atMs: Date.now() };
    this.conversations = withConversation(this.conversations, one);
    void keepConversation(one, messages);
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
    this.begin();
    this.model.value = model;
    this.endpoint.value = endpoint;
    const system = messages.filter(({ role }) => role === 'system' || role === 'developer');
    this.system.value = system.map(({ text }) => text).join('\n\n');
    this.isChanged = true;
    this.messages = messages.flatMap(({ role, text }) =>
      role === 'user' || role === 'assistant'
        ? [{ role, text, reasoning: '', reasoningMs: null, images: [] }]
        : [],
    );
  }

  /** Ends the running answer; what has come of it stays. */
  cancel(): void {
    this.abort?.abort();
  }

  private async answer(): Promise<void> {
    const turns = this.messages.map(({ role, text, images }): ChatTurn => ({ role, text, images }));
    const empty = { role: 'assistant' as const, text: '', reasoning: '', images: [] };
    this.messages.push({ ...empty, reasoningMs: null });
    const target = this.messages.at(-1)!;
    this.abort = new AbortController();
    this.isChanged = true;
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

/** A name for a conversation that no other has; `crypto.randomUUID` needs a secure page. */
function newName(): string {
  const [random] = crypto.getRandomValues(new Uint32Array(1));
  return `${Date.now().toString(36)}-${random!.toString(36)}`;
}

export const chat = new Chat();
void chat.open();
