import { launch } from './launch.mjs';

await launch('cli/main.js', 'start');
