/**
 * `node github-parser.ts < workflow.yml` prints what GitHub's own parser finds wrong with a workflow, as a JSON list. A program
 * of its own, because that parser imports JSON without saying so, which only bundlers understand: here a hook says it.
 */
import { registerHooks } from 'node:module';
import { text } from 'node:stream/consumers';

registerHooks({
  resolve: (name, context, next) =>
    next(name, name.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } =
  await import('@actions/workflow-parser');

const content = await text(process.stdin);
const { context, value } = parseWorkflow({ name: 'workflow.yml', content }, new NoOperationTraceWriter());
if (value !== undefined) await convertWorkflowTemplate(context, value);
process.stdout.write(JSON.stringify(context.errors.getErrors().map(({ message }) => message)));
