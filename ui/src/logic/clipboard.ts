/**
 * Copies a text, also on pages that came over plain HTTP, where browsers offer no clipboard API: there
 * a hidden field is selected and the legacy command is used. The field lies inside `within`, because the
 * focus trap of an open dialog would steal the selection from anywhere else.
 *
 * @returns false when the browser refused
 */
export async function copyText(text: string, within: HTMLElement): Promise<boolean> {
  if (isSecureContext && navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Permission refused: the legacy way may still work.
    }
  }
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.className = 'fixed -left-full opacity-0';
  within.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}
