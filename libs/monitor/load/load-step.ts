/** What a server does while it is being loaded. */
export type LoadStage = 'download' | 'weights' | 'graphs' | 'warmup';

/** How far a stage of a load is. */
export interface LoadStep {
  readonly stage: LoadStage;
  /** 0 to 100; null: not told. */
  readonly percent: number | null;
}

interface Pattern {
  readonly stage: LoadStage;
  readonly line: RegExp;
  /** Reads the share out of the match, 0 to 100. */
  readonly percent: (match: RegExpExecArray) => number | null;
}

const first = (match: RegExpExecArray): number => Number(match[1]);
const none = (): null => null;

/**
 * How servers tell of their progress: checkpoint shards and captured graphs (vLLM, SGLang), tensors
 * (llama-box), shares (Ollama), bars of steps (stable-diffusion.cpp), downloads (llama.cpp, Hugging
 * Face), stages as JSON (llama.cpp in its router mode). Bars are those of Python's tqdm.
 */
const PATTERNS: readonly Pattern[] = [
  { stage: 'weights', line: /Loading .*checkpoint shards:\s*(\d{1,3})%/i, percent: first },
  { stage: 'weights', line: /Loading pipeline components.*?:\s*(\d{1,3})%\|/i, percent: first },
  { stage: 'weights', line: /loaded\s+(\d{1,3})% model tensors/i, percent: first },
  {
    stage: 'weights',
    line: /model load progress ([01]?\.\d+)/i,
    percent: (match) => first(match) * 100,
  },
  {
    stage: 'weights',
    line: /"stage":\s*"\w+_model",\s*"value":\s*([\d.]+)/,
    percent: (match) => first(match) * 100,
  },
  { stage: 'graphs', line: /Captur\w+ .*?:\s*(\d{1,3})%\|/i, percent: first },
  { stage: 'download', line: /(?:Download|Fetch)\w*\b.*?(\d{1,3})(?:\.\d+)?%/i, percent: first },
  {
    stage: 'weights',
    line: /\|[=>\s]+\|\s*(\d+)\/(\d+)/,
    percent: (match) => (first(match) / Number(match[2])) * 100,
  },
  { stage: 'warmup', line: /\bwarm(?:ing)?[ -]?up\b/i, percent: none },
];

/** llama.cpp paints a dot for each hundredth of the weights. */
const DOTS = /^\.{1,100}$/;

/** What a line of a server's output says of its progress, or null when it says nothing of it. */
export function loadStepOf(line: string, areDotsPainted: boolean): LoadStep | null {
  const text = line.trim();
  if (areDotsPainted && DOTS.test(text)) return { stage: 'weights', percent: text.length };
  for (const { stage, line: pattern, percent } of PATTERNS) {
    const match = pattern.exec(text);
    if (!match) continue;
    const share = percent(match);
    if (share === null) return { stage, percent: null };
    if (Number.isFinite(share) && share >= 0 && share <= 100) return { stage, percent: share };
  }
  return null;
}
