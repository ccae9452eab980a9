import { expect, test } from 'vitest';
import { flowsPage } from '../../engine/document/flows-page.ts';

/** To write it anew: `npx vitest run --project gate test/gate/flows-doc.test.ts -u`. */
test('docs/flows.md says what the catalogue and the limits say', async () => {
  await expect(flowsPage()).toMatchFileSnapshot('../../docs/flows.md');
});
