import { unifiedMergeView } from '@codemirror/merge';
import { yaml } from '@codemirror/lang-yaml';
import { EditorState } from '@codemirror/state';
import CodeMirror from '@uiw/react-codemirror';
import { useMemo, type ReactNode } from 'react';

import { textTheme } from './theme.ts';

interface TextDiffProps {
  readonly before: string;
  readonly after: string;
}

/** Lines around a change that are shown with it, and how many may be left out. */
const COLLAPSED = { margin: 2, minSize: 4 };

/** What a description would change in the text of the last one. */
export function TextDiff({ before, after }: TextDiffProps): ReactNode {
  const extensions = useMemo(
    () => [
      textTheme('What changes in the description'),
      EditorState.readOnly.of(true),
      yaml(),
      unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: COLLAPSED }),
    ],
    [before],
  );
  return (
    <CodeMirror
      key={before}
      className="editor"
      theme="none"
      value={after}
      editable={false}
      maxHeight="50vh"
      extensions={extensions}
      basicSetup={{ autocompletion: false, highlightActiveLine: false, syntaxHighlighting: false }}
    />
  );
}
