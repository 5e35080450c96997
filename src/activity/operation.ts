const OPERATIONS: readonly (readonly [RegExp, string])[] = [
  [/count_tokens$/, 'count_tokens'],
  [/\/(chat\/completions|responses|messages)$/, 'chat'],
  [/\/(completions|completion|infill)$/, 'text_completion'],
  [/embeddings$/, 'embeddings'],
  [/rerank(ing)?$/, 'rerank'],
  [/transcriptions$/, 'transcription'],
  [/(speech|tasks\/run)$/, 'speech'],
  [/(images\/|txt2img|img2img)/, 'image_generation'],
];

/** Only paths of inference routes are asked for, so that there are few. */
const known = new Map<string, string>();

/** What a path asks for, in the words of the OpenTelemetry conventions where they have one. */
export function operationOf(path: string): string {
  let operation = known.get(path);
  if (operation === undefined) {
    operation = OPERATIONS.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';
    known.set(path, operation);
  }
  return operation;
}
