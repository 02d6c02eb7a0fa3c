import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { yaml } from '@codemirror/lang-yaml';
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import type { EditorView } from '@codemirror/view';
import CodeMirror, { type ReactCodeMirrorRef } from '@uiw/react-codemirror';
import { useEffect, useMemo, useRef, type ReactNode } from 'react';

import type { Mistake } from '../../api/resources.ts';
import { suggestionsAt, typingPlace } from '../../model/completion.ts';
import { textTheme } from './theme.ts';

interface EditorProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** The JSON Schema of descriptions; undefined suggests nothing. */
  readonly schema: unknown;
  readonly mistakes: readonly Mistake[];
  /** A mistake that somebody wants to see, anew each time. */
  readonly shown: { readonly mistake: Mistake } | undefined;
}

/** The text of a description, with what can stand at each place, and what is wrong where. */
export function Editor({ text, onChange, schema, mistakes, shown }: EditorProps): ReactNode {
  const editor = useRef<ReactCodeMirrorRef>(null);
  const extensions = useMemo(
    () => [
      textTheme('Description, as YAML'),
      yaml(),
      lintGutter(),
      autocompletion({ override: [(context) => complete(context, schema)] }),
    ],
    [schema],
  );

  useEffect(() => {
    const view = editor.current?.view;
    if (view === undefined) return;
    view.dispatch(
      setDiagnostics(
        view.state,
        mistakes.map((mistake) => diagnosticOf(view, mistake)),
      ),
    );
  }, [mistakes]);

  useEffect(() => {
    const view = editor.current?.view;
    if (view === undefined || shown === undefined) return;
    const { from } = diagnosticOf(view, shown.mistake);
    view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    view.focus();
  }, [shown]);

  return (
    <CodeMirror
      ref={editor}
      className="editor"
      theme="none"
      value={text}
      minHeight="320px"
      maxHeight="60vh"
      extensions={extensions}
      basicSetup={{ tabSize: 2, autocompletion: false, syntaxHighlighting: false }}
      onChange={onChange}
    />
  );
}

function complete(context: CompletionContext, schema: unknown): CompletionResult | null {
  const place = typingPlace(context.state.sliceDoc(0, context.pos));
  if (place.typed === '' && !context.explicit) return null;
  const isKey = place.valueOf === undefined;
  const options = suggestionsAt(schema, place).map(({ label, info }) => ({
    ...{ label, info },
    apply: isKey ? `${label}: ` : label,
    type: isKey ? 'property' : 'enum',
  }));
  return { from: context.pos - place.typed.length, options, validFor: /^[\w-]*$/ };
}

function diagnosticOf({ state }: EditorView, { line = 1, column = 1, detail, suggestion }: Mistake): Diagnostic {
  const at = state.doc.line(Math.min(line, state.doc.lines));
  const from = Math.min(at.from + column - 1, at.to);
  const hint = suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`;
  return { from, to: at.to, severity: 'error', message: `${detail}${hint}` };
}
