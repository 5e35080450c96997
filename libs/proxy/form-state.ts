import { boundaryOf } from './media-type.js';
import { scanForm } from './multipart.js';

/**
 * What the beginning of a form says about a field: `found` it, complete, and a file has begun;
 * `missing`, a file or the end came first, or the form is none; or `undecided` yet.
 */
export type FormState = 'found' | 'missing' | 'undecided';

/** Looks for a text field in the beginning of a form. */
export function formState(
  beginning: Buffer,
  contentType: string | undefined,
  name: string,
): FormState {
  const boundary = boundaryOf(contentType);
  if (!boundary) return 'missing';
  const { fields, isWhole, hasFile } = scanForm(beginning, boundary, name);
  if (fields.length > 0) return hasFile ? 'found' : 'undecided';
  return isWhole || hasFile ? 'missing' : 'undecided';
}
