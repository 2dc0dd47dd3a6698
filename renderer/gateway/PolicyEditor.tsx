/** The policy’s text in an editor: coloured, completed from its schema, faults where they stand. */
import {
  autocompletion,
  closeBrackets,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { indentUnit } from '@codemirror/language';
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { PolicyIssueShown } from '../../shared/api/gateway-policy.ts';
import { policyJsonSchema } from '../../shared/policy/json-schema.ts';
import { useCodeMirror } from '../ui/use-code-mirror.ts';
import { POLICY_WORDS } from '../words/gateway-policy.ts';
import { completionAt, type Offer, type Schema } from './policy-completion.ts';
import { EDITOR_THEME, yamlColours } from './yaml-colours.ts';

interface PolicyEditorProps {
  readonly text: string;
  readonly issues: readonly PolicyIssueShown[];
  readonly onChange: (text: string) => void;
}

let schema: Schema | null = null;

export function PolicyEditor({ text, issues, onChange }: PolicyEditorProps) {
  const latest = useRef(onChange);
  useLayoutEffect(() => {
    latest.current = onChange;
  });
  const { host, editor } = useCodeMirror(
    text,
    (parent, doc) =>
      new EditorView({
        parent,
        state: EditorState.create({ doc, extensions: extensions((now) => latest.current(now)) }),
      }),
  );
  // Another text than the one that was typed: it was discarded, or read anew.
  useEffect(() => {
    const view = editor.current;
    if (view === null || view.state.doc.toString() === text) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, [editor, text]);
  useEffect(() => {
    const view = editor.current;
    if (view !== null)
      view.dispatch(
        setDiagnostics(
          view.state,
          issues.map((issue) => diagnostic(view.state, issue)),
        ),
      );
  }, [editor, issues]);
  return <div ref={host} className="policy-editor" data-testid="policy-editor" />;
}

function extensions(changed: (text: string) => void) {
  return [
    lineNumbers(),
    lintGutter(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    highlightSpecialChars(),
    closeBrackets(),
    indentUnit.of('  '),
    autocompletion({ override: [complete], icons: false }),
    yamlColours,
    EDITOR_THEME,
    EditorView.contentAttributes.of({ 'aria-label': POLICY_WORDS.editor, spellcheck: 'false' }),
    // Tab leaves the editor: nobody is caught in it.
    keymap.of([...defaultKeymap, ...historyKeymap]),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) changed(state.doc.toString());
    }),
  ];
}

function complete({ state, pos, explicit }: CompletionContext): CompletionResult | null {
  schema ??= policyJsonSchema() as Schema;
  const found = completionAt(schema, state.doc.toString(), pos);
  if (
    found === null ||
    (!explicit && found.from === pos && state.sliceDoc(Math.max(0, pos - 2), pos) !== ': ')
  )
    return null;
  return {
    from: found.from,
    options: found.offers.map(optionOf),
  };
}

function optionOf({ text, detail, kind }: Offer): Completion {
  const option = { label: text, apply: kind === 'key' ? `${text}: ` : text };
  return detail === '' ? option : { ...option, info: detail };
}

/** From where the fault is to the end of its word. */
function diagnostic(state: EditorState, { line, column, rule, message }: PolicyIssueShown): Diagnostic {
  const of = state.doc.line(Math.max(1, Math.min(line, state.doc.lines)));
  const from = Math.min(of.from + column - 1, of.to);
  const word = /^[^\s:,\]}]+/.exec(state.sliceDoc(from, of.to))?.[0] ?? '';
  const words = rule === null ? message : `${POLICY_WORDS.inRule(rule)}: ${message}`;
  return {
    from,
    to: Math.max(from + word.length, Math.min(from + 1, of.to)),
    severity: 'error',
    message: words,
  };
}
