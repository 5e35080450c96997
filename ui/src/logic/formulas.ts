type Katex = (typeof import('./katex.js'))['default'];

/** Longest formula that is drawn, characters, and the most macros that it may expand. */
const LONGEST = 5000;
const MOST_EXPANSIONS = 500;
/** Largest size that a formula may ask for, em. */
const LARGEST_EM = 30;

let katex: Katex | null = null;

/**
 * Draws the formulas below an element. The program for it is fetched with the first one; until then, and
 * where a formula is wrong, its TeX is seen.
 */
export function drawFormulas(root: HTMLElement): void {
  const found = [...root.querySelectorAll<HTMLElement>('code.formula, code.formula-block')];
  if (found.length === 0) return;
  if (katex) {
    for (const element of found) draw(katex, element);
    return;
  }
  import('./katex.js').then(
    (module) => {
      katex = module.default;
      drawFormulas(root);
    },
    // Without it formulas stay readable; the next answer tries again.
    () => undefined,
  );
}

function draw({ render }: Katex, element: HTMLElement): void {
  const tex = element.textContent;
  if (tex.length > LONGEST) return;
  const target = document.createElement('span');
  const displayMode = element.classList.contains('formula-block');
  if (displayMode) target.className = 'formula-drawn';
  // KaTeX builds elements and no text that is parsed; `trust: false` takes links and classes from TeX.
  const safe = { trust: false, maxExpand: MOST_EXPANSIONS, maxSize: LARGEST_EM };
  try {
    render(tex, target, { displayMode, strict: 'ignore', throwOnError: true, ...safe });
  } catch {
    element.title = 'This formula could not be drawn.';
    return;
  }
  element.replaceWith(target);
}
