import type { Reporter } from './report.js';
import { annotation } from './workflow-command.js';

/** Workflow commands of GitHub Actions: annotations on the lines concerned. */
export const format: Reporter = (report) => report.findings.map((finding) => annotation(report, finding)).join('');
