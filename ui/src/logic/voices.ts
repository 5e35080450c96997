/** Voices offered until a model has named its own. */
export const VOICES = ['coral', 'alloy', 'echo', 'fable', 'onyx', 'nova', 'shimmer'];

/** Reads a server's list of voices: texts, or objects with an id, bare or under `voices`. */
export function readVoices(answer: unknown): string[] {
  const list = Array.isArray(answer) ? answer : (answer as { voices?: unknown } | null)?.voices;
  if (!Array.isArray(list)) return [];
  return list
    .map((entry: unknown) =>
      typeof entry === 'string' ? entry : (entry as { id?: unknown } | null)?.id,
    )
    .filter((id) => typeof id === 'string' && id !== '') as string[];
}
