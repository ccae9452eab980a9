import { fileURLToPath } from 'node:url';
import { buildWorkflowBundle } from './bundle.ts';

const path = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
const bytes = await buildWorkflowBundle(path);
console.log(`workflow bundle: ${(bytes / 1_000).toFixed(0)} kB`);
