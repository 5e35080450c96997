import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import {
  bracketMatching,
  foldGutter,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { linter, lintGutter } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** What an editor shows and whom it tells. */
export interface JsonEditorOptions {
  readonly value: string;
  /** Name for screen readers. */
  readonly label: string;
  readonly onchange: (value: string) => void;
}

/** A running editor. */
export interface JsonEditor {
  /** Shows another text; the same text changes nothing. */
  set(value: string): void;
  focus(): void;
  destroy(): void;
}

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--link)' },
  { tag: tags.string, color: 'var(--success)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warning)' },
  { tag: tags.invalid, color: 'var(--destructive)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '0.8125rem', color: 'var(--foreground)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--foreground)' },
  '.cm-cursor': { borderLeftColor: 'var(--foreground)' },
  '.cm-gutters': {
    background: 'var(--muted)',
    color: 'var(--muted-foreground)',
    borderRight: '1px solid var(--border)',
  },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
    background: 'color-mix(in oklab, var(--ring) 30%, transparent) !important',
  },
  '.cm-tooltip': {
    background: 'var(--popover)',
    color: 'var(--foreground)',
    border: '1px solid var(--border)',
  },
  '.cm-diagnostic': { fontFamily: 'var(--font-sans)', fontSize: '0.75rem' },
});

/**
 * Puts an editor for JSON into an element. It lives in a shadow tree: there its styles are style
 * sheets made by script, which a strict Content-Security-Policy allows, not style elements.
 */
export function createJsonEditor(host: HTMLElement, options: JsonEditorOptions): JsonEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const view = new EditorView({
    root,
    parent: root as unknown as Element,
    state: EditorState.create({
      doc: options.value,
      extensions: [
        lineNumbers(),
        foldGutter(),
        history(),
        indentOnInput(),
        bracketMatching(),
        json(),
        linter(lintUnlessEmpty),
        lintGutter(),
        syntaxHighlighting(colours),
        look,
        // Tab leaves the editor: whoever works without a mouse has to get out again.
        keymap.of([...defaultKeymap, ...historyKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': options.label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onchange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    set(value) {
      const length = view.state.doc.length;
      if (view.state.doc.toString() === value) return;
      view.dispatch({ changes: { from: 0, to: length, insert: value } });
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

const lintJson = jsonParseLinter();

/** An empty field is left out of a request; it is no mistake. */
function lintUnlessEmpty(view: EditorView) {
  return view.state.doc.length === 0 ? [] : lintJson(view);
}
