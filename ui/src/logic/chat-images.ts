import type { ChatImage } from './chat-stream.js';

const TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];
const MAX_BYTES = 20 * 1024 * 1024;
const MAX_COUNT = 5;

/** Images that were read, or the one reason why none of the selection was taken. */
export interface ReadImages {
  readonly images: readonly ChatImage[];
  readonly problem: string | null;
}

/** Reads picked, pasted or dropped image files; a selection that breaks a limit is refused whole. */
export async function readImages(files: readonly File[], present: number): Promise<ReadImages> {
  const problem = findProblem(files, present);
  if (problem) return { images: [], problem };
  const images = await Promise.all(files.map(async (file) => ({ dataUrl: await dataUrl(file) })));
  return { images, problem: null };
}

function findProblem(files: readonly File[], present: number): string | null {
  const wrongType = files.find((file) => !TYPES.includes(file.type));
  if (wrongType) return `${wrongType.name}: only JPEG, PNG, GIF and WebP images can be attached.`;
  const tooLarge = files.find((file) => file.size > MAX_BYTES);
  if (tooLarge) return `${tooLarge.name} is larger than 20 MB.`;
  if (present + files.length > MAX_COUNT) return 'At most five images can be attached.';
  return null;
}

function dataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () =>
      reject(reader.error ?? new Error('The file cannot be read.')),
    );
    reader.readAsDataURL(file);
  });
}
