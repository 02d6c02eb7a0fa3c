import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

import { styleNonce } from '../../style-nonce.ts';

/** Colours of the page itself, which have enough contrast in light and in dark; the editor's own have not. */
const HIGHLIGHT = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--tone-busy)' },
  { tag: [tags.string, tags.number, tags.bool], color: 'var(--tone-good)' },
  { tag: [tags.comment, tags.meta], color: 'var(--tone-quiet)' },
]);

const SURFACE = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'var(--mantine-color-text)' },
  '.cm-gutters': { backgroundColor: 'var(--surface-raised)', color: 'var(--tone-quiet)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--surface-raised)' },
  '.cm-content': { caretColor: 'var(--mantine-color-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-tooltip': { backgroundColor: 'var(--surface-raised)', color: 'var(--mantine-color-text)' },
});

/**
 * How texts look here.
 *
 * @param label what the text is, for who does not see it
 */
export function textTheme(label: string): Extension {
  return [
    EditorView.cspNonce.of(styleNonce()),
    EditorView.lineWrapping,
    // A text that is only read is scrolled with the keyboard, too.
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    SURFACE,
    syntaxHighlighting(HIGHLIGHT),
  ];
}
