// `node --import ./typescript.mjs file.ts`: runs sources in a process of their own, on every Node that Errand runs on.
import { register } from 'node:module';

register('./typescript-loader.mjs', import.meta.url);
