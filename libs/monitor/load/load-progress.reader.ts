import { StringDecoder } from 'node:string_decoder';
import { LoadStep, loadStepOf } from './load-step.js';

/** Longest line that is looked at. */
const MAX_LINE_CHARACTERS = 4096;

/** Follows the output of one server that is being loaded; what it says of its progress is kept. */
export class LoadProgressReader {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  private step: LoadStep | null = null;
  /** llama.cpp paints bare dots, which mean progress only once it has begun to load tensors. */
  private arePainted = false;

  /** What the server has told last, or null before it tells anything. */
  get current(): LoadStep | null {
    return this.step;
  }

  /** Takes the next piece of output, wherever it ends. */
  push(bytes: Uint8Array): void {
    // Progress bars go back to the start of their line.
    const lines = (this.rest + this.decoder.write(Buffer.from(bytes))).split(/[\r\n]+/);
    this.rest = lines.pop()!.slice(-MAX_LINE_CHARACTERS);
    for (const line of lines) this.take(line.slice(0, MAX_LINE_CHARACTERS));
    // Dots and bars grow in lines that are not finished yet.
    if (this.rest !== '') this.take(this.rest);
  }

  private take(line: string): void {
    if (/load_tensors:|llama_model_load/.test(line)) this.arePainted = true;
    const step = loadStepOf(line, this.arePainted);
    if (!step) return;
    const isSame = this.step?.stage === step.stage;
    // Several processes of one server paint into one output; the one ahead counts.
    const percent = isSame ? highest(this.step!.percent, step.percent) : step.percent;
    this.step = { stage: step.stage, percent };
  }
}

function highest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
