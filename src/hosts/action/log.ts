import { randomUUID } from 'node:crypto';
import { workflowCommand } from '../../reporters/workflow-command.js';

/**
 * A folded part of the log. Until the random token the runner takes no line of it for a command; what the page that
 * shows the log would take for one (`##[error]`, anywhere in a line) is broken up.
 */
export function group(title: string, text: string): string {
  const token = randomUUID();
  const lines = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return [workflowCommand('group', {}, title), workflowCommand('stop-commands', {}, token), lines.replaceAll('##[', '## ['), workflowCommand(token, {}, ''), workflowCommand('endgroup', {}, '')].join('');
}
