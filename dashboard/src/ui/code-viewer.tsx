// YAML or JSON to read: folded, coloured, searched with Ctrl F. The editor lives in a shadow root, because it brings its styles
// with it and the security policy allows style sheets of a document only from files.
import { defaultHighlightStyle, foldGutter, foldKeymap, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { yaml } from '@codemirror/lang-yaml';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { stringify } from 'yaml';
import { CopyButton } from './copy-button.tsx';
import styles from './code-viewer.module.css';

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--reuse)' },
  { tag: [tags.comment, tags.meta, tags.punctuation, tags.separator], color: 'var(--text-quiet)' },
]);

const THEME = EditorView.theme({
  '&': { height: '100%', fontSize: '12px', color: 'var(--text)', backgroundColor: 'var(--surface)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6' },
  '.cm-content': { padding: '12px 0' },
  '.cm-gutters': { color: 'var(--text-quiet)', backgroundColor: 'var(--surface)', border: 'none' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { backgroundColor: 'var(--selected) !important' },
  '.cm-panels': { color: 'var(--text)', backgroundColor: 'var(--raised)', borderColor: 'var(--line)' },
  '.cm-foldPlaceholder': { color: 'var(--text-quiet)', backgroundColor: 'var(--sunken)', borderColor: 'var(--line)' },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-soft)', outline: '1px solid var(--warn)' },
});

const EXTENSIONS = [
  lineNumbers(),
  foldGutter(),
  yaml(),
  syntaxHighlighting(COLOURS),
  syntaxHighlighting(defaultHighlightStyle, { fallback: true }),
  search({ top: true }),
  highlightSelectionMatches(),
  keymap.of([...searchKeymap, ...foldKeymap]),
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.lineWrapping,
  THEME,
];

/** A value as YAML (JSON is YAML as well). */
export function CodeViewer({ label, value }: { readonly label: string; readonly value: unknown }) {
  const text = typeof value === 'string' ? value : stringify(value, { lineWidth: 0 });
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current!;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const attributes = EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' });
    const view = new EditorView({ root, parent: root as unknown as Element, state: EditorState.create({ doc: text, extensions: [EXTENSIONS, attributes] }) });
    return () => view.destroy();
  }, [text, label]);
  return (
    <div className={styles['viewer']}>
      <div ref={host} className={styles['host']} />
      <div className={styles['copy']}>
        <CopyButton text={text} label="Copy all" />
      </div>
    </div>
  );
}
